"""What outcomes need to know of contracts, for many contracts in one query each."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from contracts.models import Contract, Terms
from contracts.rules.terms import TermsDocument, parse
from contracts.selectors import terms_in_force, today
from contracts.states import TermsState


def terms_documents(seen: Iterable[Contract]) -> dict[UUID, TermsDocument]:
    """The terms in force today by contract; contracts without agreed terms are left out."""
    by_id = {contract.pk: contract for contract in seen}
    found: dict[UUID, TermsDocument] = {}
    agreed = Terms.objects.filter(contract__in=by_id, state=TermsState.AGREED)
    for terms in agreed.order_by("-valid_from", "-version"):
        contract = by_id[terms.contract_id]
        if terms.contract_id not in found and terms.valid_from <= today(contract):
            found[terms.contract_id] = parse(terms.document)
    return found


__all__ = ["terms_documents", "terms_in_force", "today"]
