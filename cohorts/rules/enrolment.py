"""Dates of joining and leaving, and of living in one household at a time.

Enrolment closes before the first measurement, and leaving never takes a person out of the count
(abuse case 3); what an exit does to the count is in counting.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue


class ExitReason(StrEnum):
    """The ways of leaving; all but `completed` are answered for in the terms (decision 6)."""

    COMPLETED = "completed"
    DEATH = "death"
    MOVED_AWAY = "moved_away"
    TAKEN_INTO_CARE = "taken_into_care"
    GUARDIAN_WITHDREW = "guardian_withdrew"
    TURNED_18 = "turned_18"
    TRANSFERRED = "transferred"
    DROPPED_OUT = "dropped_out"


@dataclass(frozen=True)
class EnrolmentDates:
    """One person's dates as they would be stored."""

    enrolled_on: date
    referred_on: date | None = None
    started_on: date | None = None


@dataclass(frozen=True)
class CohortWindow:
    """When a cohort takes people in ([start, end)), how many, and how many it has."""

    period: Period
    places: int
    enrolled: int


def check_enrolment(
    dates: EnrolmentDates,
    window: CohortWindow,
    *,
    first_measured_on: date | None,
    as_of: date,
) -> list[Issue]:
    """What speaks against these dates.

    `first_measured_on` is the person's first measurement after the baseline, if there is one.
    """
    issues = []
    enrolled = dates.enrolled_on
    if enrolled > as_of:
        issues.append(_issue("cohorts.date_in_future", "enrolled_on", enrolled))
    if not window.period.contains(enrolled):
        issues.append(
            _issue(
                "cohorts.enrolled_outside_window",
                "enrolled_on",
                enrolled,
                starts_on=window.period.start,
                last_on=_last_day(window.period),
            )
        )
    if dates.referred_on is not None and enrolled < dates.referred_on:
        issues.append(
            _issue(
                "cohorts.enrolled_before_referral", "enrolled_on", enrolled, on=dates.referred_on
            )
        )
    if first_measured_on is not None and enrolled >= first_measured_on:
        issues.append(
            _issue(
                "cohorts.enrolled_after_measurement", "enrolled_on", enrolled, on=first_measured_on
            )
        )
    if window.enrolled >= window.places:
        issues.append(Issue("cohorts.cohort_full", params={"places": window.places}))
    return issues + check_start(dates, as_of=as_of)


def check_start(dates: EnrolmentDates, *, as_of: date) -> list[Issue]:
    """The service starts on or after the day of enrolment, and not in the future."""
    started = dates.started_on
    if started is None:
        return []
    if started > as_of:
        return [_issue("cohorts.date_in_future", "started_on", started)]
    if started < dates.enrolled_on:
        return [
            _issue("cohorts.started_before_enrolment", "started_on", started, on=dates.enrolled_on)
        ]
    return []


def check_exit(
    *,
    enrolled_on: date,
    exited_on: date,
    reason: str,
    already_exited_on: date | None,
    as_of: date,
) -> list[Issue]:
    """What speaks against recording this exit; an exit is recorded once."""
    issues = []
    if already_exited_on is not None:
        issues.append(_issue("cohorts.already_left", "exited_on", exited_on, on=already_exited_on))
    if exited_on > as_of:
        issues.append(_issue("cohorts.date_in_future", "exited_on", exited_on))
    if exited_on < enrolled_on:
        issues.append(
            _issue("cohorts.exit_before_enrolment", "exited_on", exited_on, on=enrolled_on)
        )
    if reason not in set(ExitReason):
        issues.append(Issue("cohorts.exit_reason_unknown", field="exit_reason", value=reason))
    return issues


def check_exit_confirmation(
    *, exited_on: date | None, confirmed: bool, recorded_by: object, confirmed_by: object
) -> list[Issue]:
    """An exit is confirmed once, by someone else than who recorded it."""
    if exited_on is None:
        return [Issue("cohorts.nothing_to_confirm")]
    if confirmed:
        return [Issue("cohorts.exit_already_confirmed")]
    if recorded_by == confirmed_by:
        return [Issue("cohorts.exit_confirmed_by_recorder")]
    return []


def check_membership(
    valid_from: date, valid_until: date | None, existing: Iterable[Period]
) -> list[Issue]:
    """A person lives in one household at a time; moves are dated, the end not included."""
    if valid_until is not None and valid_until <= valid_from:
        return [_issue("cohorts.ends_before_start", "valid_until", valid_until, on=valid_from)]
    stay = Period(valid_from, valid_until)
    for other in existing:
        if stay.overlaps(other):
            return [_issue("cohorts.two_households", "valid_from", valid_from, since=other.start)]
    return []


def _last_day(period: Period) -> date | None:
    return None if period.end is None else period.end - timedelta(days=1)


def _issue(code: str, field: str, value: date, **days: date | None) -> Issue:
    return Issue(code, field=field, value=value.isoformat(), params=days)
