"""The lock root of everything that measures, verifies and closes: the contract's row.

The serving role may not lock measurements (it may not update them), so it locks their parent;
that also makes the ids within one contract grow in the order of commit, which a closing rests on.
"""

from __future__ import annotations

from uuid import UUID

from contracts.models import Contract


def lock_contract(contract_id: UUID) -> Contract:
    """Wait until nobody else writes in this contract, and read its row anew."""
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract_id)
