"""What a closing would have counted, had everything that is known now been known then.

Only the people whose facts arrived late or changed are counted again; what the others add stays
as it was closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from contracts.rules.terms.document import TermsDocument
from outcomes.rules.asked import per_person
from outcomes.rules.closing import CutOff
from outcomes.rules.counting import Row
from outcomes.rules.figures import Cell, Figures, deciding_part
from outcomes.rules.words import State

NOTHING = Decimal(0)
ByOutcome = Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class Closed:
    """A signed closing: the number of its period, the day after it, and what it pinned."""

    number: int
    until: date
    cut_off: CutOff


@dataclass(frozen=True, slots=True)
class Entry:
    """When a row came in: its sequence and that of its verification (None where there is none),
    the row it replaced and the one that replaced it, its day and the period it is counted in."""

    sequence: int
    verified: int | None
    replaced: int | None
    replaced_by: int | None
    measured_on: date
    counted_in: int


@dataclass(frozen=True, slots=True)
class Recount:
    """What some people add to a closing: as it was counted, what of that stood at the closing
    before, and as it is known now; by outcome."""

    then: ByOutcome
    before: ByOutcome
    now: ByOutcome


def counted_at(entries: Iterable[Entry], closings: Iterable[Closed]) -> Callable[[Row], int]:
    """The period to which each row belongs as the parties agreed on late facts: that of the closing
    that counted it first; a correction belongs where the row counted that it replaces, or later if
    it was measured later. What no closing has counted belongs to the period of its day."""
    known = {entry.sequence: entry for entry in entries}
    ordered = sorted(closings, key=lambda one: one.number)
    happened = measured_at(ordered)

    def first(row: Row) -> int:
        found, entry = None, known.get(row.sequence)
        while entry is not None:
            found = _first_counted(entry, ordered) or found
            entry = known.get(entry.replaced) if entry.replaced is not None else None
        return max(found, happened(row)) if found is not None else happened(row)

    return first


def measured_at(closings: Iterable[Closed]) -> Callable[[Row], int]:
    """The period that contains the day of each row; its own where that is no closed one."""
    ordered = sorted(closings, key=lambda one: one.number)

    def of_day(row: Row) -> int:
        ended = (one.number for one in ordered if row.measured_on < one.until)
        return min(next(ended, row.period), row.period)

    return of_day


def _first_counted(entry: Entry, closings: Iterable[Closed]) -> int | None:
    for one in closings:
        cut = one.cut_off
        is_there = entry.counted_in <= one.number and entry.sequence <= cut.measurement
        stands = entry.replaced_by is None or entry.replaced_by > cut.measurement
        if is_there and stands and entry.verified and entry.verified <= cut.verification:
            return one.number
    return None


def known_then(rows: Iterable[Row], place: Callable[[Row], int]) -> list[Row]:
    """The rows that stand now, as if each had been known in the period where it belongs."""
    return [
        replace(row, period=place(row), state_before=row.state)
        for row in rows
        if row.state == State.VERIFIED
    ]


def stood_before(rows: Iterable[Row], period: int) -> list[Row]:
    """The rows that stood at the closing before a period, as they did."""
    return [
        replace(row, state=row.state_before, state_before="") for row in rows if row.period < period
    ]


def corrected(
    terms: TermsDocument, closed: ByOutcome, previous: ByOutcome, recount: Recount
) -> dict[str, Figures]:
    """The figures of a closing with what is known now of the people counted again; `previous` are
    the figures of the closing before, as they were closed."""
    found = {}
    for outcome in terms.outcomes:
        if outcome.key in closed and per_person(outcome) and not outcome.is_aggregate:
            known, before = closed[outcome.key], previous.get(outcome.key)
            found[outcome.key] = _corrected(known, before, outcome.key, recount)
    for outcome in terms.outcomes:
        parts = outcome.composite.parts if outcome.composite else ()
        if outcome.key in closed and not per_person(outcome) and found.keys() >= set(parts):
            found[outcome.key] = deciding_part(outcome, found)
    return found


def _corrected(closed: Figures, previous: Figures | None, key: str, recount: Recount) -> Figures:
    then, now, before = recount.then[key], recount.now[key], recount.before[key]
    common = replace(
        closed,
        numerator=closed.numerator + now.numerator - then.numerator,
        events=_events(closed, previous, now, then.cumulative_events - before.cumulative_events),
        cumulative_numerator=_moved(closed, then, now, "cumulative_numerator"),
        cumulative_events=_moved(closed, then, now, "cumulative_events"),
        denominator=_moved(closed, then, now, "denominator"),
        measured=_moved(closed, then, now, "measured"),
        cells=_cells(closed, then, now),
    )
    if closed.total is None or closed.cumulative_total is None:
        return common
    return replace(
        common,
        total=closed.total + (now.total or NOTHING) - (then.total or NOTHING),
        cumulative_total=closed.cumulative_total
        + (now.cumulative_total or NOTHING)
        - (then.cumulative_total or NOTHING),
    )


def _moved(closed: Figures, then: Figures, now: Figures, name: str) -> int:
    whole: int = getattr(closed, name)
    return whole + int(getattr(now, name)) - int(getattr(then, name))


def _events(closed: Figures, previous: Figures | None, now: Figures, then: int) -> int:
    """Events of a period are never closed below zero: what was lost beyond that is found in the
    figures to date."""
    whole = closed.events
    if whole == 0:
        whole = min(closed.cumulative_events - (previous.cumulative_events if previous else 0), 0)
    return max(whole - then + now.events, 0)


def _cells(closed: Figures, then: Figures, now: Figures) -> tuple[Cell, ...]:
    sums = {one.cell: [one.quantity, one.cumulative_quantity] for one in closed.cells}
    for sign, cells in ((1, now.cells), (-1, then.cells)):
        for one in cells:
            cell = sums.setdefault(one.cell, [NOTHING, NOTHING])
            cell[0] += sign * one.quantity
            cell[1] += sign * one.cumulative_quantity
    return tuple(Cell(key, *both) for key, both in sorted(sums.items()))
