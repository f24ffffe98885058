"""The frame of a contract: names, dates, rhythm. What is paid for which outcome is in its terms."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache

from sibportal.kernel.dates import add_months
from sibportal.kernel.errors import Issue
from sibportal.kernel.money import CURRENCIES

LONGEST_YEARS = 30
LONGEST_LINE = 200
_CODE = re.compile(r"[A-Za-z0-9ÅÄÖåäö][A-Za-z0-9ÅÄÖåäö-]{1,29}")
# Smallest and largest value of the whole numbers.
LIMITS: Mapping[str, tuple[int, int]] = {
    "period_months": (1, 12),
    "grace_days": (0, 365),
    "small_number_limit": (3, 20),
    "consent_age": (0, 18),
}
# What the terms, the calendar and the protection of small numbers rest on: fixed while terms wait
# for agreement, and for good once they are agreed.
FIXED_BY_TERMS = (
    "starts_on",
    "ends_on",
    "currency",
    "time_zone",
    "period_months",
    "grace_days",
    "small_number_limit",
)


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """Everything that a contract's frame says; texts once per language."""

    code: str
    place: str
    starts_on: date
    ends_on: date
    currency: str
    title_en: str = ""
    title_fi: str = ""
    title_sv: str = ""
    programme_en: str = ""
    programme_fi: str = ""
    programme_sv: str = ""
    target_group_en: str = ""
    target_group_fi: str = ""
    target_group_sv: str = ""
    social_problem_en: str = ""
    social_problem_fi: str = ""
    social_problem_sv: str = ""
    time_zone: str = "Europe/Helsinki"
    case_number: str = ""
    decided_on: date | None = None
    period_months: int = 3
    grace_days: int = 30
    small_number_limit: int = 5
    consent_age: int = 12


def check_frame(facts: ContractFacts, as_of: date) -> list[Issue]:
    """Everything wrong with the frame, each at its field."""
    return [*_names(facts), *_dates(facts, as_of), *_numbers(facts)]


@cache
def _time_zones() -> frozenset[str]:
    """Every known time zone; looking for them opens hundreds of files."""
    return frozenset(zoneinfo.available_timezones())


def _names(facts: ContractFacts) -> Iterator[Issue]:
    if not _CODE.fullmatch(facts.code):
        yield Issue("contracts.code_form", "code", facts.code)
    if not any(title.strip() for title in (facts.title_en, facts.title_fi, facts.title_sv)):
        yield Issue("contracts.title_missing", "title_en")
    if not facts.place.strip():
        yield Issue("contracts.place_missing", "place")
    for name in ("title_en", "title_fi", "title_sv", "place", "case_number"):
        text = getattr(facts, name)
        if not text.isprintable() or len(text) > LONGEST_LINE:
            yield Issue("contracts.one_line", name, params={"longest": LONGEST_LINE})
    if facts.currency not in CURRENCIES:
        yield Issue("contracts.currency", "currency", facts.currency)
    if facts.time_zone not in _time_zones():
        yield Issue("contracts.time_zone", "time_zone", facts.time_zone)


def _dates(facts: ContractFacts, as_of: date) -> Iterator[Issue]:
    if facts.ends_on <= facts.starts_on:
        yield Issue("contracts.ends_before_start", "ends_on")
    elif facts.ends_on > add_months(facts.starts_on, LONGEST_YEARS * 12):
        yield Issue("contracts.too_long", "ends_on", params={"years": LONGEST_YEARS})
    if facts.decided_on and facts.decided_on > as_of:
        yield Issue("contracts.decided_in_future", "decided_on")
    if facts.decided_on and not facts.case_number.strip():
        yield Issue("contracts.case_number_missing", "case_number")


def _numbers(facts: ContractFacts) -> Iterator[Issue]:
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(facts, name) <= most:
            yield Issue("contracts.out_of_range", name, params={"least": least, "most": most})


def changed(before: ContractFacts, after: ContractFacts) -> tuple[str, ...]:
    """The names of the facts that differ."""
    names = (field.name for field in fields(ContractFacts))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def check_change(names: tuple[str, ...], *, is_fixed: bool) -> list[Issue]:
    """Facts that may not change any more because terms rest on them."""
    fixed = [name for name in names if name in FIXED_BY_TERMS]
    return [Issue("contracts.fixed_by_terms", name) for name in fixed] if is_fixed else []
