"""Days given by the first and the last of them: both count. The same for form, file and REST."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outcomes.rules.reading import day_of_serial, read_date
from sibportal.kernel.errors import Issue

ECHO = 80
_KEPT = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)(?: |$)", re.ASCII)
FIRST, LAST = "first_day", "last_day"


@dataclass(frozen=True, slots=True)
class Span:
    """Days without a gap; as text the interval of ISO 8601."""

    first: date
    last: date

    @property
    def days(self) -> Decimal:
        """How many days it has; one where both are the same."""
        return Decimal((self.last - self.first).days + 1)

    def __str__(self) -> str:
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    def before(self, note: str) -> str:
        """A note with the span in front, once."""
        return note if note.startswith(str(self)) else f"{self} {note}".rstrip()


def told_apart(note: str) -> tuple[str, str, str]:
    """The first and the last day that a note begins with, as it keeps them, and the rest of it."""
    match = _KEPT.match(note)
    return (match[1], match[2], note[match.end() :]) if match else ("", "", note)


def read_span(first_day: str, last_day: str, as_of: date) -> tuple[Span | None, list[Issue]]:
    """The span of two texts, or what is wrong with them; nothing of both where none is given."""
    given = {FIRST: first_day.strip(), LAST: last_day.strip()}
    if not any(given.values()):
        return None, []
    days = {field: read_date(text) for field, text in given.items()}
    issues = [_unread(field, given[field]) for field, day in days.items() if day is None]
    first, last = days[FIRST], days[LAST]
    if first is None or last is None:
        return None, issues
    if last < first:
        return None, [Issue("outcomes.span_backwards", LAST, given[LAST][:ECHO])]
    if last > as_of:
        params = {"today": as_of}
        return None, [Issue("outcomes.date_in_future", LAST, given[LAST][:ECHO], params)]
    return Span(first, last), []


def _unread(field: str, text: str) -> Issue:
    if not text:
        return Issue("outcomes.span_needs_both", field)
    meant = day_of_serial(text)
    code = "outcomes.date_is_serial" if meant else "outcomes.date_impossible"
    return Issue(code, field, text[:ECHO], {"day": meant} if meant else {})
