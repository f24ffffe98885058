"""How approval steps, payers' parts and disputes are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from contracts.rules.terms import parse
from payments.models import PayerShare
from payments.selectors import disclosure
from payments.selectors.approvals import StepTaken, steps_taken
from payments.selectors.objections import (
    Position,
    due_on,
    may_decide,
    may_withdraw,
    positions,
)
from payments.states import ApprovalStepKind, ClaimState, ObjectionOutcome
from payments.views import shown
from sibportal.web import formats
from sibportal.web.components import LogEntry, Stage, Status

if TYPE_CHECKING:
    from payments.models import Claim, Objection
    from sibportal.accounts.models import User

_UNDER_WAY = frozenset({ClaimState.SUBMITTED, ClaimState.APPROVED, ClaimState.SETTLED})


@dataclass(frozen=True)
class PayerPart:
    """One payer of a claim: share, step chain, who took which step, and what it can pay now."""

    share: PayerShare
    stages: list[Stage]
    steps: list[tuple[str, str]]
    position: Position


def payer_parts(claim: Claim) -> list[PayerPart]:
    """The payers of a claim with how far each is."""
    taken = steps_taken(claim)
    return [
        PayerPart(
            share=one.share,
            stages=_stages(claim, one, taken[one.share.payer_id]),
            steps=[_step(row) for row in taken[one.share.payer_id]],
            position=one,
        )
        for one in positions(claim)
    ]


def _step(row: StepTaken) -> tuple[str, str]:
    label = str(ApprovalStepKind(row.kind.value).label)
    given = row.approval
    if given is None:
        return label, _("waits")
    name = str(given.approver)
    if given.on_behalf_of is not None:
        name = _("%(deputy)s for %(absent)s") % {"deputy": name, "absent": given.on_behalf_of}
    return label, f"{name}, {formats.moment(given.approved_at)}"


def _stages(claim: Claim, position: Position, taken: list[StepTaken]) -> list[Stage]:
    """The step chain of one payer's share: from verified to paid."""
    is_under_way = claim.state in _UNDER_WAY
    steps = [(_("Verified"), True), (_("Calculated"), True), (_("Submitted"), is_under_way)]
    for row in taken:
        label = str(ApprovalStepKind(row.kind.value).label)
        steps.append((label, is_under_way and row.approval is not None))
    steps.append(_last_step(claim, position))
    current = next((place for place, (_label, done) in enumerate(steps) if not done), None)
    if claim.state == ClaimState.REPLACED:
        current = None
    return [
        Stage(label, _standing(done=done, current=place == current))
        for place, (label, done) in enumerate(steps)
    ]


def _last_step(claim: Claim, position: Position) -> tuple[str, bool]:
    if position.share.amount == 0:
        return _("Nothing to pay"), claim.state == ClaimState.SETTLED
    is_paid = position.paid > 0 or claim.state == ClaimState.SETTLED
    return _("Paid"), is_paid and position.outstanding == 0 and not position.is_disputed


def _standing(*, done: bool, current: bool) -> Literal["done", "current", "todo"]:
    if done:
        return "done"
    return "current" if current else "todo"


# --- Disputes ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dispute:
    """One objection as its reader may see it: reasons and amounts may tell a small count."""

    objection: Objection
    title: str
    status: Status
    reason: str
    outcome: str
    outcome_reason: str
    due_on: date | None
    may_decide: bool
    may_withdraw: bool


def disputes(viewer: User, rows: Iterable[Objection]) -> list[Dispute]:
    """Objections with what the reader may see of them and do about them."""
    return [_dispute(viewer, row) for row in rows]


def _dispute(viewer: User, row: Objection) -> Dispute:
    claim = row.claim
    counts = disclosure.sees_counts(viewer, claim)
    decision = getattr(row, "decision", None)
    return Dispute(
        objection=row,
        title=shown.term_title(parse(claim.terms.document), row.line.payment_term_key),
        status=_status(row),
        reason=row.reason if counts else "",
        outcome=_outcome(row, counts=counts),
        outcome_reason=decision.reason if decision is not None and counts else "",
        due_on=due_on(row),
        may_decide=may_decide(viewer, row),
        may_withdraw=may_withdraw(viewer, row),
    )


def _status(row: Objection) -> Status:
    decision = getattr(row, "decision", None)
    if decision is None:
        return Status("warning", _("Waits for a decision"))
    return Status("success", ObjectionOutcome(decision.outcome).label)


def _outcome(row: Objection, *, counts: bool) -> str:
    decision = getattr(row, "decision", None)
    if decision is None:
        return ""
    label = str(ObjectionOutcome(decision.outcome).label)
    if decision.amount is None or not counts:
        return label
    return f"{label}: {shown.claim_money(row.claim, decision.amount)}"


def log(rows: Iterable[Dispute]) -> list[LogEntry]:
    """What happened in the disputes of a claim, for its log."""
    entries = []
    for row in rows:
        text = _("objected to “%(line)s” for %(party)s") % {
            "line": row.title,
            "party": row.objection.party.organisation,
        }
        who = str(row.objection.raised_by)
        entries.append(LogEntry(row.objection.raised_at, text, "scale", who, row.reason))
        decision = getattr(row.objection, "decision", None)
        if decision is not None:
            text = _("ended the dispute about “%(line)s”") % {"line": row.title}
            detail = " – ".join(filter(None, (row.outcome, row.outcome_reason)))
            who = str(decision.decided_by)
            entries.append(LogEntry(decision.decided_at, text, "scale", who, detail))
    return entries
