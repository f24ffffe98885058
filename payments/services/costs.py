"""Late interest is recorded beside the payment that came late; nothing is added to the payment."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from contracts.rules.terms import parse
from payments.models import LateInterest
from payments.rules.late_interest import late_interest
from sibportal.audit import services as audit

if TYPE_CHECKING:
    from payments.models import Payment
    from sibportal.accounts.models import User


def note_late_interest(actor: User, payment: Payment, due_on: date) -> LateInterest | None:
    """The interest that a payment after its due day costs its payer, where the terms of the claim
    agree on one; for a service that has just recorded the payment."""
    claim = payment.claim
    percent = parse(claim.terms.document).claim.late_interest_percent
    if percent is None or payment.paid_on <= due_on or payment.amount < 0:
        return None
    found = late_interest(
        payment.amount,
        percent=percent,
        due_on=due_on,
        paid_on=payment.paid_on,
        currency=claim.contract.currency,
    )
    if found.amount == 0:
        return None
    row = LateInterest.objects.create(
        payment=payment,
        due_on=due_on,
        days=found.days,
        percent=percent,
        amount=found.amount,
        explanation=found.explanation.to_json(),
    )
    audit.record(
        actor=actor,
        action="claim.late_interest",
        target=claim,
        contract_id=claim.contract_id,
        after={
            "payer": payment.payer.organisation.name,
            "days": found.days,
            "amount": str(found.amount),
        },
    )
    return row
