"""How claims are shown: tags, step chains, who did what; the words of their amounts are those of
payments/selectors/explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from payments.selectors.explained import (
    claim_money,
    clauses,
    headline,
    line_sentence,
    term_title,
)
from payments.states import ClaimState
from sibportal.web import formats
from sibportal.web.components import LogEntry, Stage, Status, Tone

if TYPE_CHECKING:
    from payments.models import Claim, PayerShare

__all__ = [
    "claim_money",
    "claim_status",
    "clauses",
    "headline",
    "line_sentence",
    "log",
    "stages",
    "term_title",
]

_TONES: dict[str, Tone] = {
    ClaimState.CALCULATED: "draft",
    ClaimState.SUBMITTED: "info",
    ClaimState.RETURNED: "warning",
    ClaimState.APPROVED: "success",
    ClaimState.SETTLED: "success",
    ClaimState.REPLACED: "neutral",
}
_UNDER_WAY = frozenset({ClaimState.SUBMITTED, ClaimState.APPROVED, ClaimState.SETTLED})


def claim_status(state: str) -> Status:
    """The tag of a claim's state."""
    return Status(_TONES[state], ClaimState(state).label)


def log(claim: Claim) -> list[LogEntry]:
    """Who did what about a claim, newest first."""
    entries = [
        LogEntry(claim.calculated_at, _("calculated the claim"), "scale", str(claim.calculated_by))
    ]
    if claim.submitted_at and claim.submitted_by:
        text = _("submitted it for approval")
        entries.append(LogEntry(claim.submitted_at, text, "send", str(claim.submitted_by)))
    for row in claim.approvals.all():
        text = _("approved for %(payer)s") % {"payer": row.payer.organisation}
        detail = "" if row.round == claim.round else _("before it was returned")
        entries.append(LogEntry(row.approved_at, text, "check", str(row.approver), detail))
    for back in claim.returns.all():
        text = _("returned it to its maker")
        entries.append(
            LogEntry(back.returned_at, text, "undo-2", str(back.returned_by), back.reason)
        )
    for paid in claim.payments.all():
        text = _("recorded the payment of %(payer)s: %(amount)s on %(day)s") % {
            "payer": paid.payer.organisation,
            "amount": claim_money(claim, paid.amount),
            "day": formats.day(paid.paid_on),
        }
        entries.append(
            LogEntry(paid.recorded_at, text, "banknote", str(paid.recorded_by), paid.reference)
        )
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def stages(claim: Claim, share: PayerShare) -> list[Stage]:
    """The step chain of one payer's share: from verified to paid."""
    given = sum(
        row.payer_id == share.payer_id and row.round == claim.round for row in claim.approvals.all()
    )
    is_under_way = claim.state in _UNDER_WAY
    steps = [(_("Verified"), True), (_("Calculated"), True), (_("Submitted"), is_under_way)]
    for step, label in enumerate((_("First approval"), _("Second approval")), start=1):
        steps.append((label, is_under_way and given >= step))
    steps.append(_last_step(claim, share))
    current = next((place for place, (_label, done) in enumerate(steps) if not done), None)
    if claim.state == ClaimState.REPLACED:
        current = None
    return [
        Stage(label, _standing(done=done, current=place == current))
        for place, (label, done) in enumerate(steps)
    ]


def _last_step(claim: Claim, share: PayerShare) -> tuple[str, bool]:
    if share.amount == 0:
        return _("Nothing to pay"), claim.state == ClaimState.SETTLED
    return _("Paid"), any(row.payer_id == share.payer_id for row in claim.payments.all())


def _standing(*, done: bool, current: bool) -> Literal["done", "current", "todo"]:
    if done:
        return "done"
    return "current" if current else "todo"
