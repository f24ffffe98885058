"""How value added tax treats a payment, as the decision states it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from sibportal.kernel.errors import RuleViolation


class VatTreatment(StrEnum):
    """Payment for outcomes is often outside the scope of VAT; the decision says which holds."""

    OUTSIDE_SCOPE = "outside_scope"
    EXEMPT = "exempt"
    TAXABLE = "taxable"


def require_rate(treatment: VatTreatment, rate_percent: Decimal | None) -> None:
    """A taxable payment has a rate above 0 and at most 100 per cent; another one has none.

    RuleViolation: payments.vat_rate_missing, payments.vat_rate_needless.
    """
    is_taxable = treatment is VatTreatment.TAXABLE
    if is_taxable and (rate_percent is None or not 0 < rate_percent <= 100):
        raise RuleViolation("payments.vat_rate_missing", field="vat_rate_percent")
    if not is_taxable and rate_percent is not None:
        raise RuleViolation("payments.vat_rate_needless", field="vat_rate_percent")
