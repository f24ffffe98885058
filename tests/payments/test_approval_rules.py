"""How a payer approves is its own rule; an absent approver's deputy takes no step twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from payments import services
from payments.models import Approval, ApprovalPolicy, ApprovalStep, DecisionDraft, Delegation
from payments.rules.approval import Tier
from payments.states import ClaimState
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotAllowed, RuleViolation
from tests.factories.accounts import make_membership, make_user
from tests.factories.payments import (
    approve,
    make_claim,
    make_co_payer,
    make_payable_contract,
    submitted,
)
from tests.payments.conftest import SignIn
from tests.worlds import Town

D = Decimal
TIERS = [Tier(D("0.00"), 1, 1), Tier(D("1000000.00"), 1, 2)]


def set_policy(town: Town, tiers: list[Tier], on: date | None = None) -> ApprovalPolicy:
    return services.set_approval_policy(
        actor=town.adam, organisation=town.koivula, valid_from=on or timezone.localdate(),
        basis="Accounting rules, section 12", tiers=tiers,
    )  # fmt: skip


def delegate(town: Town, principal: User, deputy: User, **days: Any) -> Delegation:
    today = timezone.localdate()
    return services.delegate_approval(
        actor=principal, organisation=town.koivula, deputy=deputy, reason="Annual leave",
        **{"starts_on": today, "last_on": today + timedelta(days=7), **days},
    )  # fmt: skip


def third_approver(town: Town) -> User:
    person = make_user(name="Aino Example")
    make_membership(user=person, organisation=town.koivula, role=MemberRole.APPROVER)
    return person


def code(violation: pytest.ExceptionInfo[RuleViolation]) -> str:
    return violation.value.code


def test_a_large_share_takes_the_steps_of_the_rule_that_held_when_it_was_submitted(
    town: Town,
) -> None:
    policy = set_policy(town, TIERS)
    claim = submitted(make_claim(town), town)
    set_policy(town, [Tier(D("0.00"), 1, 1)])  # later, and looser: the claim keeps its steps
    rows = ApprovalStep.objects.order_by("step")
    assert [row.kind for row in rows] == ["factual_check", "acceptance", "acceptance"]
    assert {row.policy for row in rows} == {policy}
    claim = approve(claim, town.ada, town.ari)
    assert claim.state == ClaimState.SUBMITTED
    claim = approve(claim, third_approver(town))
    assert claim.state == ClaimState.APPROVED
    services_used = Event.objects.filter(action="claim.approval_given").order_by("pk")
    assert [row.after["kind"] for row in services_used if row.after] == [
        "factual_check", "acceptance", "acceptance",
    ]  # fmt: skip


def test_a_rule_is_the_administrators_never_looser_than_two_and_never_backdated(
    town: Town,
) -> None:
    with pytest.raises(NotAllowed):
        services.set_approval_policy(
            actor=town.ada, organisation=town.koivula, valid_from=timezone.localdate(),
            basis="Mine", tiers=TIERS,
        )  # fmt: skip
    with pytest.raises(RuleViolation) as violation:
        set_policy(town, [Tier(D(0), 1, 0)])
    assert code(violation) == "payments.policy_below_floor"
    with pytest.raises(RuleViolation) as violation:
        set_policy(town, TIERS, on=timezone.localdate() - timedelta(days=1))
    assert code(violation) == "payments.policy_in_past"
    assert not ApprovalPolicy.objects.exists()


def test_a_deputy_approves_in_their_own_name_for_the_one_who_is_away(
    town: Town, sign_in: SignIn
) -> None:
    claim = submitted(make_claim(town), town)
    payer = claim.payer_shares.get().payer
    where = reverse("payments:claim-approve", args=[claim.pk, payer.pk])
    casper = sign_in(town.casper)
    assert casper.get(where).status_code == 404  # a case worker reads no claim
    delegation = delegate(town, town.ada, town.casper)
    assert "You stand in for Ada Example." in casper.get(where).content.decode()
    casper.post(where, {"digest": claim.digest})
    row = Approval.objects.get()
    assert (row.approver, row.on_behalf_of) == (town.casper, town.ada)
    page = sign_in(town.pia).get(reverse("payments:claim-detail", args=[claim.pk]))
    assert "Casper Example for Ada Example" in page.content.decode()
    # Neither the deputy nor the one who is away takes the second step.
    for person, refusal in ((town.casper, "approves_once"), (town.ada, "deputy_has_approved")):
        with pytest.raises(RuleViolation) as violation:
            services.approve_claim(actor=person, claim=claim, payer=payer, digest=claim.digest)
        assert code(violation) == f"payments.{refusal}"
    services.revoke_delegation(actor=town.ada, delegation=delegation)
    assert casper.get(where).status_code == 404
    assert approve(claim, town.ari).state == ClaimState.APPROVED


def test_a_deputy_who_made_the_claim_is_no_checker_and_a_maker_has_nothing_to_hand_over(
    town: Town,
) -> None:
    claim = submitted(make_claim(town), town)
    payer = claim.payer_shares.get().payer
    delegate(town, town.ada, town.pia)
    with pytest.raises(RuleViolation) as violation:
        services.approve_claim(actor=town.pia, claim=claim, payer=payer, digest=claim.digest)
    assert code(violation) == "payments.maker_is_not_checker"
    make_membership(user=town.pia, organisation=town.koivula, role=MemberRole.APPROVER)
    delegate(town, town.pia, town.casper)
    with pytest.raises(RuleViolation) as violation:
        services.approve_claim(actor=town.casper, claim=claim, payer=payer, digest=claim.digest)
    assert code(violation) == "payments.principal_is_maker"


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [(-1, 3, "in_past"), (3, 2, "turned_round"), (0, 400, "too_long")],
)
def test_a_delegation_has_days(town: Town, first: int, last: int, refusal: str) -> None:
    today = timezone.localdate()
    with pytest.raises(RuleViolation) as violation:
        delegate(
            town, town.ada, town.casper,
            starts_on=today + timedelta(days=first), last_on=today + timedelta(days=last),
        )  # fmt: skip
    assert code(violation) == f"payments.delegation_{refusal}"


def test_nobody_hands_over_what_they_do_not_hold(town: Town) -> None:
    claim = submitted(make_claim(town), town)
    with pytest.raises(NotAllowed):
        delegate(town, town.pia, town.casper)
    with pytest.raises(RuleViolation) as violation:
        delegate(town, town.adam, town.casper)  # an administrator is no approver
    assert code(violation) == "payments.delegates_what_is_held"
    with pytest.raises(RuleViolation) as violation:
        delegate(town, town.ada, town.eve)
    assert code(violation) == "payments.deputy_of_the_organisation"
    # A delegation for later gives nothing today, and one ends with the role it hands over.
    payer = claim.payer_shares.get().payer
    tomorrow = timezone.localdate() + timedelta(days=1)
    delegate(town, town.ada, town.adam, starts_on=tomorrow)
    delegate(town, town.ada, town.casper)
    town.ada.memberships.update(active=False)
    for person in (town.adam, town.casper):
        with pytest.raises(Exception, match=r"kernel\.not_"):
            services.approve_claim(actor=person, claim=claim, payer=payer, digest=claim.digest)


def test_a_decision_draft_is_written_before_acceptance_and_printed(
    town: Town, sign_in: SignIn
) -> None:
    claim = submitted(make_claim(town), town)
    payer = claim.payer_shares.get().payer
    write = reverse("payments:decision-draft", args=[claim.pk, payer.pk])
    given = {
        "case_number": "KOI/123/2026", "section": "§ 24", "decided_on": "31.12.2099",
        "decision_maker": "Maija Malli", "vat_treatment": "taxable", "vat_rate_percent": "",
    }  # fmt: skip
    client = sign_in(town.pia)
    refused = client.post(write, given)
    assert refused.status_code == 422
    assert "Write the VAT rate of the payment" in refused.content.decode()
    for rate in ("25,5", "14"):
        assert client.post(write, given | {"vat_rate_percent": rate}).status_code == 302
    assert [row.version for row in DecisionDraft.objects.order_by("version")] == [1, 2]
    approve(claim, town.ada)
    printed = sign_in(town.ari).get(reverse("payments:decision-print", args=[claim.pk, payer.pk]))
    shown = printed.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    for words in (
        "KOI/123/2026",
        "§ 24",
        "31 Dec 2099",
        "Taxable, 14%",
        "Ada Example",
        "6,480,000",
    ):
        assert words in shown, words
    approve(claim, town.ari)
    late = client.post(write, given | {"vat_rate_percent": "14"})
    assert late.status_code == 422
    assert "The share is accepted already" in late.content.decode()


def test_nobody_opens_the_papers_of_another_payer(town: Town, sign_in: SignIn) -> None:
    county, people = make_co_payer()
    contract = make_payable_contract(town, co_payer=county)
    claim = submitted(make_claim(town, contract=contract), town)
    papers = ("payments:decision-draft", "payments:payment-record")
    for share in claim.payer_shares.select_related("payer"):
        own = town.pia if share.payer.organisation_id == town.koivula.pk else people["preparer"]
        for name in papers:
            address = reverse(name, args=[claim.pk, share.payer_id])
            for person in (town.pia, people["preparer"]):
                expected = 200 if person == own else 404
                assert sign_in(person).get(address).status_code == expected, (name, person)


def test_an_administrator_sets_the_rule_on_a_page_and_an_approver_names_a_deputy(
    town: Town, sign_in: SignIn
) -> None:
    admin, approver = sign_in(town.adam), sign_in(town.ada)
    rules = reverse("payments:approval-rules", args=[town.koivula.pk])
    change = reverse("payments:approval-policy-set", args=[town.koivula.pk])
    assert "two people" in admin.get(rules).content.decode()
    today = timezone.localdate()
    row = {
        "valid_from": today.isoformat(), "basis": "Accounting rules, section 12",
        "tiers[0].factual_checks": "1", "tiers[0].acceptances": "1",
        "tiers[1].from_amount": "50 000", "tiers[1].factual_checks": "1",
    }  # fmt: skip
    refused = admin.post(change, row)
    assert refused.status_code == 422
    assert "Fill in the whole row, or leave it empty." in refused.content.decode()
    assert admin.post(change, row | {"tiers[1].acceptances": "2"}).status_code == 302
    shown = approver.get(rules).content.decode()
    assert "Accounting rules, section 12" in shown
    assert "50,000" in shown
    name = reverse("payments:delegation-create", args=[town.koivula.pk])
    last = today + timedelta(days=3)
    days = {"starts_on": today.isoformat(), "last_on": last.isoformat(), "reason": "Annual leave"}
    assert approver.post(name, days | {"deputy": str(town.casper.pk)}).status_code == 302
    assert "Casper Example" in approver.get(rules).content.decode()
    back = reverse("payments:delegation-revoke", args=[Delegation.objects.get().pk])
    assert sign_in(town.ari).post(back).status_code == 403
    assert admin.post(back).status_code == 302
    assert sign_in(town.dag).get(rules).status_code == 404
