"""Claims that did not come out the same when last calculated again, as it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from contracts.models import Party
from payments.models import Claim
from sibportal.accounts import access
from sibportal.accounts.models import Membership
from sibportal.accounts.roles import Action, PartyRole, UserKind
from sibportal.audit.models import Event

if TYPE_CHECKING:
    from datetime import datetime

    from sibportal.accounts.access import Viewer

DIFFERS, EQUAL = "claim.recalculation_differs", "claim.recalculation_equal"


@dataclass(frozen=True)
class Differing:
    """A claim that differs, since when it is known, and what was recorded of the first place."""

    claim: Claim
    since: datetime
    found: dict[str, Any]


def differing_claims(viewer: Viewer) -> list[Differing]:
    """Claims that `viewer` may check and whose last recorded check found a difference."""
    rows = access.visible(Claim.objects.all(), viewer, Action.RECALCULATE_CLAIM)
    last = last_records(rows)
    differing = {pk: row for pk, row in last.items() if row.action == DIFFERS}
    if not differing:
        return []
    found = Claim.objects.filter(pk__in=differing).select_related("contract", "period")
    return [
        Differing(claim, differing[claim.pk].at, differing[claim.pk].after or {})
        for claim in found.order_by("contract__code", "number")
    ]


def last_records(claims: QuerySet[Claim]) -> dict[UUID, Event]:
    """What was last recorded about calculating each of these claims again, where anything was."""
    rows = Event.objects.filter(
        target_type=Claim._meta.label_lower,
        target_id__in=claims.order_by().values_list(Cast("pk", CharField())),
        action__in=(DIFFERS, EQUAL),
    )
    return {UUID(row.target_id): row for row in rows.order_by("id")}


def officials(contract_id: UUID) -> list[UUID]:
    """The people at the payers of a contract who may have its claims calculated again."""
    today = timezone.localdate()
    holds = Q(valid_until=None) | Q(valid_until__gt=today)
    parties = Party.objects.filter(
        holds, contract=contract_id, role__in=(PartyRole.PAYER, PartyRole.CO_PAYER)
    )
    wanted = Q(pk__in=[])
    for organisation_id, role in parties.values_list("organisation_id", "role"):
        roles = access.member_roles(PartyRole(role), Action.RECALCULATE_CLAIM)
        wanted |= Q(organisation=organisation_id, role__in=roles)
    members = Membership.objects.filter(
        wanted, holds, active=True, user__is_active=True, user__kind=UserKind.PERSON
    )
    return list(members.values_list("user_id", flat=True).distinct().order_by("user_id"))
