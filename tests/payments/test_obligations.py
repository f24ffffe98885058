"""What a contract can still come to: at most, at an early end, and when a payment comes late."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import payments.services as payments
from contracts.rules.terms.words import TerminationCause
from contracts.states import ContractState
from payments.models import ExitSettlement, LateInterest
from payments.selectors import obligations as selectors
from payments.selectors.recalculation import recalculate
from payments.selectors.statements import investor_statement
from sibportal.audit.models import Event
from sibportal.kernel.errors import RuleViolation
from tests.factories.contracts import approver_of, make_contract
from tests.factories.payments import (
    approve,
    make_capital,
    make_closing,
    make_payable_contract,
    make_payment,
    rate_card,
    submitted,
)
from tests.worlds import Town

if TYPE_CHECKING:
    from django.test import Client

    from contracts.models import Contract
    from payments.models import Claim

REASON = "The parties have agreed that it ends."
ENDS = [
    {"cause": "mutual", "settlement": "earned"},
    {"cause": "payer_ends", "settlement": "earned_and_cost", "cost_percent": "50"},
    {"cause": "provider_fails", "settlement": "nothing"},
]


def terms_with(**claim: Any) -> dict[str, Any]:
    card = rate_card()
    return {**card, "claim": card["claim"] | claim, "expected_path": [], "terminations": ENDS}


def running(town: Town, **changes: Any) -> Contract:
    """A contract in the middle of its time: one period is over."""
    start = timezone.localdate().replace(day=1) - timedelta(days=200)
    start = start.replace(day=1)
    return make_contract(
        town,
        document={**terms_with(), **changes},
        starts_on=start,
        ends_on=start.replace(year=start.year + 2),
    )


def paid_first_claim(contract: Contract, town: Town, reached: int = 10) -> None:
    closing = make_closing(contract, town, {"work": (reached, 200)}, number=1)
    claim = payments.calculate_claim(actor=town.pia, closing=closing)
    claim = approve(submitted(claim, town), town.ada, town.ari)
    make_capital(contract, town, town.vaahtera, on=contract.starts_on)
    make_payment(claim, town, paid_on=timezone.localdate())


def accepted_cost(contract: Contract, town: Town) -> None:
    figure = payments.supply_figure(
        actor=town.pia, contract=contract, kind="service_cost", value=Decimal("50000"),
        from_day=contract.starts_on, until=contract.starts_on + timedelta(days=180),
        source="Account statement",
    )  # fmt: skip
    payments.check_supplied_figure(actor=approver_of(town.koivula), figure=figure, accepted=True)


def test_an_exit_costs_by_cause_what_is_earned_and_not_claimed_yet(town: Town) -> None:
    contract = running(town)
    make_closing(contract, town, {"work": (10, 200)}, number=1)
    found = selectors.exits(contract)
    assert found is not None
    assert found.of(TerminationCause.MUTUAL).amount == Decimal("10000.00")
    assert found.of(TerminationCause.PROVIDER_FAILS).amount == Decimal("0.00")
    assert found.of(TerminationCause.FORCE_MAJEURE).amount is None
    # The verified cost is missing, and only the cause that needs it says so.
    asked = found.of(TerminationCause.PAYER_ENDS)
    assert [issue.code for issue in asked.issues] == ["payments.service_cost_missing"]
    assert found.range == (Decimal("0.00"), Decimal("10000.00"))


def test_what_is_claimed_is_not_earned_again_at_an_exit(town: Town) -> None:
    contract = running(town)
    paid_first_claim(contract, town)
    accepted_cost(contract, town)
    found = selectors.exits(contract)
    assert found is not None
    assert found.of(TerminationCause.MUTUAL).amount == Decimal("0.00")
    # Half of the 40 000 of cost that the first claim has not covered.
    assert found.of(TerminationCause.PAYER_ENDS).amount == Decimal("20000.00")


def test_an_approver_ends_the_contract_with_the_settlement_that_was_shown(
    town: Town, client: Client
) -> None:
    contract = running(town)
    paid_first_claim(contract, town)
    client.force_login(approver_of(town.koivula))
    address = reverse("payments:contract-end", args=[contract.pk])
    page = client.get(address)
    assert "What an end would cost, by cause" in page.content.decode()
    answers = {
        "cause": "provider_fails",
        "on": contract.periods.get(number=1).ends_on.isoformat(),
        "reason": REASON,
        "sure": "on",
        "seen": page.context["form"].initial["seen"],
    }
    refused = client.post(address, answers | {"seen": "0" * 64})
    assert refused.status_code == 422
    assert b"has changed since you opened this page" in refused.content
    assert not ExitSettlement.objects.exists()
    client.post(address, answers)
    contract.refresh_from_db()
    assert contract.state == ContractState.CLOSED
    row = ExitSettlement.objects.get()
    assert (row.amount, row.digest) == (Decimal("0.00"), answers["seen"])
    assert row.turn.cause == "provider_fails"
    assert Event.objects.filter(action="contract.settled").count() == 1
    row.amount = Decimal(1)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


def test_a_settlement_is_the_contracts_last_claim_and_takes_the_ordinary_approvals(
    town: Town, client: Client
) -> None:
    contract = running(town)
    paid_first_claim(contract, town)
    accepted_cost(contract, town)
    found = selectors.exits(contract)
    assert found is not None
    payments.end_contract(
        actor=approver_of(town.koivula),
        contract=contract,
        cause=TerminationCause.PAYER_ENDS,
        on=contract.periods.get(number=1).ends_on,
        reason=REASON,
        seen=found.digest,
    )
    claim = contract.claims.get(kind="settlement")
    assert (claim.amount, claim.number, claim.lines.count()) == (Decimal("20000.00"), 2, 0)
    assert recalculate(claim).is_equal
    client.force_login(town.pia)
    for page in ("payments:claim-detail", "payments:claim-explanation"):
        shown = client.get(reverse(page, args=[claim.pk]))
        assert shown.status_code == 200
        assert "50% of the" in shown.content.decode()
    claim = approve(submitted(claim, town), town.ada, town.ari)
    make_payment(claim, town, paid_on=timezone.localdate())
    claim.refresh_from_db()
    assert claim.state == "settled"


def test_a_cause_whose_cost_is_missing_cannot_end_the_contract(town: Town) -> None:
    contract = running(town)
    paid_first_claim(contract, town)
    found = selectors.exits(contract)
    assert found is not None
    with pytest.raises(RuleViolation) as refused:
        payments.end_contract(
            actor=approver_of(town.koivula),
            contract=contract,
            cause=TerminationCause.PAYER_ENDS,
            on=contract.periods.get(number=1).ends_on,
            reason=REASON,
            seen=found.digest,
        )
    assert [issue.code for issue in refused.value.issues] == ["payments.service_cost_missing"]
    contract.refresh_from_db()
    assert contract.state == ContractState.ACTIVE


def test_what_can_still_be_owed_is_what_the_cap_leaves_by_payer_and_year(
    town: Town, client: Client
) -> None:
    contract = running(town)
    paid_first_claim(contract, town)
    (found,) = selectors.obligations(town.pia, [contract])
    assert found.total == Decimal("990000.00")
    assert found.by_payer == {"Koivula": Decimal("990000.00")}
    first = min(one.year for one in found.years)
    assert first >= contract.starts_on.year
    assert all(one.total <= found.total for one in found.years)
    client.force_login(town.pia)
    page = client.get(reverse("portal:contract-detail", args=[contract.pk])).content.decode()
    assert 'id="obligation"' in page
    assert 'id="obligations"' in client.get(reverse("portal:official")).content.decode()
    assert selectors.obligations(town.ben, [contract]) == []


def test_the_cost_of_an_end_is_asked_for_contract_by_contract_after_the_dashboard(
    town: Town, client: Client
) -> None:
    contract = running(town)
    client.force_login(town.pia)
    address = reverse("payments:exit-cost", args=[contract.pk])
    client.get("/official/")  # the session and content types are warm
    with CaptureQueriesContext(connection) as for_one:
        assert f'hx-get="{address}"' in client.get("/official/").content.decode()
    running(town)
    running(town)
    with CaptureQueriesContext(connection) as for_three:
        assert client.get("/official/").content.decode().count("exit-cost/") == 6
    assert len(for_three) == len(for_one)
    cell = client.get(address, HTTP_HX_REQUEST="true").content.decode()
    page = client.get(address).content.decode()
    assert "<html" not in cell
    assert ">SEK\xa00<" in cell
    assert "The provider does not keep the contract" in page


def late_claim(town: Town, **claim: Any) -> Claim:
    """An approved claim of 100 000 that fell due half a year ago."""
    contract = make_payable_contract(town, **terms_with(**claim))
    long_ago = timezone.now() - timedelta(days=210)
    closing = make_closing(contract, town, {"work": (100, 200)}, signed_at=long_ago)
    made = payments.calculate_claim(actor=town.pia, closing=closing)
    make_capital(contract, town, town.vaahtera)
    return approve(submitted(made, town), town.ada, town.ari)


def test_a_late_payment_owes_interest_beside_the_payment(town: Town, client: Client) -> None:
    claim = late_claim(town, late_interest_percent="8")
    payment = make_payment(claim, town, paid_on=claim.due_on + timedelta(days=73))
    row = LateInterest.objects.get()
    # 100 000 x 8 % x 73 / 365 = 1 600.
    assert (payment.amount, row.amount, row.days, row.due_on) == (
        Decimal("100000.00"), Decimal("1600.00"), 73, claim.due_on,
    )  # fmt: skip
    client.force_login(town.pia)
    page = client.get(reverse("payments:claim-detail", args=[claim.pk])).content.decode()
    assert "Late interest owed" in page
    assert "73 days late" in page
    statement = investor_statement(town.dag, town.vaahtera, timezone.localdate())
    (part,) = statement.contracts[0].received_parts
    assert (part.amount, part.late_interest) == (Decimal("100000.00"), Decimal("1600.00"))
    client.force_login(town.dag)
    told = client.get(reverse("payments:statement-detail", args=[town.vaahtera.pk]))
    assert "late interest owed besides" in told.content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_a_payment_in_time_or_without_an_agreed_rate_owes_no_interest(town: Town) -> None:
    claim = late_claim(town)
    make_payment(claim, town, paid_on=claim.due_on + timedelta(days=73))
    assert not LateInterest.objects.exists()


def test_a_payment_on_the_due_day_is_not_late(town: Town) -> None:
    claim = late_claim(town, late_interest_percent="8")
    make_payment(claim, town, paid_on=claim.due_on)
    assert not LateInterest.objects.exists()
