"""Claims as a person may see them, and what waits for that person's decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet, Sum

from contracts.models import Contract, Party, Terms
from contracts.states import TermsState
from outcomes.models import Closing
from payments.models import Approval, Claim, Line, PayerShare, Payment
from payments.rules import approval
from payments.selectors.approvals import given_on, principal_for, steps_of
from payments.selectors.governing import unclaimed_closings
from payments.selectors.objections import fallen_by_claim, positions
from payments.selectors.payers import acts_now, makers, prepared_for, standing_in
from payments.states import ClaimKind, ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole
from sibportal.kernel.errors import NotVisible, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer
    from sibportal.accounts.models import User

NOTHING = Decimal("0.00")


class ClaimTaskKind(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    PAY = "pay"


@dataclass(frozen=True)
class ClaimTask:
    """One thing this person can do about a claim now; for approving and paying, for which payer."""

    kind: ClaimTaskKind
    claim: Claim
    payer: Party | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class MoneySummary:
    """A contract's money so far, in its currency; `cap` is the most that can ever be owed."""

    currency: str
    paid: Decimal
    waiting: Decimal
    cap: Decimal | None

    @property
    def still_possible(self) -> Decimal | None:
        """What the cap leaves above everything claimed; None before terms are agreed."""
        return None if self.cap is None else max(self.cap - self.paid - self.waiting, NOTHING)


def claims(viewer: Viewer, contract: Contract | None = None) -> QuerySet[Claim]:
    """Claims the viewer may see, newest first, with what a list shows."""
    rows = access.visible(Claim.objects.all(), viewer, Action.VIEW_CLAIM)
    if contract is not None:
        rows = rows.filter(contract=contract)
    return rows.select_related("contract", "period", "payee__organisation").order_by(
        "-calculated_at", "-number"
    )


def claim(viewer: Viewer, claim_id: UUID, action: Action = Action.VIEW_CLAIM) -> Claim:
    """One claim with everything its page shows, on which the viewer may do `action`.

    NotVisible where the viewer may not see it, NotAllowed where only not do that.
    """
    rows = claims(viewer).select_related("closing", "terms", "calculated_by", "submitted_by")
    found = access.get(
        rows.prefetch_related(
            "lines",
            Prefetch("payer_shares", PayerShare.objects.select_related("payer__organisation")),
            Prefetch(
                "approvals",
                Approval.objects.select_related("approver", "on_behalf_of", "payer__organisation"),
            ),
            Prefetch(
                "payments", Payment.objects.select_related("recorded_by", "payer__organisation")
            ),
            "returns__returned_by",
        ),
        viewer,
        Action.VIEW_CLAIM,
        pk=claim_id,
    )
    if action is not Action.VIEW_CLAIM:
        access.require(viewer, action, found)
    return found


def claims_waiting(viewer: User) -> list[ClaimTask]:
    """What this person can submit, approve or record as paid now, oldest due first."""
    tasks = [*_to_submit(viewer), *_to_approve(viewer), *_to_pay(viewer)]
    return sorted(tasks, key=lambda task: (task.claim.due_on, task.claim.number))


def tasks_for(viewer: User, claim: Claim) -> list[ClaimTask]:
    """What this person can do about one claim now: the buttons of its page."""
    return [task for task in claims_waiting(viewer) if task.claim.pk == claim.pk]


def may(viewer: User, action: Action, claim: Claim) -> bool:
    """Whether to offer `action` on a claim; the service behind it asks again."""
    return access.allowed(viewer, action, claim)


def may_return(viewer: User, claim: Claim) -> bool:
    """Whether to offer sending the claim back."""
    waits = claim.state == ClaimState.SUBMITTED
    return waits and access.allowed(viewer, Action.APPROVE_CLAIM, claim)


def may_recalculate(viewer: User, claim: Claim) -> bool:
    """Whether to offer a new calculation in place of a returned claim."""
    is_back = claim.state == ClaimState.RETURNED and claim.kind != ClaimKind.SETTLEMENT
    return is_back and access.allowed(viewer, Action.CALCULATE_CLAIM, claim)


