"""Disputes about lines of claims: what is held back, what stays payable and who decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.utils import timezone

import contracts.selectors
from contracts.models import Contract, Party
from contracts.rules.terms import parse
from contracts.selectors import deciders as deciders
from payments.models import Claim, Line, Objection, PayerShare, ShareChange
from payments.rules import objection as rules
from payments.rules.objection import LineStanding, Outcome
from payments.selectors.payers import acts_now
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

NOTHING = Decimal("0.00")
# While approvals are open or given; a settled claim can be disputed too, and the next one mends it.
OPEN_TO_OBJECTION = frozenset({ClaimState.SUBMITTED, ClaimState.APPROVED, ClaimState.SETTLED})


@dataclass(frozen=True)
class Position:
    """One payer's part of a claim: its share, what is withheld of it (held back while a dispute is
    open, fallen away after), what it has paid and what it can pay now. Amounts to the cent."""

    share: PayerShare
    withheld: Decimal
    paid: Decimal
    is_disputed: bool
    due_on: date

    @property
    def payable(self) -> Decimal:
        """The part that nobody disputes."""
        return self.share.amount - self.withheld

    @property
    def outstanding(self) -> Decimal:
        """What the payer can pay now; below zero, what it gets back."""
        left = self.payable - self.paid
        return min(left, NOTHING) if self.share.amount < 0 else max(left, NOTHING)

    @property
    def held_back(self) -> Decimal:
        return self.withheld if self.is_disputed else NOTHING

    @property
    def fallen_away(self) -> Decimal:
        return NOTHING if self.is_disputed else self.withheld


@dataclass(frozen=True)
class Fallen:
    """What decisions took off claims for good: by payment term, and of the claims in all. The
    netting of a later claim counts what was claimed less this."""

    by_term: Mapping[str, Decimal]
    total: Decimal


def line_standings(claim: Claim) -> dict[UUID, LineStanding]:
    """Each line of a claim with what is disputed or decided of it, in the order of the lines."""
    ended: dict[UUID, Decimal] = {}
    disputed: set[UUID] = set()
    for row in Objection.objects.filter(claim=claim).select_related("decision"):
        decision = getattr(row, "decision", None)
        if decision is None:
            disputed.add(row.line_id)
        elif decision.outcome == Outcome.CHANGED:
            ended[row.line_id] = decision.amount
    rows = Line.objects.filter(claim=claim).order_by("position").values_list("pk", "amount")
    return {pk: LineStanding(amount, pk in disputed, ended.get(pk)) for pk, amount in rows}


def positions(claim: Claim) -> list[Position]:
    """What each payer owes, pays now and has paid, in the order of the terms."""
    changes = dict(
        ShareChange.objects.filter(objection__claim=claim)
        .values_list("payer")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    paid = dict(claim.payments.values_list("payer").annotate(total=Sum("amount")).order_by())
    is_disputed = has_open(claim)
    shares = PayerShare.objects.filter(claim=claim).select_related("payer__organisation")
    return [
        Position(
            share=share,
            withheld=-changes.get(share.payer_id, NOTHING),
            paid=paid.get(share.payer_id, NOTHING),
            is_disputed=is_disputed,
            due_on=_due_on(claim, is_rest=share.payer_id in paid),
        )
        for share in shares.order_by("position")
    ]


def position(claim: Claim, share: PayerShare) -> Position:
    """One payer's part of a claim."""
    return next(one for one in positions(claim) if one.share.pk == share.pk)


def _due_on(claim: Claim, *, is_rest: bool) -> date:
    """The claim's own day; for what a decision releases after a first payment, later by the days
    that the dispute took."""
    if not is_rest:
        return claim.due_on
    ended = Objection.objects.filter(claim=claim).exclude(decision=None)
    return rules.moved(claim.due_on, list(ended.values_list("raised_on", "decision__decided_on")))


def due_on(objection: Objection) -> date | None:
    """When the disputed part is due after the decision; None while the clock stands still."""
    decision = getattr(objection, "decision", None)
    if decision is None:
        return None
    return rules.moved(objection.claim.due_on, [(objection.raised_on, decision.decided_on)])


def has_open(claim: Claim) -> bool:
    """Whether a dispute about the claim waits for its decision."""
    return Objection.objects.filter(claim=claim, decision=None).exists()


def last_day(claim: Claim) -> date | None:
    """The last day for objecting to a claim; None before it is submitted."""
    if claim.submitted_at is None:
        return None
    agreed = parse(claim.terms.document).claim.objection_days
    submitted = timezone.localdate(claim.submitted_at, ZoneInfo(claim.contract.time_zone))
    return rules.deadline(submitted, rules.OBJECTION_DAYS if agreed is None else agreed)


def is_open_to_objection(claim: Claim) -> bool:
    """Whether a party can still object to a line of the claim."""
    day = last_day(claim)
    is_standing = claim.state in OPEN_TO_OBJECTION
    return is_standing and day is not None and contracts.selectors.today(claim.contract) <= day


def objectors(viewer: Viewer, contract: Contract) -> QuerySet[Party]:
    """The parties in whose name the viewer may object in a contract."""
    found = access.acting_parties(viewer, Action.RAISE_OBJECTION, contract)
    return found.select_related("organisation")


