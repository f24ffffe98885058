"""What one person's rows come to for one outcome: a success so many times, or a quantity.

Every function reads rows of one person that stand at one closing. The latest measurement of a
point decides, a tie the later entry, never the best one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.rules.terms.document import (
    Condition,
    Disruption,
    MetricReference,
    Outcome,
    TermsDocument,
    Window,
)
from contracts.rules.terms.words import (
    ConditionKind,
    CountKind,
    DisruptionTreatment,
    QuantityKind,
    WindowRule,
)
from outcomes.rules.points import baseline_point

NOTHING = Decimal(0)


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
class Missed:
    """Points without a measurement: where the last value stands in, and where nobody misses it."""

    held: Set[str] = frozenset()
    excused: Set[str] = frozenset()


# The rows of one person, by metric and point.
Points = dict[str, list[Row]]
ByMetric = dict[MetricReference, Points]


def exclusions(outcome: Outcome, terms: TermsDocument) -> tuple[Disruption, ...]:
    """The disruptions whose days do not count for an outcome."""
    return tuple(
        one
        for one in terms.disruptions
        if one.treatment is DisruptionTreatment.EXCLUDE and outcome.key in one.outcomes
    )


def add_row(people: dict[str, ByMetric], row: Row) -> None:
    """Put one more row among those of its person."""
    metrics = people.setdefault(row.participant, {})
    metrics.setdefault(row.metric, {}).setdefault(row.point, []).append(row)


def counted_rows(outcome: Outcome, terms: TermsDocument, rows: ByMetric) -> ByMetric:
    """The rows of a person that an outcome may rest on: none measured while a disruption excludes
    it, nor outside its days of measuring; the baseline may be older than those."""
    only, closed = outcome.only, exclusions(outcome, terms)
    baseline = baseline_point(outcome)

    def may_count(row: Row) -> bool:
        day = row.measured_on
        if any(one.from_day <= day < one.until for one in closed):
            return False
        if row.point == baseline:
            return True
        late = only.measured_before is not None and day >= only.measured_before
        return not late and (only.measured_from is None or day >= only.measured_from)

    return _filtered({metric: rows.get(metric, {}) for metric in _metrics(outcome)}, may_count)


def up_to(rows: ByMetric, until: date) -> ByMetric:
    """The rows measured up to the day of leaving."""
    return _filtered(rows, lambda row: row.measured_on <= until)


def _filtered(rows: ByMetric, keeps: Callable[[Row], bool]) -> ByMetric:
    """The rows to keep; points without any are left out."""
    found: ByMetric = {}
    for metric, points in rows.items():
        for key, there in points.items():
            if kept := [row for row in there if keeps(row)]:
                found.setdefault(metric, {})[key] = kept
    return found


def is_measured(outcome: Outcome, rows: ByMetric) -> bool:
    """Whether anything was measured at a point of the outcome itself."""
    own = _own(outcome, rows)
    return any(key in own for key in outcome.points)


def times(outcome: Outcome, rows: ByMetric, missed: Missed) -> int:
    """How often a person reached an outcome that has a condition."""
    points, condition = _own(outcome, rows), outcome.condition
    if condition is None or not points:
        return 0
    base_rows = points.get(condition.baseline_point)
    baseline = deciding(base_rows).value if base_rows else None

    def succeeds(row: Row | None) -> bool:
        return row is not None and row.value is not None and holds(condition, row.value, baseline)

    if outcome.count.kind is CountKind.REPEATABLE:
        reached = sum(succeeds(row) for key in outcome.points for row in points.get(key, []))
        most = outcome.count.most_per_person
        return reached if most is None else min(reached, most)
    decided = _decided(outcome, points, missed)
    if outcome.window.rule is not WindowRule.ANY_POINT:
        # Where nobody misses a point, the window closes over it.
        asked = [key for key in outcome.points if key in decided or key not in missed.excused]
        return int(lasts(outcome.window, [succeeds(decided.get(key)) for key in asked]))
    reached = sum(succeeds(row) for row in decided.values())
    return min(reached, 1) if outcome.count.kind is CountKind.ONCE_PER_PERSON else reached


def holds(condition: Condition, value: Decimal, baseline: Decimal | None) -> bool:
    """Whether a value is a success; a change without its baseline is none."""
    agreed = condition.value if condition.value is not None else NOTHING
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


def lasts(window: Window, successes: list[bool]) -> bool:
    """Whether successes at the points, in their order, are as many as the window asks for."""
    needed = window.needed or len(successes)
    match window.rule:
        case WindowRule.ANY_POINT:
            return any(successes)
        case WindowRule.ALL_POINTS:
            return bool(successes) and all(successes)
        case WindowRule.SOME_POINTS:
            return sum(successes) >= max(needed, 1)
        case WindowRule.IN_A_ROW:
            run = longest = 0
            for success in successes:
                run = run + 1 if success else 0
                longest = max(longest, run)
            return longest >= max(needed, 1)


def amount(outcome: Outcome, rows: ByMetric, missed: Missed) -> Decimal | None:
    """The number that a person adds to a quantity; None where it was not measured.

    A repeatable total adds up every row, any other the deciding row of each point.
    """
    quantity, points = outcome.quantity, _own(outcome, rows)
    decided = _decided(outcome, points, missed)
    if quantity is None or not decided:
        return None
    latest = _value(deciding(decided.values()))
    if quantity.kind is QuantityKind.TOTAL:
        found = _total(outcome, points, decided)
        if quantity.less_metric is not None:
            less = rows.get(quantity.less_metric, {})
            # What is taken off leaves nothing, never less.
            found = max(found - _total(outcome, less, _decided(outcome, less, missed)), NOTHING)
    elif quantity.kind is QuantityKind.CHANGE:
        if quantity.baseline_point not in points:
            return None
        found = latest - _value(deciding(points[quantity.baseline_point]))
    else:
        found = latest
    return found if quantity.most_per_person is None else min(found, quantity.most_per_person)


def deciding(rows: Iterable[Row]) -> Row:
    """The latest measurement, a tie the later entry: not the best one."""
    return max(rows, key=lambda row: (row.measured_on, row.sequence))


def _metrics(outcome: Outcome) -> tuple[MetricReference, ...]:
    less = outcome.quantity.less_metric if outcome.quantity is not None else None
    return tuple(metric for metric in (outcome.metric, less) if metric is not None)


def _own(outcome: Outcome, rows: ByMetric) -> Points:
    return {} if outcome.metric is None else rows.get(outcome.metric, {})


def _decided(outcome: Outcome, points: Points, missed: Missed) -> dict[str, Row]:
    """The row that decides at each point; a missed one may have the last value standing in."""
    found = {}
    for key in outcome.points:
        rows = points.get(key, [])
        if not rows and key in missed.held:
            rows = [row for every in points.values() for row in every]
        if rows:
            found[key] = deciding(rows)
    return found


def _total(outcome: Outcome, points: Points, decided: Mapping[str, Row]) -> Decimal:
    if outcome.count.kind is CountKind.REPEATABLE:
        every = [row for key in outcome.points for row in points.get(key, [])]
        return sum((_value(row) for row in every), NOTHING)
    return sum((_value(row) for row in decided.values()), NOTHING)


def _value(row: Row) -> Decimal:
    # Rows without a value are never handed to counting.
    return NOTHING if row.value is None else row.value
