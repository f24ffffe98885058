"""Samples of verification against published tables, and the draw against its test vector."""

from __future__ import annotations

import hashlib
import random
from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from outcomes.rules import acceptance, sampling
from outcomes.rules.acceptance import Verdict
from outcomes.rules.sampling import Beyond, Item, PlanKind, Stratum

# Krejcie and Morgan (1970), table 1: population and sample, 95 % and 5 percentage points.
KREJCIE_MORGAN = """
10 10 15 14 20 19 25 24 30 28 35 32 40 36 45 40 50 44 55 48 60 52 65 56 70 59 75 63 80 66 85 70
90 73 95 76 100 80 110 86 120 92 130 97 140 103 150 108 160 113 170 118 180 123 190 127 200 132
210 136 220 140 230 144 240 148 250 152 260 155 270 159 280 162 290 165 300 169 320 175 340 181
360 186 380 191 400 196 420 201 440 205 460 210 480 214 500 217 550 226 600 234 650 242 700 248
750 254 800 260 850 265 900 269 950 274 1000 278 1100 285 1200 291 1300 297 1400 302 1500 306
1600 310 1700 313 1800 317 1900 320 2000 322 2200 327 2400 331 2600 335 2800 338 3000 341
3500 346 4000 351 4500 354 5000 357 6000 361 7000 364 8000 367 9000 368 10000 370 15000 375
20000 377 30000 379 40000 380 50000 381 75000 382 1000000 384
"""
# The smallest sample for each number of errors at a tolerable rate of 5 % and a risk of 5 %, which
# auditors know from tables for tests of controls; checked below by exact fractions, not by a table.
SMALLEST_SAMPLES = ((59, 0), (93, 1), (124, 2), (153, 3), (181, 4), (208, 5), (234, 6))
# Newcombe (1998), Statistics in Medicine 17:857, table I, method 5 (Clopper-Pearson).
CLOPPER_PEARSON = (
    (81, 263, 0.2527, 0.3676),
    (15, 148, 0.0578, 0.1617),
    (0, 20, 0.0000, 0.1684),
    (1, 29, 0.0009, 0.1776),
)


def test_sample_sizes_equal_the_published_table() -> None:
    numbers = [int(number) for number in KREJCIE_MORGAN.split()]
    table = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert len(table) == 90
    assert {population: sampling.sample_size(population) for population in table} == table


def risk_of_overreliance(size: int, errors: int) -> Fraction:
    """How likely at most so many errors are where one in twenty is wrong."""
    rate = Fraction(1, 20)
    ways = (comb(size, k) * rate**k * (1 - rate) ** (size - k) for k in range(errors + 1))
    return sum(ways, Fraction(0))


def test_acceptance_numbers_are_the_largest_whose_risk_is_within_five_per_cent() -> None:
    for size, errors in SMALLEST_SAMPLES:
        assert risk_of_overreliance(size, errors) <= Fraction(1, 20)
        assert risk_of_overreliance(size - 1, errors) > Fraction(1, 20)
        assert acceptance.acceptance_number(size, tolerable=0.05) == errors
        fewer = acceptance.acceptance_number(size - 1, tolerable=0.05)
        assert (-1 if fewer is None else fewer) == errors - 1


def test_exact_intervals_equal_the_published_ones() -> None:
    for errors, size, low, high in CLOPPER_PEARSON:
        found = acceptance.clopper_pearson(errors, size)
        assert [round(limit, 4) for limit in found] == [low, high]


def test_below_the_number_of_people_in_the_plan_everything_is_looked_at() -> None:
    assert not sampling.is_sampled(PlanKind.SAMPLE, 99, sampling.EVERYBODY_BELOW)
    assert sampling.is_sampled(PlanKind.SAMPLE, 100, sampling.EVERYBODY_BELOW)
    assert not sampling.is_sampled(PlanKind.FULL, 5000, sampling.EVERYBODY_BELOW)


def test_strata_get_their_share_by_largest_remainder_and_one_at_least() -> None:
    # 20 of 200 by 137, 61 and 2: exactly 13.7, 6.1 and 0.2; the small one gets its one item, and
    # the item left over goes to the largest remainder.
    found = sampling.allocate_sample(20, {"c": 2, "a": 137, "b": 61})
    assert found == (Stratum("a", 137, 13), Stratum("b", 61, 6), Stratum("c", 2, 1))
    found = sampling.allocate_sample(21, {"c": 2, "a": 137, "b": 61})
    assert [one.drawn for one in found] == [14, 6, 1]
    assert [one.drawn for one in sampling.allocate_sample(2, {"a": 9, "b": 9, "c": 9})] == [1, 1, 1]
    assert sampling.allocate_sample(5, {}) == ()


