"""Disputes about a line of a claim: raised in time, decided by who is above it, or withdrawn."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from contracts.selectors import today
from payments.models import Objection, ObjectionDecision, ShareChange
from payments.rules import objection as rules
from payments.rules.objection import Outcome
from payments.selectors.objections import (
    OPEN_TO_OBJECTION,
    deciders,
    last_day,
    line_standings,
    objectors,
    positions,
)
from payments.selectors.payers import acts_now, makers
from payments.services.locking import lock_claim
from payments.services.settlement import settle_if_done
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import InvalidTransition, NotAllowed, RuleViolation

if TYPE_CHECKING:
    from contracts.models import Party
    from payments.models import Claim, Line
    from sibportal.accounts.models import User


@transaction.atomic
def raise_objection(*, actor: User, line: Line, party: Party, reason: str) -> Objection:
    """Dispute a line in a party's name: its part is held back for every payer and its clock stops;
    what nobody disputes stays payable.

    RuleViolation after the deadline, without a reason, while the line is disputed already, once it
    is decided, and for a party that has disputed it before.
    """
    access.require(actor, Action.RAISE_OBJECTION, line.claim)
    claim = lock_claim(line.claim)
    if not objectors(actor, claim.contract).filter(pk=party.pk).exists():
        raise NotAllowed(action=str(Action.RAISE_OBJECTION))
    _require_disputable(claim, line, party)
    if not reason.strip():
        raise RuleViolation("payments.objection_reason_missing", field="reason")
    row = Objection.objects.create(
        claim=claim,
        line=line,
        party=party,
        reason=reason.strip(),
        raised_on=today(claim.contract),
        raised_by=actor,
    )
    _hold_back(row, claim)
    audit.record(
        actor=actor,
        action="objection.raised",
        target=row,
        contract_id=claim.contract_id,
        after={"party": party.organisation.name, "number": claim.number, "line": line.position},
    )
    return row


def _require_disputable(claim: Claim, line: Line, party: Party) -> None:
    last = last_day(claim)
    if claim.state not in OPEN_TO_OBJECTION or last is None:
        raise InvalidTransition(claim.state, ClaimState.SUBMITTED)
    rules.require_in_time(today(claim.contract), last)
    earlier = Objection.objects.filter(line=line).select_related("decision")
    for row in earlier:
        decision = getattr(row, "decision", None)
        if decision is None:
            raise RuleViolation("payments.line_disputed_already", field="line")
        if decision.outcome != Outcome.WITHDRAWN:
            raise RuleViolation("payments.line_decided_already", field="line")
        if row.party_id == party.pk:
            raise RuleViolation("payments.party_has_objected", field="line")


def _hold_back(objection: Objection, claim: Claim) -> None:
    """Take the disputed part off what each payer pays now."""
    now = positions(claim)
    target = rules.payable(claim.amount, list(line_standings(claim).values()))
    changes = rules.shares_of_change(target, [one.payable for one in now])
    ShareChange.objects.bulk_create(
        ShareChange(objection=objection, payer=one.share.payer, is_release=False, amount=change)
        for one, change in zip(now, changes, strict=True)
    )


@transaction.atomic
def decide_objection(
    *,
    actor: User,
    objection: Objection,
    outcome: Outcome,
    reason: str,
    amount: Decimal | None = None,
) -> ObjectionDecision:
    """Decide a dispute for the contract's expert or its steering group: the line stands, or it is
    worth `amount`. What is accepted becomes payable, the clock runs again. What the decision adds
    to a claim comes with the next one.

    RuleViolation for whoever is not called to decide or has a part in the matter.
    """
    access.require(actor, Action.DECIDE_OBJECTION, objection)
    claim = lock_claim(objection.claim)
    party = _judge(actor, claim, objection)
    if outcome is Outcome.WITHDRAWN:
        raise RuleViolation("payments.only_the_objector_withdraws", field="outcome")
    return _end(actor, claim, objection, party, outcome, reason, amount)


@transaction.atomic
def withdraw_objection(*, actor: User, objection: Objection, reason: str) -> ObjectionDecision:
    """Take an objection back in the name of the party that raised it; the line stands."""
    access.require(actor, Action.RAISE_OBJECTION, objection)
    claim = lock_claim(objection.claim)
    party = acts_now(objection.party)
    if not objectors(actor, claim.contract).filter(pk=party.pk).exists():
        raise NotAllowed(action=str(Action.RAISE_OBJECTION))
    return _end(actor, claim, objection, party, Outcome.WITHDRAWN, reason, None)


def _judge(actor: User, claim: Claim, objection: Objection) -> Party:
    """The party in whose name the actor decides: called to it, and with no part in the matter."""
    own = access.acting_parties(actor, Action.DECIDE_OBJECTION, claim.contract)
    called = [party for party in deciders(claim.contract) if own.filter(pk=party.pk).exists()]
    if not called:
        raise RuleViolation("payments.expert_decides")
    approvers = set(claim.approvals.values_list("approver", flat=True))
    if actor.pk in {objection.raised_by_id, *makers(claim), *approvers}:
        raise RuleViolation("payments.decides_own_matter")
    others = [one for one in called if one.organisation_id != objection.party.organisation_id]
    if not others:
        raise RuleViolation("payments.decides_own_matter")
    return others[0]


def _end(
    actor: User,
    claim: Claim,
    objection: Objection,
    party: Party,
    outcome: Outcome,
    reason: str,
    amount: Decimal | None,
) -> ObjectionDecision:
    if ObjectionDecision.objects.filter(objection=objection).exists():
        raise RuleViolation("payments.objection_has_ended")
    if claim.state == ClaimState.REPLACED:
        raise InvalidTransition(claim.state, ClaimState.APPROVED)
    rules.require_outcome(outcome, amount, reason)
    row = ObjectionDecision.objects.create(
        objection=objection,
        outcome=outcome.value,
        amount=amount,
        reason=reason.strip(),
        party=party,
        decided_on=today(claim.contract),
        decided_by=actor,
    )
    _release(objection, claim)
    is_withdrawn = outcome is Outcome.WITHDRAWN
    audit.record(
        actor=actor,
        action="objection.withdrawn" if is_withdrawn else "objection.decided",
        target=objection,
        contract_id=claim.contract_id,
        after={
            "party": party.organisation.name,
            "number": claim.number,
            "outcome": outcome.value,
            "amount": None if amount is None else str(amount),
        },
    )
    settle_if_done(actor, claim)
    return row


def _release(objection: Objection, claim: Claim) -> None:
    """Give back to each payer's part what the decision leaves of the line."""
    now = positions(claim)
    target = rules.payable(claim.amount, list(line_standings(claim).values()))
    released = target - sum((one.payable for one in now), rules.NOTHING)
    parts = rules.shares_of_release(released, [one.withheld for one in now])
    ShareChange.objects.bulk_create(
        ShareChange(objection=objection, payer=one.share.payer, is_release=True, amount=part)
        for one, part in zip(now, parts, strict=True)
    )
