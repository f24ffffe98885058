"""Contracts that are paid by figures of a register: own history, a comparison group, difference in
differences, a signed estimate. Each is delivered, signed, verified, closed, paid and recalculated;
the figures are worked by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from outcomes.models import Result
from outcomes.rules.aggregates.figures import SignedEstimate
from outcomes.rules.aggregates.words import Group
from payments import services
from payments.models import Claim
from payments.selectors.recalculation import recalculate
from sibportal.kernel.dates import add_months
from sibportal.kernel.explain import Calculation, Step
from tests.factories.registers import Register, make_register, register_terms

pytestmark = pytest.mark.django_db


def claimed(register: Register) -> Claim:
    """The claim of the first period, which comes out the same when it is calculated again."""
    claim = services.calculate_claim(actor=register.scene.pia, closing=register.close())
    assert recalculate(claim).is_equal
    return claim


def step(claim: Claim, formula: str) -> Step:
    steps = Calculation.from_json(claim.calculation).root.walk()
    return next(one for one in steps if one.formula == f"payments.formula.{formula}")


def test_fewer_days_than_the_same_people_had_before_are_paid() -> None:
    compare = {"kind": "own_history", "effect": "reduction"}
    register = make_register(document=register_terms(compare=compare))
    # 1 000 days of 100 people are 10 each; before it were 1 440 days of 96 people, 15 each.
    before = register.group(Group.BEFORE, people=96, total=Decimal(1440))
    register.accept(register.deliver(register.group(), before))
    claim = claimed(register)
    # 15 - 10 = 5 days at 1 000.
    assert claim.amount == Decimal("5000.00")
    assert step(claim, "reference_own_history").inputs["people"] == 96
    result = Result.objects.get(closing=claim.closing)
    assert (result.of_group, result.estimate, result.measured) == (True, Decimal(10), 100)
    assert result.cumulative_total == Decimal(1000)


def test_fewer_people_than_in_the_comparison_group_are_paid() -> None:
    compare = {"kind": "comparison_group", "effect": "reduction", "design": "matched"}
    register = make_register(document=register_terms("count", compare))
    groups = (
        register.group(total=None, deviation=None, reached=12),
        register.group(Group.COMPARISON, total=None, people=250, reached=50),
    )
    register.accept(register.deliver(*groups, design="matched"))
    claim = claimed(register)
    # 50 of 250 would be 20 of 100; 12 are 8 fewer, at 1 000.
    assert claim.amount == Decimal("8000.00")
    assert step(claim, "reference_comparison_group").result == Decimal(20)


def test_the_change_in_a_comparison_group_is_taken_off() -> None:
    compare = {"kind": "difference_in_differences", "effect": "reduction"}
    register = make_register(document=register_terms(compare=compare))
    groups = (
        register.group(),  # 10 each
        register.group(Group.BEFORE, people=100, total=Decimal(1600)),  # 16 each
        register.group(Group.COMPARISON, people=200, total=Decimal(2600)),  # 13 each
        register.group(Group.COMPARISON_BEFORE, people=200, total=Decimal(3000)),  # 15 each
    )
    register.accept(register.deliver(*groups))
    claim = claimed(register)
    # Without the service 16 + 13 - 15 = 14 days; 14 - 10 = 4 days at 1 000.
    assert claim.amount == Decimal("4000.00")
    assert step(claim, "reference_difference_in_differences").result == Decimal(14)


def test_coded_rows_are_paid_like_the_figures_that_they_come_to() -> None:
    compare = {"kind": "difference_in_differences", "effect": "reduction"}
    register = make_register(document=register_terms(compare=compare))
    rows = {
        Group.PARTICIPANTS: {"A1": "8", "A2": "12"},  # 10 each
        Group.BEFORE: {"A1": "15", "A2": "17"},  # 16 each
        Group.COMPARISON: {"V1": "12", "V2": "14"},  # 13 each
        Group.COMPARISON_BEFORE: {"V1": "14,5", "V2": "15,5"},  # 15 each
    }
    register.accept(register.give(register.counted(rows)))
    claim = claimed(register)
    # As above: 14 - 10 = 4 days at 1 000.
    assert claim.amount == Decimal("4000.00")
    assert step(claim, "reference_difference_in_differences").result == Decimal(14)


def test_a_signed_estimate_takes_the_place_of_the_groups() -> None:
    compare = {"kind": "comparison_group", "effect": "reduction"}
    register = make_register(document=register_terms(compare=compare))
    estimate = SignedEstimate(Decimal("3.25"), Decimal("1.5"), Decimal(5))
    register.accept(
        register.deliver(register.group(), estimate=estimate, method="Weighted regression.")
    )
    claim = claimed(register)
    assert claim.amount == Decimal("3250.00")
    told = step(claim, "estimate_interval")
    assert (told.inputs["low"], told.inputs["high"]) == (Decimal("1.5"), Decimal(5))
    assert told.inputs["method"] == "Weighted regression."


def corrected_after_its_claim(register: Register) -> tuple[Claim, Claim]:
    """A claim of 1 000 days, and the next one, before which they were corrected to 1 100 and 1 500
    were delivered to date."""
    register.accept(register.deliver(register.group()))
    first = claimed(register)
    corrected = register.group(total=Decimal(1100))
    register.accept(register.deliver(corrected, correction_reason="The register was late."))
    second = register.scene.periods[1]
    to_date = register.group(total=Decimal(1500), until=second.ends_on)
    register.accept(register.deliver(to_date, period=second))
    claim = services.calculate_claim(actor=register.scene.pia, closing=register.close(second))
    assert recalculate(claim).is_equal
    return first, claim


def test_what_was_corrected_is_in_the_figures_of_the_next_period() -> None:
    document = register_terms("sum", timing="this_period", amount="10.00")
    first, second = corrected_after_its_claim(make_register(document=document))
    # All together 1 500 days at 10: what the first lacked is not told a second time.
    assert (first.amount, second.amount) == (Decimal("10000.00"), Decimal("5000.00"))


def test_a_corrected_figure_of_an_assessment_is_an_adjustment_of_the_next_claim() -> None:
    first_ends = add_months(timezone.localdate().replace(day=1), -24)
    document = register_terms(
        "sum", timing="final", assessment_on=first_ends - timedelta(days=1), amount="10.00"
    )
    first, second = corrected_after_its_claim(make_register(document=document))
    assert first.amount == Decimal("10000.00")
    # Assessed on the first period alone: 100 days more at 10.
    assert [line.amount for line in second.lines.all()] == [Decimal(0), Decimal(1000)]
