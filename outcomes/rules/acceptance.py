"""When a sample says that the rest may be trusted, and how many are wrong where it does not.

Exact probabilities: hypergeometric for a known population, binomial for one without a limit.
Shares are fractions of one; nothing of this module is money.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import scipy  # its large parts load when first used, not when the portal starts

from outcomes.rules.sampling import Beyond

PLACES = Decimal("0.0001")


class Verdict(StrEnum):
    """What a round of verification comes to."""

    ACCEPTED = "accepted"
    FULL_CHECK = "full_check"
    ESTIMATE = "estimate"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Estimated:
    """How many of a population are wrong, by a sample: share and number, with the interval."""

    share: Decimal
    share_low: Decimal
    share_high: Decimal
    number: int
    number_low: int
    number_high: int


def acceptance_number(
    sample: int, *, tolerable: float, confidence: float = 0.95, population: int | None = None
) -> int | None:
    """The most errors a sample may have for the rest to be trusted; None if even none proves it.

    The largest c for which so few errors would be seen with a probability of at most
    1 - confidence, were the tolerable share of the population wrong: limiting quality, Dodge and
    Romig (1929), Bell System Technical Journal 8:613; the audit tables of the AICPA guide Audit
    Sampling rest on the binomial form.
    """
    if population is not None and sample >= population:
        return math.ceil(tolerable * population) - 1
    if population is None:
        chance = scipy.stats.binom(sample, tolerable)
    else:
        chance = scipy.stats.hypergeom(population, math.ceil(tolerable * population), sample)
    accepted: int | None = None
    for errors in range(sample + 1):
        if chance.cdf(errors) > 1 - confidence:
            break
        accepted = errors
    return accepted


def smallest_proving(population: int, *, tolerable: float, confidence: float) -> int:
    """The smallest sample that can prove it, if nothing in it is wrong."""
    low, high = 1, population
    while low < high:
        middle = (low + high) // 2
        found = acceptance_number(
            middle, tolerable=tolerable, confidence=confidence, population=population
        )
        low, high = (low, middle) if found is not None else (middle + 1, high)
    return low


def verdict(errors: int, accepted: int, beyond: Beyond) -> Verdict:
    """Within the acceptance number the rest is trusted; beyond it the plan decides."""
    if errors <= accepted:
        return Verdict.ACCEPTED
    return Verdict.FULL_CHECK if beyond is Beyond.FULL_CHECK else Verdict.ESTIMATE


def extrapolated(errors: int, sample: int, population: int, confidence: float = 0.95) -> Estimated:
    """How many of the population are wrong when `errors` of `sample` are, with the exact interval.

    The numbers of wrong items under which so many, or so few, would be seen with a probability
    above (1 - confidence) / 2: the hypergeometric form of Clopper and Pearson (1934), Biometrika
    26:404, as in Cochran (1977), section 3.6. Strata drawn in proportion count as one sample.
    """
    tail = (1 - confidence) / 2
    right = population - (sample - errors)
    low, high = errors, right
    # Both chances are monotone in the number that is wrong, so each end is found by halving.
    bottom, top = errors, right
    while bottom < top:
        middle = (bottom + top) // 2
        seen = scipy.stats.hypergeom(population, middle, sample).sf(errors - 1)
        bottom, top = (bottom, middle) if seen > tail else (middle + 1, top)
    low = bottom
    bottom, top = errors, right
    while bottom < top:
        middle = (bottom + top + 1) // 2
        seen = scipy.stats.hypergeom(population, middle, sample).cdf(errors)
        bottom, top = (middle, top) if seen > tail else (bottom, middle - 1)
    high = bottom
    number = math.floor(Decimal(errors) * population / sample + Decimal("0.5"))
    return Estimated(
        share=_share(errors, sample),
        share_low=_share(low, population),
        share_high=_share(high, population),
        number=number,
        number_low=low,
        number_high=high,
    )


def clopper_pearson(errors: int, sample: int, confidence: float = 0.95) -> tuple[float, float]:
    """The limits that `extrapolated` nears as the population grows without end.

    Clopper and Pearson (1934), Biometrika 26:404.
    """
    tail = (1 - confidence) / 2
    low = 0.0 if errors == 0 else float(scipy.stats.beta.ppf(tail, errors, sample - errors + 1))
    high = (
        1.0 if errors == sample else float(scipy.stats.beta.isf(tail, errors + 1, sample - errors))
    )
    return low, high


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) / Decimal(whole)).quantize(PLACES)
