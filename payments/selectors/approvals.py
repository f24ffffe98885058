"""The steps that each payer takes, by whom they were taken, and the rules behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from payments.models import (
    Approval,
    ApprovalPolicy,
    ApprovalStep,
    Claim,
    DecisionDraft,
    Delegation,
)
from payments.rules import approval
from payments.rules.approval import Approved, StepKind, Tier
from payments.selectors.payers import acts_now, makers, prepared_for, standing_in
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import Action, MemberRole, UserKind
from sibportal.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from contracts.models import Party
    from payments.models import PayerShare
    from sibportal.accounts.access import Viewer


# The decision is what the accepting official sees, so it is written before.
BEFORE_ACCEPTANCE = frozenset({ClaimState.CALCULATED, ClaimState.SUBMITTED, ClaimState.RETURNED})


@dataclass(frozen=True)
class StepTaken:
    """A step that a payer must take on a claim, and who took it."""

    step: int
    kind: StepKind
    approval: Approval | None = None


# --- Of an organisation ------------------------------------------------------------------------


def organisation(viewer: Viewer, organisation_id: UUID, action: Action) -> Organisation:
    """One's own organisation, on which the viewer may do `action`; NotVisible, NotAllowed."""
    found = own_organisation(viewer, organisation_id)
    access.require(viewer, action, found)
    return found


def organisation_approved_for(viewer: Viewer, organisation_id: UUID) -> Organisation:
    """An organisation whose approver the viewer is, so that they can name a deputy."""
    found = organisation(viewer, organisation_id, Action.DELEGATE_APPROVAL)
    if not is_approver(viewer, found):
        raise NotAllowed(action=str(Action.DELEGATE_APPROVAL))
    return found


def may(viewer: Viewer, action: Action, of: Organisation) -> bool:
    """Whether to show the button."""
    return access.allowed(viewer, action, of)


def own_organisation(viewer: Viewer, organisation_id: UUID) -> Organisation:
    """An organisation that the viewer belongs to, else NotVisible: how it approves is its own."""
    own = access.memberships(viewer).values("organisation")
    rows = Organisation.objects.filter(pk__in=own)
    return access.get(rows, viewer, Action.VIEW_ORGANISATION, pk=organisation_id)


def policy_in_force(of: Organisation, on: date) -> ApprovalPolicy | None:
    """The approval policy of an organisation on a day; of two from one day the later recorded."""
    rows = ApprovalPolicy.objects.filter(organisation=of, valid_from__lte=on)
    return rows.order_by("-valid_from", "-recorded_at").first()


def tiers_of(policy: ApprovalPolicy | None) -> tuple[Tier, ...]:
    """What a policy asks, lowest amount first; the floor without one."""
    if policy is None:
        return (approval.FLOOR,)
    return tuple(
        Tier(row.from_amount, row.factual_checks, row.acceptances) for row in policy.tiers.all()
    )


def policies(viewer: Viewer, of: Organisation) -> QuerySet[ApprovalPolicy]:
    """The policies of one's own organisation, newest first."""
    rows = access.visible(ApprovalPolicy.objects.all(), viewer, Action.VIEW_ORGANISATION)
    found = rows.filter(organisation=of).select_related("recorded_by")
    return found.prefetch_related("tiers").order_by("-valid_from", "-recorded_at")


def delegations(viewer: Viewer, of: Organisation) -> QuerySet[Delegation]:
    """The delegations in one's own organisation, newest first."""
    rows = access.visible(Delegation.objects.all(), viewer, Action.VIEW_ORGANISATION)
    found = rows.filter(organisation=of).select_related("principal", "deputy", "revocation")
    return found.order_by("-starts_on", "-created_at")


def delegation(viewer: Viewer, delegation_id: UUID) -> Delegation:
    """One delegation in an organisation whose approvals the viewer may delegate or call back."""
    rows = Delegation.objects.select_related("organisation", "principal", "deputy")
    found = access.get(rows, viewer, Action.VIEW_ORGANISATION, pk=delegation_id)
    access.require(viewer, Action.DELEGATE_APPROVAL, found)
    return found


def possible_deputies(viewer: User, of: Organisation) -> QuerySet[User]:
    """Whom an approver of the organisation can name: its other people."""
    belong = access.standing_memberships().filter(organisation=of).values("user")
    people = User.objects.filter(pk__in=belong, kind=UserKind.PERSON, is_active=True)
    return people.exclude(pk=viewer.pk).order_by("name")


def is_approver(viewer: Viewer, of: Organisation) -> bool:
    """Whether the viewer is an approver of the organisation in their own right today."""
    rows = access.memberships(viewer)
    return rows.filter(organisation=of, role=MemberRole.APPROVER).exists()


# --- Of a claim --------------------------------------------------------------------------------


