"""Reading what people type: dates, numbers, yes and no, as written in three languages.

The same reading serves the form, the CSV file and REST, so that all three give one row.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from cohorts.rules.personal_id import contains_personal_id

MAXIMUM_NUMBER_LENGTH = 30
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_NORDIC = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?: \d{3})+)(?:[.,]\d+)?", re.ASCII)
_SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA_STARTS = ("=", "@", "\t", "\r", "|", "%0A")
YES = frozenset({"1", "yes", "y", "true", "kyllä", "k", "tosi", "ja", "j", "sant"})
NO = frozenset({"0", "no", "n", "false", "ei", "e", "epätosi", "nej", "falskt"})


def read_date(text: str) -> date | None:
    """A date written 2026-03-01 or 1.3.2026; None for anything else, impossible days included."""
    trimmed = text.strip()
    if match := _ISO.fullmatch(trimmed):
        year, month, day = match.group(1, 2, 3)
    elif match := _NORDIC.fullmatch(trimmed):
        day, month, year = match.group(1, 2, 3)
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def day_of_serial(text: str) -> date | None:
    """The day that a spreadsheet keeps as this number (1954 to 2091), to name it in an error."""
    if not (text.isascii() and text.isdigit() and 20_000 <= int(text[:9]) <= 70_000):
        return None
    return date(1899, 12, 30) + timedelta(days=int(text[:9]))


def read_decimal(text: str) -> Decimal | None:
    """A number with decimal comma or point and spaces between thousands; None if it is none.

    A text with both comma and point is refused: which one is meant cannot be known.
    """
    compact = _SPACES.sub(" ", text.strip()).replace("\N{MINUS SIGN}", "-")
    if len(compact) > MAXIMUM_NUMBER_LENGTH or _NUMBER.fullmatch(compact) is None:
        return None
    return Decimal(compact.replace(" ", "").replace(",", "."))


def read_yes_no(text: str) -> Decimal | None:
    """1 for yes, 0 for no, in English, Finnish or Swedish; None for anything else."""
    word = text.strip().casefold()
    if word in YES:
        return Decimal(1)
    return Decimal(0) if word in NO else None


def looks_like_formula(text: str) -> bool:
    """True for a text that a spreadsheet would run; plain numbers and "- a remark" are none."""
    trimmed = text.lstrip(" \N{NO-BREAK SPACE}")
    if trimmed.startswith(_FORMULA_STARTS):
        return True
    if not trimmed.startswith(("+", "-")) or read_decimal(trimmed) is not None:
        return False
    return len(trimmed) > 1 and not trimmed[1].isspace()


def has_control_characters(text: str) -> bool:
    """True if a text holds characters that no one types, line breaks and tabs aside."""
    return _CONTROL.search(text) is not None


def wrong_text(text: str, as_of: date) -> str:
    """The code of what a text must not hold; empty where it is fine."""
    if has_control_characters(text):
        return "outcomes.text_has_control_characters"
    if looks_like_formula(text):
        return "outcomes.looks_like_formula"
    if contains_personal_id(text, as_of=as_of):
        return "outcomes.looks_like_personal_id"
    return ""


def without_noughts(number: Decimal) -> Decimal:
    """A number without the noughts that its column adds: 5.0000 as 5, and 10 still as 10."""
    return Decimal(f"{number.normalize():f}")
