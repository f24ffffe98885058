"""Recording that a payer has paid, what falls to each investor, and when a claim is settled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from contracts.rules.terms.words import PayeeRole
from contracts.selectors import today
from payments.models import Allocation, Payment
from payments.rules.allocation import allocate_to_investors
from payments.selectors.calculation import paid_in_by_investor
from payments.selectors.objections import Position, has_open, positions
from payments.services.acting import require_acts_for
from payments.services.costs import note_late_interest
from payments.services.locking import lock_claim
from payments.states import CLAIM, ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole
from sibportal.audit import services as audit
from sibportal.kernel.errors import InvalidTransition, Issue, RuleViolation
from sibportal.kernel.transitions import advance

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
    """Record that `payer` has paid what it can pay of an approved claim, once and in full: its
    share, less what a dispute holds back; what a decision releases is a payment of its own. Below
    zero, that it was repaid.

    RuleViolation when the amount is another or the date is impossible. When everything is paid and
    no dispute is open the claim is settled. Where capital was paid in, it falls to the investors.
    """
    access.require(actor, Action.RECORD_PAYMENT, claim)
    claim = lock_claim(claim)
    require_acts_for(actor, payer, MemberRole.PREPARER, Action.RECORD_PAYMENT)
    if claim.state != ClaimState.APPROVED:
        raise InvalidTransition(claim.state, ClaimState.SETTLED)
    own = _require_payable(claim, payer, amount, paid_on)
    payment = Payment.objects.create(
        claim=claim,
        payer=payer,
        part=claim.payments.filter(payer=payer).count() + 1,
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
    note_late_interest(actor, payment, own.due_on)
    settle_if_done(actor, claim)
    return payment


def settle_if_done(actor: User, claim: Claim) -> None:
    """Settle an approved claim once nothing is left to pay or to decide."""
    if claim.state != ClaimState.APPROVED or has_open(claim):
        return
    if any(one.outstanding for one in positions(claim)):
        return
    claim.state = advance(CLAIM, claim.state, ClaimState.SETTLED)
    claim.save(update_fields=["state"])
    audit.record(actor=actor, action="claim.settled", target=claim, contract_id=claim.contract_id)


def _require_payable(claim: Claim, payer: Party, amount: Decimal, paid_on: date) -> Position:
    own = next((one for one in positions(claim) if one.share.payer_id == payer.pk), None)
    if own is None or own.share.amount == 0:
        raise RuleViolation("payments.nothing_to_pay", payer=payer.key)
    if own.outstanding == 0:
        is_waiting = own.paid == 0 and own.is_disputed
        code = "payments.held_back" if is_waiting else "payments.paid_already"
        raise RuleViolation(code, payer=payer.key)
    issues = []
    if amount != own.outstanding:
        issues.append(_wrong_amount(own, amount))
    if paid_on > today(claim.contract):
        issues.append(Issue("payments.paid_in_future", "paid_on", paid_on.isoformat()))
    if paid_on < claim.period.starts_on:
        issues.append(Issue("payments.paid_before_period", "paid_on", paid_on.isoformat()))
    if issues:
        raise RuleViolation(issues)
    return own


def _wrong_amount(own: Position, amount: Decimal) -> Issue:
    is_whole = own.outstanding == own.share.amount
    code = "payments.amount_is_not_the_share" if is_whole else "payments.amount_is_not_payable"
    return Issue(code, "amount", str(amount), {"share": own.outstanding})


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
