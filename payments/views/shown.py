"""How claims are shown: tags, step chains, who did what; the words of their amounts are those of
payments/selectors/explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from sibportal.web.components import LogEntry, Status, Tone
from sibportal.web.messages import MESSAGES, sentence

if TYPE_CHECKING:
    from payments.models import Claim

__all__ = [
    "claim_money",
    "claim_status",
    "clauses",
    "headline",
    "line_sentence",
    "log",
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
        if row.on_behalf_of is not None:
            text = _("approved for %(payer)s, in the place of %(absent)s") % {
                "payer": row.payer.organisation,
                "absent": row.on_behalf_of,
            }
        entries.append(LogEntry(row.approved_at, text, "check", str(row.approver), detail))
    for back in claim.returns.all():
        text = _("returned it to its maker")
        reason = sentence(back.reason) if back.reason in MESSAGES else back.reason
        entries.append(LogEntry(back.returned_at, text, "undo-2", str(back.returned_by), reason))
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
