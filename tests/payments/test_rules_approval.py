"""Maker is never checker, two people per payer, nobody twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from payments.rules.approval import (
    Approved,
    StepKind,
    Tier,
    is_complete,
    may_approve,
    open_step,
    require_policy,
    require_seen,
    required_steps,
    stands_in_for,
)
from sibportal.kernel.errors import RuleViolation

D = Decimal
PAYERS = {"city": 2, "county": 2}
ONE = Approved("city", 1, "Ada")
BOTH = [ONE, Approved("city", 2, "Ari")]


def ask(approver: str, payer: str = "city", approvals: list[Approved] | None = None) -> int:
    return may_approve(
        approver=approver,
        payer=payer,
        payers=PAYERS,
        makers={"Pia"},
        approvals=approvals or [],
    )


def test_each_payer_approves_in_two_steps() -> None:
    assert ask("Ada") == 1
    assert ask("Ari", approvals=[ONE]) == 2
    assert ask("Cia", payer="county", approvals=BOTH) == 1


@pytest.mark.parametrize(
    ("approver", "payer", "approvals", "code"),
    [
        ("Pia", "city", [], "payments.maker_is_not_checker"),
        ("Ada", "city", [ONE], "payments.approves_once"),
        ("Ada", "county", [ONE], "payments.approves_once"),
        ("Cia", "city", BOTH, "payments.payer_has_approved"),
        ("Eve", "elsewhere", [], "payments.not_a_payer"),
    ],
)
def test_approval_is_refused_with_its_reason(
    approver: str, payer: str, approvals: list[Approved], code: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        ask(approver, payer, approvals)
    assert refused.value.code == code


def test_claim_is_approved_when_every_payer_has_taken_every_step() -> None:
    assert not is_complete(PAYERS, BOTH)
    assert is_complete({"city": 2}, BOTH)
    assert open_step("county", 2, BOTH) == 1
    county = [Approved("county", 1, "Cia"), Approved("county", 2, "Cleo")]
    assert is_complete(PAYERS, [*BOTH, *county])


def test_what_changed_meanwhile_is_not_approved() -> None:
    require_seen(seen="abc", digest="abc")
    with pytest.raises(RuleViolation) as refused:
        require_seen(seen="abc", digest="abd")
    assert refused.value.code == "payments.changed_meanwhile"


# A payer's own rule -------------------------------------------------------------------------------
TIERS = [Tier(D(0), 1, 1), Tier(D(50_000), 1, 2), Tier(D(1_000_000), 2, 3)]


@pytest.mark.parametrize(
    ("amount", "checks", "acceptances"),
    [("0", 1, 1), ("49999.99", 1, 1), ("50000", 1, 2), ("6480000", 2, 3)],
)
def test_more_people_approve_a_larger_share(amount: str, checks: int, acceptances: int) -> None:
    steps = required_steps(TIERS, D(amount))
    expected = [StepKind.FACTUAL_CHECK] * checks + [StepKind.ACCEPTANCE] * acceptances
    assert list(steps) == expected


def test_without_a_rule_one_checks_and_another_accepts() -> None:
    assert required_steps([], D(10)) == (StepKind.FACTUAL_CHECK, StepKind.ACCEPTANCE)


@pytest.mark.parametrize(
    ("tiers", "code", "field"),
    [
        ([], "policy_starts_at_zero", "tiers[0].from_amount"),
        ([Tier(D(5), 1, 1)], "policy_starts_at_zero", "tiers[0].from_amount"),
        ([TIERS[0], TIERS[2], TIERS[1]], "policy_amounts_rise", "tiers[2].from_amount"),
        ([Tier(D(0), 0, 2)], "policy_below_floor", "tiers[0].factual_checks"),
        ([Tier(D(0), 2, 0)], "policy_below_floor", "tiers[0].acceptances"),
        ([Tier(D(0), 1, 6)], "policy_too_many", "tiers[0].acceptances"),
    ],
)
def test_a_rule_only_asks_for_more_than_two_people(
    tiers: list[Tier], code: str, field: str
) -> None:
    require_policy(TIERS)
    with pytest.raises(RuleViolation) as refused:
        require_policy(tiers)
    assert (refused.value.code, refused.value.issues[0].field) == (f"payments.{code}", field)


# Deputies -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("approver", "principal", "approvals", "code"),
    [
        ("Dan", "Pia", [], "principal_is_maker"),
        ("Dan", "Ada", [ONE], "principal_has_approved"),
        ("Dan", "Ada", [Approved("county", 1, "Deb", principal="Ada")], "principal_has_approved"),
        ("Ada", None, [Approved("city", 1, "Dan", principal="Ada")], "deputy_has_approved"),
        ("Dan", "Ari", [Approved("county", 1, "Dan", principal="Ada")], "approves_once"),
        ("Pia", "Ada", [], "maker_is_not_checker"),
    ],
)
def test_a_deputy_takes_no_step_that_the_absent_one_could_not(
    approver: str, principal: str | None, approvals: list[Approved], code: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        may_approve(
            approver=approver, payer="city", payers=PAYERS, makers={"Pia"}, approvals=approvals,
            principal=principal,
        )  # fmt: skip
    assert refused.value.code == f"payments.{code}"


def test_a_deputy_of_two_stands_in_for_the_one_who_is_free() -> None:
    assert stands_in_for(["Pia", "Ada", "Ari"], {"Pia"}, [ONE]) == "Ari"
    assert stands_in_for(["Pia"], {"Pia"}, []) == "Pia"
    assert stands_in_for([], {"Pia"}, []) is None
