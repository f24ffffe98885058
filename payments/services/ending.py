"""Ending a contract: no claim may be left open, then contracts does what it does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

import contracts.services
from contracts.models import Contract
from contracts.rules.terms.words import TerminationCause
from payments.models import Claim
from payments.selectors.ending import unclaimed_periods, unsettled_claims
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from contracts.models import ContractTurn
    from sibportal.accounts.models import User


@transaction.atomic
def end_contract(
    *, actor: User, contract: Contract, cause: TerminationCause | None, on: date, reason: str
) -> ContractTurn:
    """End a contract once everything that was measured is claimed and every claim is settled.

    RuleViolation with what is still open.
    """
    access.require(actor, Action.STEER_CONTRACT, contract)
    # The lock of every calculation: no claim can appear while this is decided.
    Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    open_claims: list[Claim] = list(unsettled_claims(contract))
    if open_claims:
        told = ", ".join(str(claim.number) for claim in open_claims)
        raise RuleViolation("contracts.claims_open", claims=told)
    if periods := unclaimed_periods(contract, before=on):
        raise RuleViolation("contracts.periods_open", count=periods)
    return contracts.services.end_contract(
        actor=actor, contract=contract, cause=cause, on=on, reason=reason
    )
