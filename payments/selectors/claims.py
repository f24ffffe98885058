"""Claims as a person may see them, and what waits for that person's decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, QuerySet, Sum

from contracts.models import Contract, Party, Terms
from contracts.states import TermsState
from payments.models import Approval, Claim, PayerShare, Payment
from payments.rules.approval import STEPS_PER_PAYER
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole

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


def claim(viewer: Viewer, claim_id: UUID) -> Claim:
    """One claim with everything its page shows; NotVisible where the viewer may not see it."""
    rows = claims(viewer).select_related("closing", "terms", "calculated_by", "submitted_by")
    return access.get(
        rows.prefetch_related(
            "lines",
            Prefetch("payer_shares", PayerShare.objects.select_related("payer__organisation")),
            Prefetch("approvals", Approval.objects.select_related("approver")),
            Prefetch("payments", Payment.objects.select_related("recorded_by")),
            "returns__returned_by",
        ),
        viewer,
        Action.VIEW_CLAIM,
        pk=claim_id,
    )


def claims_waiting(viewer: User) -> list[ClaimTask]:
    """What this person can submit, approve or record as paid now, oldest due first."""
    tasks = [*_to_submit(viewer), *_to_approve(viewer), *_to_pay(viewer)]
    return sorted(tasks, key=lambda task: (task.claim.due_on, task.claim.number))


def tasks_for(viewer: User, claim: Claim) -> list[ClaimTask]:
    """What this person can do about one claim now: the buttons of its page."""
    return [task for task in claims_waiting(viewer) if task.claim.pk == claim.pk]


def _to_submit(viewer: User) -> list[ClaimTask]:
    states = (ClaimState.CALCULATED, ClaimState.RETURNED)
    rows = access.visible(
        Claim.objects.filter(state__in=states), viewer, Action.SUBMIT_CLAIM
    ).select_related("contract", "period")
    return [ClaimTask(ClaimTaskKind.SUBMIT, row, amount=row.amount) for row in rows]


def _to_approve(viewer: User) -> list[ClaimTask]:
    own = _own_shares(viewer, Action.APPROVE_CLAIM, MemberRole.APPROVER, ClaimState.SUBMITTED)
    given: dict[UUID, list[Approval]] = {}
    for row in Approval.objects.filter(claim__in=[share.claim_id for share in own]):
        given.setdefault(row.claim_id, []).append(row)
    tasks = []
    for share in own:
        now = [row for row in given.get(share.claim_id, []) if row.round == share.claim.round]
        makers = {share.claim.calculated_by_id, share.claim.submitted_by_id}
        is_free = viewer.pk not in makers | {row.approver_id for row in now}
        steps_done = sum(row.payer_id == share.payer_id for row in now)
        if is_free and steps_done < STEPS_PER_PAYER:
            tasks.append(ClaimTask(ClaimTaskKind.APPROVE, share.claim, share.payer, share.amount))
    return tasks


def _to_pay(viewer: User) -> list[ClaimTask]:
    own = _own_shares(viewer, Action.RECORD_PAYMENT, MemberRole.PREPARER, ClaimState.APPROVED)
    paid = set(
        Payment.objects.filter(claim__in=[share.claim_id for share in own]).values_list(
            "claim_id", "payer_id"
        )
    )
    return [
        ClaimTask(ClaimTaskKind.PAY, share.claim, share.payer, share.amount)
        for share in own
        if share.amount > 0 and (share.claim_id, share.payer_id) not in paid
    ]


def _own_shares(
    viewer: User, action: Action, role: MemberRole, state: ClaimState
) -> list[PayerShare]:
    """Payers' shares of claims in `state` for which the viewer holds `role` at the payer."""
    visible = access.visible(Claim.objects.filter(state=state), viewer, action)
    organisations = access.memberships(viewer).filter(role=role).values("organisation")
    rows = PayerShare.objects.filter(claim__in=visible, payer__organisation__in=organisations)
    return list(
        rows.select_related("claim__contract", "claim__period", "payer__organisation").order_by(
            "claim", "position"
        )
    )


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
    return {
        pk: MoneySummary(
            currency=currency,
            paid=paid.get(pk, NOTHING),
            waiting=claimed.get(pk, NOTHING) - paid.get(pk, NOTHING),
            cap=caps.get(pk),
        )
        for pk, currency in currencies.items()
    }


def agreed_caps(contract_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """The contract cap of the newest agreed terms, per contract that has one."""
    rows = (
        Terms.objects.filter(contract__in=contract_ids, state=TermsState.AGREED)
        .order_by("contract", "-version")
        .distinct("contract")
        .values_list("contract", "document__claim__cap")
    )
    return {pk: Decimal(cap) for pk, cap in rows if cap is not None}
