"""Who counts and what is measured, as frozen dataclasses of the terms document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from contracts.rules.terms.fields import Between, Key, Titles
from contracts.rules.terms.words import (
    Anchor,
    BelowMinimum,
    CompositeRule,
    CompositeScope,
    ConditionKind,
    CountKind,
    Denominator,
    LeavingReason,
    LeavingTreatment,
    OutcomeSource,
    QuantityKind,
    WindowRule,
)

MOST_MONTHS = 1200
MOST_DAYS = 3660
Months = Annotated[int, Between(-MOST_MONTHS, MOST_MONTHS)]
Days = Annotated[int, Between(-MOST_DAYS, MOST_DAYS)]
Tolerance = Annotated[int, Between(0, MOST_DAYS)]
Grade = Annotated[int, Between(1, 12)]
OneOrMore = Annotated[int, Between(1)]


@dataclass(frozen=True, slots=True)
class Counting:
    """Who counts, out of how many, and what leaving does (decision 6)."""

    denominator: Denominator | None
    minimum_cohort: int | None
    below_minimum: BelowMinimum | None
    exits: Mapping[LeavingReason, LeavingTreatment]
    neutral_exit_cap_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class MeasurementPoint:
    """When something is measured for one person (decision 5).

    The due day is the anchor's day plus `offset_months` and then `offset_days`:
    birthday counts months from birth (18 years = 216); school_grade is 1 August of the year in
    which the child starts `grade` (the first in the year of the seventh birthday); tax_year is
    31 December of the year of enrolment; calendar_date is `day`. The window is
    [due - tolerance_before_days, due + tolerance_after_days], both ends included.
    """

    key: Key
    title: Titles
    anchor: Anchor
    offset_months: Months = 0
    offset_days: Days = 0
    day: date | None = None
    grade: Grade | None = None
    tolerance_before_days: Tolerance = 0
    tolerance_after_days: Tolerance = 0


@dataclass(frozen=True, slots=True)
class MetricReference:
    """One version of a metric definition (contracts.Metric)."""

    code: Key
    version: OneOrMore


@dataclass(frozen=True, slots=True)
class Condition:
    """When a value is a success. `value` is None for is_true; `baseline_point` is the key of the
    point whose value is subtracted, for change_at_least (a negative value means a decrease of at
    least that much)."""

    kind: ConditionKind
    value: Decimal | None = None
    baseline_point: Key = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How often one person counts; `most_per_person` caps a repeatable outcome."""

    kind: CountKind = CountKind.ONCE_PER_PERSON
    most_per_person: OneOrMore | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """At how many of the outcome's points the condition must hold for one success.

    some_points: at `needed` of them (work in 6 of 12 months); in_a_row: at `needed` of them that
    follow each other in the order in which the outcome lists its points.
    """

    rule: WindowRule = WindowRule.ANY_POINT
    needed: OneOrMore | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """The number that one person adds to a sum, a mean or days.

    total: the sum of the person's values at the outcome's points; last: the latest of them;
    change: the latest less that at `baseline_point`. `less_metric` is taken off (days in jail
    off days housed), `most_per_person` caps what one person adds.
    """

    kind: QuantityKind
    baseline_point: Key = ""
    less_metric: MetricReference | None = None
    most_per_person: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """Whom and what an outcome counts, where that is not everybody and everything.

    `cohorts` are names of cohorts; the days are first days included (from) and not included
    (before). `reached` names an outcome that the person must have reached (a lease kept for a
    year); `not_reached` one that the person must not have (nobody is paid for twice).
    """

    cohorts: tuple[Key, ...] = ()
    enrolled_from: date | None = None
    enrolled_before: date | None = None
    measured_from: date | None = None
    measured_before: date | None = None
    reached: Key = ""
    not_reached: Key = ""


@dataclass(frozen=True, slots=True)
class Composite:
    """An outcome made of others: all, any, `needed` of `parts`, or those whose weights (per cent,
    in the order of the parts) come to at least `needed_percent`."""

    rule: CompositeRule
    parts: tuple[Key, ...]
    scope: CompositeScope
    needed: OneOrMore | None = None
    weights: tuple[Weight, ...] = ()
    needed_percent: Decimal | None = None

    @property
    def required(self) -> int:
        """How many of the parts must be reached."""
        if self.rule is CompositeRule.ALL_OF:
            return len(self.parts)
        return 1 if self.rule is CompositeRule.ANY_OF else self.needed or len(self.parts)


@dataclass(frozen=True, slots=True)
class Weight:
    """What one part of a weighted composite weighs, in per cent."""

    part: Key
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is counted: a success (metric, points, condition), a quantity (metric, points,
    quantity), or a composite of successes.

    A success is reached when the condition holds at the points that its window asks for. With
    `source` aggregate no person is measured: a data holder delivers the figures of the group.
    """

    key: Key
    title: Titles
    metric: MetricReference | None = None
    points: tuple[Key, ...] = ()
    condition: Condition | None = None
    count: Count = Count()
    verified_automatically: bool = False
    composite: Composite | None = None
    window: Window = Window()
    quantity: Quantity | None = None
    only: Restriction = Restriction()
    source: OutcomeSource = OutcomeSource.INDIVIDUAL

    @property
    def is_aggregate(self) -> bool:
        """Whether it rests on figures of the whole group, with no rows of people."""
        return self.source is OutcomeSource.AGGREGATE


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something measured and shown that is never paid for."""

    key: Key
    title: Titles
    metric: MetricReference
    points: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class PathPoint:
    """What the parties expect of an outcome on a day, in the unit it is paid on."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class ExpectedPath:
    outcome: Key
    points: tuple[PathPoint, ...]
