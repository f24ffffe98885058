"""Writing down where the data of a contract accumulates; a changed line is a new row."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction

from contracts import selectors
from contracts.models import DataItem, DataItemWithdrawal, Party
from contracts.rules.data_map import DataItemFacts, check_data_item
from contracts.rules.life import check_reason
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
    _require_standing(item)
    if selectors.data_item_facts(item) == facts:
        raise RuleViolation("contracts.data_item_same")
    row = _insert(actor, locked, facts, item)
    _record(actor, "data_item.changed", row)
    return row


@transaction.atomic
def withdraw_data_item(*, actor: User, item: DataItem, reason: str) -> DataItemWithdrawal:
    """Take a line back that should not be there; it stays in the history, with the reason. What
    was held and is no longer gets an end instead. RuleViolation where it no longer stands."""
    access.require(actor, Action.EDIT_CONTRACT, item)
    lock_contract(item.contract_id)
    _require_standing(item)
    if issues := check_reason(reason):
        raise RuleViolation(issues)
    row = DataItemWithdrawal.objects.create(item=item, reason=reason.strip(), withdrawn_by=actor)
    _record(actor, "data_item.withdrawn", item, note=row.reason)
    return row


def _require_standing(item: DataItem) -> None:
    if DataItem.objects.filter(supersedes=item).exists():
        raise RuleViolation("contracts.data_item_changed")
    if DataItemWithdrawal.objects.filter(item=item).exists():
        raise RuleViolation("contracts.data_item_withdrawn")


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


def _record(actor: User, action: str, row: DataItem, note: str = "") -> None:
    until = row.valid_until.isoformat() if row.valid_until else None
    said = row.item_en or row.item_fi or row.item_sv
    audit.record(
        actor=actor,
        action=action,
        target=row,
        contract_id=row.contract_id,
        after={"item": said, "valid_from": row.valid_from.isoformat(), "valid_until": until},
        note=note,
    )
