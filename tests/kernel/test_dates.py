"""Half-open periods and calendar months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibportal.kernel.dates import Period, add_months

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2080, 1, 1))


def test_period_holds_its_first_day_and_not_its_end() -> None:
    period = Period(date(2026, 1, 1), date(2026, 7, 1))
    assert period.contains(date(2026, 1, 1))
    assert period.contains(date(2026, 6, 30))
    assert not period.contains(date(2026, 7, 1))


def test_neighbouring_periods_do_not_overlap() -> None:
    first = Period(date(2026, 1, 1), date(2026, 7, 1))
    assert not first.overlaps(Period(date(2026, 7, 1), None))
    assert first.overlaps(Period(date(2026, 6, 30), None))
    assert Period(date(2026, 1, 1), None).overlaps(Period(date(2020, 1, 1), None))


def test_period_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Period(date(2026, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 11, 5), 2, date(2027, 1, 5)),
        (date(2026, 1, 5), -1, date(2025, 12, 5)),
    ],
)
def test_month_later_keeps_the_day_or_takes_the_last(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


@given(days, st.integers(min_value=1, max_value=300))
def test_months_of_a_period_are_those_added(start: date, months: int) -> None:
    end = add_months(start, months)
    assert Period(start, end).months() == months
    day_short = Period(start, end - timedelta(days=1)).months() if months > 1 else 0
    assert day_short == months - 1


def test_open_period_has_no_length() -> None:
    with pytest.raises(ValueError, match="open"):
        Period(date(2026, 1, 1), None).months()
