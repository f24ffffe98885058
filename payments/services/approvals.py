"""Submitting a claim, sending it back, and the approvals that each payer must give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now

from payments.models import Approval, ClaimReturn, PayerShare
from payments.rules import approval
from payments.selectors.payers import acts_now, makers
from payments.services.locking import lock_claim
from payments.states import CLAIM, ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole
from sibportal.audit import services as audit
from sibportal.kernel.errors import InvalidTransition, NotAllowed, RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from contracts.models import Party
    from payments.models import Claim
    from sibportal.accounts.models import User


@transaction.atomic
def submit_claim(*, actor: User, claim: Claim) -> Claim:
    """Send the calculated claim to its payers' approvers and open a new round of approvals."""
    access.require(actor, Action.SUBMIT_CLAIM, claim)
    claim = lock_claim(claim)
    claim.state = advance(CLAIM, claim.state, ClaimState.SUBMITTED)
    claim.round += 1
    claim.submitted_by = actor
    claim.submitted_at = Now()
    claim.save(update_fields=["state", "round", "submitted_by", "submitted_at"])
    claim.refresh_from_db(fields=["submitted_at"])
    audit.record(
        actor=actor,
        action="claim.submitted",
        target=claim,
        contract_id=claim.contract_id,
        after={"round": claim.round},
    )
    return claim


@transaction.atomic
def return_claim(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Send a submitted claim back to its maker; approvals of this round no longer count."""
    access.require(actor, Action.APPROVE_CLAIM, claim)
    claim = lock_claim(claim)
    if not reason.strip():
        raise RuleViolation("payments.reason_required", field="reason")
    claim.state = advance(CLAIM, claim.state, ClaimState.RETURNED)
    claim.save(update_fields=["state"])
    ClaimReturn.objects.create(
        claim=claim, round=claim.round, returned_by=actor, reason=reason.strip()
    )
    audit.record(
        actor=actor,
        action="claim.returned",
        target=claim,
        contract_id=claim.contract_id,
        note=reason.strip(),
    )
    return claim


@transaction.atomic
def approve_claim(*, actor: User, claim: Claim, payer: Party, digest: str) -> Approval:
    """Approve one payer's share of the calculation with this digest; the last step approves all.

    RuleViolation when the actor made the claim, has approved already, acts for another payer or
    saw another calculation. A claim of zero is settled at once: there is nothing to pay.
    """
    access.require(actor, Action.APPROVE_CLAIM, claim)
    claim = lock_claim(claim)
    require_acts_for(actor, payer, MemberRole.APPROVER, Action.APPROVE_CLAIM)
    if claim.state != ClaimState.SUBMITTED:
        raise InvalidTransition(claim.state, ClaimState.APPROVED)
    approval.require_seen(seen=digest, digest=claim.digest)
    payers = list(
        PayerShare.objects.filter(claim=claim).order_by("position").values_list("payer", flat=True)
    )
    given = _given(claim)
    step = approval.may_approve(
        approver=actor.pk,
        payer=payer.pk,
        payers=payers,
        makers=makers(claim),
        approvals=given,
    )
    row = Approval.objects.create(
        claim=claim, payer=payer, step=step, round=claim.round, approver=actor, digest=claim.digest
    )
    audit.record(
        actor=actor,
        action="claim.approval_given",
        target=claim,
        contract_id=claim.contract_id,
        after={"payer": payer.organisation.name, "step": step, "digest": claim.digest},
    )
    if approval.is_complete(payers, [*given, approval.Approved(payer.pk, step, actor.pk)]):
        _approve(actor, claim)
    return row


def _given(claim: Claim) -> list[approval.Approved]:
    rows = Approval.objects.filter(claim=claim, round=claim.round)
    return [approval.Approved(row.payer_id, row.step, row.approver_id) for row in rows]


def _approve(actor: User, claim: Claim) -> None:
    claim.state = advance(CLAIM, claim.state, ClaimState.APPROVED)
    claim.save(update_fields=["state"])
    audit.record(
        actor=actor,
        action="claim.approved",
        target=claim,
        contract_id=claim.contract_id,
        after={"amount": str(claim.amount)},
    )
    if claim.amount == 0:
        settle(actor, claim)


def settle(actor: User, claim: Claim) -> None:
    """Mark an approved claim as settled: paid by every payer, or nothing to pay."""
    claim.state = advance(CLAIM, claim.state, ClaimState.SETTLED)
    claim.save(update_fields=["state"])
    audit.record(actor=actor, action="claim.settled", target=claim, contract_id=claim.contract_id)


def require_acts_for(actor: User, payer: Party, role: MemberRole, action: Action) -> None:
    """NotAllowed unless the actor holds `role` today in the payer's own organisation, or in the
    one that has taken over from it."""
    organisation = acts_now(payer).organisation_id
    own = access.memberships(actor).filter(organisation=organisation, role=role)
    if not own.exists():
        raise NotAllowed(action=str(action))
