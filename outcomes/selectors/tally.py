"""Counting people and events in the database: the fast path beside outcomes/rules/counting.

One statement groups the rows by person and adds up the people. It knows who stays; those who
left are counted apart, and `together` joins the two.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DecimalField,
    Expression,
    F,
    Func,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Least
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual

from cohorts.rules.counting import Base
from contracts.rules.terms.document import Condition, MetricReference, Outcome, TermsDocument
from contracts.rules.terms.words import CompositeScope, ConditionKind, CountKind
from outcomes.models import Measurement
from outcomes.rules.counting import Figures, deciding_part

NUMBER = DecimalField(max_digits=14, decimal_places=4)
Expressions = dict[str, Any]


@dataclass(frozen=True)
class Counts:
    """What one group of people adds to an outcome.

    `out_of` is what they add to the denominator where it is everyone measured, and what they take
    from it where its size is known.
    """

    newly: int
    lost: int
    people: int
    events: int
    events_before: int
    measured: int
    out_of: int


Tally = dict[str, Counts]


class _Latest(Func):
    """Orders rows of a point by day and entry, with the value behind: the greatest decides.

    Whole numbers compare faster than decimals, so the four decimals of a value become units.
    """

    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(BigIntegerField())


class _DayNumber(Func):
    template = "(%(expressions)s - DATE '2000-01-01')::bigint"
    output_field = BigIntegerField()


class _Units(Func):
    template = "(%(expressions)s * 10000)::bigint"
    output_field = BigIntegerField()


class _Third(Func):
    template = "((%(expressions)s)[3] * 0.0001)"
    output_field = NUMBER


def can_count(terms: TermsDocument) -> bool:
    """False for a repeated change from a baseline, which only the definition counts."""
    return not any(
        one.count.kind is CountKind.REPEATABLE
        and one.condition is not None
        and one.condition.kind is ConditionKind.CHANGE_AT_LEAST
        for one in terms.outcomes
    )


def tally(
    rows: QuerySet[Measurement],
    terms: TermsDocument,
    metrics: Mapping[MetricReference, UUID],
    *,
    now: Q,
    before: Q | None,
) -> Tally:
    """Count the outcomes over the rows that stand `now` and those that stood `before`.

    A row belongs to a person who stays; one without a value proves nothing.
    """
    names = {one.key: f"o{place}" for place, one in enumerate(terms.outcomes) if _per_person(one)}
    columns: Expressions = {}
    for moment, stands in (("now", now), ("before", before)):
        if stands is not None:
            columns |= _moment(terms, metrics, names, moment, stands)
    people = (
        rows.filter(value__isnull=False).filter(now if before is None else now | before)
        .values("participant").annotate(**columns)
    )  # fmt: skip
    sums: dict[str, Any] = {}
    for name in names.values():
        sums |= _sums(name, with_before=before is not None)
    found = people.aggregate(**sums) if sums else {}
    return {key: _counts(name, found) for key, name in names.items()}


def together(
    terms: TermsDocument, whole: Base, fast: Mapping[str, Counts], slow: Mapping[str, Counts]
) -> dict[str, Figures]:
    """The figures of everybody, from those who stay and those who left."""
    figures: dict[str, Figures] = {}
    for key, staying in fast.items():
        parts = [staying, slow[key]] if key in slow else [staying]
        events = sum(one.events for one in parts)
        out_of = sum(one.out_of for one in parts)
        figures[key] = Figures(
            outcome=key,
            numerator=sum(one.newly for one in parts),
            events=max(0, events - sum(one.events_before for one in parts)),
            cumulative_numerator=sum(one.people for one in parts),
            cumulative_events=events,
            denominator=out_of if whole.size is None else whole.size + _taken(slow, key),
            measured=sum(one.measured for one in parts),
            lost=sum(one.lost for one in parts),
        )
    for outcome in terms.outcomes:
        if not _per_person(outcome):
            figures[outcome.key] = deciding_part(outcome, figures)
    return {one.key: figures[one.key] for one in terms.outcomes}


def _taken(slow: Mapping[str, Counts], key: str) -> int:
    return slow[key].out_of if key in slow else 0


def _per_person(outcome: Outcome) -> bool:
    composite = outcome.composite
    return composite is None or composite.scope is CompositeScope.PER_PERSON


def _moment(
    terms: TermsDocument,
    metrics: Mapping[MetricReference, UUID],
    names: Mapping[str, str],
    moment: str,
    stands: Q,
) -> Expressions:
    """Per outcome: how often the person reached it, and whether the person was measured."""
    columns: Expressions = {}
    for outcome in terms.outcomes:
        if outcome.metric is not None and outcome.condition is not None:
            name, mine = names[outcome.key], stands & Q(metric=metrics[outcome.metric])
            measured = Count("pk", filter=mine & Q(point_key__in=outcome.points))
            columns[f"{moment}_{name}"] = _times(outcome, outcome.condition, mine)
            columns[f"measured_{moment}_{name}"] = measured
    for outcome in terms.outcomes:
        if outcome.composite is not None and outcome.key in names:
            parts = [f"{moment}_{names[key]}" for key in outcome.composite.parts]
            reached = _added([_one_if(Q(**{f"{part}__gt": 0})) for part in parts])
            enough = GreaterThanOrEqual(reached, Value(outcome.composite.required))
            every = Q(**{f"measured_{part}__gt": 0 for part in parts})
            columns[f"{moment}_{names[outcome.key]}"] = _one_if(enough)
            columns[f"measured_{moment}_{names[outcome.key]}"] = _one_if(every)
    return columns


def _times(outcome: Outcome, condition: Condition, mine: Q) -> Any:
    """How often one person reached a simple outcome (outcomes/rules/counting._times_of_one)."""
    most = outcome.count.most_per_person
    if outcome.count.kind is CountKind.REPEATABLE:
        times: Any = Count("pk", filter=mine & Q(point_key__in=outcome.points) & _held(condition))
        return times if most is None else Least(times, Value(most))
    baseline = _value_at(condition.baseline_point, mine) if condition.baseline_point else None
    reached = [
        _one_if(_success(condition, _value_at(point, mine), baseline)) for point in outcome.points
    ]
    if outcome.count.kind is CountKind.ONCE_PER_PERSON:
        return Least(_added(reached), Value(1))
    return _added(reached)


def _value_at(point: str, mine: Q) -> Expression:
    key = _Latest(_DayNumber(F("measured_on")), F("pk"), _Units(F("value")))
    return _Third(Max(key, filter=mine & Q(point_key=point)))


def _success(condition: Condition, value: Expression, baseline: Expression | None) -> Any:
    """The condition as an expression; NULL, from a missing value, is no success."""
    agreed = Value(condition.value or 0, output_field=NUMBER)
    match condition.kind:
        case ConditionKind.IS_TRUE:
            return Exact(value, Value(1, output_field=NUMBER))
        case ConditionKind.AT_LEAST:
            return GreaterThanOrEqual(value, agreed)
        case ConditionKind.AT_MOST:
            return LessThanOrEqual(value, agreed)
        case ConditionKind.CHANGE_AT_LEAST:
            change = value - baseline
            if (condition.value or 0) < 0:
                return LessThanOrEqual(change, agreed)
            return GreaterThanOrEqual(change, agreed)


def _held(condition: Condition) -> Q:
    """The condition on a row by itself, for outcomes that repeat."""
    match condition.kind:
        case ConditionKind.IS_TRUE:
            return Q(value=1)
        case ConditionKind.AT_LEAST:
            return Q(value__gte=condition.value or 0)
        case ConditionKind.AT_MOST:
            return Q(value__lte=condition.value or 0)
        case ConditionKind.CHANGE_AT_LEAST:
            raise ValueError("A repeated change is counted by the definition.")


def _sums(name: str, *, with_before: bool) -> dict[str, Any]:
    now, measured = Q(**{f"now_{name}__gt": 0}), Q(**{f"measured_now_{name}__gt": 0})
    sums: dict[str, Any] = {
        f"{name}_people": Count("participant", filter=now),
        f"{name}_events": Sum(f"now_{name}", default=0),
        f"{name}_measured": Count("participant", filter=measured),
        f"{name}_out_of": Count("participant", filter=measured | now),
    }
    if with_before:
        before = Q(**{f"before_{name}__gt": 0})
        sums |= {
            f"{name}_newly": Count("participant", filter=now & ~before),
            f"{name}_lost": Count("participant", filter=before & ~now),
            f"{name}_events_before": Sum(f"before_{name}", default=0),
        }
    return sums


def _counts(name: str, found: Mapping[str, int]) -> Counts:
    people = found[f"{name}_people"]
    return Counts(
        newly=found.get(f"{name}_newly", people),
        lost=found.get(f"{name}_lost", 0),
        people=people,
        events=found[f"{name}_events"],
        events_before=found.get(f"{name}_events_before", 0),
        measured=found[f"{name}_measured"],
        out_of=found[f"{name}_out_of"],
    )


def _one_if(condition: Any) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _added(terms: list[Any]) -> Any:
    return reduce(operator.add, terms)
