"""Reporting periods cover the contract without a gap."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.calendar import complete_from, payment_due_on, period_of, reporting_periods
from sibportal.kernel.dates import Period, add_months
from sibportal.kernel.errors import RuleViolation

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 1, 1))


@given(days, st.integers(min_value=1, max_value=2000), st.integers(min_value=1, max_value=12))
def test_periods_join_and_cover_the_contract(start: date, length: int, months: int) -> None:
    end = date.fromordinal(start.toordinal() + length)
    periods = reporting_periods(start, end, months)
    assert periods[0].start == start
    assert periods[-1].end == end
    assert all(earlier.end == later.start for earlier, later in pairwise(periods))
    for number, period in enumerate(periods[:-1]):
        assert period.end == add_months(start, (number + 1) * months)


def test_month_ends_do_not_creep() -> None:
    periods = reporting_periods(date(2026, 1, 31), date(2026, 5, 31), 1)
    assert [period.start for period in periods] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


@pytest.mark.parametrize(
    ("end", "months", "field"),
    [
        (date(2026, 1, 1), 3, "ends_on"),
        (date(2027, 1, 1), 0, "period_months"),
        (date(2027, 1, 1), 13, "period_months"),
    ],
)
def test_impossible_calendar_is_refused(end: date, months: int, field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        reporting_periods(date(2026, 1, 1), end, months)
    assert refused.value.issues[0].field == field


def test_day_belongs_to_one_period_or_none() -> None:
    first, second = reporting_periods(date(2026, 1, 1), date(2027, 1, 1), 6)
    assert period_of((first, second), date(2026, 6, 30)) == first
    assert period_of((first, second), date(2026, 7, 1)) == second
    assert period_of((first, second), date(2027, 1, 1)) is None


def test_closing_waits_for_the_days_of_grace_and_payment_for_its_days() -> None:
    period = Period(date(2026, 1, 1), date(2026, 7, 1))
    assert complete_from(period, 30) == date(2026, 7, 31)
    assert payment_due_on(date(2026, 12, 20), 30) == date(2027, 1, 19)
