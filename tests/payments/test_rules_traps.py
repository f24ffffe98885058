"""What a calculation of payment gets wrong most easily, each by name; and what it refuses."""

from __future__ import annotations

import ast
import dataclasses
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from contracts.rules.terms import parse
from payments.rules.inputs import ClaimInputs, Earlier, Observation, read_inputs
from payments.rules.interest import compound
from payments.rules.net import carried
from payments.rules.pipeline import calculate
from sibportal.kernel.errors import RuleViolation
from tests.payments.worked_examples import Case, cases, load

ROOT = Path(__file__).parents[2]
CARE = cases("days_in_care_in_bands")[0]
EVENTS = cases("fewer_events_than_comparison_group")[0]
SAVINGS = cases("savings_against_forecast")


def totals(case: Case, **changed: Any) -> Decimal:
    return calculate(case.terms, dataclasses.replace(case.inputs, **changed)).total


@pytest.mark.parametrize(("days", "amount"), [("1079", "1200"), ("1080", "700"), ("1081", "0")])
def test_each_operator_says_whether_its_own_value_passes(days: str, amount: str) -> None:
    """Of 10 000 days: at most 10.8 % pays 700, less than 10.8 % another 500."""
    care, childhood = CARE.inputs.observations
    seen = dataclasses.replace(care, cumulative_total=Decimal(days))
    inputs = dataclasses.replace(CARE.inputs, observations=(seen, childhood))
    lines = {one.payment_term: one.amount for one in calculate(CARE.terms, inputs).lines}
    assert lines["less-than"] + lines["at-most"] == Decimal(amount)


def test_points_of_a_table_are_interpolated_and_tiers_are_not() -> None:
    document = load("ratio_of_a_known_baseline")["terms"]
    document["counting"]["minimum_cohort"] = 0
    inputs = cases("ratio_of_a_known_baseline")[0].inputs
    assert calculate(parse(document), inputs).total == Decimal("25000.00")
    price = document["payment_terms"][0]["price"]
    points = [{"reached": point["at"], "amount": point["amount"]} for point in price["curve"]]
    document["payment_terms"][0]["price"] = {"kind": "step_tiers", "tiers": points}
    assert calculate(parse(document), inputs).total == Decimal("10000.00")


@pytest.mark.parametrize(("kind", "result"), [("frequency", "142"), ("rate", "60")])
def test_a_frequency_counts_events_and_a_rate_counts_people(kind: str, result: str) -> None:
    """1420 events of 600 people among 1000: 142 per hundred, or 60 %."""
    document = load("fewer_events_than_comparison_group")["terms"]
    document["outcomes"][0]["count"] = {"kind": "once_per_person"}
    document["payment_terms"][0]["measure"]["kind"] = kind
    tree = calculate(parse(document), EVENTS.inputs).explanation.root
    measured = next(step for step in tree.walk() if step.label == "payments.step.measure")
    assert str(measured.result) == result


def test_a_mean_is_no_price_for_each_person() -> None:
    """An average saving is worth what it comes to for everybody, not once."""
    case = cases("sick_days_against_own_history")[1]
    root = calculate(case.terms, case.inputs).explanation.root
    worth = next(step for step in root.walk() if step.label == "payments.step.valuation")
    assert worth.result == Decimal("432000")
    assert worth.inputs["people"] == 1000


def test_a_cap_holds_across_periods() -> None:
    case = cases("days_housed")[3]
    assert totals(case) == Decimal("5000.00")
    full = Earlier({"housed": Decimal("30000.00")}, Decimal("30000.00"))
    assert totals(case, earlier=full) == 0


def test_a_repeatable_milestone_is_paid_each_time_and_a_person_once() -> None:
    case = cases("rate_card_with_caps")[0]
    lines = {one.payment_term: one.quantity for one in calculate(case.terms, case.inputs).lines}
    assert [lines["home"], lines["work"]] == [Decimal(3), Decimal(5)]


def test_a_negative_saving_pays_nothing_and_takes_nothing_back() -> None:
    assert totals(SAVINGS[2]) == 0
    assert carried(calculate(SAVINGS[2].terms, SAVINGS[2].inputs).explanation.root).credit == 0


def test_nothing_is_earned_by_nobody() -> None:
    """A fall of 100 % with nobody in the denominator is no success."""
    care, childhood = CARE.inputs.observations
    nobody = (
        dataclasses.replace(care, cumulative_total=Decimal(0), denominator=0),
        dataclasses.replace(childhood, cumulative_total=Decimal(0), denominator=0),
    )
    assert totals(CARE, observations=nobody) == 0