def objections(viewer: Viewer, contract: Contract) -> QuerySet[Objection]:
    """The disputes of a contract that the viewer may read about, newest first."""
    rows = access.visible(Objection.objects.all(), viewer, Action.VIEW_OBJECTION)
    return rows.filter(claim__contract=contract).select_related(
        "claim__contract", "claim__terms", "line", "party__organisation", "raised_by",
        "decision__party__organisation", "decision__decided_by",
    ).order_by("-raised_at")  # fmt: skip


def objection(viewer: Viewer, objection_id: UUID, action: Action) -> Objection:
    """One dispute on which the viewer may do `action`; NotVisible, NotAllowed."""
    rows = Objection.objects.select_related(
        "claim__contract", "claim__terms", "claim__period", "line", "party__organisation",
        "raised_by", "decision",
    )  # fmt: skip
    found = access.get(rows, viewer, Action.VIEW_OBJECTION, pk=objection_id)
    access.require(viewer, action, found)
    return found


def objection_to_withdraw(viewer: Viewer, objection_id: UUID) -> Objection:
    """A dispute that the viewer's own party has raised; NotVisible, NotAllowed."""
    found = objection(viewer, objection_id, Action.RAISE_OBJECTION)
    if not _is_own(viewer, found):
        raise NotAllowed(action=str(Action.RAISE_OBJECTION))
    return found


def _is_own(viewer: Viewer, objection: Objection) -> bool:
    own = objectors(viewer, objection.claim.contract)
    return own.filter(pk=acts_now(objection.party).pk).exists()


def claim_to_dispute(viewer: Viewer, claim_id: UUID) -> Claim:
    """A claim to whose lines the viewer may object, whatever else of it they may see."""
    rows = Claim.objects.select_related("contract", "terms", "period").prefetch_related("lines")
    found = access.visible(rows, viewer, Action.RAISE_OBJECTION).filter(pk=claim_id).first()
    if found is None:
        found = access.get(rows, viewer, Action.VIEW_CLAIM, pk=claim_id)
        access.require(viewer, Action.RAISE_OBJECTION, found)
    return found


def claims_open_to_objection(viewer: Viewer, contract: Contract) -> list[Claim]:
    """The claims of a contract to which the viewer can object today."""
    rows = access.visible(
        Claim.objects.filter(contract=contract, state__in=OPEN_TO_OBJECTION),
        viewer,
        Action.RAISE_OBJECTION,
    )
    found = rows.select_related("contract", "terms", "period").order_by("-number")
    return [claim for claim in found if is_open_to_objection(claim)]


def to_decide(viewer: Viewer) -> list[Objection]:
    """The open disputes that the viewer is called to decide, oldest first."""
    rows = access.visible(Objection.objects.all(), viewer, Action.DECIDE_OBJECTION)
    still = rows.filter(decision=None).exclude(claim__state=ClaimState.REPLACED)
    found = still.select_related("claim__contract", "claim__period", "party__organisation")
    return [row for row in found.order_by("raised_at") if _is_called(viewer, row.claim.contract)]


def _is_called(viewer: Viewer, contract: Contract) -> bool:
    own = access.acting_parties(viewer, Action.DECIDE_OBJECTION, contract)
    return own.filter(pk__in=[party.pk for party in deciders(contract)]).exists()


def may_decide(viewer: Viewer, objection: Objection) -> bool:
    """Whether to offer deciding an open dispute."""
    return _is_open(objection) and access.allowed(viewer, Action.DECIDE_OBJECTION, objection)


def may_withdraw(viewer: Viewer, objection: Objection) -> bool:
    """Whether to offer taking an open dispute back."""
    return _is_open(objection) and _is_own(viewer, objection)


def _is_open(objection: Objection) -> bool:
    is_ended = getattr(objection, "decision", None) is not None
    return not is_ended and objection.claim.state != ClaimState.REPLACED


def fallen(claims: Iterable[Claim]) -> Fallen:
    """What decisions took off these claims for good; for the netting of a later one."""
    by_term: dict[str, Decimal] = {}
    for claim in _changed(claims):
        standings = line_standings(claim)
        keys = dict(claim.lines.values_list("pk", "payment_term_key"))
        for pk, line in standings.items():
            if line.accepted != line.amount:
                key = keys[pk]
                by_term[key] = by_term.get(key, NOTHING) + line.amount - line.accepted
    return Fallen(by_term, sum(fallen_by_claim(claims).values(), NOTHING))


def fallen_by_claim(claims: Iterable[Claim]) -> dict[UUID, Decimal]:
    """What decisions took off each claim for good, for those that have changed a line."""
    return {
        claim.pk: claim.amount - rules.owed(claim.amount, list(line_standings(claim).values()))
        for claim in _changed(claims)
    }


def _changed(claims: Iterable[Claim]) -> QuerySet[Claim]:
    rows = Claim.objects.filter(pk__in=[claim.pk for claim in claims])
    return rows.filter(objections__decision__outcome=Outcome.CHANGED).distinct()
