"""How probable which figures are: counts of successes, sums of a quantity, and several at once.

Counts are binomial; where the share itself is uncertain they are beta-binomial (the share has
that mean and standard deviation). Sums are normal. Several figures are independent of each other.
Floating point ends here: probabilities leave as Decimals.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import scipy  # its large parts load when first used, not when the portal starts

from sibportal.kernel.errors import RuleViolation

# What is less probable than this is left out, and the rest is scaled to one.
NEGLIGIBLE = 1e-12
MOST_VALUES = 600
CELLS = 101
BATCHES = 8
SEED = 20_260_101
PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Chances:
    """The values that one figure may take, in rising order, and how probable each is; the
    probabilities sum to one. `every` values stand together for as many neighbours."""

    values: tuple[Decimal, ...]
    weights: tuple[Decimal, ...]
    every: int = 1


@dataclass(frozen=True, slots=True)
class Draw:
    """One possible set of figures and its probability; of a simulation, which batch it is in."""

    values: tuple[Decimal, ...]
    weight: Decimal
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Draws:
    """Every possible set of figures, or as many as were drawn in `batches` independent parts."""

    draws: tuple[Draw, ...]
    batches: int = 0

    @property
    def is_exact(self) -> bool:
        return self.batches == 0


def successes(
    trials: int,
    percent: Decimal,
    spread: Decimal = Decimal(0),
    *,
    field: str = "spread",
    most: int = MOST_VALUES,
) -> Chances:
    """How many of so many succeed, each with the same share of success in per cent; `spread` is
    the standard deviation of that share, in percentage points. RuleViolation where no share
    between 0 and 100 can have that spread. At most `most` values: neighbours are taken together."""
    share = float(percent / 100)
    distribution = scipy.stats.binom(trials, share)
    if spread and 0 < share < 1:
        # A beta distribution with this mean and standard deviation.
        together = share * (1 - share) / float(spread / 100) ** 2 - 1
        if together <= 0:
            raise RuleViolation("outcomes.spread_too_wide", field=field, spread=spread)
        distribution = scipy.stats.betabinom(trials, share * together, (1 - share) * together)
    found = [
        (value, float(weight))
        for value, weight in enumerate(distribution.pmf(range(trials + 1)))
        if weight > NEGLIGIBLE
    ]
    return _thinned(found, most)


def sums(people: int, mean: Decimal, between: Decimal, *, least: Decimal | None) -> Chances:
    """The sum over so many people of a quantity with that mean and standard deviation between
    people (central limit); not below `least`. Equally probable cells, each by its middle."""
    middle, width = float(mean) * people, float(between) * math.sqrt(people)
    if width == 0:
        return Chances((mean * people,), (Decimal(1),))
    quantiles = scipy.stats.norm(middle, width).ppf([(cell + 0.5) / CELLS for cell in range(CELLS)])
    values = [Decimal(str(float(value))).quantize(PLACES) for value in quantiles]
    if least is not None:
        values = [max(value, least) for value in values]
    return _with_weights(values, [1.0] * CELLS, 1)


def together(chances: Sequence[Chances], most: int) -> Draws:
    """Several independent figures: every combination (always of one figure), or where there are
    more than `most` a seeded simulation (scrambled Sobol points) in equal batches."""
    if len(chances) == 1 or math.prod(len(one.values) for one in chances) <= most:
        rows = itertools.product(*(zip(one.values, one.weights, strict=True) for one in chances))
        return Draws(
            tuple(
                Draw(tuple(value for value, _weight in row), math.prod(_weights(row), start=ONE))
                for row in rows
            )
        )
    power = max(int(math.log2(most / BATCHES)), 3)
    weight = Decimal(1) / (BATCHES * 2**power)
    drawn = [
        Draw(tuple(_at(one, point) for one, point in zip(chances, points, strict=True)), weight, n)
        for n in range(BATCHES)
        for points in scipy.stats.qmc.Sobol(len(chances), rng=SEED + n).random_base2(power)
    ]
    return Draws(tuple(drawn), BATCHES)


ONE = Decimal(1)


def _weights(row: Sequence[tuple[Decimal, Decimal]]) -> list[Decimal]:
    return [weight for _value, weight in row]


def _thinned(found: Sequence[tuple[int, float]], most: int) -> Chances:
    """Neighbouring values taken together where there are more than can be calculated."""
    every = math.ceil(len(found) / most)
    parts = [found[start : start + every] for start in range(0, len(found), every)]
    values = [Decimal(part[len(part) // 2][0]) for part in parts]
    return _with_weights(values, [sum(weight for _value, weight in part) for part in parts], every)


def _with_weights(values: Sequence[Decimal], weights: Sequence[float], every: int) -> Chances:
    known = [Decimal(str(weight)) for weight in weights]
    whole = sum(known, Decimal(0))
    return Chances(tuple(values), tuple(weight / whole for weight in known), every)


def _at(chances: Chances, point: float) -> Decimal:
    """The value below which that part of the probability lies."""
    reached = list(itertools.accumulate(chances.weights))
    return chances.values[min(bisect_left(reached, Decimal(str(point))), len(reached) - 1)]
