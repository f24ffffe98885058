"""The definition of counting: from rows to people, events, sums and denominators per outcome.

Only verified rows count, order is irrelevant and missing is no success. A fast path in SQL is
compared with this (decision 4). The figure of a period is what is reached to date and was not yet
at the closing before, so a correction of a row that was already counted never counts twice.
For those who left, rows after the exit can only speak against a success, never for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from cohorts.rules.counting import Base, Standing
from contracts.rules.terms.document import Composite, Outcome, TermsDocument
from contracts.rules.terms.words import CompositeRule
from outcomes.rules import scopes
from outcomes.rules.asked import (
    cell_outcomes,
    counts_people,
    of_individuals,
    per_person,
    profile_outcomes,
    unwanted,
)
from outcomes.rules.figures import Cell, Figures, deciding_part
from outcomes.rules.points import PersonDates, excused
from outcomes.rules.reaching import (
    NOTHING,
    ByMetric,
    Missed,
    Row,
    add_row,
    amount,
    counted_rows,
    exclusions,
    holds,
    is_measured,
    times,
    up_to,
)
from outcomes.rules.words import State

__all__ = [
    "Cell",
    "Figures",
    "Profiles",
    "Row",
    "StandIn",
    "count",
    "deciding_part",
    "holds",
    "profiles",
]


@dataclass(frozen=True, slots=True)
class StandIn:
    """A point of someone whose last value stands in, due and unmeasured since a period."""

    participant: str
    point: str
    period: int


# How many people reached each outcome so often, by (outcome, times) in the order of the terms.
Profiles = Counter[tuple[tuple[str, int], ...]]
Adds = Mapping[str, Decimal]
Held = Mapping[str, Set[str]]
Moment = dict[str, ByMetric]


@dataclass(frozen=True, slots=True)
class _Reached:
    """What each person adds to an outcome, now and before; who was measured, who is excused."""

    now: Adds
    before: Adds
    measured: Set[str]
    excused: Set[str]


def count(
    rows: Iterable[Row],
    terms: TermsDocument,
    base: Base,
    *,
    period: int,
    stand_ins: Iterable[StandIn] = (),
    within: Mapping[str, Base] | None = None,
    dates: Mapping[str, PersonDates] | None = None,
) -> dict[str, Figures]:
    """The figures of every outcome of the terms at the closing of a period, by outcome key.

    `within` is the base of those outcomes that count only some people (scopes.whom), by outcome;
    `dates` are needed of everybody where a disruption excludes days.
    """
    terms = of_individuals(terms)
    scene = _Scene(tuple(rows), terms, base, period, tuple(stand_ins), dates or {})
    figures = {key: scene.figures(key, (within or {}).get(key, base)) for key in scene.reached}
    for outcome in terms.outcomes:
        if not per_person(outcome):
            figures[outcome.key] = deciding_part(outcome, figures)
    return {outcome.key: figures[outcome.key] for outcome in terms.outcomes}


def profiles(
    rows: Iterable[Row],
    terms: TermsDocument,
    base: Base,
    *,
    period: int,
    stand_ins: Iterable[StandIn] = (),
    dates: Mapping[str, PersonDates] | None = None,
) -> Profiles:
    """How many people reached so much of everything that a cap per person covers, to date."""
    terms = of_individuals(terms)
    capped = profile_outcomes(terms)
    if not capped:
        return Counter()
    scene = _Scene(tuple(rows), terms, base, period, tuple(stand_ins), dates or {})
    found = {key: scene.reached[key].now for key in capped}
    return Counter(
        tuple((key, int(found[key][one])) for key in capped if one in found[key])
        for one in {person for adds in found.values() for person in adds}
    )


@dataclass(frozen=True)
class _Scene:
    """One closing: everything that counting needs, at hand."""

    rows: tuple[Row, ...]
    terms: TermsDocument
    base: Base
    period: int
    stand_ins: tuple[StandIn, ...]
    dates: Mapping[str, PersonDates]

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        return {one.participant: one for one in self.base.standings}

    @cached_property
    def moments(self) -> tuple[Moment, Moment]:
        return _moments(self.rows, self.standings, self.period)

    @cached_property
    def reached(self) -> dict[str, _Reached]:
        """Every outcome that people reach one by one."""
        less = unwanted(self.terms)
        found = {}
        for outcome in self.terms.outcomes:
            composite, is_less = outcome.composite, outcome.key in less
            if composite is None:
                found[outcome.key] = self._simple(outcome, is_less)
            elif per_person(outcome):
                # The parts as this outcome is wanted, however they are paid for themselves.
                parts = {
                    key: self._simple(self.terms.outcome(key), is_less) for key in composite.parts
                }
                found[outcome.key] = _together(composite, parts)
        return found

    def figures(self, key: str, base: Base) -> Figures:
        """The figures of an outcome that people reach one by one."""
        found, outcome = self.reached[key], self.terms.outcome(key)
        newly = found.now.keys() - found.before.keys()
        added, added_before = _sum(found.now.values()), _sum(found.before.values())
        common = Figures(
            outcome=key,
            numerator=len(newly),
            events=max(0, int(added - added_before)),
            cumulative_numerator=len(found.now),
            cumulative_events=int(added),
            denominator=_denominator(found, base),
            measured=len(found.measured),
            lost=len(found.before.keys() - found.now.keys()),
            cells=self._cells(outcome, found) if key in cell_outcomes(self.terms) else (),
        )
        if outcome.quantity is None:
            return common
        return replace(
            common,
            events=len(newly),
            cumulative_events=len(found.now),
            total=added - added_before,
            cumulative_total=added,
            squares=_sum(one * one for one in found.now.values()),
        )

    def _simple(self, outcome: Outcome, is_less: bool) -> _Reached:
        """An outcome that is no composite, of which the payer wants more, or less."""
        now, before = self.moments
        people = self._people(outcome)
        choose = max if is_less else min
        return _Reached(
            now=self._adds(outcome, people, now, self._held(self.period), choose),
            before=self._adds(outcome, people, before, self._held(self.period - 1), choose),
            measured={one for one in people if is_measured(outcome, self._of(outcome, now, one))},
            excused={
                one for one in people
                if set(outcome.points) == self._excused(outcome, now, one)
            },
        )  # fmt: skip

    def _people(self, outcome: Outcome) -> list[str]:
        """Those whom an outcome counts at all."""
        meant = scopes.whom(outcome, self.terms)
        return [key for key, one in self.standings.items() if scopes.counts(meant, one)]

    def _of(self, outcome: Outcome, moment: Moment, person: str) -> ByMetric:
        return counted_rows(outcome, self.terms, moment.get(person, {}))

    def _held(self, period: int) -> Held:
        """The points of each person where the last value stands in at a closing."""
        found: dict[str, set[str]] = {}
        for one in self.stand_ins:
            if one.period <= period:
                found.setdefault(one.participant, set()).add(one.point)
        return found

    def _excused(self, outcome: Outcome, moment: Moment, person: str) -> set[str]:
        """The points that a person does not miss: excluded on their day, and nothing measured."""
        disruptions, dates = exclusions(outcome, self.terms), self.dates.get(person)
        if not disruptions or dates is None or outcome.metric is None:
            return set()
        measured = self._of(outcome, moment, person).get(outcome.metric, {})
        return {
            key
            for key in outcome.points
            if key not in measured and excused(self.terms.point(key), dates, disruptions)
        }

    def _adds(
        self,
        outcome: Outcome,
        people: list[str],
        moment: Moment,
        held: Held,
        choose: Callable[[Iterable[Decimal]], Decimal],
    ) -> Adds:
        """What each person adds; who left adds no more than up to the exit, and no more than all
        rows say. Of what the payer wants less of, no less."""
        found = {}
        for person in people:
            rows = moment.get(person, {})
            whole = self._add(outcome, person, moment, held, rows) if rows else None
            if whole is None:
                continue
            found[person] = whole
            if (until := self.standings[person].rows_until) is not None:
                part = self._add(outcome, person, moment, held, up_to(rows, until))
                found[person] = choose((whole, NOTHING if part is None else part))
        if outcome.quantity is not None:
            return found
        return {person: added for person, added in found.items() if added}

    def _add(
        self, outcome: Outcome, person: str, moment: Moment, held: Held, rows: ByMetric
    ) -> Decimal | None:
        """What these rows of a person add, if the person reached what else is asked for."""
        for key, wanted in ((outcome.only.reached, True), (outcome.only.not_reached, False)):
            if key and bool(self._times(key, person, moment, held, rows)) is not wanted:
                return None
        if outcome.quantity is None:
            return Decimal(self._times(outcome.key, person, moment, held, rows))
        missed = Missed(held.get(person, frozenset()))
        return amount(outcome, counted_rows(outcome, self.terms, rows), missed)

    def _times(self, key: str, person: str, moment: Moment, held: Held, rows: ByMetric) -> int:
        outcome = self.terms.outcome(key)
        missed = Missed(
            held.get(person, frozenset()), frozenset(self._excused(outcome, moment, person))
        )
        return times(outcome, counted_rows(outcome, self.terms, rows), missed)

    def _cells(self, outcome: Outcome, found: _Reached) -> tuple[Cell, ...]:
        sums: dict[str, list[Decimal]] = {}
        for person in found.now.keys() | found.before.keys():
            now, before = found.now.get(person, NOTHING), found.before.get(person, NOTHING)
            cell = sums.setdefault(self.standings[person].cohort, [NOTHING, NOTHING])
            if counts_people(outcome):
                cell[0] += person not in found.before
            else:
                cell[0] += now - before
            cell[1] += now
        return tuple(Cell(key, *cell) for key, cell in sorted(sums.items()))


def _moments(
    rows: Iterable[Row], standings: Mapping[str, Standing], period: int
) -> tuple[Moment, Moment]:
    """The rows of each person that stand at this closing, and those that stood at the last."""
    now: Moment = {}
    before: Moment = {}
    for row in rows:
        if row.participant not in standings or row.value is None:
            continue
        if row.state == State.VERIFIED and row.period <= period:
            add_row(now, row)
        if row.state_before == State.VERIFIED and row.period < period:
            add_row(before, row)
    return now, before


def _together(composite: Composite, reached: Mapping[str, _Reached]) -> _Reached:
    """The people who reached enough of the parts; measured are those measured in each part, and
    excused those who could not reach enough."""
    parts = {key: reached[key] for key in composite.parts}

    def enough(every: Mapping[str, Adds]) -> Adds:
        people = {participant for one in every.values() for participant in one}
        return {
            one: Decimal(1)
            for one in people
            if suffices(composite, [key for key, adds in every.items() if one in adds])
        }

    somewhere = set[str]().union(*(part.excused for part in parts.values()))
    return _Reached(
        now=enough({key: part.now for key, part in parts.items()}),
        before=enough({key: part.before for key, part in parts.items()}),
        measured=set.intersection(*(set(part.measured) for part in parts.values())),
        excused={
            one
            for one in somewhere
            if not suffices(
                composite, [key for key, part in parts.items() if one not in part.excused]
            )
        },
    )


def suffices(composite: Composite, parts: Iterable[str]) -> bool:
    """Whether these parts of a composite are enough to reach it."""
    found = set(parts)
    if composite.rule is CompositeRule.WEIGHTED:
        weight = _sum(one.percent for one in composite.weights if one.part in found)
        return bool(found) and weight >= (composite.needed_percent or NOTHING)
    return len(found) >= composite.required


def _denominator(found: _Reached, base: Base) -> int:
    """Neutral exits and those who are excused leave the denominator, unless they reached it."""
    neutral = {one.participant for one in base.standings if one.neutral}
    away = (neutral | found.excused) - found.now.keys()
    if base.size is None:
        return len(found.measured - away | found.now.keys())
    return base.size - len(away)


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, NOTHING)
