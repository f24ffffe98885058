"""Finnish and Swedish personal ids: one normal form each, so that an index finds the same person.

Checks follow python-stdnum (domain reference 5.8). No error ever repeats the id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu

from sibportal.kernel.errors import RuleViolation

COORDINATION_DAYS = 60  # a Swedish coordination number carries the day of birth plus sixty
_SWEDISH = re.compile(r"(?P<century>\d\d)?(?P<date>\d{6})(?P<sign>[-+]?)(?P<tail>\d{4})")
_WRITTEN = re.compile(r"(?<![0-9A-Za-z])\d{6}[-+A-FU-Y]\d{3}[0-9A-Y](?![0-9A-Za-z])", re.IGNORECASE)
# Ten bare digits are more often a telephone or case number: there the sign is required.
_WRITTEN_SWEDISH = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:19|20)\d{6}[-+]?\d{4}|\d{6}[-+]\d{4})(?![0-9A-Za-z])"
)
_SHORTEST = 11  # characters; neither of the two matches less


@dataclass(frozen=True)
class PersonalId:
    """A valid personal id: country code and the one way of writing it."""

    country: str
    number: str

    @property
    def normalised(self) -> str:
        """What the blind index is computed from."""
        return f"{self.country}:{self.number}"


def normalise(text: str, *, as_of: date) -> PersonalId:
    """Read a hetu or personnummer in any usual spelling.

    `as_of` settles the century of a ten-digit personnummer. Raises `personal_id_invalid`.
    """
    compact = "".join(text.split()).upper()
    try:
        return PersonalId("fi", hetu.validate(compact, allow_temporary=True))
    except ValidationError:
        pass
    swedish = _swedish(compact, as_of)
    if swedish is None:
        raise RuleViolation("cohorts.personal_id_invalid")
    return PersonalId("se", swedish)


def contains_personal_id(text: str, *, as_of: date) -> bool:
    """True if a text holds something that is a valid personal id, which belongs nowhere else."""
    if len(text) < _SHORTEST:
        return False
    found = [match.group() for match in _WRITTEN.finditer(text)]
    if any(hetu.is_valid(candidate, allow_temporary=True) for candidate in found):
        return True
    return any(
        _swedish(match.group(), as_of) is not None for match in _WRITTEN_SWEDISH.finditer(text)
    )


def _swedish(compact: str, as_of: date) -> str | None:
    """Twelve digits, or None if it is no personnummer or coordination number."""
    match = _SWEDISH.fullmatch(compact)
    if match is None or not luhn.is_valid(match["date"] + match["tail"]):
        return None
    born = _birth_date(match["century"] or "", match["date"], match["sign"] == "+", as_of)
    if born is None:
        return None
    return f"{born.year:04d}{match['date'][2:]}{match['tail']}"


def _birth_date(century: str, digits: str, hundred: bool, as_of: date) -> date | None:
    day = int(digits[4:])
    if day > COORDINATION_DAYS:
        day -= COORDINATION_DAYS
    if century:
        return _date_or_none(int(century + digits[:2]), int(digits[2:4]), day)
    year = as_of.year - as_of.year % 100 + int(digits[:2])
    if year > as_of.year:
        year -= 100
    # The plus sign comes on New Year's Eve of the year a person turns 100 (1991:481, 18 §).
    return _date_or_none(year - 100 if hundred else year, int(digits[2:4]), day)


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
