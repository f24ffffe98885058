"""Ending a contract: no claim may be left open, then contracts does what it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

import contracts.services
from contracts.models import Contract
from contracts.rules.terms.words import TerminationCause
from outcomes.selectors.versions import opened_again
from payments.models import Claim, ExitSettlement
from payments.selectors.ending import unclaimed_periods, unsettled_claims
from payments.selectors.obligations import Exits, ExitToday, exits
from payments.services.claims import claim_settlement
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from contracts.models import ContractTurn
    from sibportal.accounts.models import User


@transaction.atomic
def end_contract(
    *,
    actor: User,
    contract: Contract,
    cause: TerminationCause | None,
    on: date,
    reason: str,
    seen: str = "",
) -> ContractTurn:
    """End a contract once everything that was measured is claimed and every claim is settled; at an
    early end, with the settlement of the terms for its cause. `seen` is the mark of the settlements
    that were on the page.

    RuleViolation with what is still open, where the settlement cannot be worked out, and where it
    has changed since it was shown.
    """
    access.require(actor, Action.STEER_CONTRACT, contract)
    # The lock of every calculation: no claim can appear while this is decided.
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    open_claims: list[Claim] = list(unsettled_claims(contract))
    if open_claims:
        told = ", ".join(str(claim.number) for claim in open_claims)
        raise RuleViolation("contracts.claims_open", claims=told)
    if periods := unclaimed_periods(contract, before=on):
        raise RuleViolation("contracts.periods_open", count=periods)
    if opened_again(contract) is not None:
        raise RuleViolation("payments.closing_opened_again")
    found = exits(locked) if cause is not None else None
    if found is not None and cause is not None:
        _require_seen(found, found.of(cause), seen)
    turn = contracts.services.end_contract(
        actor=actor, contract=contract, cause=cause, on=on, reason=reason
    )
    if found is not None and cause is not None:
        _settle(actor, turn, found, found.of(cause))
    return turn


def _require_seen(found: Exits, chosen: ExitToday, seen: str) -> None:
    if chosen.issues:
        raise RuleViolation(list(chosen.issues))
    if chosen.amount and found.closing is None:
        raise RuleViolation("payments.settlement_needs_closing")
    if chosen.amount is not None and seen != found.digest:
        raise RuleViolation("payments.settlement_changed")


def _settle(actor: User, turn: ContractTurn, found: Exits, chosen: ExitToday) -> None:
    """Keep what the terms say is owed, with its calculation, and claim it; nothing where they say
    nothing."""
    if chosen.amount is None or chosen.explanation is None:
        return
    if chosen.amount and found.closing is not None:
        inputs = replace(found.inputs, ended_for=chosen.cause)
        claim_settlement(found.closing, found.terms, inputs)
    row = ExitSettlement.objects.create(
        contract=turn.contract,
        turn=turn,
        terms=found.terms,
        amount=chosen.amount,
        inputs=found.inputs.to_json(),
        explanation=chosen.explanation.to_json(),
        digest=found.digest,
        recorded_by=actor,
    )
    audit.record(
        actor=actor,
        action="contract.settled",
        target=row,
        contract_id=turn.contract_id,
        after={"amount": str(row.amount), "digest": row.digest},
    )
