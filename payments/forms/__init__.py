"""Shape of what people enter about claims, payments, capital and terms; one submodule per noun."""

from payments.forms.claims import (
    ApprovalForm,
    CapitalPaymentForm,
    CommitmentForm,
    PaymentForm,
    ReturnForm,
    StatementForm,
)

__all__ = [
    "ApprovalForm",
    "CapitalPaymentForm",
    "CommitmentForm",
    "PaymentForm",
    "ReturnForm",
    "StatementForm",
]
