"""Participant codes: a cohort's prefix and a running number, and nothing about the person.

The number tells the order of referral within a cohort; codes are therefore never shown outside
the parties that may see participants.
"""

from __future__ import annotations

import re

from sibportal.kernel.errors import Issue, RuleViolation

MAXIMUM_LENGTH = 12
_PREFIX = re.compile(r"[A-Z]{2,4}")
_CODE = re.compile(r"[A-Z]{2,4}-[0-9]{4,7}")


def check_prefix(prefix: str) -> list[Issue]:
    """A prefix is two to four letters A to Z."""
    if _PREFIX.fullmatch(prefix):
        return []
    return [Issue("cohorts.code_prefix_malformed", field="code_prefix", value=prefix)]


def next_code(prefix: str, last_number: int) -> tuple[str, int]:
    """The next code and its number, for example ("TP-0147", 147)."""
    if check_prefix(prefix) or last_number < 0:
        raise RuleViolation("cohorts.code_prefix_malformed", prefix=prefix)
    number = last_number + 1
    code = f"{prefix}-{number:04d}"
    if len(code) > MAXIMUM_LENGTH:
        raise RuleViolation("cohorts.codes_used_up", prefix=prefix)
    return code, number


def normalise_code(text: str) -> str:
    """A code as people type it (spaces, small letters, long dash) in its one spelling."""
    compact = "".join(text.split()).upper()
    return compact.replace("\N{EN DASH}", "-").replace("\N{NON-BREAKING HYPHEN}", "-")


def is_code(text: str) -> bool:
    """True for the one spelling of a participant code."""
    return len(text) <= MAXIMUM_LENGTH and _CODE.fullmatch(text) is not None
