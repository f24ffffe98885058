"""The lock root of everything that changes a contract: its own row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.models import Contract, Party


def lock_contract(contract_id: UUID) -> Contract:
    """Wait until nobody else writes in this contract, and read its row anew."""
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract_id)


def party_record(party: Party) -> dict[str, Any]:
    """A party as the history keeps it."""
    until = party.valid_until
    return {
        "organisation": party.organisation.name,
        "role": party.role,
        "key": party.key,
        "valid_from": party.valid_from.isoformat(),
        "valid_until": until.isoformat() if until else None,
    }
