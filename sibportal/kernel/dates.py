"""Local dates: half-open periods [start, end) and calendar arithmetic.

Nothing here knows what day it is; whoever asks passes the day.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start` up to, but not including, `end`; an end of None is open."""

    start: date
    end: date | None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError("A period ends after it starts.")

    def contains(self, day: date) -> bool:
        """Whether the day lies in the period; the end does not."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether the two periods share at least one day."""
        return (other.end is None or self.start < other.end) and (
            self.end is None or other.start < self.end
        )

    def months(self) -> int:
        """Whole months between start and end. ValueError when the end is open."""
        if self.end is None:
            raise ValueError("An open period has no length.")
        count = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        # The last day of a short month completes the month, as add_months lands on it.
        return count - (add_months(self.start, count) > self.end)


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or the month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
