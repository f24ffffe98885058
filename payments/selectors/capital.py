"""Commitments and capital paid in, as a person may see them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import DecimalField, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from contracts.models import Contract, Party
from payments.models import Commitment
from sibportal.accounts import access
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action, PartyRole

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

INVESTING = (PartyRole.INVESTOR, PartyRole.FUND_MANAGER)


def commitments(viewer: Viewer, contract: Contract) -> QuerySet[Commitment]:
    """The commitments of a contract that the viewer may see, with what was paid in."""
    rows = access.visible(Commitment.objects.filter(contract=contract), viewer, Action.VIEW_CAPITAL)
    money = DecimalField(max_digits=14, decimal_places=2)
    paid_in = Coalesce(Sum("capital_payments__amount"), Value(Decimal(0)), output_field=money)
    found = rows.select_related("investor").prefetch_related("capital_payments")
    return found.annotate(paid_in=paid_in).order_by("committed_on", "recorded_at")


def commitment(
    viewer: Viewer, commitment_id: UUID, action: Action = Action.VIEW_CAPITAL
) -> Commitment:
    """One commitment that `viewer` may see and do `action` to; NotVisible, NotAllowed."""
    rows = Commitment.objects.select_related("contract", "investor")
    found = access.get(rows, viewer, Action.VIEW_CAPITAL, pk=commitment_id)
    access.require(viewer, action, found)
    return found


def may_record(viewer: Viewer, contract: Contract) -> bool:
    """Whether to offer recording commitments and capital payments."""
    return access.allowed(viewer, Action.RECORD_CAPITAL, contract)


def investors(contract: Contract) -> QuerySet[Organisation]:
    """The organisations of an authorised contract that may commit capital."""
    parties = Party.objects.filter(contract=contract, role__in=INVESTING)
    return Organisation.objects.filter(pk__in=parties.values("organisation")).order_by("name")
