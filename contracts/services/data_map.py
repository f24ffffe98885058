"""Writing down where the data of a contract accumulates; a changed line is a new row."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction

from contracts import selectors
from contracts.models import DataItem, Party
from contracts.rules.data_map import DataItemFacts, check_data_item
from contracts.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import NotVisible, RuleViolation

if TYPE_CHECKING:
    from contracts.models import Contract
    from sibportal.accounts.models import User


@transaction.atomic
def add_data_item(*, actor: User, contract: Contract, facts: DataItemFacts) -> DataItem:
    """Add a line to the data map. RuleViolation with the field of each issue."""
    access.require(actor, Action.EDIT_CONTRACT, contract)
    locked = lock_contract(contract.pk)
    row = _insert(actor, locked, facts, None)
    _record(actor, "data_item.added", row)
    return row


@transaction.atomic
def change_data_item(*, actor: User, item: DataItem, facts: DataItemFacts) -> DataItem:
    """Say anew what a line holds; the line as it was stays readable in the history. RuleViolation
    where somebody else changed it meanwhile, or nothing has changed."""
    access.require(actor, Action.EDIT_CONTRACT, item)
    locked = lock_contract(item.contract_id)
    if DataItem.objects.filter(supersedes=item).exists():
        raise RuleViolation("contracts.data_item_changed")
    if selectors.data_item_facts(item) == facts:
        raise RuleViolation("contracts.data_item_same")
    row = _insert(actor, locked, facts, item)
    _record(actor, "data_item.changed", row)
    return row


def _insert(
    actor: User, contract: Contract, facts: DataItemFacts, supersedes: DataItem | None
) -> DataItem:
    if issues := check_data_item(facts):
        raise RuleViolation(issues)
    if (
        facts.holder_party_id
        and not Party.objects.filter(pk=facts.holder_party_id, contract=contract).exists()
    ):
        raise NotVisible()
    return DataItem.objects.create(
        contract=contract, supersedes=supersedes, recorded_by=actor, **asdict(facts)
    )


def _record(actor: User, action: str, row: DataItem) -> None:
    until = row.valid_until.isoformat() if row.valid_until else None
    said = row.item_en or row.item_fi or row.item_sv
    audit.record(
        actor=actor,
        action=action,
        target=row,
        contract_id=row.contract_id,
        after={"item": said, "valid_from": row.valid_from.isoformat(), "valid_until": until},
    )