def steps_of(claims: Collection[Claim]) -> dict[UUID, dict[UUID, tuple[StepKind, ...]]]:
    """By claim and payer, the steps fixed at the claim's last submission, in their order."""
    rounds = {claim.pk: claim.round for claim in claims}
    found: dict[UUID, dict[UUID, tuple[StepKind, ...]]] = defaultdict(dict)
    for row in ApprovalStep.objects.filter(claim__in=rounds).order_by("claim", "payer", "step"):
        if row.round == rounds[row.claim_id]:
            before = found[row.claim_id].get(row.payer_id, ())
            found[row.claim_id][row.payer_id] = (*before, StepKind(row.kind))
    return found


def given_on(claims: Collection[Claim]) -> dict[UUID, list[Approved]]:
    """By claim, the approvals of the round that stands now."""
    rounds = {claim.pk: claim.round for claim in claims}
    found: dict[UUID, list[Approved]] = defaultdict(list)
    for row in Approval.objects.filter(claim__in=rounds).order_by("claim", "payer", "step"):
        if row.round == rounds[row.claim_id]:
            given = Approved(row.payer_id, row.step, row.approver_id, row.on_behalf_of_id)
            found[row.claim_id].append(given)
    return found


def required_of(claim: Claim, shares: Sequence[PayerShare]) -> Mapping[UUID, tuple[StepKind, ...]]:
    """The steps of each payer: those fixed at submission; before it, and for a claim submitted
    before payers had rules of their own, those that hold without one."""
    fixed = steps_of([claim]).get(claim.pk, {})
    return {share.payer_id: fixed.get(share.payer_id, approval.FLOOR.steps) for share in shares}


def steps_taken(claim: Claim) -> dict[UUID, list[StepTaken]]:
    """By payer, the steps of a claim and the approvals of the round that stands."""
    done = {(row.payer_id, row.step): row for row in claim.approvals.all()
            if row.round == claim.round}  # fmt: skip
    required = required_of(claim, list(claim.payer_shares.all()))
    return {
        payer: [
            StepTaken(number, kind, done.get((payer, number)))
            for number, kind in enumerate(kinds, start=1)
        ]
        for payer, kinds in required.items()
    }


def principal_for(actor: User, claim: Claim, payer: Party, given: Collection[Approved]) -> UUID:
    """The absent approver in whose place somebody would approve; the own id in one's own right.

    NotAllowed is the caller's: LookupError where the person may not approve for the payer at all.
    """
    acting = acts_now(payer).organisation
    if is_approver(actor, acting):
        return actor.pk
    absent = standing_in(actor).filter(organisation=acting).values_list("principal", flat=True)
    found = approval.stands_in_for(list(absent), makers(claim), given)
    if not isinstance(found, UUID):
        raise LookupError
    return found


def absent_approver(actor: User, claim: Claim, payer: Party) -> User | None:
    """In whose place somebody would approve for a payer; None in one's own right, or not at all."""
    try:
        found = principal_for(actor, claim, payer, given_on([claim])[claim.pk])
    except LookupError:
        return None
    return None if found == actor.pk else User.objects.get(pk=found)


def payers_prepared_by(viewer: User, claim: Claim) -> set[UUID]:
    """The payers whose decision on a claim the viewer can still draft."""
    if claim.state not in BEFORE_ACCEPTANCE:
        return set()
    own = prepared_for(viewer)
    return {
        share.payer_id
        for share in claim.payer_shares.all()
        if acts_now(share.payer).organisation_id in own
        and not payer_has_accepted(claim, share.payer_id)
    }


def latest_draft(claim: Claim, payer_id: UUID) -> DecisionDraft | None:
    """The decision draft of one payer that stands: its newest version."""
    rows = DecisionDraft.objects.filter(claim=claim, payer=payer_id)
    return rows.select_related("entered_by").order_by("-version").first()


def draft_for(viewer: Viewer, claim: Claim, payer_id: UUID) -> DecisionDraft | None:
    """The draft that stands, for those who may read the reasoning whole."""
    if not access.allowed(viewer, Action.VIEW_COUNTS, claim):
        return None
    return latest_draft(claim, payer_id)


def earlier_draft(claim: Claim, payer_id: UUID) -> DecisionDraft | None:
    """The newest draft for the same period, of a calculation that was replaced too."""
    rows = DecisionDraft.objects.filter(claim__period=claim.period_id, payer=payer_id)
    return rows.order_by("-entered_at").first()


def payer_has_accepted(claim: Claim, payer_id: UUID) -> bool:
    """Whether somebody has accepted the payer's share in the round that stands: from then on the
    decision is what they saw."""
    kinds = steps_of([claim]).get(claim.pk, {}).get(payer_id, approval.FLOOR.steps)
    taken = [row.step for row in given_on([claim])[claim.pk] if row.payer == payer_id]
    return any(kinds[step - 1] is StepKind.ACCEPTANCE for step in taken)
