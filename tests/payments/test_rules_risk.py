"""Before anyone signs: probabilities, expected amounts, returns and bounds against hand figures."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.rules.calendar import reporting_periods
from contracts.rules.terms import TermsDocument, parse
from outcomes.rules.chance import successes, sums, together
from payments.rules.inputs import Flow
from payments.rules.most_owed import most_owed
from payments.rules.returns import returned, yearly_return
from payments.rules.risk import Belief, Forecast, Setting
from payments.rules.what_if import Circumstances, claim_periods
from sibportal.kernel.errors import RuleViolation
from tests.payments.worked_examples import load

D = Decimal
PERIODS = reporting_periods(date(2026, 1, 1), date(2029, 1, 1), 6)
YOUNG = "youth_employment_and_health"
PAID_IN = (Flow(date(2026, 1, 1), D(6000000)),)


def young(**changes: Any) -> TermsDocument:
    """The seeds' example; `changes` replace entries of its only payment term."""
    document = load(YOUNG)["terms"]
    document["payment_terms"][0] |= changes
    return parse(document)


def forecast(terms: TermsDocument, people: int, without: int, **more: Any) -> Forecast:
    outcomes = [outcome.key for outcome in terms.outcomes]
    given_levels = dict.fromkeys(outcomes, D(without))
    setting = Setting(terms, PERIODS, people, given_levels, more.pop("others", people), **more)
    return Forecast(setting)


def at_least(trials: int, least: int, share: Fraction) -> Fraction:
    """The exact binomial tail, from first principles."""
    return sum(
        (
            math.comb(trials, k) * share**k * (1 - share) ** (trials - k)
            for k in range(least, trials + 1)
        ),
        Fraction(0),
    )


# No effect at all --------------------------------------------------------------------------------
def test_without_any_effect_half_of_200_is_reached_by_chance_in_53_of_100_cases() -> None:
    made = forecast(young(), 200, 50, circumstances=Circumstances(capital=PAID_IN))
    found = made.foresee({"together": Belief(D(50))})
    exact = at_least(200, 100, Fraction(1, 2))
    assert f"{float(exact):.4f}" == "0.5282"
    assert abs(found.probability - D(exact.numerator) / exact.denominator) < D("1e-9")
    assert abs(found.expected - D("6480000") * found.probability) <= D("0.01")
    assert found.loss is not None
    assert abs(found.loss + found.probability - 1) < D("1e-9")
    assert (found.low, found.high, found.error) == (D("0.00"), D("6480000.00"), None)


def test_a_comparison_of_two_groups_is_summed_exactly_over_both() -> None:
    compare = {"kind": "comparison_group", "design": "randomised", "source": "trial"}
    gate = {"kind": "threshold", "operator": "at_least", "value": "20"}
    terms = young(compare=compare, gate=gate)
    found = forecast(terms, 10, 30, others=10).foresee({"together": Belief(D(30))})
    p = Fraction(3, 10)
    each = [math.comb(10, k) * p**k * (1 - p) ** (10 - k) for k in range(11)]
    # At least 20 percentage points more of 10 people is two people more.
    exact = sum(
        (each[k] * each[j] for k in range(11) for j in range(11) if k - j >= 2), Fraction(0)
    )
    assert abs(found.probability - D(exact.numerator) / exact.denominator) < D("1e-9")
    assert found.error is None


def test_doubt_about_the_share_is_beta_binomial_with_that_mean_and_spread() -> None:
    chances = successes(200, D(55), D(5))
    pairs = list(zip(chances.values, chances.weights, strict=True))
    mean = sum((value * weight for value, weight in pairs), D(0))
    variance = sum(((value - mean) ** 2 * weight for value, weight in pairs), D(0))
    # Var = n p q (1 + (n - 1) rho) with rho = s^2 / (p q).
    rho = D("0.05") ** 2 / (D("0.55") * D("0.45"))
    assert abs(mean - 110) < D("0.0001")
    assert abs(variance - 200 * D("0.55") * D("0.45") * (1 + 199 * rho)) < D("0.01")
    with pytest.raises(RuleViolation):
        successes(200, D(50), D(51))


def test_a_sum_has_its_mean_and_falls_below_it_as_often_as_above() -> None:
    chances = sums(100, D(3), D(2), least=D(0))
    pairs = list(zip(chances.values, chances.weights, strict=True))
    mean = sum((value * weight for value, weight in pairs), D(0))
    assert abs(mean - 300) < D("0.01")
    low = sum((weight for value, weight in pairs if value < 300 - D("1.2816") * 20), D(0))
    assert abs(low - D("0.1")) < D("0.01")
    assert sums(100, D(3), D(0), least=None).values == (D(300),)


def test_a_simulation_is_reproducible_and_close_to_the_exact_sum() -> None:
    one, other = successes(60, D(40)), successes(60, D(50))
    exact = together([one, other], 10_000)
    drawn = together([one, other], 1024)
    assert exact.is_exact
    assert not drawn.is_exact
    assert drawn == together([one, other], 1024)
    assert sum(draw.weight for draw in drawn.draws) == 1

    def more(draws: Any) -> Decimal:
        return sum((one.weight for one in draws if one.values[0] > one.values[1]), D(0))

    assert abs(more(exact.draws) - more(drawn.draws)) < D("0.01")


