"""Consent as four dated switches: who may set them, when to ask again, what a withdrawal stops.

The list is append-only; the row that holds is the latest by date and then by sequence. The legal
basis of processing is another fact and not decided here (decision 21).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cohorts.rules.enrolment import ExitReason
from sibportal.kernel.dates import add_months
from sibportal.kernel.errors import Issue

ADULT_AGE = 18
DEFAULT_CONSENT_AGE = 12


class Switch(StrEnum):
    """The things a person or guardian says yes or no to."""

    SERVICE = "service"
    CONTACT = "contact"
    REGISTER_FOLLOW_UP = "register_follow_up"
    RESEARCH = "research"


class Giver(StrEnum):
    """Who said it."""

    SELF = "self"
    GUARDIAN = "guardian"


@dataclass(frozen=True)
class Entry:
    """One switch set on or off from a date on."""

    switch: Switch
    given: bool
    given_by: Giver
    effective_on: date
    sequence: int = 0


@dataclass(frozen=True)
class AskAgain:
    """The child must now be asked in person, by reason of age (code)."""

    code: str
    due_on: date


STOPS: dict[Switch, tuple[str, ...]] = {
    Switch.SERVICE: (
        "cohorts.stops_service",
        "cohorts.stops_exit_to_record",
        "cohorts.keeps_earlier_measurements",
        "cohorts.keeps_in_denominator",
    ),
    Switch.CONTACT: (
        "cohorts.stops_contact",
        "cohorts.stops_contact_reminders",
        "cohorts.keeps_service",
    ),
    Switch.REGISTER_FOLLOW_UP: (
        "cohorts.stops_register_follow_up",
        "cohorts.keeps_earlier_measurements",
        "cohorts.keeps_in_denominator",
    ),
    Switch.RESEARCH: (
        "cohorts.stops_research",
        "cohorts.keeps_earlier_research",
        "cohorts.keeps_service",
    ),
}


def reaches(birth_month: date, age: int) -> date:
    """The first day of the month in which a person born in a month reaches an age."""
    return add_months(birth_month.replace(day=1), age * 12)


def current(entries: Iterable[Entry], switch: Switch, on: date) -> Entry | None:
    """The entry that holds on a date, or None if nobody has been asked."""
    past = [one for one in entries if one.switch == switch and one.effective_on <= on]
    return max(past, key=lambda one: (one.effective_on, one.sequence), default=None)


def is_given(entries: Iterable[Entry], switch: Switch, on: date) -> bool:
    """True only after a yes; silence is no consent."""
    entry = current(entries, switch, on)
    return entry is not None and entry.given


def switches(entries: Iterable[Entry], on: date) -> dict[Switch, Entry | None]:
    """Every switch and the entry that holds on a date."""
    kept = list(entries)
    return {switch: current(kept, switch, on) for switch in Switch}


def who_may_give(
    birth_month: date | None, on: date, *, consent_age: int = DEFAULT_CONSENT_AGE
) -> frozenset[Giver]:
    """Guardian below the consent age, both up to 18, only the person from 18 on.

    Without a month of birth both are accepted: the case worker knows.
    """
    if birth_month is None:
        return frozenset(Giver)
    if on >= _end_of_month_reaching(birth_month, ADULT_AGE):
        return frozenset({Giver.SELF})
    if on < reaches(birth_month, consent_age):
        return frozenset({Giver.GUARDIAN})
    return frozenset(Giver)


def check(
    entry: Entry,
    *,
    birth_month: date | None,
    as_of: date,
    consent_age: int = DEFAULT_CONSENT_AGE,
) -> list[Issue]:
    """What speaks against recording an entry. A no is accepted from either at any age."""
    issues = []
    if entry.effective_on > as_of:
        issues.append(
            Issue(
                "cohorts.date_in_future", field="effective_on", value=entry.effective_on.isoformat()
            )
        )
    allowed = who_may_give(birth_month, entry.effective_on, consent_age=consent_age)
    if entry.given and entry.given_by not in allowed:
        code = (
            "cohorts.consent_by_adult_only"
            if Giver.SELF in allowed
            else "cohorts.consent_by_guardian_only"
        )
        issues.append(
            Issue(code, field="given_by", value=entry.given_by.value, params={"age": consent_age})
        )
    return issues


def ask_again(
    entries: Iterable[Entry],
    *,
    birth_month: date | None,
    as_of: date,
    exit_reason: str = "",
    consent_age: int = DEFAULT_CONSENT_AGE,
) -> AskAgain | None:
    """Whether the person must now be asked in person; the later age counts.

    Nobody is asked about the dead, or where no consent is in force that could be renewed.
    """
    kept = list(entries)
    if birth_month is None or exit_reason == ExitReason.DEATH:
        return None
    if not any(is_given(kept, switch, as_of) for switch in Switch):
        return None
    for age, code in (
        (ADULT_AGE, "cohorts.reached_adult_age"),
        (consent_age, "cohorts.reached_consent_age"),
    ):
        due_on = reaches(birth_month, age)
        if as_of >= due_on:
            asked = any(
                one.given_by is Giver.SELF and due_on <= one.effective_on <= as_of for one in kept
            )
            return None if asked else AskAgain(code, due_on)
    return None


def reminders_allowed(
    entries: Iterable[Entry], *, on: date, exit_reason: str = "", exited_on: date | None = None
) -> bool:
    """Whether staff may be reminded to contact or measure this person.

    A recorded death stops every reminder at once, whatever date it carries; other exits stop none,
    because those who left are still followed up. A no to being contacted stops them too.
    """
    if exit_reason == ExitReason.DEATH and exited_on is not None:
        return False
    entry = current(entries, Switch.CONTACT, on)
    return entry is None or entry.given


def _end_of_month_reaching(birth_month: date, age: int) -> date:
    """The first day of the month after; only then is the age certain."""
    return add_months(reaches(birth_month, age), 1)
