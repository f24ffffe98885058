"""The draft of a payer's decision, entered by who prepares it before anybody has accepted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from payments.models import DecisionDraft
from payments.rules import vat
from payments.rules.vat import VatTreatment
from payments.selectors.approvals import BEFORE_ACCEPTANCE, latest_draft, payer_has_accepted
from payments.services.acting import require_acts_for
from payments.services.locking import lock_claim
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from contracts.models import Party
    from payments.models import Claim
    from sibportal.accounts.models import User


@transaction.atomic
def draft_decision(
    *,
    actor: User,
    claim: Claim,
    payer: Party,
    case_number: str,
    section: str,
    decided_on: date,
    decision_maker: str,
    vat_treatment: str,
    vat_rate_percent: Decimal | None = None,
    invoice_number: str = "",
    order_number: str = "",
) -> DecisionDraft:
    """Enter the next version of one payer's decision draft.

    RuleViolation once an official of the payer has accepted (they accepted what they saw), for a
    day before the claim was calculated, and for a VAT rate that does not fit the treatment.
    """
    access.require(actor, Action.PREPARE_DECISION, claim)
    claim = lock_claim(claim)
    require_acts_for(actor, payer, MemberRole.PREPARER, Action.PREPARE_DECISION)
    if claim.state not in BEFORE_ACCEPTANCE or payer_has_accepted(claim, payer.pk):
        raise RuleViolation("payments.decision_is_accepted")
    vat.require_rate(VatTreatment(vat_treatment), vat_rate_percent)
    calculated_on = timezone.localdate(claim.calculated_at, ZoneInfo(claim.contract.time_zone))
    if decided_on < calculated_on:
        raise RuleViolation(
            Issue("payments.decision_before_claim", "decided_on", decided_on.isoformat())
        )
    before = latest_draft(claim, payer.pk)
    draft = DecisionDraft.objects.create(
        claim=claim,
        payer=payer,
        version=before.version + 1 if before else 1,
        case_number=case_number.strip(),
        section=section.strip(),
        decided_on=decided_on,
        decision_maker=decision_maker.strip(),
        invoice_number=invoice_number.strip(),
        order_number=order_number.strip(),
        vat_treatment=vat_treatment,
        vat_rate_percent=vat_rate_percent,
        entered_by=actor,
    )
    audit.record(
        actor=actor,
        action="decision.drafted",
        target=draft,
        contract_id=claim.contract_id,
        after={
            "payer": payer.organisation.name,
            "number": claim.number,
            "version": draft.version,
            "case_number": draft.case_number,
        },
    )
    return draft
