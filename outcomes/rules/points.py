"""When something is due to be measured for one person, and how it stands on a day.

A measurement point is an anchor with an offset and a tolerance (decision 5); terms define the
anchors' days in contracts/rules/terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cohorts.rules.enrolment import ExitReason
from contracts.rules.terms.document import MeasurementPoint, MetricReference, TermsDocument
from contracts.rules.terms.words import Anchor, LeavingTreatment
from sibportal.kernel.dates import add_months

SCHOOL_STARTS = (8, 1)
AGE_AT_SCHOOL = 7
DUE_SOON_DAYS = 30


class PointStatus(StrEnum):
    """How one point stands for one person."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    DUE = "due"
    OVERDUE = "overdue"
    MEASURED = "measured"
    NOT_REACHED = "not_reached"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PersonDates:
    """The dates of one person that points are reckoned from; birth by its month's first day."""

    enrolled_on: date
    exited_on: date | None = None
    exit_reason: str = ""
    birth_month: date | None = None
    school_started_year: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The due day and the days on which a measurement is accepted, both ends included."""

    due_on: date
    opens_on: date
    closes_on: date

    def contains(self, day: date) -> bool:
        """Whether a measurement on this day belongs to the point."""
        return self.opens_on <= day <= self.closes_on


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """One thing to measure: a metric at a point, and what rests on it."""

    metric: MetricReference
    point: MeasurementPoint
    paid: bool
    verified_automatically: bool


def planned(terms: TermsDocument) -> tuple[PlannedPoint, ...]:
    """Everything that the terms ask to measure, baselines and follow-up included, each once.

    A metric is verified automatically at a point only if every outcome there says so.
    """
    wanted: dict[tuple[MetricReference, str], list[bool]] = {}
    for outcome in terms.outcomes:
        if outcome.metric is None:
            continue
        keys = list(outcome.points)
        if outcome.condition is not None and outcome.condition.baseline_point:
            keys.append(outcome.condition.baseline_point)
        for key in keys:
            wanted.setdefault((outcome.metric, key), []).append(outcome.verified_automatically)
    found = [
        PlannedPoint(metric, terms.point(key), True, all(automatic))
        for (metric, key), automatic in wanted.items()
    ]
    for follow_up in terms.follow_up:
        for key in follow_up.points:
            if (follow_up.metric, key) not in wanted:
                wanted[(follow_up.metric, key)] = []
                found.append(PlannedPoint(follow_up.metric, terms.point(key), False, False))
    return tuple(found)


def followed_reasons(terms: TermsDocument) -> frozenset[str]:
    """The ways of leaving after which the terms still measure a person."""
    how = terms.counting.exits.items()
    return frozenset(
        {reason.value for reason, one in how if one is LeavingTreatment.FOLLOWED_BY_REGISTER}
        | {ExitReason.COMPLETED.value}
    )


def followed(terms: TermsDocument, person: PersonDates) -> bool:
    """Whether the terms still measure a person, who may have left."""
    return not person.exit_reason or person.exit_reason in followed_reasons(terms)


def window(point: MeasurementPoint, person: PersonDates) -> Window | None:
    """When this point is due for this person; None while the anchor's day is not known.

    A month too short for the day (31 January plus one month, 29 February) gives its last day.
    """
    anchor = _anchor_day(point, person)
    if anchor is None:
        return None
    due_on = add_months(anchor, point.offset_months) + timedelta(days=point.offset_days)
    return Window(
        due_on=due_on,
        opens_on=due_on - timedelta(days=point.tolerance_before_days),
        closes_on=due_on + timedelta(days=point.tolerance_after_days),
    )


def status(
    due: Window | None,
    person: PersonDates,
    *,
    measured: bool,
    not_reached: bool,
    followed_after_exit: bool,
    as_of: date,
    soon_days: int = DUE_SOON_DAYS,
) -> PointStatus:
    """How a point stands: what was recorded first, then whether the person left, then the days.

    `followed_after_exit` says whether the terms still follow a person who left this way; nobody
    is measured after death.
    """
    if measured or not_reached:
        return PointStatus.MEASURED if measured else PointStatus.NOT_REACHED
    if due is None:
        left = person.exited_on is not None and not followed_after_exit
        return PointStatus.LEFT if left else PointStatus.NOT_DUE
    if _left_before(due, person, followed_after_exit):
        return PointStatus.LEFT
    if as_of > due.closes_on:
        return PointStatus.OVERDUE
    if as_of >= due.opens_on:
        return PointStatus.DUE
    return PointStatus.DUE_SOON if _days(as_of, due) <= soon_days else PointStatus.NOT_DUE


def _anchor_day(point: MeasurementPoint, person: PersonDates) -> date | None:
    match point.anchor:
        case Anchor.ENROLMENT:
            return person.enrolled_on
        case Anchor.EXIT:
            return person.exited_on
        case Anchor.BIRTHDAY:
            return person.birth_month
        case Anchor.SCHOOL_GRADE:
            return _grade_starts(point.grade, person)
        case Anchor.TAX_YEAR:
            return date(person.enrolled_on.year, 12, 31)
        case Anchor.CALENDAR_DATE:
            return point.day


def _grade_starts(grade: int | None, person: PersonDates) -> date | None:
    first = person.school_started_year
    if first is None and person.birth_month is not None:
        first = person.birth_month.year + AGE_AT_SCHOOL
    if first is None or grade is None:
        return None
    return date(first + grade - 1, *SCHOOL_STARTS)


def _left_before(due: Window, person: PersonDates, followed: bool) -> bool:
    if person.exited_on is None or person.exited_on >= due.due_on:
        return False
    return person.exit_reason == ExitReason.DEATH or not followed


def _days(as_of: date, due: Window) -> int:
    return (due.opens_on - as_of).days
