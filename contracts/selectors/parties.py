"""The parties of a contract: who plays which role, on which day, and whose yes is needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from contracts.models import Contract, Party
from contracts.rules import parties as rules
from contracts.rules.parties import PartyFact
from contracts.selectors.frame import today
from sibportal.accounts import access
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action, PartyRole


def all_parties(viewer: access.Viewer, of: Contract) -> QuerySet[Party]:
    """All parties of a contract, past and coming too, for those who see it."""
    rows = access.visible(Party.objects.all(), viewer, Action.VIEW_CONTRACT)
    return rows.filter(contract=of).select_related("organisation", "predecessor__organisation")


def party(
    viewer: access.Viewer, of: Contract, party_id: UUID, action: Action = Action.VIEW_CONTRACT
) -> Party:
    """One party of a contract, for somebody who may do `action`; NotVisible, NotAllowed."""
    rows = Party.objects.select_related("organisation").filter(contract=of)
    found = access.get(rows, viewer, Action.VIEW_CONTRACT, pk=party_id)
    if action is not Action.VIEW_CONTRACT:
        access.require(viewer, action, found)
    return found


def partner_organisations(viewer: access.Viewer) -> QuerySet[Organisation]:
    """The organisations that `viewer` can name as a party."""
    return access.visible(Organisation.objects.all(), viewer, Action.VIEW_ORGANISATION)


def parties_today(of: Contract) -> QuerySet[Party]:
    """The parties of an authorised contract that act today, in the contract's time zone."""
    return acting(of, today(of))


def acting(of: Contract, day: date) -> QuerySet[Party]:
    """The parties of an authorised contract that act on a day (PartyFact.is_acting)."""
    started = Q(predecessor=None) | Q(valid_from__lte=day)
    running = Q(valid_until=None) | Q(valid_until__gt=day)
    rows = Party.objects.filter(started, running, contract=of)
    return rows.select_related("organisation")


def deciders(of: Contract) -> list[Party]:
    """Who decides disputes of a contract today: its expert; without one the steering group."""
    acting_today = parties_today(of)
    for role in (PartyRole.EXPERT, PartyRole.STEERING_MEMBER):
        if found := list(acting_today.filter(role=role)):
            return found
    return []


def succeeded_parties(of: Contract) -> frozenset[UUID]:
    """The parties of an authorised contract that have a successor."""
    rows = Party.objects.filter(contract=of).exclude(predecessor=None)
    return frozenset(row for row in rows.values_list("predecessor_id", flat=True) if row)


def required_parties(of: Contract, *, everyone: bool = False) -> list[Party]:
    """The parties whose agreement the terms of an authorised contract need today (decision 12);
    `everyone` with money or data at stake where what is already under way is changed."""
    rows = {row.pk: row for row in parties_today(of)}
    wanted = rules.required_parties(facts_of(rows.values()), today(of), everyone=everyone)
    return [rows[one.id] for one in wanted]


def party_facts(of: Contract) -> list[PartyFact]:
    """All parties of an authorised contract as the rules read them."""
    return facts_of(Party.objects.filter(contract=of).select_related("organisation"))


def facts_of(rows: Iterable[Party]) -> list[PartyFact]:
    """Party rows as the rules read them."""
    return [
        PartyFact(
            id=row.pk,
            organisation=row.organisation_id,
            organisation_kind=row.organisation.kind,
            is_public_body=access.is_public_body(row.organisation),
            role=row.role,
            key=row.key,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            predecessor=row.predecessor_id,
        )
        for row in rows
    ]
