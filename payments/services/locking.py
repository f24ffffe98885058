"""The lock root of everything that pays: the contract's row, then the claim read anew."""

from __future__ import annotations

from contracts.models import Contract
from payments.models import Claim


def lock_claim(claim: Claim) -> Claim:
    """Wait until nobody else pays in this contract, and read the claim as it is now."""
    Contract.objects.select_for_update(of=("self",)).get(pk=claim.contract_id)
    return Claim.objects.select_related("contract", "terms", "period").get(pk=claim.pk)
