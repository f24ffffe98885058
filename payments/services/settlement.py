"""Recording that a payer has paid, and what falls to each investor."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from contracts.rules.terms.words import PayeeRole
from contracts.selectors import today
from payments.models import Allocation, PayerShare, Payment
from payments.rules.allocation import allocate_to_investors
from payments.selectors.calculation import paid_in_by_investor
from payments.services.approvals import require_acts_for, settle
from payments.services.locking import lock_claim
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole
from sibportal.audit import services as audit
from sibportal.kernel.errors import InvalidTransition, Issue, RuleViolation

if TYPE_CHECKING:
    from contracts.models import Party
    from payments.models import Claim
    from sibportal.accounts.models import User


@transaction.atomic
def record_payment(
    *,
    actor: User,
    claim: Claim,
    payer: Party,
    amount: Decimal,
    paid_on: date,
    reference: str = "",
) -> Payment:
    """Record that `payer` has paid its share of an approved claim, once and in full.

    RuleViolation when the amount is not the share or the date is impossible. When every share
    is paid the claim is settled. Where capital was paid in, the payment falls to the investors.
    """
    access.require(actor, Action.RECORD_PAYMENT, claim)
    claim = lock_claim(claim)
    require_acts_for(actor, payer, MemberRole.PREPARER, Action.RECORD_PAYMENT)
    if claim.state != ClaimState.APPROVED:
        raise InvalidTransition(claim.state, ClaimState.SETTLED)
    _require_payable(claim, payer, amount, paid_on)
    payment = Payment.objects.create(
        claim=claim,
        payer=payer,
        amount=amount,
        paid_on=paid_on,
        reference=reference.strip(),
        recorded_by=actor,
    )
    _allocate(payment, claim)
    audit.record(
        actor=actor,
        action="claim.payment_recorded",
        target=claim,
        contract_id=claim.contract_id,
        after={
            "payer": payer.organisation.name,
            "amount": str(amount),
            "paid_on": paid_on.isoformat(),
        },
    )
    owing = PayerShare.objects.filter(claim=claim, amount__gt=0)
    if not owing.exclude(payer__in=claim.payments.values("payer")).exists():
        settle(actor, claim)
    return payment


def _require_payable(claim: Claim, payer: Party, amount: Decimal, paid_on: date) -> None:
    share = PayerShare.objects.filter(claim=claim, payer=payer).first()
    if share is None or share.amount == 0:
        raise RuleViolation("payments.nothing_to_pay", payer=payer.key)
    if claim.payments.filter(payer=payer).exists():
        raise RuleViolation("payments.paid_already", payer=payer.key)
    issues = []
    if amount != share.amount:
        issues.append(
            Issue(
                "payments.amount_is_not_the_share", "amount", str(amount), {"share": share.amount}
            )
        )
    if paid_on > today(claim.contract):
        issues.append(Issue("payments.paid_in_future", "paid_on", paid_on.isoformat()))
    if paid_on < claim.period.starts_on:
        issues.append(Issue("payments.paid_before_period", "paid_on", paid_on.isoformat()))
    if issues:
        raise RuleViolation(issues)


def _allocate(payment: Payment, claim: Claim) -> None:
    """Share the payment among the investors by the capital they had paid in by its day; a provider
    who is the payee keeps it whole."""
    if claim.payee.role == PayeeRole.LEAD_PROVIDER.value:
        return
    shares = allocate_to_investors(
        payment.amount, paid_in_by_investor(claim.contract, payment.paid_on)
    )
    Allocation.objects.bulk_create(
        Allocation(payment=payment, investor=investor, amount=amount)
        for investor, amount in shares.items()
    )
