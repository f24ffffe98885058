"""Interest on a sum, actual days over 365; exact where that is possible, else rounded down."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction

from contracts.rules.terms.words import Compounding
from sibportal.kernel.money import EXACT

DAYS_OF_YEAR = 365
# Far finer than a coin of any sum; a power is cut here, so that a cap is never exceeded.
_CUT = Context(prec=50, rounding=ROUND_DOWN)


def days_between(start: date, end: date) -> int:
    """Days from one day to another, none backwards."""
    return max((end - start).days, 0)


def simple(percent: Decimal, days: int) -> Fraction:
    """What 1 has earned after so many days without interest on interest."""
    return Fraction(percent) / 100 * Fraction(days, DAYS_OF_YEAR)


def compound(percent: Decimal, days: int) -> Fraction:
    """What 1 has earned after so many days with yearly interest on interest, cut at 50 digits."""
    grown = EXACT.power(
        EXACT.add(Decimal(1), EXACT.divide(percent, Decimal(100))),
        EXACT.divide(Decimal(days), Decimal(DAYS_OF_YEAR)),
    )
    return Fraction(_CUT.plus(grown)) - 1


def earned(percent: Decimal, days: int, compounding: Compounding) -> Fraction:
    """What 1 has earned, as the terms compound."""
    return (compound if compounding is Compounding.COMPOUND else simple)(percent, days)
