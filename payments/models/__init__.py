"""What is owed, to whom, who approved it, what was paid and how it reached the investors."""

from payments.models.approvals import Approval, ClaimReturn
from payments.models.capital import Allocation, CapitalPayment, Commitment
from payments.models.claims import Claim, Line, PayerShare, Payment

__all__ = [
    "Allocation",
    "Approval",
    "CapitalPayment",
    "Claim",
    "ClaimReturn",
    "Commitment",
    "Line",
    "PayerShare",
    "Payment",
]