def test_shares_that_do_not_divide_leave_no_cent_over() -> None:
    case = cases("family_partner_milestones")[0]
    claim = calculate(case.terms, case.inputs)
    assert [str(share.amount) for share in claim.payer_shares] == ["33461.19", "16705.51"]


def test_what_is_over_a_payers_cap_falls_away_and_is_remembered() -> None:
    case = cases("rate_card_with_caps")[1]
    claim = calculate(case.terms, case.inputs)
    assert claim.total == Decimal("6000.00")
    assert carried(claim.explanation.root).by_limit == {"over_caps": Decimal("1560.00")}


def without(case: Case, **names: Any) -> ClaimInputs:
    first, *rest = case.inputs.observations
    return dataclasses.replace(
        case.inputs, observations=(dataclasses.replace(first, **names), *rest)
    )


@pytest.mark.parametrize(
    ("example", "lacking", "code", "path"),
    [
        ("days_housed", {"total": None}, "total_missing", "observations[0].total"),
        (
            "sick_days_against_own_history", {"before": None}, "history_missing",
            "observations[0].before",
        ),
        (
            "fewer_events_than_comparison_group", {"comparison": None}, "comparison_missing",
            "observations[0].comparison",
        ),
        ("wage_sum_by_group", {"cells": ()}, "cells_do_not_sum", "observations[0].cells"),
    ],
)  # fmt: skip
def test_a_figure_that_is_missing_is_named_and_never_zero(
    example: str, lacking: dict[str, Any], code: str, path: str
) -> None:
    case = cases(example)[0]
    with pytest.raises(RuleViolation) as refused:
        calculate(case.terms, without(case, **lacking))
    (issue,) = refused.value.issues
    assert (issue.code, issue.field) == (f"payments.{code}", path)
    assert issue.params["outcome"] == case.terms.outcomes[0].title


@pytest.mark.parametrize(
    ("example", "lacking", "code"),
    [
        ("days_housed", {"indexes": {}}, "index_missing"),
        ("wage_sum_by_group", {"service_cost": None}, "service_cost_missing"),
        ("rate_card_with_caps", {"profiles": ()}, "profiles_do_not_sum"),
        ("yearly_return_cap", {"capital": ()}, "capital_missing"),
    ],
)
def test_what_a_claim_lacks_besides_is_refused_too(
    example: str, lacking: dict[str, Any], code: str
) -> None:
    with pytest.raises(RuleViolation, match=f"payments.{code}"):
        totals(cases(example)[0], **lacking)


def test_a_zero_is_stored_as_zero_not_as_missing() -> None:
    seen = Observation("care", 0, 0, 0, 0, 5, total=Decimal(0), cumulative_total=Decimal(0),
                       measured=0)  # fmt: skip
    inputs = dataclasses.replace(CARE.inputs, observations=(seen,), service_cost=Decimal(0))
    assert read_inputs(inputs.to_json()) == inputs


def test_interest_on_interest_is_exact_for_whole_years_and_never_above() -> None:
    assert compound(Decimal(10), 730) == Fraction(21, 100)
    half = 1 + compound(Decimal(10), 365 // 5)
    assert half**5 <= Fraction(11, 10)
    assert Fraction(11, 10) - half**5 < Fraction(1, 10**45)


def modules_of_payment() -> set[str]:
    """Everything that a payment is reckoned by, from the whole down to its parts."""
    found, waiting = set(), {"pipeline", "waterfall", "late_interest", "termination", "adjustments"}
    while waiting:
        name = waiting.pop()
        found.add(name)
        tree = ast.parse((ROOT / f"payments/rules/{name}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "payments.rules"
            ):
                parts = (node.module or "").split(".")[2:]
                waiting |= {parts[0]} if parts else {alias.name for alias in node.names}
        waiting -= found
    return found


def test_no_float_where_payment_is_reckoned() -> None:
    """Chances before anyone signs are statistics and may compute in float; what is paid may not."""
    modules = modules_of_payment()
    assert {"measure", "compare", "gate", "price", "scales", "caps", "net", "split"} <= modules
    for name in sorted(modules):
        tree = ast.parse((ROOT / f"payments/rules/{name}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            where = f"{name}:{getattr(node, 'lineno', 0)}"
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), where
            assert not (isinstance(node, ast.Name) and node.id == "float"), where
            assert not (isinstance(node, ast.Import) and node.names[0].name == "math"), where
