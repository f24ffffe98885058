"""Signing the report of a round: what the verifier has read is frozen with its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from outcomes import selectors
from outcomes.models import Verdict, VerificationReport, VerificationRound
from outcomes.rules import verification as independence
from outcomes.rules.rounds import report_digest
from outcomes.selectors import disputes, reports, samples
from outcomes.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def sign_report(*, actor: User, row: VerificationRound, digest: str) -> VerificationReport:
    """Freeze the report of a concluded round; `digest` is that of the content on the page.

    RuleViolation before the conclusion, while a full check is unfinished or a dispute open, and
    where something changed since the page was read.
    """
    access.require(actor, Action.SIGN_CLOSING, row)
    contract = lock_contract(row.contract_id)
    independence.require_independent(
        submitter=None,
        verifier=actor.pk,
        other_roles=selectors.other_party_roles(actor, contract.pk),
    )
    require_signable(row)
    content = reports.report_content(row)
    if report_digest(content) != digest:
        raise RuleViolation("outcomes.report_changed")
    made = VerificationReport.objects.create(
        round=row, content=content, digest=digest, signed_by=actor
    )
    audit.record(
        actor=actor,
        action="verification_report.signed",
        target=made,
        contract_id=contract.pk,
        after={"round": row.number, "digest": digest},
    )
    return made


def require_signable(row: VerificationRound) -> None:
    """RuleViolation where the report of a round cannot be signed yet, or is signed already."""
    conclusion = samples.conclusion_of(row)
    if conclusion is None:
        raise RuleViolation("outcomes.round_not_concluded")
    if VerificationReport.objects.filter(round=row).exists():
        raise RuleViolation("outcomes.report_signed_already")
    if conclusion.verdict == Verdict.FULL_CHECK and (left := samples.undecided(row)):
        raise RuleViolation("outcomes.full_check_unfinished", left=left)
    if waiting := disputes.open_in_round(row):
        raise RuleViolation("outcomes.round_has_disputes", count=waiting)