@given(
    st.integers(0, 500),
    st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 400), min_size=1),
)
def test_every_stratum_is_drawn_from_and_the_sizes_sum(size: int, strata: dict[str, int]) -> None:
    found = sampling.allocate_sample(size, strata)
    assert {one.name for one in found} == set(strata)
    assert all(1 <= one.drawn <= one.size for one in found)
    wanted = max(min(size, sum(strata.values())), len(strata))
    assert sum(one.drawn for one in found) == wanted
    share = wanted / sum(strata.values())
    assert all(one.drawn < share * one.size + 1 for one in found)


# The worked example of docs/verification.md.
SEED = "3f9b5d0c7a6e4f218c0d9e7b6a5f4c31"
IDS = [f"00000000-0000-4000-8000-0000000000{number:02d}" for number in range(1, 13)]


def test_the_same_seed_gives_the_same_sample_on_another_machine() -> None:
    items = [Item(one, "north" if place < 8 else "south") for place, one in enumerate(IDS)]
    expected = ["08", "07", "01", "03", "09", "12"]
    for _time in range(3):
        random.shuffle(items)
        assert [one.id[-2:] for one in sampling.draw(SEED, items, 6)] == expected
    other = sampling.draw(SEED[::-1], items, 6)
    assert [one.id[-2:] for one in other] != expected


def test_the_rank_is_plain_sha256() -> None:
    text = f"{SEED}|{IDS[0]}".encode()
    assert sampling.rank(SEED, IDS[0]) == hashlib.sha256(text).hexdigest()
    assert sampling.population_digest([Item("b", "x"), Item("a", "y")]) == (
        hashlib.sha256(b"a|y\nb|x").hexdigest()
    )


def test_more_errors_than_accepted_never_trust_the_rest() -> None:
    assert acceptance.verdict(3, 3, Beyond.FULL_CHECK) is Verdict.ACCEPTED
    assert acceptance.verdict(4, 3, Beyond.FULL_CHECK) is Verdict.FULL_CHECK
    assert acceptance.verdict(4, 3, Beyond.ESTIMATE) is Verdict.ESTIMATE


def test_the_acceptance_number_holds_the_risk_in_a_small_population() -> None:
    # 120 of 400 with 5 % tolerable: 20 wrong would show so few in at most one case of twenty.
    found = acceptance.acceptance_number(120, tolerable=0.05, population=400)
    assert found is not None
    wrong = hypergeom(400, 20, 120)
    assert wrong.cdf(found) <= 0.05 < wrong.cdf(found + 1)
    # Whoever looks at everything knows: fewer than the tolerable share.
    assert acceptance.acceptance_number(400, tolerable=0.05, population=400) == 19


def test_a_sample_that_can_prove_nothing_has_no_acceptance_number() -> None:
    assert acceptance.acceptance_number(10, tolerable=0.05, population=400) is None
    least = acceptance.smallest_proving(400, tolerable=0.05, confidence=0.95)
    assert acceptance.acceptance_number(least, tolerable=0.05, population=400) == 0
    assert acceptance.acceptance_number(least - 1, tolerable=0.05, population=400) is None


@pytest.mark.parametrize("errors", [0, 1, 7, 30])
def test_the_extrapolation_is_the_exact_interval_of_a_finite_population(errors: int) -> None:
    found = acceptance.extrapolated(errors, 30, 90)
    # Every number that can be wrong, tried one by one.
    possible = [
        wrong
        for wrong in range(errors, 90 - (30 - errors) + 1)
        if hypergeom(90, wrong, 30).sf(errors - 1) > 0.025
        and hypergeom(90, wrong, 30).cdf(errors) > 0.025
    ]
    assert (found.number_low, found.number_high) == (possible[0], possible[-1])
    assert found.number_low <= found.number <= found.number_high
    assert found.share == (Decimal(errors) / 30).quantize(Decimal("0.0001"))


def test_without_end_the_extrapolation_is_clopper_and_pearson() -> None:
    found = acceptance.extrapolated(15, 148, 10_000_000)
    assert [round(float(one), 3) for one in (found.share_low, found.share_high)] == [0.058, 0.162]
