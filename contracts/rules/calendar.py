"""The contract's calendar: reporting periods generated from its start, end and rhythm.

Measurement wave, reporting period, payment date and budget year are four different things
(decision 5); here are the second and the third.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sibportal.kernel.dates import Period, add_months
from sibportal.kernel.errors import RuleViolation

LONGEST_RHYTHM = 12


def reporting_periods(starts_on: date, ends_on: date, months: int) -> tuple[Period, ...]:
    """Periods of so many months that cover [starts_on, ends_on) without a gap; the last may be
    shorter. RuleViolation when the contract ends before it starts or the rhythm is not 1 to 12.
    """
    if ends_on <= starts_on:
        raise RuleViolation("contracts.ends_before_start", field="ends_on")
    if not 1 <= months <= LONGEST_RHYTHM:
        raise RuleViolation(
            "contracts.period_months", field="period_months", least=1, most=LONGEST_RHYTHM
        )
    # Always counted from the first day: 31 January, 28 February, 31 March.
    starts, index = [starts_on], 1
    while (start := add_months(starts_on, index * months)) < ends_on:
        starts.append(start)
        index += 1
    return tuple(
        Period(start, end) for start, end in zip(starts, [*starts[1:], ends_on], strict=True)
    )


def period_of(periods: Sequence[Period], day: date) -> Period | None:
    """The period that contains the day, None when the day is outside the contract."""
    return next((period for period in periods if period.contains(day)), None)


def complete_from(period: Period, grace_days: int) -> date:
    """The first day on which the period can be closed: its end plus the days of grace."""
    if period.end is None:
        raise ValueError("A reporting period has an end.")
    return period.end + timedelta(days=grace_days)


def payment_due_on(calculated_on: date, payment_days: int) -> date:
    """The day on which a claim is to be paid at the latest."""
    return calculated_on + timedelta(days=payment_days)
