"""How many measurements a verifier looks at, how they are shared among strata, and which they are.

The draw rests on SHA-256 alone, with no random numbers of any language: whoever has the seed and
the list of items draws the same sample with a spreadsheet (docs/verification.md).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import scipy  # its large parts load when first used, not when the portal starts

EVERYBODY_BELOW = 100  # people; below it everything is looked at, unless the plan says otherwise


class PlanKind(StrEnum):
    """Whether the verifier looks at every measurement or at a sample."""

    FULL = "full"
    SAMPLE = "sample"


class Beyond(StrEnum):
    """What follows when more is wrong in a sample than the plan accepts."""

    FULL_CHECK = "full_check"
    ESTIMATE = "estimate"


class StratumField(StrEnum):
    """What a sample can be spread over."""

    COHORT = "cohort"
    PROVIDER = "provider"
    METRIC = "metric"


@dataclass(frozen=True, slots=True)
class Item:
    """One measurement of the locked population: its public id and its stratum."""

    id: str
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many items a stratum has and how many of them are drawn."""

    name: str
    size: int
    drawn: int


def is_sampled(kind: PlanKind, people: int, everybody_below: int) -> bool:
    """Whether a sample is drawn; of fewer people than the plan says, everything is looked at."""
    return kind is PlanKind.SAMPLE and people >= everybody_below


def sample_size(
    population: int,
    *,
    confidence: float = 0.95,
    margin: float = 0.05,
    expected: float = 0.5,
) -> int:
    """Items to draw so that a share is known within `margin` at that confidence, to the nearest.

    Cochran (1977), Sampling Techniques, 3rd ed., section 4.4: n0 = z^2 p(1-p) / d^2, and with
    the finite correction n = n0 / (1 + (n0 - 1) / N). With p = 0.5, d = 0.05 it is the formula
    and the table of Krejcie and Morgan (1970), Educational and Psychological Measurement 30:607,
    who take chi-square (z^2) with three decimals and round to the nearest. Shares, not per cent.
    """
    if population <= 0:
        return 0
    chi_square = round(float(scipy.special.ndtri(0.5 + confidence / 2)) ** 2, 3)
    unlimited = chi_square * expected * (1 - expected) / (margin * margin)
    size = unlimited / (1 + (unlimited - 1) / population)
    return max(1, min(population, math.floor(size + 0.5)))


def allocate_sample(size: int, strata: Mapping[str, int]) -> tuple[Stratum, ...]:
    """Share a sample among strata by their size: largest remainder, at least one from each.

    In the order of the names. More strata than `size` raise it to one from each.
    """
    names = sorted(name for name, count in strata.items() if count)
    total = sum(strata[name] for name in names)
    if not total:
        return ()
    size = max(min(size, total), len(names))
    exact = {name: Fraction(size * strata[name], total) for name in names}
    drawn = {name: max(1, math.floor(exact[name])) for name in names}
    # What is left goes to the largest remainders, what is too much comes from the largest surplus.
    while (left := size - sum(drawn.values())) != 0:
        open_ = [name for name in names if (drawn[name] < strata[name] if left > 0
                                            else drawn[name] > 1)]  # fmt: skip
        best = max(open_, key=lambda name: (exact[name] - drawn[name]) * (1 if left > 0 else -1))
        drawn[best] += 1 if left > 0 else -1
    return tuple(Stratum(name, strata[name], drawn[name]) for name in names)


def rank(seed: str, item: str) -> str:
    """Where an item stands in the draw: SHA-256, in hex, of the seed, a bar and the item's id."""
    return hashlib.sha256(f"{seed}|{item}".encode()).hexdigest()


def draw(seed: str, items: Iterable[Item], size: int) -> tuple[Item, ...]:
    """The sample: of each stratum as many as its share, those with the lowest rank first.

    Depends on the seed, the ids and the strata alone, not on the order in which they come.
    """
    by_stratum: dict[str, list[Item]] = {}
    for item in items:
        by_stratum.setdefault(item.stratum, []).append(item)
    sizes = {name: len(found) for name, found in by_stratum.items()}
    drawn: list[Item] = []
    for stratum in allocate_sample(size, sizes):
        ordered = sorted(by_stratum[stratum.name], key=lambda item: (rank(seed, item.id), item.id))
        drawn += ordered[: stratum.drawn]
    return tuple(drawn)


def population_digest(items: Sequence[Item]) -> str:
    """SHA-256, in hex, of the lines `id|stratum`, ordered by id and joined by a line feed.

    It is stored when the submission is locked, before there is a seed.
    """
    text = "\n".join(sorted(f"{item.id}|{item.stratum}" for item in items))
    return hashlib.sha256(text.encode()).hexdigest()
