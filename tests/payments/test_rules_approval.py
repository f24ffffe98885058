"""Maker is never checker, two people per payer, nobody twice."""

from __future__ import annotations

import pytest

from payments.rules.approval import Approved, is_complete, may_approve, open_step, require_seen
from sibportal.kernel.errors import RuleViolation

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
