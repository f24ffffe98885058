"""How far a value lies from the others, by measures that a few odd values cannot move.

Modified z-score: 0.6745 (x - median) / MAD, odd beyond 3.5; Iglewicz and Hoaglin (1993), How to
Detect and Handle Outliers, ASQC Quality Press, section 3.3. Where more than half of the values are
the same, MAD is nought; then the mean distance takes its place, which is sigma times the square
root of 2/pi (0.7979) for normal values as MAD is 0.6745 sigma.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from statistics import median

from outcomes.rules.checks.subject import Spread

BY_MEDIAN = Decimal("0.6745")
BY_MEAN = Decimal("0.7979")
ODD_BEYOND = Decimal("3.5")


def spread(values: Iterable[Decimal]) -> Spread:
    """The spread of at least one value."""
    kept = list(values)
    middle = median(kept)
    distances = [abs(one - middle) for one in kept]
    return Spread(len(kept), middle, median(distances), sum(distances, Decimal(0)) / len(kept))


def score(value: Decimal, of: Spread) -> Decimal:
    """The modified z-score of a value; nought where every value is the same."""
    if of.median_distance:
        return BY_MEDIAN * (value - of.median) / of.median_distance
    if of.mean_distance:
        return BY_MEAN * (value - of.median) / of.mean_distance
    return Decimal(0)
