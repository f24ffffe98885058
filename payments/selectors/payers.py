"""Who acts for a payer today, in whose place, and who made a claim: sides that must not be one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from contracts.models import Party
from contracts.selectors import today
from payments.models import Claim, Delegation
from sibportal.accounts import access
from sibportal.accounts.roles import MemberRole
from sibportal.audit.models import Event

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


def acts_now(party: Party) -> Party:
    """The party itself, or the one that has taken over its role by today (decision 13)."""
    day = today(party.contract)
    while (
        heir := Party.objects.filter(predecessor=party, valid_from__lte=day).first()
    ) is not None:
        party = heir
    return party


def prepared_for(viewer: Viewer) -> set[UUID]:
    """The organisations in which somebody is preparer today."""
    rows = access.memberships(viewer).filter(role=MemberRole.PREPARER)
    return set(rows.values_list("organisation", flat=True))


def makers(claim: Claim) -> set[UUID]:
    """Whoever calculated the claim or ever submitted it, in earlier rounds too (decision 17)."""
    submitted = Event.objects.filter(
        action="claim.submitted", target_type="payments.claim", target_id=str(claim.pk)
    ).values_list("actor_id", flat=True)
    return {claim.calculated_by_id, *(actor for actor in submitted if actor is not None)}


def standing_in(deputy: Viewer) -> QuerySet[Delegation]:
    """The delegations by which a person may approve today: of approvers who are approvers still,
    in organisations that both belong to."""
    day = timezone.localdate()
    holds = access.standing_memberships().filter(
        user=OuterRef("principal"),
        organisation=OuterRef("organisation"),
        role=MemberRole.APPROVER,
    )
    belongs = access.memberships(deputy).filter(organisation=OuterRef("organisation"))
    return Delegation.objects.filter(
        Exists(holds),
        Exists(belongs),
        deputy=deputy.pk,
        starts_on__lte=day,
        last_on__gte=day,
        revocation=None,
    ).order_by("starts_on", "created_at")
