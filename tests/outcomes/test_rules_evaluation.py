"""Effects and smallest effects against published worked examples, to the digits printed there."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import binom, ttest_ind

from outcomes.rules.evaluation import detectable, effects
from outcomes.rules.evaluation.effects import Group, Part, Sample
from outcomes.rules.statistics import Estimate, Method, proportion

# Student (1908), Biometrika 6:1, the extra hours of sleep after two drugs.
FIRST_DRUG = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
SECOND_DRUG = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)


def _to(places: int, *figures: Decimal | None) -> tuple[float | None, ...]:
    return tuple(None if one is None else round(float(one), places) for one in figures)


def _sample(values: tuple[float, ...]) -> Sample:
    deviation = Decimal(repr(statistics.stdev(values)))
    return Sample(len(values), Decimal(repr(statistics.fmean(values))), deviation)


@pytest.mark.parametrize(
    ("ours", "theirs", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_of_shares_is_that_of_newcombe_1998_table_ii_method_10(
    ours: tuple[int, int], theirs: tuple[int, int], low: float, high: float
) -> None:
    found = effects.difference(Group(*ours), Group(*theirs))
    assert found.method is Method.NEWCOMBE
    assert found.n == ours[1] + theirs[1]
    assert _to(4, found.low, found.high) == (low, high)
    # Whichever group comes first, it is the same difference.
    back = effects.difference(Group(*theirs), Group(*ours))
    assert (back.low, back.high) == (-(found.high or 0), -(found.low or 0))


@pytest.mark.parametrize(
    ("ours", "theirs", "ratio", "low", "high"),
    [
        # Moore, McCabe and Craig, Introduction to the Practice of Statistics, example 8.18.
        ((45, 411), (73, 411), 0.6164, 0.4364, 0.8707),
        # Sahai and Khurshid (1996), Statistics in Epidemiology, example 3.1, as SciPy prints it.
        ((27, 122), (44, 487), 2.4495, 1.5837, 3.7887),
    ],
)
def test_a_ratio_of_shares_has_the_interval_of_its_logarithm(
    ours: tuple[int, int], theirs: tuple[int, int], ratio: float, low: float, high: float
) -> None:
    found = effects.risk_ratio(Group(*ours), Group(*theirs))
    assert found.method is Method.RISK_RATIO
    assert _to(4, found.value, found.low, found.high) == (ratio, low, high)
    less = effects.relative_reduction(found)
    assert _to(4, less.value, less.low, less.high) == tuple(
        round(1 - one, 4) for one in (ratio, high, low)
    )


def test_an_odds_ratio_is_that_of_bland_and_altman_2000() -> None:
    # BMJ 320:1468, hay fever among children with and without eczema.
    found = effects.odds_ratio(Group(141, 141 + 420), Group(928, 928 + 13525))
    assert _to(2, found.value, found.low, found.high) == (4.89, 4.0, 5.99)


def test_a_ratio_of_rates_is_that_of_the_exact_poisson_test_of_r() -> None:
    # R, help page of poisson.test: lung cancer in Fredericia and three other towns.
    found = effects.rate_ratio(11, Decimal(800), 6 + 8 + 7, Decimal(1083 + 1050 + 878))
    assert _to(6, found.value, found.low, found.high) == (1.971488, 0.858426, 4.277266)


def test_a_difference_of_means_is_welchs_for_the_data_of_student() -> None:
    # R, help page of t.test: -3.3654832 to 0.2054832.
    found = effects.difference_of_means(_sample(FIRST_DRUG), _sample(SECOND_DRUG))
    assert _to(6, found.value, found.low, found.high) == (-1.58, -3.365483, 0.205483)
    again = ttest_ind(FIRST_DRUG, SECOND_DRUG, equal_var=False).confidence_interval()
    assert _to(6, found.low, found.high) == (round(again.low, 6), round(again.high, 6))


def test_a_difference_in_differences_of_shares_is_that_of_a_regression_with_robust_errors() -> None:
    # No published example is known to us: an independent calculation instead, by least squares on
    # the single people with White's errors, whose cross term is the same effect.
    four = (Group(60, 100), Group(40, 90), Group(50, 120), Group(45, 110))
    rows, answers = [], []
    for group, place in zip(four, ((1, 1), (1, 0), (0, 1), (0, 0)), strict=True):
        ours, after = place
        rows += [(1, ours, after, ours * after)] * group.people
        answers += [1] * group.reached + [0] * (group.people - group.reached)
    design, found = np.array(rows, float), np.array(answers, float)
    inverse = np.linalg.inv(design.T @ design)
    slopes = inverse @ design.T @ found
    residuals = found - design @ slopes
    errors = inverse @ (design.T * residuals**2) @ design @ inverse
    effect = effects.difference_in_differences(*four)
    margin = 1.959964 * math.sqrt(errors[3, 3])
    assert effect.method is Method.DIFFERENCE_IN_DIFFERENCES
    assert effect.value is not None
    assert effect.low is not None
    assert float(effect.value) == pytest.approx(slopes[3], abs=1e-6)
    assert float(effect.low) == pytest.approx(slopes[3] - margin, abs=1e-5)


def test_changes_of_the_same_shops_are_compared_as_card_and_krueger_1994_table_3() -> None:
    # American Economic Review 84:772: jobs per shop rose by 0.59 (standard error 0.54) in New
    # Jersey and by -2.16 (1.25) in Pennsylvania; the difference is 2.76 (1.36) before rounding.
    def change(mean: str, error: str) -> Sample:
        return Sample(100, Decimal(mean), Decimal(error) * 10)

    found = effects.difference_of_changes(change("0.59", "0.54"), change("-2.16", "1.25"))
    assert found.value is not None
    assert found.high is not None
    assert found.value == Decimal("2.75")
    assert round(float(found.high - found.value) / 1.959964, 2) == 1.36


def test_a_blend_weighs_estimates_and_their_uncertainty() -> None:
    # 0.8 of an experiment and 0.2 of a difference in differences, standard errors 2 and 5.
    def normal(value: int, error: int) -> Estimate:
        margin = Decimal("1.96") * error
        middle = Decimal(value)
        return Estimate(Method.WELCH, 50, middle, middle - margin, middle + margin)

    found = effects.blend([Part(Decimal("0.8"), normal(10, 2)), Part(Decimal("0.2"), normal(5, 5))])
    assert found.value == Decimal("9")
    assert found.high is not None
    # The variances are 0.64 x 4 + 0.04 x 25 = 3.56.
    assert float(found.high) == pytest.approx(9 + 1.96 * math.sqrt(3.56), abs=1e-5)
    assert found.n == 100


def test_a_blend_of_a_share_and_less_another_is_newcombes_difference() -> None:
    ours, theirs = proportion(56, 70), proportion(48, 80)
    found = effects.blend([Part(Decimal(1), ours), Part(Decimal(-1), theirs)])
    assert _to(4, found.low, found.high) == (0.0524, 0.3339)


def test_an_agreed_figure_moves_the_interval_and_adds_no_doubt() -> None:
    found = effects.against_figure(proportion(81, 263), Decimal("0.2"))
    # Newcombe (1998), Statistics in Medicine 17:857, table I: 0.2553 to 0.3662.
    assert _to(4, found.low, found.high) == (0.0553, 0.1662)


@pytest.mark.parametrize(
    "effect",
    [
        effects.difference(Group(0, 0), Group(1, 2)),
        effects.risk_ratio(Group(1, 2), Group(0, 2)),
        effects.odds_ratio(Group(2, 2), Group(1, 2)),
        effects.rate_ratio(3, Decimal(10), 0, Decimal(10)),
        effects.against_figure(proportion(0, 0), Decimal("0.5")),
        effects.relative_reduction(effects.risk_ratio(Group(1, 2), Group(0, 2))),
        effects.difference_in_differences(Group(1, 2), Group(0, 0), Group(1, 2), Group(1, 2)),
        effects.difference_of_means(
            Sample(0, Decimal(0), Decimal(0)), Sample(2, Decimal(1), Decimal(1))
        ),
        effects.difference_of_changes(
            Sample(1, Decimal(0), Decimal(0)), Sample(2, Decimal(1), Decimal(1))
        ),
    ],
)
def test_what_the_data_do_not_allow_has_no_figure(effect: Estimate) -> None:
    assert effect == Estimate(Method.NONE, 0)


def test_a_ratio_of_nobody_has_no_interval_but_a_value() -> None:
    found = effects.risk_ratio(Group(0, 10), Group(5, 10))
    assert (found.value, found.low, found.high) == (Decimal(0), None, None)
    events = effects.rate_ratio(0, Decimal(10), 5, Decimal(10))
    assert events.low == 0
    assert events.high is not None
    assert events.high > 0


def test_the_power_against_a_group_is_that_of_r() -> None:
    # R, help page of power.prop.test: 0.740; with 50 in each group and a power of 90 %, 0.8026.
    assert round(detectable.power_against_group(50, 0.75, 50, 0.5), 3) == 0.740
    found = detectable.smallest_rise_over_group(50, 50, Decimal("0.5"), power=0.9)
    assert found is not None
    assert round(float(found), 4) == 0.8026


def test_the_smallest_rise_is_that_of_the_exact_test() -> None:
    # Khan, Sarker and Hackshaw (2012), British Journal of Cancer 107:1801, after A'Hern (2001),
    # Statistics in Medicine 20:859: 10 % against 20 %, one-sided 5 %, takes 78 people; the exact
    # size is 4.53 %, the power 80.81 %.
    least = detectable.least_successes(78, Decimal("0.1"), tail=0.05)
    assert least is not None
    assert round(binom.sf(least - 1, 78, 0.1), 4) == 0.0453
    assert binom.sf(least - 1, 78, 0.2) == pytest.approx(0.8081, abs=1e-4)
    found = detectable.smallest_rise(78, Decimal("0.1"), tail=0.05, power=0.8081)
    assert found is not None
    assert round(float(found), 4) == 0.2


def test_a_fall_is_a_rise_of_the_others() -> None:
    rise = detectable.smallest_rise(60, Decimal("0.7"))
    assert rise is not None
    assert detectable.smallest_fall(60, Decimal("0.3")) == 1 - rise


@pytest.mark.parametrize("people", [0, 1, 3])
def test_so_few_people_tell_nothing_from_chance(people: int) -> None:
    assert detectable.smallest_rise(people, Decimal("0.5")) is None
    assert detectable.smallest_rise_over_group(people, people, Decimal("0.9")) is None


@pytest.mark.parametrize("baseline", [Decimal(0), Decimal("0.35"), Decimal(1)])
def test_more_people_tell_smaller_rises(baseline: Decimal) -> None:
    found = [detectable.smallest_rise(people, baseline) for people in (20, 60, 200)]
    if baseline == 1:
        assert found == [None, None, None]
    else:
        known = [one for one in found if one is not None]
        assert known == sorted(known, reverse=True)
        assert len(set(known)) == 3
