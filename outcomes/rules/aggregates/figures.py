"""What delivered figures of a group count for at a closing.

They are from the contract's start to the end of the period; what is of the period is what was not
yet known at the closing before. A group's spread is its standard deviation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.rules.terms.document import Outcome
from contracts.rules.terms.words import CountKind
from outcomes.rules.aggregates.words import Group
from outcomes.rules.figures import Figures

NOTHING = Decimal(0)
PLACES = Decimal("0.000001")
PAIR = 2


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One group in [from_day, until): people who count; how many reached the outcome and how often;
    of a quantity the sum and the standard deviation between people (of a sample, n - 1).

    `rows_digest` is that of the coded rows it was counted from, one a person; empty where the data
    holder gave the figures themselves.
    """

    group: Group
    from_day: date
    until: date
    people: int
    reached: int | None = None
    events: int | None = None
    total: Decimal | None = None
    deviation: Decimal | None = None
    rows_digest: str = ""

    @property
    def mean(self) -> Decimal | None:
        """The average per person; None where nothing is summed or nobody counts."""
        if self.total is None or self.people == 0:
            return None
        return self.total / self.people

    @property
    def share(self) -> Decimal | None:
        """How many of the people reached it, from 0 to 1."""
        if self.reached is None or self.people == 0:
            return None
        return Decimal(self.reached) / self.people


@dataclass(frozen=True, slots=True)
class SignedEstimate:
    """An effect as the data holder or an evaluator has estimated it, with its interval."""

    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """Everything that was delivered for one outcome and period, and what its digest covers."""

    outcome: str
    period: int
    groups: tuple[GroupFigures, ...]
    design: str = ""
    method: str = ""
    estimate: SignedEstimate | None = None
    note: str = ""
    file_digest: str = ""

    def group(self, wanted: Group) -> GroupFigures | None:
        """The figures of one group, if they were delivered."""
        return next((one for one in self.groups if one.group is wanted), None)


def figures(delivered: Delivered, before: Delivered | None, outcome: Outcome) -> Figures:
    """The figures of an outcome that rests on delivered ones; `before` are those that stood at the
    closing before. Without figures of the participants nobody counts."""
    now = delivered.group(Group.PARTICIPANTS)
    if now is None:
        return nobody(outcome)
    then = before.group(Group.PARTICIPANTS) if before else None
    if outcome.quantity is not None:
        return _of_quantity(outcome.key, now, then)
    reached, events = now.reached or 0, _events(now, outcome)
    reached_then = (then.reached or 0) if then else 0
    events_then = _events(then, outcome) if then else 0
    return Figures(
        outcome=outcome.key,
        numerator=max(0, reached - reached_then),
        events=max(0, events - events_then),
        cumulative_numerator=reached,
        cumulative_events=events,
        denominator=now.people,
        measured=now.people,
        lost=max(0, reached_then - reached),
    )


def nobody(outcome: Outcome) -> Figures:
    """The figures of an outcome of which nothing has been delivered yet."""
    total = None if outcome.quantity is None else NOTHING
    return Figures(outcome.key, 0, 0, 0, 0, 0, 0, 0, total, total, total)


def _events(one: GroupFigures, outcome: Outcome) -> int:
    """How often it was reached; a person who counts once brings one event."""
    if outcome.count.kind is CountKind.ONCE_PER_PERSON or one.events is None:
        return one.reached or 0
    return one.events


def _of_quantity(key: str, now: GroupFigures, then: GroupFigures | None) -> Figures:
    total = now.total or NOTHING
    more = max(0, now.people - (then.people if then else 0))
    return Figures(
        outcome=key,
        numerator=more,
        events=more,
        cumulative_numerator=now.people,
        cumulative_events=now.people,
        denominator=now.people,
        measured=now.people,
        lost=max(0, (then.people if then else 0) - now.people),
        total=total - ((then.total or NOTHING) if then else NOTHING),
        cumulative_total=total,
        squares=_squares(now),
    )


def _squares(one: GroupFigures) -> Decimal:
    """The sum of squares behind a sum and a standard deviation (of a sample, n - 1)."""
    if one.people == 0:
        return NOTHING
    total, deviation = one.total or NOTHING, one.deviation or NOTHING
    return deviation * deviation * (one.people - 1) + total * total / one.people


def references(delivered: Delivered, outcome: Outcome) -> dict[str, Any]:
    """What an outcome is compared with, as a result keeps it: numbers of people as numbers, sums
    and estimates as text; `reached` are people or times, as the outcome counts."""
    found: dict[str, Any] = {
        str(one.group): {
            "people": one.people,
            "reached": _events(one, outcome),
            "total": None if one.total is None else _plain(one.total),
        }
        for one in delivered.groups
        if one.group is not Group.PARTICIPANTS
    }
    if delivered.estimate is not None:
        given = delivered.estimate
        found["estimate"] = {
            "value": _plain(given.value),
            "low": None if given.low is None else _plain(given.low),
            "high": None if given.high is None else _plain(given.high),
            "method": delivered.method,
        }
    return found


def digest(delivered: Delivered, facts: Mapping[str, str]) -> str:
    """SHA-256, in hex, of everything that is signed, one entry a line in a fixed order; `facts` say
    to what it belongs (contract, delivery, what it replaces)."""
    estimate = delivered.estimate
    lines = [f"{name}={value}" for name, value in sorted(facts.items())]
    lines += [
        f"outcome={delivered.outcome}",
        f"period={delivered.period}",
        f"design={delivered.design}",
        f"method={_one_line(delivered.method)}",
        f"note={_one_line(delivered.note)}",
        f"file={delivered.file_digest}",
    ]
    if estimate is not None:
        numbers = (estimate.value, estimate.low, estimate.high)
        lines.append("estimate=" + "|".join(_text(one) for one in numbers))
    order = list(Group)
    for one in sorted(delivered.groups, key=lambda group: order.index(group.group)):
        parts = (
            str(one.group), one.from_day.isoformat(), one.until.isoformat(), str(one.people),
            _text(one.reached), _text(one.events), _text(one.total), _text(one.deviation),
        )  # fmt: skip
        # Figures without rows keep the line, and so the digest, that they always had.
        rows = (f"rows={one.rows_digest}",) if one.rows_digest else ()
        lines.append("|".join(parts + rows))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _text(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else str(value.quantize(PLACES) + 0)


def _plain(value: Decimal) -> str:
    """A number without needless zeros, as text: 12.500000 is 12.5, 100 stays 100."""
    normal = value.normalize()
    return f"{normal:f}"
