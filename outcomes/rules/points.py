"""When something is due to be measured for one person, and how it stands on a day.

A measurement point is an anchor with an offset and a tolerance (decision 5); terms define the
anchors' days in contracts/rules/terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cohorts.rules.enrolment import ExitReason
from contracts.rules.terms.document import (
    Disruption,
    MeasurementPoint,
    MetricReference,
    Outcome,
    TermsDocument,
)
from contracts.rules.terms.words import Anchor, CountKind, DisruptionTreatment, LeavingTreatment
from outcomes.rules.scopes import EVERYBODY, Whom, whom
from sibportal.kernel.dates import add_months

SCHOOL_STARTS = (8, 1)
AGE_AT_SCHOOL = 7
DUE_SOON_DAYS = 90

# The facts of a person that the day of each anchor follows from, those of leaving aside.
_READS: dict[Anchor, frozenset[str]] = {
    Anchor.ENROLMENT: frozenset({"enrolled_on"}),
    Anchor.TAX_YEAR: frozenset({"enrolled_on"}),
    Anchor.BIRTHDAY: frozenset({"birth_month"}),
    Anchor.SCHOOL_GRADE: frozenset({"birth_month", "school_started_year"}),
    Anchor.EXIT: frozenset(),
    Anchor.CALENDAR_DATE: frozenset(),
}


class PointStatus(StrEnum):
    """How one point stands for one person."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    DUE = "due"
    OVERDUE = "overdue"
    MEASURED = "measured"
    NOT_REACHED = "not_reached"
    LEFT = "left"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PersonDates:
    """The dates of one person that points are reckoned from; birth by its month's first day.

    `cohort` is its name in terms (scopes.cohort_key). The last two are the days from which consent
    to the service, and to follow-up from registers, is refused.
    """

    enrolled_on: date
    exited_on: date | None = None
    exit_reason: str = ""
    birth_month: date | None = None
    school_started_year: int | None = None
    cohort: str = ""
    no_service_from: date | None = None
    no_register_from: date | None = None

    def refused_from(self, *, register: bool) -> date | None:
        """The day from which a metric, from a register or not, may not be measured any more."""
        days = [self.no_service_from, self.no_register_from if register else None]
        return min((day for day in days if day is not None), default=None)


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
class Asking:
    """Whom one outcome asks for a measurement, and for which days (Restriction).

    The due day of the outcome's own points decides, [since, before): an amendment thus leaves each
    due day to one wording. A baseline may be older than those days.
    """

    people: Whom = EVERYBODY
    own: tuple[MeasurementPoint, ...] = ()
    since: date | None = None
    before: date | None = None
    is_baseline: bool = False

    def asks(self, person: PersonDates, disruptions: tuple[Disruption, ...]) -> bool:
        """Whether the outcome wants this person measured here, whenever that is due."""
        if not self._means(person):
            return False
        days = [window(point, person, disruptions) for point in self.own]
        return any(one is None or self._in_time(one.due_on) for one in days)

    def takes(self, person: PersonDates, day: date) -> bool:
        """Whether the outcome counts what was measured of this person on a day."""
        return self._means(person) and (self.is_baseline or self._in_time(day))

    @property
    def reads(self) -> frozenset[str]:
        """The facts of a person that decide whether it asks."""
        facts: frozenset[str] = frozenset()
        if self.since is not None or self.before is not None:
            facts = facts.union(*(_READS[point.anchor] for point in self.own))
        for scope in self.people:
            facts |= {"cohort"} if scope.cohorts else set()
            facts |= {"enrolled_on"} if scope.entered_from or scope.entered_before else set()
        return facts

    def _means(self, person: PersonDates) -> bool:
        return any(one.holds(person.cohort, person.enrolled_on) for one in self.people)

    def _in_time(self, day: date) -> bool:
        late = self.before is not None and day >= self.before
        return not late and (self.since is None or day >= self.since)


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """One thing to measure: a metric at a point, and what rests on it.

    `disruptions` are those of every outcome that rests on it, `askings` say of whom each of them
    wants it (none: everybody). What is `repeatable` may be reported for several days.
    """

    metric: MetricReference
    point: MeasurementPoint
    paid: bool
    verified_automatically: bool
    disruptions: tuple[Disruption, ...] = ()
    askings: tuple[Asking, ...] = ()
    repeatable: bool = False

    @property
    def reads(self) -> frozenset[str]:
        """The facts of a person, those of leaving aside, that its day and its asking follow from;
        people with the same facts stand alike."""
        return _READS[self.point.anchor].union(*(one.reads for one in self.askings))

    def asked(self, person: PersonDates) -> bool:
        """Whether anything still wants it of a person; what an amendment replaced does not."""
        return not self.askings or any(one.asks(person, self.disruptions) for one in self.askings)

    def takes(self, person: PersonDates, day: date) -> bool:
        """Whether what was measured of a person on a day can count for anything."""
        return not self.askings or any(one.takes(person, day) for one in self.askings)

    def window(self, person: PersonDates) -> Window | None:
        """When it is due for a person, later where a disruption extends it."""
        return window(self.point, person, self.disruptions)

    def excused(self, person: PersonDates) -> bool:
        """Whether nobody misses it: it is due while a disruption excludes it."""
        return excused(self.point, person, self.disruptions)


