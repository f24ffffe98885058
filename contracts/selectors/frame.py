"""Contracts, their calendar, documents and key custody."""

from __future__ import annotations

import zoneinfo
from dataclasses import fields
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from contracts.models import Contract, ContractDocument, KeyCustody, ReportingPeriod
from contracts.rules.frame import ContractFacts
from contracts.states import ContractState
from sibportal.accounts import access
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action


def contracts(viewer: access.Viewer) -> QuerySet[Contract]:
    """The contracts that `viewer` may see."""
    return access.visible(Contract.objects.all(), viewer, Action.VIEW_CONTRACT)


def contract(
    viewer: access.Viewer, contract_id: UUID, action: Action = Action.VIEW_CONTRACT
) -> Contract:
    """One contract that `viewer` may see and do `action` to; NotVisible, NotAllowed."""
    found = access.get(Contract.objects.all(), viewer, Action.VIEW_CONTRACT, pk=contract_id)
    if action is not Action.VIEW_CONTRACT:
        access.require(viewer, action, found)
    return found


def contract_list(
    viewer: access.Viewer, *, search: str = "", state: str = ""
) -> QuerySet[Contract]:
    """The contracts of `viewer`, narrowed by words of code, titles, place or case number."""
    found = contracts(viewer)
    for word in search.split():
        wanted = Q()
        for name in ("code", "title_en", "title_fi", "title_sv", "place", "case_number"):
            wanted |= Q(**{f"{name}__icontains": word})
        found = found.filter(wanted)
    if state in ContractState.values:
        found = found.filter(state=state)
    return found.order_by("code")


def rights(viewer: access.Viewer, of: Contract) -> frozenset[str]:
    """What `viewer` may do in a contract, by the names of the actions: which buttons to show."""
    return frozenset(str(action) for action in access.actions_on(viewer, of))


def contract_counts(viewer: access.Viewer) -> dict[str, int]:
    """How many contracts `viewer` has in each state."""
    counted = contracts(viewer).order_by().values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in counted}


def own_payer_organisations(viewer: access.Viewer) -> QuerySet[Organisation]:
    """The public bodies in whose name `viewer` may create a contract."""
    return access.organisations_for(viewer, Action.CREATE_CONTRACT)


def payers_for_new_contract(viewer: access.Viewer) -> QuerySet[Organisation]:
    """The same, for a page that nobody else may open; NotAllowed."""
    access.require_somewhere(viewer, Action.CREATE_CONTRACT)
    return own_payer_organisations(viewer)


def contract_facts(of: Contract) -> ContractFacts:
    """The frame of a contract as its rules read it."""
    return ContractFacts(**{field.name: getattr(of, field.name) for field in fields(ContractFacts)})


def today(of: Contract) -> date:
    """The date in the contract's time zone (decision 7)."""
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(of.time_zone))


def periods(of: Contract) -> QuerySet[ReportingPeriod]:
    """The reporting periods of an authorised contract, in order."""
    return ReportingPeriod.objects.filter(contract=of).order_by("number")


def period_for(of: Contract, day: date) -> ReportingPeriod | None:
    """The reporting period that contains the day, None outside the contract's calendar."""
    return periods(of).filter(starts_on__lte=day, ends_on__gt=day).first()


def documents(viewer: access.Viewer, of: Contract) -> QuerySet[ContractDocument]:
    """The documents of a contract that `viewer` may read."""
    rows = access.visible(ContractDocument.objects.all(), viewer, Action.VIEW_CONTRACT)
    return rows.filter(contract=of).select_related("uploaded_by")


def document(viewer: access.Viewer, document_id: UUID) -> ContractDocument:
    """One document that `viewer` may read, else NotVisible."""
    rows = ContractDocument.objects.all()
    return access.get(rows, viewer, Action.VIEW_CONTRACT, pk=document_id)


def custodies(viewer: access.Viewer, of: Contract) -> QuerySet[KeyCustody]:
    """Where the key to the codes has been, newest first, for those who see the contract."""
    rows = access.visible(KeyCustody.objects.all(), viewer, Action.VIEW_CONTRACT)
    return rows.filter(contract=of).select_related("recorded_by")


def key_custody(of: Contract, on: date) -> KeyCustody | None:
    """Where the key to the codes lies on a day (decision 19), None when nobody has said."""
    return KeyCustody.objects.filter(contract=of, valid_from__lte=on).first()
