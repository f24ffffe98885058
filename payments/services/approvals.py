"""Submitting a claim, sending it back, and the approvals that each payer must give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now

from contracts.selectors import today
from payments.models import Approval, ApprovalStep, ClaimReturn, PayerShare
from payments.rules import approval
from payments.selectors.approvals import given_on, policy_in_force, required_of, tiers_of
from payments.selectors.payers import acts_now, makers
from payments.services.acting import require_approver
from payments.services.locking import lock_claim
from payments.services.settlement import settle_if_done
from payments.states import CLAIM, ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import InvalidTransition, RuleViolation
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
    _fix_steps(claim)
    audit.record(
        actor=actor,
        action="claim.submitted",
        target=claim,
        contract_id=claim.contract_id,
        after={"round": claim.round},
    )
    return claim


def _fix_steps(claim: Claim) -> None:
    """Write down the steps of this round: by the rule that each payer has today, for its share."""
    for share in PayerShare.objects.filter(claim=claim).select_related("payer__contract"):
        policy = policy_in_force(acts_now(share.payer).organisation, today(claim.contract))
        kinds = approval.required_steps(tiers_of(policy), share.amount)
        ApprovalStep.objects.bulk_create(
            ApprovalStep(
                claim=claim,
                round=claim.round,
                payer=share.payer,
                step=step,
                kind=kind.value,
                policy=policy,
            )
            for step, kind in enumerate(kinds, start=1)
        )


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

    A deputy approves in their own name for the approver who is away. RuleViolation when the actor
    or that approver made the claim or has approved already, or the actor saw another calculation.
    A claim of zero is settled at once: there is nothing to pay.
    """
    access.require(actor, Action.APPROVE_CLAIM, claim)
    claim = lock_claim(claim)
    given = given_on([claim])[claim.pk]
    principal = require_approver(actor, claim, payer, given)
    if claim.state != ClaimState.SUBMITTED:
        raise InvalidTransition(claim.state, ClaimState.APPROVED)
    approval.require_seen(seen=digest, digest=claim.digest)
    shares = list(PayerShare.objects.filter(claim=claim).order_by("position"))
    required = required_of(claim, shares)
    payers = {payer_id: len(kinds) for payer_id, kinds in required.items()}
    step = approval.may_approve(
        approver=actor.pk,
        payer=payer.pk,
        payers=payers,
        makers=makers(claim),
        approvals=given,
        principal=principal,
    )
    row = Approval.objects.create(
        claim=claim, payer=payer, step=step, round=claim.round, approver=actor,
        on_behalf_of_id=principal, digest=claim.digest,
    )  # fmt: skip
    _record(actor, row, required[payer.pk][step - 1])
    if approval.is_complete(payers, [*given, approval.Approved(payer.pk, step, actor.pk)]):
        _approve(actor, claim)
    return row


def _record(actor: User, row: Approval, kind: approval.StepKind) -> None:
    after = {
        "payer": row.payer.organisation.name,
        "step": row.step,
        "kind": kind.value,
        "digest": row.digest,
    }
    if row.on_behalf_of is not None:
        after["on_behalf_of"] = row.on_behalf_of.name
    audit.record(
        actor=actor,
        action="claim.approval_given",
        target=row.claim,
        contract_id=row.claim.contract_id,
        after=after,
    )


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
    settle_if_done(actor, claim)
