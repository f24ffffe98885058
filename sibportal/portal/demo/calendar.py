"""Days of the demo town, counted in months from the start of a contract.

A town that is loaded at any time has the same figures: contracts start so many months before the
present month, and no day reckoned here leaves the month it is meant for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sibportal.kernel.dates import add_months

LAST_SAFE_DAY = 20  # with up to a week's delay a day still lies in its month
SETTLED_DAYS = 2  # nothing is reported of today or yesterday


@dataclass(frozen=True)
class Calendar:
    """The months of one contract, `age` of them before the present month."""

    today: date
    age: int

    @property
    def starts_on(self) -> date:
        return add_months(self.today.replace(day=1), -self.age)

    def on(self, month: int, day: int = 1) -> date:
        """A day of a month; month 0 is the first of the contract, earlier ones are negative."""
        return add_months(self.starts_on, month) + timedelta(days=day - 1)

    def end_of(self, months: int) -> date:
        """The last day of the first `months` months."""
        return self.on(months, 0)

    def is_past(self, day: date) -> bool:
        """Whether a day is far enough back that somebody may have reported on it."""
        return day <= self.today - timedelta(days=SETTLED_DAYS)
