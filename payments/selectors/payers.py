"""Who acts for a payer today, and who made a claim: the two sides that must not be one person."""

from __future__ import annotations

from uuid import UUID

from contracts.models import Party
from contracts.selectors import today
from payments.models import Claim
from sibportal.audit.models import Event


def acts_now(party: Party) -> Party:
    """The party itself, or the one that has taken over its role by today (decision 13)."""
    day = today(party.contract)
    while (
        heir := Party.objects.filter(predecessor=party, valid_from__lte=day).first()
    ) is not None:
        party = heir
    return party


def makers(claim: Claim) -> set[UUID]:
    """Whoever calculated the claim or ever submitted it, in earlier rounds too (decision 17)."""
    submitted = Event.objects.filter(
        action="claim.submitted", target_type="payments.claim", target_id=str(claim.pk)
    ).values_list("actor_id", flat=True)
    return {claim.calculated_by_id, *(actor for actor in submitted if actor is not None)}
