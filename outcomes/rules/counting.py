"""The definition of counting: from rows to numerator, denominator, people and events per outcome.

Only verified rows count, order is irrelevant and missing is no success. A fast path in SQL is
compared with this (decision 4). The figure of a period is what is reached to date and was not yet
at the closing before, so a correction of a row that was already counted never counts twice.
For those who left, rows after the exit can only speak against a success, never for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cohorts.rules.counting import Base, Standing
from contracts.rules.terms.document import (
    Composite,
    Condition,
    MetricReference,
    Outcome,
    TermsDocument,
)
from contracts.rules.terms.words import CompositeScope, ConditionKind, CountKind
from outcomes.rules.words import State


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement as counting sees it.

    `period` is the number of the period it is counted in; `state` its state at this closing's
    cut-offs, `state_before` at the previous closing's ("" where it did not exist).
    """

    participant: str
    metric: MetricReference
    point: str
    measured_on: date
    value: Decimal | None
    sequence: int
    period: int
    state: str
    state_before: str = ""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A point of someone whose last value stands in, due and unmeasured since a period."""

    participant: str
    point: str
    period: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one outcome: people and events in the period and to date.

    `lost` are people of an earlier closing who, after a correction, no longer count. `measured`
    and `denominator` are to date.
    """

    outcome: str
    numerator: int
    events: int
    cumulative_numerator: int
    cumulative_events: int
    denominator: int
    measured: int
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Reached:
    """How often each person reached an outcome, now and before, and who was measured at all."""

    now: Mapping[str, int]
    before: Mapping[str, int]
    measured: frozenset[str]


