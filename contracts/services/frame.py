"""Creating a contract and changing its frame."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from contracts import selectors
from contracts.models import Contract
from contracts.rules import frame as rules
from contracts.rules.frame import ContractFacts
from contracts.rules.parties import PAYER
from contracts.services.locking import lock_contract
from contracts.services.parties import insert_party
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import Organisation, User


@transaction.atomic
def create_contract(*, actor: User, organisation: Organisation, facts: ContractFacts) -> Contract:
    """Begin a contract in the name of a public body, which becomes its payer."""
    access.require(actor, Action.CREATE_CONTRACT, organisation)
    contract = Contract(created_by=actor, **asdict(facts))
    _refuse(rules.check_frame(facts, timezone.localdate()))
    _save(contract, is_new=True)
    insert_party(
        contract,
        organisation=organisation,
        role=PAYER,
        key=PAYER,
        valid_from=facts.starts_on,
        valid_until=None,
    )
    audit.record(
        actor=actor,
        action="contract.created",
        target=contract,
        contract_id=contract.pk,
        after={"code": contract.code, "organisation": organisation.name},
    )
    return contract


@transaction.atomic
def update_contract(*, actor: User, contract: Contract, facts: ContractFacts) -> Contract:
    """Change the frame; what terms rest on stays once terms wait for agreement or are agreed."""
    access.require(actor, Action.EDIT_CONTRACT, contract)
    locked = lock_contract(contract.pk)
    before = selectors.contract_facts(locked)
    names = rules.changed(before, facts)
    if not names:
        return locked
    issues = rules.check_frame(facts, timezone.localdate())
    _refuse([*issues, *rules.check_change(names, is_fixed=selectors.frame_is_fixed(locked))])
    for name in names:
        setattr(locked, name, getattr(facts, name))
    _save(locked, is_new=False, names=names)
    audit.record(
        actor=actor,
        action="contract.updated",
        target=locked,
        contract_id=locked.pk,
        before={name: _plain(getattr(before, name)) for name in names},
        after={name: _plain(getattr(facts, name)) for name in names},
    )
    return locked


def _refuse(issues: list[Issue]) -> None:
    if issues:
        raise RuleViolation(issues)


def _save(contract: Contract, *, is_new: bool, names: tuple[str, ...] = ()) -> None:
    try:
        with transaction.atomic():
            if is_new:
                contract.save(force_insert=True)
            else:
                contract.save(update_fields=names)
    except IntegrityError as error:
        if "code" not in str(error):
            raise
        taken = Issue("contracts.code_taken", "code", contract.code)
        raise RuleViolation(taken) from None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
