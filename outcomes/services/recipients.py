"""Whom to remind: the people of parties who may do what waits; programs need no reminder."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from contracts.models import Contract
from outcomes import selectors
from sibportal.accounts.models import Membership
from sibportal.accounts.roles import MemberRole, UserKind


def people_of(
    contract: Contract, organisations: Collection[UUID], roles: Collection[MemberRole]
) -> dict[UUID, list[UUID]]:
    """The people who have one of these roles today, by organisation; each of them once."""
    on = selectors.today(contract)
    members = Membership.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=on),
        organisation__in=organisations,
        role__in=roles,
        active=True,
        user__is_active=True,
        user__kind=UserKind.PERSON,
    )
    found: dict[UUID, list[UUID]] = {}
    for organisation_id, user_id in members.values_list("organisation_id", "user_id").distinct():
        found.setdefault(organisation_id, []).append(user_id)
    return found