@settings(max_examples=25, deadline=None)
@given(st.integers(20, 120), st.integers(0, 95), st.integers(1, 5), st.integers(0, 4))
def test_chances_stay_chances_and_rise_with_the_share(
    people: int, percent: int, more: int, spread: int
) -> None:
    made = forecast(young(), people, 50)
    doubt = D(spread) if 20 <= percent <= 80 else D(0)
    lower = made.foresee({"together": Belief(D(percent), doubt)})
    higher = made.foresee({"together": Belief(D(percent + more), doubt)})
    for found in (lower, higher):
        assert 0 <= found.probability <= 1 + D("1e-9")
        assert 0 <= found.expected <= D("6480000.00")
        assert found.low <= found.middle <= found.high
    assert higher.probability >= lower.probability - D("1e-9")
    assert higher.expected >= lower.expected - D("0.01")


# The investors' return ---------------------------------------------------------------------------
def test_the_yearly_return_is_the_rate_that_makes_both_sides_equal() -> None:
    start, two_years_on = date(2026, 1, 1), date(2028, 1, 1)
    assert yearly_return([Flow(start, D(100))], [Flow(two_years_on, D(121))]) == D("10.0")
    assert yearly_return([Flow(start, D(100))], []) == D(-100)
    assert yearly_return([], [Flow(start, D(100))]) is None
    gained = returned([Flow(start, D(100))], [Flow(two_years_on, D(121))])
    assert (gained.gain, gained.total_percent) == (D(21), D("21.0"))


def test_investors_fare_between_losing_all_and_the_agreed_premium() -> None:
    made = forecast(young(), 200, 50, circumstances=Circumstances(capital=PAID_IN, grace_days=30))
    found = made.foresee({"together": Belief(D(50))})
    assert found.returns is not None
    low, _middle, high = found.returns
    assert (low.received, low.total_percent, low.yearly_percent) == (D(0), D("-100.0"), D(-100))
    assert (high.gain, high.total_percent) == (D("480000.00"), D("8.0"))
    # 8 % over three years and two months of waiting and payment days.
    assert high.yearly_percent == D("2.5")


def test_outcomes_have_come_as_far_as_they_will_when_they_are_assessed() -> None:
    terms = young(assessment_on="2028-03-31")  # in the fifth of six periods
    made = forecast(terms, 200, 50, circumstances=Circumstances(capital=PAID_IN))
    by_period = [one.claim.total for one in made.claims((D(100),), claim_periods(PERIODS))]
    assert [str(total) for total in by_period] == ["0.00"] * 4 + ["6480000.00", "0.00"]
    found = made.foresee({"together": Belief(D(60))})
    assert found.returns is not None
    assert {one.received for one in found.returns} == {found.low}


def test_investors_receive_what_the_distribution_leaves_them() -> None:
    document = load(YOUNG)["terms"]
    document["waterfall"] = {
        "tranches": [
            {"key": "senior", "title": {"en": "Senior"}, "capital": "4000000.00"},
            {"key": "junior", "title": {"en": "Junior"}, "capital": "2000000.00"},
        ],
        "surplus": [{"to": "investors", "percent": "25"}, {"to": "recycling", "percent": "75"}],
        "guarantee": {"tranche": "senior", "amount": "1000000.00"},
    }
    terms = parse(document)
    made = forecast(
        terms, 200, 50, circumstances=Circumstances(capital=PAID_IN), waterfall=terms.waterfall
    )
    found = made.foresee({"together": Belief(D(50))})
    assert found.returns is not None
    low, _middle, high = found.returns
    # Nothing is paid: the guarantor makes up one million of the senior capital.
    assert low.received == D("1000000.00")
    # 480 000 are left over the capital; a quarter of it is theirs.
    assert high.received == D("6120000.00")


# The most that can ever be owed ------------------------------------------------------------------
def test_a_final_payment_can_fall_due_in_one_year_only() -> None:
    found = most_owed(young(), claim_periods(PERIODS), 30)
    assert found is not None
    assert found.total == D("6480000.00")
    # Assessed on 31.12.2028; the last period ends then, 30 days of grace and 30 to pay.
    assert [(year.year, year.total) for year in found.years] == [(2029, D("6480000.00"))]


def test_bounds_by_payer_and_year_follow_caps_and_changing_payers() -> None:
    document = load("family_partner_milestones")["terms"]
    document["claim"] |= {
        "period_cap": "20000.00",
        "payers": [
            {"party": "town", "share_percent": "60", "cap": "70000.00"},
            {"party": "county", "share_percent": "40"},
        ],
        "payers_from": [
            {"valid_from": "2027-12-31", "payers": [{"party": "county", "share_percent": "100"}]}
        ],
    }
    found = most_owed(parse(document), claim_periods(PERIODS), 0)
    assert found is not None
    # Six claims of at most 20 000 are below the cap of 125 000.
    assert found.total == D("120000.00")
    by_year = {year.year: (year.total, dict(year.by_payer)) for year in found.years}
    # Each claim is due 30 days after its period: two in a year, the last of a year in the next.
    days = parse(document).claim.payment_days
    assert days is not None
    assert sum(total for total, _payers in by_year.values()) == D("120000.00")
    first = by_year[2026]
    assert first == (D("20000.00"), {"town": D("12000.00"), "county": D("8000.00")})
    assert by_year[2029] == (D("20000.00"), {"county": D("20000.00")})
    assert found.by_payer == {"town": D("70000.00"), "county": D("120000.00")}