def may_correct(viewer: User, contract: Contract) -> bool:
    """Whether to offer a claim of corrections: every period is claimed and decided, and no such
    claim is open."""
    last = contract.periods.order_by("-number").first()
    standing = Claim.objects.filter(contract=contract).exclude(state=ClaimState.REPLACED)
    if last is None or not standing.filter(period=last).exists():
        return False
    if standing.exclude(state__in=(ClaimState.APPROVED, ClaimState.SETTLED)).exists():
        return False
    return access.allowed(viewer, Action.CALCULATE_CLAIM, contract)


def standing_instead_of(viewer: Viewer, claim: Claim) -> Claim | None:
    """The claim that has replaced this one."""
    if claim.state != ClaimState.REPLACED:
        return None
    standing = claims(viewer).filter(period=claim.period_id, kind=claim.kind)
    return standing.exclude(state=ClaimState.REPLACED).first()


def uncalculated(viewer: Viewer, contract: Contract) -> QuerySet[Closing]:
    """Closed periods whose claim `viewer` may have calculated, oldest first."""
    rows = unclaimed_closings().filter(contract=contract)
    shown = access.visible(rows, viewer, Action.CALCULATE_CLAIM)
    return shown.select_related("period").order_by("period__number")


def line(viewer: Viewer, line_id: UUID) -> Line:
    """One line of a claim that `viewer` may see."""
    return access.get(Line.objects.all(), viewer, Action.VIEW_CLAIM, pk=line_id)


def share(viewer: Viewer, claim: Claim, payer_id: UUID) -> PayerShare:
    """What one payer owes of a claim that `viewer` may see."""
    rows = PayerShare.objects.filter(claim=claim).select_related("payer__organisation")
    return access.get(rows, viewer, Action.VIEW_CLAIM, payer=payer_id)


def share_prepared_by(viewer: Viewer, claim: Claim, payer_id: UUID) -> PayerShare:
    """The share of a payer in whose organisation the viewer prepares; NotVisible for another's."""
    found = share(viewer, claim, payer_id)
    if acts_now(found.payer).organisation_id not in prepared_for(viewer):
        raise NotVisible
    return found


def has_approved(viewer: User, claim: Claim) -> bool:
    """Whether this person has approved the claim in the round that stands now."""
    rows = Approval.objects.filter(claim=claim, approver=viewer)
    return rows.filter(round=F("claim__round")).exists()


def _to_submit(viewer: User) -> list[ClaimTask]:
    states = (ClaimState.CALCULATED, ClaimState.RETURNED)
    rows = access.visible(
        Claim.objects.filter(state__in=states), viewer, Action.SUBMIT_CLAIM
    ).select_related("contract", "period")
    return [ClaimTask(ClaimTaskKind.SUBMIT, row, amount=row.amount) for row in rows]


def _to_approve(viewer: User) -> list[ClaimTask]:
    own = _own_shares(viewer, Action.APPROVE_CLAIM, MemberRole.APPROVER, ClaimState.SUBMITTED)
    claims = [share.claim for share in own]
    given, steps = given_on(claims), steps_of(claims)
    tasks = []
    for share in own:
        required = steps.get(share.claim_id, {}).get(share.payer_id, approval.FLOOR.steps)
        try:
            approval.may_approve(
                approver=viewer.pk,
                payer=share.payer_id,
                payers={share.payer_id: len(required)},
                makers=makers(share.claim),
                approvals=given[share.claim_id],
                principal=_principal(viewer, share, given[share.claim_id]),
            )
        except RuleViolation:
            continue
        tasks.append(ClaimTask(ClaimTaskKind.APPROVE, share.claim, share.payer, share.amount))
    return tasks


def _principal(viewer: User, share: PayerShare, given: list[approval.Approved]) -> UUID | None:
    found = principal_for(viewer, share.claim, share.payer, given)
    return None if found == viewer.pk else found


