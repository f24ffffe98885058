"""What happened to a contract as a whole, for those who see it."""

from __future__ import annotations

from django.db.models import QuerySet

from contracts.models import Contract, ContractTurn
from sibportal.accounts import access
from sibportal.accounts.roles import Action


def turns(viewer: access.Viewer, of: Contract) -> QuerySet[ContractTurn]:
    """Suspensions, resumptions and the end of a contract, newest first."""
    rows = access.visible(ContractTurn.objects.all(), viewer, Action.VIEW_CONTRACT)
    return rows.filter(contract=of).select_related("recorded_by")
