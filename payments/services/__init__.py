"""Writes of the payments app: claims, approvals, payments, capital."""

from payments.services.approvals import approve_claim, return_claim, submit_claim
from payments.services.capital import record_capital_payment, record_commitment
from payments.services.claims import (
    CALCULATE,
    calculate_claim,
    calculate_due_claim,
    enqueue_due_claims,
)
from payments.services.settlement import record_payment

__all__ = [
    "CALCULATE",
    "approve_claim",
    "calculate_claim",
    "calculate_due_claim",
    "enqueue_due_claims",
    "record_capital_payment",
    "record_commitment",
    "record_payment",
    "return_claim",
    "submit_claim",
]