def _to_pay(viewer: User) -> list[ClaimTask]:
    own = _own_shares(viewer, Action.RECORD_PAYMENT, MemberRole.PREPARER, ClaimState.APPROVED)
    mine = {(share.claim_id, share.payer_id) for share in own}
    claims = {share.claim_id: share.claim for share in own}
    return [
        ClaimTask(ClaimTaskKind.PAY, claim, one.share.payer, one.outstanding)
        for claim in claims.values()
        for one in positions(claim)
        if one.outstanding and (claim.pk, one.share.payer_id) in mine
    ]


def _own_shares(
    viewer: User, action: Action, role: MemberRole, state: ClaimState
) -> list[PayerShare]:
    """Payers' shares of claims in `state` for which the viewer holds `role` at the payer, or at
    whoever has taken over from it; as approver also in the place of one who is away."""
    visible = access.visible(Claim.objects.filter(state=state), viewer, action)
    organisations = set(
        access.memberships(viewer).filter(role=role).values_list("organisation", flat=True)
    )
    if role is MemberRole.APPROVER:
        organisations |= set(standing_in(viewer).values_list("organisation", flat=True))
    rows = (
        PayerShare.objects.filter(claim__in=visible)
        .select_related(
            "claim__contract", "claim__period", "payer__organisation", "payer__contract"
        )
        .order_by("claim", "position")
    )
    return [row for row in rows if acts_now(row.payer).organisation_id in organisations]


def paid_and_possible(viewer: Viewer, contracts: Collection[Contract]) -> dict[UUID, MoneySummary]:
    """Paid, waiting and cap per contract, for those whose claims the viewer may see."""
    shown = access.visible(
        Contract.objects.filter(pk__in=[contract.pk for contract in contracts]),
        viewer,
        Action.VIEW_CLAIM,
    )
    currencies = dict(shown.values_list("pk", "currency"))
    standing = Claim.objects.filter(contract__in=currencies).exclude(state=ClaimState.REPLACED)
    claimed = dict(standing.values_list("contract").annotate(total=Sum("amount")).order_by())
    paid = dict(
        Payment.objects.filter(claim__contract__in=currencies)
        .values_list("claim__contract")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    caps = agreed_caps(currencies)
    owed = {pk: claimed.get(pk, NOTHING) - gone for pk, gone in _fallen_away(currencies).items()}
    return {
        pk: MoneySummary(
            currency=currency,
            paid=paid.get(pk, NOTHING),
            waiting=max(owed[pk] - paid.get(pk, NOTHING), NOTHING),
            cap=caps.get(pk),
        )
        for pk, currency in currencies.items()
    }


def _fallen_away(contract_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """What decisions on objections took off the claims of each contract."""
    gone = dict.fromkeys(contract_ids, NOTHING)
    disputed = Claim.objects.filter(contract__in=contract_ids, objections__isnull=False)
    rows = {row.pk: row for row in disputed.exclude(state=ClaimState.REPLACED)}
    for pk, amount in fallen_by_claim(rows.values()).items():
        gone[rows[pk].contract_id] += amount
    return gone


def agreed_caps(contract_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """The contract cap of the newest agreed terms, per contract that has one."""
    return {pk: agreed.cap for pk, agreed in agreed_sums(contract_ids).items()}


@dataclass(frozen=True)
class AgreedSum:
    """The most that a contract can ever owe, and to whom (a party role)."""

    cap: Decimal
    payee: str


def agreed_sums(contract_ids: Collection[UUID]) -> dict[UUID, AgreedSum]:
    """Cap and payee in the newest agreed terms, per contract that has them."""
    rows = (
        Terms.objects.filter(contract__in=contract_ids, state=TermsState.AGREED)
        .order_by("contract_id", "-version")
        .distinct("contract_id")
        .values_list("contract", "document__claim__cap", "document__claim__payee")
    )
    return {pk: AgreedSum(Decimal(cap), payee or "") for pk, cap, payee in rows if cap is not None}
