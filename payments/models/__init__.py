"""What is owed, to whom, who approved it, what was paid and how it reached the investors."""

from payments.models.approvals import (
    Approval,
    ApprovalPolicy,
    ApprovalStep,
    ApprovalTier,
    ClaimReturn,
    Delegation,
    DelegationRevocation,
)
from payments.models.capital import Allocation, CapitalPayment, Commitment
from payments.models.claims import Claim, Line, PayerShare, Payment
from payments.models.costs import ExitSettlement, LateInterest
from payments.models.decisions import DecisionDraft
from payments.models.objections import Objection, ObjectionDecision, ShareChange
from payments.models.supplied import FigureCheck, SuppliedFigure, SuppliedKind

__all__ = [
    "Allocation",
    "Approval",
    "ApprovalPolicy",
    "ApprovalStep",
    "ApprovalTier",
    "CapitalPayment",
    "Claim",
    "ClaimReturn",
    "Commitment",
    "DecisionDraft",
    "Delegation",
    "DelegationRevocation",
    "ExitSettlement",
    "FigureCheck",
    "LateInterest",
    "Line",
    "Objection",
    "ObjectionDecision",
    "PayerShare",
    "Payment",
    "ShareChange",
    "SuppliedFigure",
    "SuppliedKind",
]
