"""Where the data of a contract accumulates, for everybody who sees its frame."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from contracts.models import Contract, DataItem, Party
from contracts.rules.data_map import DataItemFacts
from contracts.selectors.frame import today
from sibportal.accounts import access
from sibportal.accounts.roles import Action


@dataclass(frozen=True)
class HeldData:
    """A line of the data map as it stands, and who holds it today: a party that was succeeded
    has handed over what it held (decision 13)."""

    item: DataItem
    holder: str
    party: Party | None
    is_current: bool


def data_map(viewer: access.Viewer, of: Contract) -> list[HeldData]:
    """The lines that hold, then those that have ended; two queries."""
    rows = list(_standing(viewer).filter(contract=of))
    day = today(of)
    parties = {row.pk: row for row in _parties(of)}
    successors = {row.predecessor_id: row for row in parties.values() if row.predecessor_id}
    found = [_held(row, day, parties, successors) for row in rows]
    return sorted(found, key=lambda one: (not one.is_current, one.item.valid_from))


def data_item(viewer: access.Viewer, item_id: UUID) -> DataItem:
    """One line, for somebody who may change it; NotVisible, NotAllowed."""
    found = access.get(
        DataItem.objects.select_related("contract"), viewer, Action.VIEW_CONTRACT, pk=item_id
    )
    access.require(viewer, Action.EDIT_CONTRACT, found)
    return found


def data_item_facts(of: DataItem) -> DataItemFacts:
    """A line of the data map as its rules read it."""
    return DataItemFacts(**{field.name: getattr(of, field.name) for field in fields(DataItemFacts)})


def data_holders(of: Contract) -> QuerySet[Party]:
    """The parties of an authorised contract that can hold data: past, present and coming ones."""
    return _parties(of)


def _standing(viewer: access.Viewer) -> QuerySet[DataItem]:
    rows = access.visible(DataItem.objects.all(), viewer, Action.VIEW_CONTRACT)
    return rows.filter(superseded_by=None, withdrawal=None)


def _parties(of: Contract) -> QuerySet[Party]:
    rows = Party.objects.filter(contract=of).select_related("organisation")
    return rows.order_by("organisation__name", "role", "valid_from")


def _held(
    row: DataItem, day: date, parties: dict[UUID, Party], successors: dict[UUID, Party]
) -> HeldData:
    is_current = row.valid_until is None or day < row.valid_until
    party = parties.get(row.holder_party_id) if row.holder_party_id else None
    while is_current and party and party.pk in successors:
        if successors[party.pk].valid_from > day:
            break
        party = successors[party.pk]
    return HeldData(row, party.organisation.name if party else row.holder_name, party, is_current)
