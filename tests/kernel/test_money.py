"""Rounding and sharing money without a lost cent."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibportal.kernel.money import Rounding, allocate, places, quantise

totals = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)
weights = st.lists(st.decimals(min_value=0, max_value=1000, places=3), min_size=1).filter(any)


@pytest.mark.parametrize(
    ("amount", "rounding", "rounded"),
    [
        ("2.345", Rounding.HALF_UP, "2.35"),
        ("2.345", Rounding.HALF_EVEN, "2.34"),
        ("2.355", Rounding.HALF_EVEN, "2.36"),
        ("2.349", Rounding.DOWN, "2.34"),
        ("2", Rounding.HALF_UP, "2.00"),
    ],
)
def test_amount_is_rounded_by_the_named_rule(amount: str, rounding: Rounding, rounded: str) -> None:
    assert str(quantise(Decimal(amount), "EUR", rounding)) == rounded


def test_currency_without_cents_is_rounded_to_the_unit() -> None:
    assert places("ISK") == 0
    assert str(quantise(Decimal("10.5"), "ISK")) == "11"


def test_fraction_is_rounded_exactly() -> None:
    assert quantise(Fraction(2, 3), "EUR") == Decimal("0.67")
    assert quantise(Fraction(1, 200), "EUR", Rounding.HALF_UP) == Decimal("0.01")


def test_unknown_currency_is_an_error() -> None:
    with pytest.raises(KeyError):
        places("XXX")


def test_left_over_cent_goes_to_the_first_listed() -> None:
    assert allocate(Decimal("10.00"), [1, 1, 1]) == (
        Decimal("3.34"),
        Decimal("3.33"),
        Decimal("3.33"),
    )


def test_left_over_cent_goes_to_the_largest_remainder_first() -> None:
    assert allocate(Decimal("0.10"), [Decimal("33.3"), Decimal("66.7")]) == (
        Decimal("0.03"),
        Decimal("0.07"),
    )


def test_without_a_positive_weight_nothing_can_be_shared() -> None:
    for wrong in ([0, 0], [], [1, -1]):
        with pytest.raises(ValueError, match="Weights"):
            allocate(Decimal(1), wrong)


@given(totals, weights)
def test_shares_sum_exactly_and_keep_to_their_side(total: Decimal, drawn: list[Decimal]) -> None:
    shares = allocate(total, drawn)
    assert sum(shares) == total
    assert all(share * total >= 0 for share in shares)
    assert all(share == 0 for share, weight in zip(shares, drawn, strict=True) if not weight)


@given(totals, weights)
def test_share_is_within_one_cent_of_its_exact_part(total: Decimal, drawn: list[Decimal]) -> None:
    whole = sum(Fraction(weight) for weight in drawn)
    for share, weight in zip(allocate(total, drawn), drawn, strict=True):
        assert abs(Fraction(share) - Fraction(total) * Fraction(weight) / whole) < Fraction(1, 100)
