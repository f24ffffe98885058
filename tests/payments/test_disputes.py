"""A disputed line waits, the rest is paid; a decision releases it or lets it fall, to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.models import Contract
from payments import services
from payments.models import Allocation, Claim, Objection, Payment, ShareChange
from payments.rules.objection import Outcome
from payments.selectors import objections as selectors
from payments.states import ClaimState
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.contracts import make_party
from tests.factories.payments import (
    ENDS_ON,
    approve,
    make_capital,
    make_closing,
    make_co_payer,
    make_payable_contract,
    rate_card,
    submitted,
)
from tests.payments.conftest import SignIn
from tests.worlds import Town

D = Decimal


def two_lines() -> dict[str, Any]:
    """33.35 for each with work and 10.01 for each in better health, to date."""
    (work,) = rate_card("33.35")["payment_terms"]
    health = work | {
        "key": "health",
        "title": {"en": "Health", "fi": "Terveys", "sv": "Hälsa"},
        "measure": {"kind": "count", "outcome": "health"},
        "price": {"kind": "unit_price", "amount": "10.01"},
    }
    return {"payment_terms": [work, health]}


@pytest.fixture
def shared(town: Town) -> tuple[Contract, dict[str, User]]:
    """A contract that two payers share 60 to 40, with capital paid in and an expert."""
    county, people = make_co_payer()
    contract = make_payable_contract(town, co_payer=county, **two_lines())
    make_capital(contract, town, town.vaahtera)
    expert = make_organisation(name="Arvio", kind=OrganisationKind.EVALUATOR)
    make_party(contract=contract, town=town, organisation=expert, role=PartyRole.EXPERT)
    people["expert"] = make_user(name="Elsa of Arvio")
    make_membership(user=people["expert"], organisation=expert, role=MemberRole.APPROVER)
    return contract, people


def claim_of(contract: Contract, town: Town) -> Claim:
    """43.36 in two lines: 33.35 and 10.01; payers owe 26.02 and 17.34."""
    closing = make_closing(contract, town, {"work": (1, 200), "health": (1, 200)})
    return submitted(services.calculate_claim(actor=town.pia, closing=closing), town)


def dispute(claim: Claim, actor: User, position: int = 2, **values: Any) -> Objection:
    party = selectors.objectors(actor, claim.contract).get()
    line = claim.lines.get(position=position)
    return services.raise_objection(
        actor=actor, line=line, party=party, **{"reason": "Counted twice.", **values}
    )


def pay(claim: Claim, actor: User, amount: str) -> Payment:
    organisations = actor.memberships.values("organisation")
    share = claim.payer_shares.get(payer__organisation__in=organisations)
    return services.record_payment(
        actor=actor, claim=claim, payer=share.payer, amount=D(amount), paid_on=ENDS_ON
    )


def standing(claim: Claim) -> list[tuple[str, str, str]]:
    """By payer: payable, withheld, outstanding."""
    rows = selectors.positions(Claim.objects.get(pk=claim.pk))
    return [(str(one.payable), str(one.withheld), str(one.outstanding)) for one in rows]


def code(violation: pytest.ExceptionInfo[RuleViolation]) -> str:
    return violation.value.code


def test_the_undisputed_part_is_paid_and_the_rest_when_the_expert_lets_the_line_stand(
    town: Town, shared: tuple[Contract, dict[str, User]]
) -> None:
    contract, people = shared
    claim = claim_of(contract, town)
    assert standing(claim) == [("26.02", "0.00", "26.02"), ("17.34", "0.00", "17.34")]
    objection = dispute(claim, town.disa)
    # 33.35 stays: 60 and 40 per cent of it, to the cent.
    assert standing(claim) == [("20.01", "6.01", "20.01"), ("13.34", "4.00", "13.34")]
    approve(claim, town.ada, town.ari, people["first"], people["second"])
    with pytest.raises(RuleViolation) as violation:
        pay(claim, town.pia, "26.02")
    assert code(violation) == "payments.amount_is_not_payable"
    pay(claim, town.pia, "20.01")
    with pytest.raises(RuleViolation) as violation:
        pay(claim, town.pia, "6.01")
    assert code(violation) == "payments.paid_already"
    pay(claim, people["preparer"], "13.34")
    claim.refresh_from_db()
    assert claim.state == ClaimState.APPROVED
    services.decide_objection(
        actor=people["expert"], objection=objection, outcome=Outcome.STANDS, reason="Counted once."
    )
    assert standing(claim) == [("26.02", "0.00", "6.01"), ("17.34", "0.00", "4.00")]
    parts = [pay(claim, town.pia, "6.01").part, pay(claim, people["preparer"], "4.00").part]
    claim.refresh_from_db()
    assert parts == [2, 2]
    assert claim.state == ClaimState.SETTLED
    assert sum(row.amount for row in Allocation.objects.all()) == claim.amount == D("43.36")


def test_what_a_decision_takes_off_falls_away_and_the_claim_is_never_changed(
    town: Town, shared: tuple[Contract, dict[str, User]]
) -> None:
    contract, people = shared
    claim = approve(claim_of(contract, town), town.ada, town.ari, people["first"], people["second"])
    objection = dispute(claim, town.bea, position=1)  # the provider, who sees no claim
    pay(claim, town.pia, "6.01")
    pay(claim, people["preparer"], "4.00")
    services.decide_objection(
        actor=people["expert"], objection=objection, outcome=Outcome.CHANGED, amount=D("20.00"),
        reason="Two thirds.",
    )  # fmt: skip
    assert standing(claim) == [("18.01", "8.01", "12.00"), ("12.00", "5.34", "8.00")]
    gone = selectors.fallen([claim])
    assert (dict(gone.by_term), gone.total) == ({"work": D("13.35")}, D("13.35"))
    pay(claim, town.pia, "12.00")
    pay(claim, people["preparer"], "8.00")
    claim.refresh_from_db()
    assert claim.state == ClaimState.SETTLED
    assert claim.amount == D("43.36")
    assert claim.lines.get(position=1).amount == D("33.35")
    assert sum(row.amount for row in Payment.objects.all()) == D("30.01")


def test_the_clock_stops_while_the_dispute_is_open(
    town: Town, shared: tuple[Contract, dict[str, User]]
) -> None:
    contract, people = shared
    claim = claim_of(contract, town)
    objection = dispute(claim, town.disa)
    assert selectors.due_on(objection) is None
    row = services.withdraw_objection(actor=town.disa, objection=objection, reason="Seen now.")
    objection.refresh_from_db()
    assert selectors.due_on(objection) == claim.due_on
    row.decided_on += timedelta(days=9)  # as if it had taken nine days; nothing is stored
    objection.decision = row
    assert selectors.due_on(objection) == claim.due_on + timedelta(days=9)
    assert standing(claim)[0] == ("26.02", "0.00", "26.02")
    with pytest.raises(RuleViolation) as violation:
        dispute(claim, town.disa)
    assert code(violation) == "payments.party_has_objected"
    assert dispute(claim, town.bea).party.role == PartyRole.LEAD_PROVIDER
    with pytest.raises(RuleViolation) as violation:
        dispute(claim, town.ada)
    assert code(violation) == "payments.line_disputed_already"
    assert people


def test_only_a_party_objects_in_time_and_only_who_is_called_decides(
    town: Town, shared: tuple[Contract, dict[str, User]]
) -> None:
    contract, people = shared
    claim = claim_of(contract, town)
    line, party = claim.lines.first(), selectors.objectors(town.disa, contract).get()
    assert line is not None
    for outsider, refusal in ((town.eve, NotVisible), (town.ada, NotAllowed)):
        with pytest.raises(refusal):  # Ada may object, but not for the fund
            services.raise_objection(actor=outsider, line=line, party=party, reason="No.")
    objection = dispute(claim, town.disa, position=1)
    for person in (town.ada, town.disa, town.pia):
        with pytest.raises(NotAllowed):
            services.decide_objection(
                actor=person, objection=objection, outcome=Outcome.STANDS, reason="Mine."
            )
    # The expert is named, so the steering group does not decide; nor does a party to the matter.
    make_party(contract=contract, town=town, organisation=town.vaahtera,
               role=PartyRole.STEERING_MEMBER, valid_until=date(2099, 1, 1))  # fmt: skip
    with pytest.raises(RuleViolation) as violation:
        services.decide_objection(
            actor=town.disa, objection=objection, outcome=Outcome.STANDS, reason="Mine."
        )
    assert code(violation) == "payments.expert_decides"
    services.decide_objection(
        actor=people["expert"], objection=objection, outcome=Outcome.STANDS, reason="Right."
    )
    with pytest.raises(RuleViolation) as violation:
        services.decide_objection(
            actor=people["expert"], objection=objection, outcome=Outcome.STANDS, reason="Again."
        )
    assert code(violation) == "payments.objection_has_ended"
    late = timezone.now() - timedelta(days=15)
    Claim.objects.filter(pk=claim.pk).update(submitted_at=late)
    with pytest.raises(RuleViolation) as violation:
        dispute(claim, town.disa)
    assert code(violation) == "payments.objection_too_late"


def test_the_pages_lead_from_objection_to_decision(
    town: Town, shared: tuple[Contract, dict[str, User]], sign_in: SignIn
) -> None:
    contract, people = shared
    claim = claim_of(contract, town)
    provider, expert = sign_in(town.bea), sign_in(people["expert"])
    listed = reverse("payments:objection-list", args=[contract.pk])
    where = reverse("payments:objection-raise", args=[claim.pk])
    assert where in provider.get(listed).content.decode()
    line = claim.lines.get(position=2)
    given = {"line": str(line.pk), "reason": ""}
    assert provider.post(where, given).status_code == 422
    assert not Objection.objects.exists()
    provider.post(where, given | {"reason": "The scale was read wrongly."})
    objection = Objection.objects.get()
    shown = sign_in(town.pia).get(reverse("payments:claim-detail", args=[claim.pk]))
    assert "Held back while disputed" in shown.content.decode()
    hidden = sign_in(town.dag).get(reverse("payments:claim-detail", args=[claim.pk]))
    assert "Held back while disputed" not in hidden.content.decode()
    assert "The scale was read wrongly." not in hidden.content.decode()
    decide = reverse("payments:objection-decide", args=[objection.pk])
    assert "The scale was read wrongly." in expert.get(decide).content.decode()
    refused = expert.post(decide, {"outcome": "changed", "reason": "Read again."})
    assert refused.status_code == 422
    assert "Write what the line comes to." in refused.content.decode()
    done = {"outcome": "changed", "amount": "5,00", "reason": "Read again."}
    expert.post(decide, done)
    objection.refresh_from_db()
    assert objection.decision.amount == D("5.00")
    assert ShareChange.objects.filter(is_release=True).count() == 2
    told = provider.get(listed).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "The line is changed: SEK 5.00" in told


def test_rest_tells_steps_disputes_and_what_is_held_back(
    town: Town, shared: tuple[Contract, dict[str, User]], sign_in: SignIn
) -> None:
    contract, _people = shared
    claim = approve(claim_of(contract, town), town.ada)
    dispute(claim, town.disa)
    where = reverse("api:claim-detail", args=[claim.pk])
    told = sign_in(town.pia).get(where).json()
    koivula = told["payers"][0]
    assert (koivula["payable"], koivula["held_back"], koivula["paid"]) == ("20.01", "6.01", "0.00")
    assert [(one["kind"], one["approver"]) for one in koivula["steps"]] == [
        ("factual_check", "Ada Example"), ("acceptance", None),
    ]  # fmt: skip
    (one,) = told["objections"]
    assert (one["payment_term"], one["outcome"]) == ("health", None)
    assert told["objection_deadline"] == str(selectors.last_day(claim))
    hidden = sign_in(town.dag).get(where).json()["payers"][0]
    assert (hidden["payable"], hidden["held_back"]) == (None, None)