def planned(terms: TermsDocument) -> tuple[PlannedPoint, ...]:
    """Everything that the terms ask to measure, baselines and follow-up included, each once.

    A metric is verified automatically at a point only if every outcome there says so; a
    disruption moves or excuses it only if it disturbs every outcome there.
    """
    wanted: dict[tuple[MetricReference, str], list[Outcome]] = {}
    for outcome in terms.outcomes:
        for place in measured_for(outcome):
            wanted.setdefault(place, []).append(outcome)
    followed_up = dict.fromkeys((one.metric, key) for one in terms.follow_up for key in one.points)
    found = [
        PlannedPoint(
            metric,
            terms.point(key),
            True,
            all(one.verified_automatically for one in resting),
            tuple(
                one
                for one in terms.disruptions
                if {outcome.key for outcome in resting} <= set(one.outcomes)
            ),
            () if (metric, key) in followed_up else _askings(terms, key, resting),
            any(one.count.kind is CountKind.REPEATABLE for one in resting),
        )
        for (metric, key), resting in wanted.items()
    ]
    found += [
        PlannedPoint(metric, terms.point(key), False, False)
        for metric, key in followed_up
        if (metric, key) not in wanted
    ]
    return tuple(found)


def _askings(terms: TermsDocument, key: str, resting: list[Outcome]) -> tuple[Asking, ...]:
    """Whom the outcomes at a point ask; none where one of them asks everybody at any time."""
    found = []
    for outcome in resting:
        only, is_baseline = outcome.only, key not in outcome.points
        own = outcome.points if is_baseline else (key,)
        days = only.measured_from, only.measured_before
        asking = Asking(whom(outcome, terms), tuple(map(terms.point, own)), *days, is_baseline)
        if asking.people == EVERYBODY and days == (None, None):
            return ()
        found.append(asking)
    return tuple(found)


def disruptions_by_point(terms: TermsDocument) -> dict[str, tuple[Disruption, ...]]:
    """The disruptions that move a point, for whatever is measured there."""
    found: dict[str, tuple[Disruption, ...]] = {}
    for one in planned(terms):
        known = found.get(one.point.key, one.disruptions)
        found[one.point.key] = tuple(each for each in known if each in one.disruptions)
    return found


def measured_for(outcome: Outcome) -> Iterator[tuple[MetricReference, str]]:
    """The metrics and points that a simple outcome rests on, its baseline last; none for a
    composite."""
    if outcome.metric is None:
        return
    for key in outcome.points:
        yield outcome.metric, key
    if outcome.quantity is not None and outcome.quantity.less_metric is not None:
        for key in outcome.points:
            yield outcome.quantity.less_metric, key
    if baseline := baseline_point(outcome):
        yield outcome.metric, baseline


def baseline_point(outcome: Outcome) -> str:
    """The point whose value a change is reckoned from; empty where none is."""
    if outcome.condition is not None:
        return outcome.condition.baseline_point
    return outcome.quantity.baseline_point if outcome.quantity is not None else ""


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


def window(
    point: MeasurementPoint, person: PersonDates, disruptions: tuple[Disruption, ...] = ()
) -> Window | None:
    """When this point is due for this person; None while the anchor's day is not known.

    A month too short for the day (31 January plus one month, 29 February) gives its last day.
    What is due in a disruption that extends, or after its beginning, is due so much later.
    """
    due_on = _agreed_day(point, person)
    if due_on is None:
        return None
    due_on += timedelta(days=sum(
        one.extend_days or 0
        for one in disruptions
        if one.treatment is DisruptionTreatment.EXTEND and due_on >= one.from_day
    ))  # fmt: skip
    return Window(
        due_on=due_on,
        opens_on=due_on - timedelta(days=point.tolerance_before_days),
        closes_on=due_on + timedelta(days=point.tolerance_after_days),
    )


def excused(
    point: MeasurementPoint, person: PersonDates, disruptions: tuple[Disruption, ...]
) -> bool:
    """Whether this point is due while a disruption excludes it, so that nobody misses it.

    Leaving early excuses nothing: a point reckoned from the exit is excused to those who completed.
    """
    if point.anchor is Anchor.EXIT and person.exit_reason != ExitReason.COMPLETED:
        return False
    due_on = _agreed_day(point, person)
    return due_on is not None and any(
        one.treatment is DisruptionTreatment.EXCLUDE and one.from_day <= due_on < one.until
        for one in disruptions
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
    excused: bool = False,
    refused_from: date | None = None,
) -> PointStatus:
    """How a point stands: what was recorded first, then whether the person left, then the days.

    What is excused is never due. `followed_after_exit` says whether the terms still follow a
    person who left this way; nobody is measured after death, nor after refusing it
    (`refused_from`). What had closed before that is still reported.
    """
    if measured or not_reached:
        return PointStatus.MEASURED if measured else PointStatus.NOT_REACHED
    if due is None or excused:
        if person.exited_on is not None and not followed_after_exit:
            return PointStatus.LEFT
        return PointStatus.EXCUSED if excused else PointStatus.NOT_DUE
    if _left_before(due, person, followed_after_exit):
        return PointStatus.LEFT
    if refused_from is not None and refused_from <= due.closes_on:
        return PointStatus.WITHDRAWN
    if as_of > due.closes_on:
        return PointStatus.OVERDUE
    if as_of >= due.opens_on:
        return PointStatus.DUE
    return PointStatus.DUE_SOON if _days(as_of, due) <= soon_days else PointStatus.NOT_DUE


def _agreed_day(point: MeasurementPoint, person: PersonDates) -> date | None:
    anchor = _anchor_day(point, person)
    if anchor is None:
        return None
    return add_months(anchor, point.offset_months) + timedelta(days=point.offset_days)


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
    if person.exited_on is None:
        return False
    if person.exit_reason == ExitReason.DEATH:
        return person.exited_on <= due.closes_on
    return person.exited_on < due.due_on and not followed


def _days(as_of: date, due: Window) -> int:
    return (due.opens_on - as_of).days
