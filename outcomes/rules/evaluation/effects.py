"""Effects: a figure against another one, as a difference or a ratio, with its 95 % interval.

Groups are independent of each other. Ratios are plain (1.82), differences in the unit of the
figures (a share between 0 and 1, or that of a mean).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import scipy  # its large parts load when first used, not when the portal starts

from outcomes.rules.statistics import (
    CONFIDENCE,
    PLACES,
    Estimate,
    Method,
    proportion,
    rounded,
)

TAIL = 0.5 + CONFIDENCE / 2
NOTHING = Estimate(Method.NONE, 0)


@dataclass(frozen=True, slots=True)
class Group:
    """So many people of a group reached something."""

    reached: int
    people: int

    @property
    def share(self) -> float:
        return self.reached / self.people

    @property
    def variance(self) -> float:
        """Of the share, binomial."""
        return self.share * (1 - self.share) / self.people


@dataclass(frozen=True, slots=True)
class Sample:
    """The mean of so many people, and the standard deviation between them."""

    people: int
    mean: Decimal
    deviation: Decimal

    @property
    def variance(self) -> float:
        """Of the mean."""
        return float(self.deviation) ** 2 / self.people


@dataclass(frozen=True, slots=True)
class Part:
    """One effect of a blend and its weight, where 1 is the whole."""

    weight: Decimal
    effect: Estimate


def against_figure(estimate: Estimate, reference: Decimal) -> Estimate:
    """How far an estimate lies above a figure that is taken as certain (a baseline agreed in the
    terms, a forecast): the estimate's own interval, moved.

    Method code `against_figure`. What the figure itself is uncertain by is not in the interval.
    """
    if estimate.value is None:
        return NOTHING
    low = None if estimate.low is None else estimate.low - reference
    high = None if estimate.high is None else estimate.high - reference
    return Estimate(Method.AGAINST_FIGURE, estimate.n, estimate.value - reference, low, high)


def difference(ours: Group, theirs: Group) -> Estimate:
    """Difference of two shares with Newcombe's hybrid score interval.

    Method code `newcombe_10`. Source: method 10 of Newcombe (1998), Statistics in Medicine
    17:873: the distances of each share from its Wilson bounds, squared and added.
    """
    one, other = proportion(ours.reached, ours.people), proportion(theirs.reached, theirs.people)
    return _combined([(1.0, one), (-1.0, other)], Method.NEWCOMBE)


def risk_ratio(ours: Group, theirs: Group) -> Estimate:
    """Ratio of two shares with the interval of its logarithm; without an interval where nobody
    reached it in one of the groups.

    Method code `katz_log`. Source: Katz, Baptista, Azen and Pike (1978), Biometrics 34:469.
    """
    if 0 in (ours.people, theirs.people, theirs.reached):
        return NOTHING
    spread = 0.0
    for group in (ours, theirs):
        spread += 1 / max(group.reached, 1) - 1 / group.people
    known = ours.reached > 0
    return _log_interval(
        Method.RISK_RATIO, ours, theirs, ours.share / theirs.share, math.sqrt(spread), known=known
    )


def odds_ratio(ours: Group, theirs: Group) -> Estimate:
    """Ratio of the odds with the interval of its logarithm; none where a cell is empty.

    Method code `woolf_log`. Source: Woolf (1955), Annals of Human Genetics 19:251.
    """
    cells = [
        ours.reached,
        ours.people - ours.reached,
        theirs.reached,
        theirs.people - theirs.reached,
    ]
    if min(cells) <= 0:
        return NOTHING
    ratio = cells[0] * cells[3] / (cells[1] * cells[2])
    return _log_interval(
        Method.ODDS_RATIO, ours, theirs, ratio, math.sqrt(sum(1 / cell for cell in cells))
    )


def rate_ratio(events: int, exposure: Decimal, other: int, other_exposure: Decimal) -> Estimate:
    """Ratio of two rates of events (per day, per person-year), with the exact interval: given
    all events together, ours are binomial.

    Method code `poisson_exact`. Source: Przyborowski and Wilenski (1940), Biometrika 31:313;
    bounds of the binomial by Clopper and Pearson (1934), Biometrika 26:404.
    """
    if other == 0 or exposure <= 0 or other_exposure <= 0:
        return NOTHING
    scale = float(other_exposure) / float(exposure)
    low = float(scipy.special.betaincinv(events, other + 1, 1 - TAIL)) if events else 0.0
    high = float(scipy.special.betaincinv(events + 1, other, TAIL))
    return Estimate(
        Method.RATE_RATIO,
        events + other,
        rounded(events / other * scale),
        rounded(low / (1 - low) * scale),
        rounded(high / (1 - high) * scale),
    )


def relative_reduction(ratio: Estimate) -> Estimate:
    """By what part something is less than elsewhere: one less the ratio, its bounds exchanged.

    Method code `one_less_ratio`; the interval is that of the ratio.
    """
    if ratio.value is None:
        return NOTHING
    low = None if ratio.high is None else 1 - ratio.high
    high = None if ratio.low is None else 1 - ratio.low
    return Estimate(Method.RELATIVE_REDUCTION, ratio.n, 1 - ratio.value, low, high)


def difference_of_means(ours: Sample, theirs: Sample) -> Estimate:
    """Difference of two means without assuming that both groups spread alike.

    Method code `welch_95`. Source: Welch (1947), Biometrika 34:28, with the degrees of freedom
    of Satterthwaite (1946), Biometrics Bulletin 2:110.
    """
    people = ours.people + theirs.people
    if min(ours.people, theirs.people) < 1:
        return NOTHING
    value = (ours.mean - theirs.mean).quantize(PLACES)
    both = ours.variance + theirs.variance
    if min(ours.people, theirs.people) < 2 or both == 0:
        return Estimate(Method.WELCH, people, value)
    freedom = both**2 / sum(one.variance**2 / (one.people - 1) for one in (ours, theirs))
    margin = rounded(float(scipy.special.stdtrit(freedom, TAIL)) * math.sqrt(both))
    return Estimate(Method.WELCH, people, value, value - margin, value + margin)


def difference_in_differences(
    ours: Group | Sample,
    before: Group | Sample,
    theirs: Group | Sample,
    theirs_before: Group | Sample,
) -> Estimate:
    """Our change less the change of the comparison group; the four figures are taken as
    independent, so the interval is too wide rather than too narrow where the same people were
    measured twice.

    Method code `did_delta`: normal interval, variance of a sum of independent figures (delta
    method). Source: Angrist and Pischke (2009), Mostly Harmless Econometrics, section 5.2.
    """
    four = (ours, before, theirs, theirs_before)
    if min(group.people for group in four) < 1:
        return NOTHING
    signs = (1, -1, -1, 1)
    value = sum(sign * _figure(group) for sign, group in zip(signs, four, strict=True))
    error = math.sqrt(sum(group.variance for group in four))
    return _normal(Method.DIFFERENCE_IN_DIFFERENCES, sum(g.people for g in four), value, error)


def difference_of_changes(change: Sample, theirs: Sample) -> Estimate:
    """The same where the change of each person is known: the mean changes are independent.

    Method code `did_delta`.
    """
    if min(change.people, theirs.people) < 2:
        return NOTHING
    error = math.sqrt(change.variance + theirs.variance)
    value = float(change.mean - theirs.mean)
    people = change.people + theirs.people
    return _normal(Method.DIFFERENCE_IN_DIFFERENCES, people, value, error)


def turned(effect: Estimate) -> Estimate:
    """The same effect seen the other way: a fall as a gain."""
    low = None if effect.high is None else -effect.high
    high = None if effect.low is None else -effect.low
    value = None if effect.value is None else -effect.value
    return Estimate(effect.method, effect.n, value, low, high)


def blend(parts: Sequence[Part]) -> Estimate:
    """Several estimates of the same effect, each with its weight, taken as independent.

    Method code `blend_mover`. Source: Zou and Donner (2008), Statistics in Medicine 27:1693:
    each bound recovers the variance on its side; where intervals are symmetric that is the sum
    of the squared weights times the variances.
    """
    return _combined([(float(part.weight), part.effect) for part in parts], Method.BLEND)


def _combined(parts: Sequence[tuple[float, Estimate]], method: Method) -> Estimate:
    """A weighted sum: the distances to the bounds on each side, squared and added."""
    people = sum(one.n for _weight, one in parts)
    value = below = above = 0.0
    bounded = bool(parts)
    for weight, one in parts:
        if one.value is None:
            return NOTHING
        value += weight * float(one.value)
        if one.low is None or one.high is None:
            bounded = False
            continue
        down, up = float(one.value - one.low), float(one.high - one.value)
        if weight < 0:
            down, up = up, down
        below += (weight * down) ** 2
        above += (weight * up) ** 2
    if not bounded:
        return Estimate(method, people, rounded(value))
    low, high = value - math.sqrt(below), value + math.sqrt(above)
    return Estimate(method, people, rounded(value), rounded(low), rounded(high))


def _figure(group: Group | Sample) -> float:
    return group.share if isinstance(group, Group) else float(group.mean)


def _log_interval(
    method: Method, ours: Group, theirs: Group, ratio: float, error: float, *, known: bool = True
) -> Estimate:
    people = ours.people + theirs.people
    if not known:
        return Estimate(method, people, rounded(ratio))
    factor = math.exp(float(scipy.special.ndtri(TAIL)) * error)
    return Estimate(
        method, people, rounded(ratio), rounded(ratio / factor), rounded(ratio * factor)
    )


def _normal(method: Method, people: int, value: float, error: float) -> Estimate:
    margin = float(scipy.special.ndtri(TAIL)) * error
    return Estimate(
        method, people, rounded(value), rounded(value - margin), rounded(value + margin)
    )
