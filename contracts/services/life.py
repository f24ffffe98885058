"""The contract as a whole is suspended, goes on, or ends; each turn with cause, day and reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from contracts import selectors
from contracts.models import ContractTurn
from contracts.rules.life import SuspensionCause, Turn, check_sequence, check_turn
from contracts.rules.terms.words import TerminationCause
from contracts.services.locking import lock_contract
from contracts.states import CONTRACT, ContractState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from contracts.models import Contract
    from sibportal.accounts.models import User

_STATE_AFTER = {
    Turn.SUSPENDED: ContractState.SUSPENDED,
    Turn.RESUMED: ContractState.ACTIVE,
    Turn.ENDED: ContractState.CLOSED,
}


@transaction.atomic
def suspend_contract(
    *, actor: User, contract: Contract, cause: SuspensionCause, on: date, reason: str
) -> ContractTurn:
    """Stop the contract until it is resumed: nobody new is referred or enrolled, no period is
    proposed for closing and nobody is reminded. What was measured can still be entered, verified
    and paid. RuleViolation naming each field; InvalidTransition when it is not in force."""
    return _turn(actor, contract, Turn.SUSPENDED, on=on, cause=cause, reason=reason)


@transaction.atomic
def resume_contract(*, actor: User, contract: Contract, on: date, reason: str) -> ContractTurn:
    """Let a suspended contract go on."""
    return _turn(actor, contract, Turn.RESUMED, on=on, cause="", reason=reason)


@transaction.atomic
def end_contract(
    *, actor: User, contract: Contract, cause: TerminationCause | None, on: date, reason: str
) -> ContractTurn:
    """End the contract for good: early for a cause that the terms answer for, or, without one,
    after its last day. Whoever calls makes sure that no claim is open."""
    if cause is None and selectors.today(contract) < contract.ends_on:
        raise RuleViolation("contracts.end_needs_cause", field="cause", day=contract.ends_on)
    return _turn(actor, contract, Turn.ENDED, on=on, cause=cause or "", reason=reason)


def _turn(
    actor: User, contract: Contract, turn: Turn, *, on: date, cause: str, reason: str
) -> ContractTurn:
    access.require(actor, Action.STEER_CONTRACT, contract)
    locked = lock_contract(contract.pk)
    state = advance(CONTRACT, locked.state, _STATE_AFTER[turn])
    last = ContractTurn.objects.filter(contract=locked).order_by("-recorded_at").first()
    issues = check_turn(
        turn,
        on=on,
        reason=reason,
        today=selectors.today(locked),
        frame=Period(locked.starts_on, locked.ends_on),
    )
    issues += check_sequence(on, last.on if last else None)
    if issues:
        raise RuleViolation(issues)
    locked.state = state
    locked.save(update_fields=["state"])
    row = ContractTurn.objects.create(
        contract=locked, turn=turn, cause=cause, on=on, reason=reason.strip(), recorded_by=actor
    )
    audit.record(
        actor=actor,
        action=f"contract.{turn}",
        target=locked,
        contract_id=locked.pk,
        after={"cause": str(cause), "on": on.isoformat()},
        note=row.reason,
    )
    return row
