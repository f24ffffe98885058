"""Commitments of investors and the capital they pay in; both only grow by new rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum

from contracts.models import Contract
from contracts.selectors import today
from payments.models import CapitalPayment, Commitment
from payments.selectors.capital import investors
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import Organisation, User


@transaction.atomic
def record_commitment(
    *,
    actor: User,
    contract: Contract,
    investor: Organisation,
    amount: Decimal,
    committed_on: date,
) -> Commitment:
    """Record what an investor of the contract has bound itself to put in."""
    access.require(actor, Action.RECORD_CAPITAL, contract)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    issues = _issues(contract, amount, committed_on, "committed_on")
    if not investors(contract).filter(pk=investor.pk).exists():
        issues.append(Issue("payments.not_an_investor", "investor", investor.name))
    if issues:
        raise RuleViolation(issues)
    commitment = Commitment.objects.create(
        contract=contract,
        investor=investor,
        amount=amount,
        committed_on=committed_on,
        recorded_by=actor,
    )
    audit.record(
        actor=actor,
        action="commitment.recorded",
        target=commitment,
        contract_id=contract.pk,
        after={"investor": investor.name, "amount": str(amount)},
    )
    return commitment


@transaction.atomic
def record_capital_payment(
    *, actor: User, commitment: Commitment, amount: Decimal, paid_on: date
) -> CapitalPayment:
    """Record capital paid in under a commitment; never more than was committed."""
    access.require(actor, Action.RECORD_CAPITAL, commitment)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=commitment.contract_id)
    issues = _issues(contract, amount, paid_on, "paid_on")
    paid = commitment.capital_payments.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    if amount > commitment.amount - paid:
        left = commitment.amount - paid
        issues.append(Issue("payments.more_than_committed", "amount", str(amount), {"left": left}))
    if issues:
        raise RuleViolation(issues)
    payment = CapitalPayment.objects.create(
        commitment=commitment, amount=amount, paid_on=paid_on, recorded_by=actor
    )
    audit.record(
        actor=actor,
        action="capital_payment.recorded",
        target=payment,
        contract_id=contract.pk,
        after={"investor": commitment.investor.name, "amount": str(amount)},
    )
    return payment


def _issues(contract: Contract, amount: Decimal, day: date, field: str) -> list[Issue]:
    issues = []
    if amount <= 0:
        issues.append(Issue("payments.amount_above_zero", "amount", str(amount)))
    if day > today(contract):
        issues.append(Issue("payments.paid_in_future", field, day.isoformat()))
    return issues
