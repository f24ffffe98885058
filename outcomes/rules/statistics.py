"""Estimates with their 95 % intervals, each under a method code that a result can name.

Computed in float and rounded to six decimals as Decimal; no figure of this module is money.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

import scipy  # its large parts load when first used, not when the portal starts

from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.money import EXACT

CONFIDENCE = 0.95
PLACES = Decimal("0.000001")


class Method(StrEnum):
    """How an estimate and its interval were computed."""

    WILSON = "wilson_95"
    T_INTERVAL = "t_95"
    TOTAL = "total"
    AGAINST_FIGURE = "against_figure"
    NEWCOMBE = "newcombe_10"
    WELCH = "welch_95"
    RISK_RATIO = "katz_log"
    ODDS_RATIO = "woolf_log"
    RATE_RATIO = "poisson_exact"
    RELATIVE_REDUCTION = "one_less_ratio"
    DIFFERENCE_IN_DIFFERENCES = "did_delta"
    BLEND = "blend_mover"
    NONE = "none"


@dataclass(frozen=True)
class Estimate:
    """A figure and its interval; None where the data do not allow one."""

    method: Method
    n: int
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def proportion(successes: int, n: int) -> Estimate:
    """A share with Wilson's score interval, without continuity correction.

    Method code `wilson_95`. Source: Wilson (1927), JASA 22:209; method 3 of Newcombe (1998),
    Statistics in Medicine 17:857. No one in the denominator gives no estimate.
    """
    if successes < 0 or successes > n:
        raise RuleViolation("outcomes.more_successes_than_people", successes=successes, n=n)
    if n == 0:
        return Estimate(Method.NONE, 0)
    z = float(scipy.special.ndtri(0.5 + CONFIDENCE / 2))
    share = successes / n
    centre = share + z * z / (2 * n)
    margin = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # The ends are exact where float arithmetic would leave 1e-17.
    low = 0.0 if successes == 0 else (centre - margin) / scale
    high = 1.0 if successes == n else (centre + margin) / scale
    return Estimate(Method.WILSON, n, _ratio(successes, n), rounded(low), rounded(high))


def mean(values: Sequence[Decimal]) -> Estimate:
    """The arithmetic mean with Student's t interval (n - 1 degrees of freedom).

    Method code `t_95`. Source: Student (1908), Biometrika 6:1. One value has no interval.
    """
    squares = sum((value * value for value in values), Decimal(0))
    return mean_of(len(values), sum(values, Decimal(0)), squares)


def mean_of(n: int, total: Decimal, squares: Decimal) -> Estimate:
    """The same from the number of values, their sum and the sum of their squares."""
    if n == 0:
        return Estimate(Method.NONE, 0)
    average = EXACT.divide(total, Decimal(n))
    if n == 1:
        return Estimate(Method.T_INTERVAL, n, _quantised(average))
    spread = EXACT.subtract(squares, EXACT.divide(EXACT.multiply(total, total), Decimal(n)))
    variance = max(float(spread), 0.0) / (n - 1)
    margin = rounded(
        float(scipy.special.stdtrit(n - 1, 0.5 + CONFIDENCE / 2)) * math.sqrt(variance / n)
    )
    return Estimate(
        Method.T_INTERVAL,
        n,
        _quantised(average),
        _quantised(EXACT.subtract(average, margin)),
        _quantised(EXACT.add(average, margin)),
    )


def total(values: Sequence[Decimal]) -> Estimate:
    """A sum, for example of days in work; it is counted, so it has no interval.

    Method code `total`.
    """
    return Estimate(Method.TOTAL, len(values), _quantised(sum(values, Decimal(0))))


def _ratio(numerator: int, denominator: int) -> Decimal:
    return _quantised(Decimal(numerator) / Decimal(denominator))


def rounded(number: float) -> Decimal:
    """A float as it leaves this module: six decimals."""
    return _quantised(Decimal(number))


def _quantised(number: Decimal) -> Decimal:
    return number.quantize(PLACES, rounding=ROUND_HALF_EVEN, context=EXACT)