@dataclass(slots=True)
class _Moment:
    """Rows of one metric that stand at one closing, by person and point."""

    rows: dict[str, dict[str, list[Row]]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        self.rows.setdefault(row.participant, {}).setdefault(row.point, []).append(row)


def count(
    rows: Iterable[Row],
    terms: TermsDocument,
    base: Base,
    *,
    period: int,
    stand_ins: Iterable[StandIn] = (),
) -> dict[str, Figures]:
    """The figures of every outcome of the terms at the closing of a period, by outcome key."""
    standings = {one.participant: one for one in base.standings}
    now, before = _moments(rows, standings, period)
    due_now, due_before = _held(stand_ins, period)
    reached: dict[str, _Reached] = {}
    for outcome in terms.outcomes:
        if outcome.composite is None and outcome.metric is not None:
            reached[outcome.key] = _Reached(
                now=_times(outcome, now, standings, due_now),
                before=_times(outcome, before, standings, due_before),
                measured=_measured(outcome, now),
            )
    for outcome in terms.outcomes:
        if outcome.composite is not None and outcome.composite.scope is CompositeScope.PER_PERSON:
            reached[outcome.key] = _together(outcome.composite, reached)
    figures = {key: _figures(key, found, base) for key, found in reached.items()}
    for outcome in terms.outcomes:
        if outcome.composite is not None and outcome.composite.scope is CompositeScope.PER_COHORT:
            figures[outcome.key] = deciding_part(outcome, figures)
    return {outcome.key: figures[outcome.key] for outcome in terms.outcomes}


def holds(condition: Condition, value: Decimal, baseline: Decimal | None) -> bool:
    """Whether a value is a success; a change without its baseline is none."""
    agreed = condition.value if condition.value is not None else Decimal(0)
    match condition.kind:
        case ConditionKind.IS_TRUE:
            return value == 1
        case ConditionKind.AT_LEAST:
            return value >= agreed
        case ConditionKind.AT_MOST:
            return value <= agreed
        case ConditionKind.CHANGE_AT_LEAST:
            if baseline is None:
                return False
            change = value - baseline
            # A negative agreed change asks for a decrease of at least that much.
            return change <= agreed if agreed < 0 else change >= agreed


Moments = dict[MetricReference, _Moment]
Held = Mapping[str, Set[str]]


def _held(stand_ins: Iterable[StandIn], period: int) -> tuple[Held, Held]:
    """The points of each person where the last value stands in, now and at the closing before."""
    now: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for one in stand_ins:
        now.setdefault(one.participant, set()).add(one.point)
        if one.period < period:
            before.setdefault(one.participant, set()).add(one.point)
    return now, before


def _moments(
    rows: Iterable[Row], standings: Mapping[str, Standing], period: int
) -> tuple[Moments, Moments]:
    now: Moments = {}
    before: Moments = {}
    for row in rows:
        if row.participant not in standings or row.value is None:
            continue
        if row.state == State.VERIFIED and row.period <= period:
            now.setdefault(row.metric, _Moment()).add(row)
        if row.state_before == State.VERIFIED and row.period < period:
            before.setdefault(row.metric, _Moment()).add(row)
    return now, before


def _times(
    outcome: Outcome,
    moments: Moments,
    standings: Mapping[str, Standing],
    held: Held,
) -> dict[str, int]:
    """How often each person reached a simple outcome; people who did not are left out."""
    moment = moments.get(outcome.metric) if outcome.metric is not None else None
    if moment is None:
        return {}
    found = {}
    for participant, points in moment.rows.items():
        keys = held.get(participant, frozenset())
        times = _times_of_one(outcome, points, keys)
        until = standings[participant].rows_until
        if until is not None and times:
            times = min(times, _times_of_one(outcome, _up_to(points, until), keys))
        if times:
            found[participant] = times
    return found


def _up_to(points: Mapping[str, list[Row]], until: date) -> dict[str, list[Row]]:
    """The rows measured up to the day of leaving; points without any are left out."""
    kept = {key: [row for row in rows if row.measured_on <= until] for key, rows in points.items()}
    return {key: rows for key, rows in kept.items() if rows}


def _times_of_one(outcome: Outcome, points: Mapping[str, list[Row]], held: Set[str]) -> int:
    condition = outcome.condition
    if condition is None or not points:
        return 0
    base_rows = points.get(condition.baseline_point)
    baseline = _deciding(base_rows).value if base_rows else None

    def succeeds(row: Row) -> bool:
        return row.value is not None and holds(condition, row.value, baseline)

    if outcome.count.kind is CountKind.REPEATABLE:
        times = sum(succeeds(row) for key in outcome.points for row in points.get(key, []))
        most = outcome.count.most_per_person
        return times if most is None else min(times, most)
    reached = 0
    for key in outcome.points:
        rows = points.get(key, [])
        if not rows and key in held:
            rows = [row for every in points.values() for row in every]
        reached += bool(rows) and succeeds(_deciding(rows))
    return min(reached, 1) if outcome.count.kind is CountKind.ONCE_PER_PERSON else reached


def _deciding(rows: list[Row]) -> Row:
    """The latest measurement of a point decides, a tie the later entry: not the best one."""
    return max(rows, key=lambda row: (row.measured_on, row.sequence))


def _measured(outcome: Outcome, moments: Moments) -> frozenset[str]:
    moment = moments.get(outcome.metric) if outcome.metric is not None else None
    if moment is None:
        return frozenset()
    return frozenset(
        participant
        for participant, points in moment.rows.items()
        if any(key in points for key in outcome.points)
    )


def _together(composite: Composite, reached: Mapping[str, _Reached]) -> _Reached:
    """The people who reached enough of the parts; measured are those measured in each part."""
    parts = [reached[key] for key in composite.parts]

    def enough(every: list[Mapping[str, int]]) -> dict[str, int]:
        people = {participant for one in every for participant in one}
        return {
            participant: 1
            for participant in people
            if sum(participant in one for one in every) >= composite.required
        }

    return _Reached(
        now=enough([part.now for part in parts]),
        before=enough([part.before for part in parts]),
        measured=frozenset.intersection(*(part.measured for part in parts)),
    )


def _figures(key: str, found: _Reached, base: Base) -> Figures:
    newly = found.now.keys() - found.before.keys()
    lost = found.before.keys() - found.now.keys()
    events_now, events_before = sum(found.now.values()), sum(found.before.values())
    neutral = {one.participant for one in base.standings if one.neutral}
    if base.size is None:
        denominator = len(found.measured - (neutral - found.now.keys()) | found.now.keys())
    else:
        denominator = base.size - len(neutral - found.now.keys())
    return Figures(
        outcome=key,
        numerator=len(newly),
        events=max(0, events_now - events_before),
        cumulative_numerator=len(found.now),
        cumulative_events=events_now,
        denominator=denominator,
        measured=len(found.measured),
        lost=len(lost),
    )


def deciding_part(outcome: Outcome, figures: Mapping[str, Figures]) -> Figures:
    """Each part on its own: the part that decides has the required-th highest rate.

    "Each indicator separately at least half" holds exactly when this part's rate is at least half.
    """
    if outcome.composite is None:
        raise ValueError("Only a composite has parts.")
    ranked = sorted(
        (figures[key] for key in outcome.composite.parts),
        key=lambda one: (_rate(one), one.outcome),
        reverse=True,
    )
    part = ranked[outcome.composite.required - 1]
    return Figures(
        outcome=outcome.key,
        numerator=part.numerator,
        events=part.events,
        cumulative_numerator=part.cumulative_numerator,
        cumulative_events=part.cumulative_events,
        denominator=part.denominator,
        measured=part.measured,
        lost=part.lost,
    )


def _rate(figures: Figures) -> Decimal:
    if figures.denominator == 0:
        return Decimal(0)
    return Decimal(figures.cumulative_numerator) / figures.denominator
