"""Dates on the way from referral to enrolment, and texts that must stay without personal ids."""

from __future__ import annotations

from datetime import date

from cohorts.rules.personal_id import contains_personal_id
from sibportal.kernel.dates import add_months
from sibportal.kernel.errors import Issue

# A referral may wait for a cohort to open; one from longer ago is a slip of the pen.
EARLIEST_MONTHS_BEFORE = 24


def check_referral(referred_on: date, *, enrolment_starts_on: date, as_of: date) -> list[Issue]:
    """A referral is not in the future, nor more than two years before the cohort opens."""
    earliest = add_months(enrolment_starts_on, -EARLIEST_MONTHS_BEFORE)
    if referred_on > as_of:
        return [Issue("cohorts.date_in_future", "referred_on", referred_on.isoformat())]
    if referred_on < earliest:
        params = {"earliest": earliest}
        return [Issue("cohorts.referred_too_early", "referred_on", referred_on.isoformat(), params)]
    return []


def check_step(field: str, day: date, *, referred_on: date, as_of: date) -> list[Issue]:
    """Contact and decision are on or after the day of referral, and not in the future."""
    if day > as_of:
        return [Issue("cohorts.date_in_future", field, day.isoformat())]
    if day < referred_on:
        return [Issue("cohorts.before_referral", field, day.isoformat(), {"on": referred_on})]
    return []


def check_birth_month(birth_month: date | None, *, as_of: date) -> list[Issue]:
    """Nobody is born in the future."""
    if birth_month is not None and birth_month > as_of:
        return [Issue("cohorts.birth_in_future", "birth_month", birth_month.isoformat())]
    return []


def check_text(field: str, text: str, *, as_of: date) -> list[Issue]:
    """A free text holds no personal id; the issue never repeats the text."""
    if contains_personal_id(text, as_of=as_of):
        return [Issue("cohorts.personal_id_in_text", field)]
    return []
