"""Setting how a contract's measurements are verified, and the provider's agreement to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from contracts.models import Contract, ReportingPeriod
from outcomes.models import PlanAgreement, VerificationPlan
from outcomes.rules import rounds as rules
from outcomes.rules.rounds import PlanTerms
from outcomes.selectors import samples
from outcomes.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import NotAllowed, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User

MAX_REASON = 300


@transaction.atomic
def set_verification_plan(
    *,
    actor: User,
    contract: Contract,
    from_period: ReportingPeriod,
    terms: PlanTerms,
    reason: str,
) -> VerificationPlan:
    """Set a new version of the plan; shares in per cent. It holds at once for a period to come,
    for one that has begun only when the provider has agreed.

    RuleViolation for a figure out of range, a closed period, and without a reason.
    """
    access.require(actor, Action.SET_VERIFICATION_PLAN, contract)
    lock_contract(contract.pk)
    issues = list(rules.check_plan(terms))
    if issues:
        raise RuleViolation(issues)
    if not reason.strip():
        raise RuleViolation("outcomes.reason_needed", field="reason")
    if len(reason.strip()) > MAX_REASON:
        raise RuleViolation("outcomes.text_too_long", field="reason", limit=MAX_REASON)
    if not samples.open_periods(contract).filter(pk=from_period.pk).exists():
        raise RuleViolation("outcomes.plan_period_closed", field="from_period")
    row = VerificationPlan.objects.create(
        contract=contract,
        version=VerificationPlan.objects.filter(contract=contract).count() + 1,
        from_period=from_period,
        kind=terms.kind.value,
        everybody_below=terms.everybody_below,
        confidence_percent=terms.confidence_percent,
        margin_percent=terms.margin_percent,
        expected_percent=terms.expected_percent,
        tolerable_percent=terms.tolerable_percent,
        strata=[one.value for one in terms.strata],
        beyond=terms.beyond.value,
        dispute_days=terms.dispute_days,
        reason=reason.strip(),
        set_by=actor,
    )
    audit.record(
        actor=actor,
        action="verification_plan.set",
        target=row,
        contract_id=contract.pk,
        after={"version": row.version, "from_period": from_period.number, "kind": row.kind},
        note=row.reason,
    )
    return row


@transaction.atomic
def agree_verification_plan(*, actor: User, plan: VerificationPlan) -> PlanAgreement:
    """Agree, for the lead provider, to a plan whose first period had begun when it was set."""
    access.require(actor, Action.AGREE_TERMS, plan.contract)
    lock_contract(plan.contract_id)
    party = samples.plan_party(actor, plan)
    if party is None:
        raise NotAllowed(action=str(Action.AGREE_TERMS))
    if PlanAgreement.objects.filter(plan=plan).exists():
        raise RuleViolation("outcomes.plan_agreed_already")
    row = PlanAgreement.objects.create(plan=plan, party=party, agreed_by=actor)
    audit.record(
        actor=actor,
        action="verification_plan.agreed",
        target=plan,
        contract_id=plan.contract_id,
        after={"version": plan.version, "party": party.organisation.name},
    )
    return row
