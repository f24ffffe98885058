"""The smallest effect that so many people can tell from chance, asked before terms are agreed.

A two-sided test at 5 %, and a true effect of this size is found four times out of five. Shares
are between 0 and 1.
"""

from __future__ import annotations

import math
from decimal import Decimal

import scipy  # its large parts load when first used, not when the portal starts

from outcomes.rules.statistics import rounded

SIGNIFICANCE = 0.05
POWER = 0.8


def smallest_rise(
    people: int, baseline: Decimal, *, tail: float = SIGNIFICANCE / 2, power: float = POWER
) -> Decimal | None:
    """The lowest share above a known baseline that is found with this power; None where no rise
    of so few people can be told from chance.

    Exact binomial test. Source: A'Hern (2001), Statistics in Medicine 20:859.
    """
    least = least_successes(people, baseline, tail=tail)
    if least is None:
        return None
    return rounded(float(scipy.special.betaincinv(least, people - least + 1, power)))


def smallest_fall(
    people: int, baseline: Decimal, *, tail: float = SIGNIFICANCE / 2, power: float = POWER
) -> Decimal | None:
    """The same downwards: the highest share below the baseline that is found."""
    mirrored = smallest_rise(people, 1 - baseline, tail=tail, power=power)
    return None if mirrored is None else 1 - mirrored


def least_successes(people: int, baseline: Decimal, *, tail: float) -> int | None:
    """How many successes are too many for chance: as many or more happen with a probability of
    at most `tail` where the baseline holds. None where even all of them may be chance."""
    share = float(baseline)
    for successes in range(int(people * share), people + 1):
        if successes > 0 and scipy.special.bdtrc(successes - 1, people, share) <= tail:
            return successes
    return None


def smallest_rise_over_group(
    people: int, others: int, baseline: Decimal, *, power: float = POWER
) -> Decimal | None:
    """The lowest share that is found against a comparison group of `others` with this share.

    Normal approximation with the pooled variance under no effect. Source: Fleiss, Levin and Paik
    (2003), Statistical Methods for Rates and Proportions, section 4.2.
    """
    start = float(baseline)
    if people < 1 or others < 1 or start >= 1:
        return None

    def lacking(share: float) -> float:
        return power_against_group(people, share, others, start) - power

    if lacking(1.0) < 0:
        return None
    return rounded(float(scipy.optimize.brentq(lacking, start, 1.0)))


def power_against_group(people: int, share: float, others: int, other_share: float) -> float:
    """The probability that a difference between two true shares is found; what would be found in
    the wrong direction does not count."""
    pooled = (people * share + others * other_share) / (people + others)
    if pooled in (0.0, 1.0):
        return SIGNIFICANCE / 2
    null = math.sqrt(pooled * (1 - pooled) * (1 / people + 1 / others))
    true = math.sqrt(share * (1 - share) / people + other_share * (1 - other_share) / others)
    reach = abs(share - other_share) - float(scipy.special.ndtri(1 - SIGNIFICANCE / 2)) * null
    if true == 0:
        return float(reach > 0)
    return float(scipy.special.ndtr(reach / true))
