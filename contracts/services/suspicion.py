"""A metric comes under suspicion from a day, and is cleared by somebody else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from contracts import selectors
from contracts.models import MetricSuspicion, SuspicionCleared
from contracts.rules.life import check_reason, check_suspicion
from contracts.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from contracts.models import Contract
    from sibportal.accounts.models import User


@transaction.atomic
def suspect_metric(
    *, actor: User, contract: Contract, metric_code: str, from_day: date, reason: str
) -> MetricSuspicion:
    """Mark a metric as suspect: until it is cleared, payment lines that rest on it give nothing
    in claims of periods that end after the day. Measuring goes on."""
    access.require(actor, Action.SUSPECT_METRIC, contract)
    locked = lock_contract(contract.pk)
    issues = check_suspicion(
        metric_code,
        from_day=from_day,
        reason=reason,
        known=frozenset(selectors.metrics_in_terms(locked)),
        already=selectors.suspect_metrics(locked).keys(),
        today=selectors.today(locked),
        frame=Period(locked.starts_on, locked.ends_on),
    )
    if issues:
        raise RuleViolation(issues)
    row = MetricSuspicion.objects.create(
        contract=locked,
        metric_code=metric_code,
        from_day=from_day,
        reason=reason.strip(),
        raised_by=actor,
    )
    audit.record(
        actor=actor,
        action="metric.suspected",
        target=row,
        contract_id=locked.pk,
        after={"metric": metric_code, "on": from_day.isoformat()},
        note=row.reason,
    )
    return row


@transaction.atomic
def clear_metric(*, actor: User, suspicion: MetricSuspicion, reason: str) -> SuspicionCleared:
    """Let payment rest on the metric again. RuleViolation when the actor raised the suspicion
    or it has been cleared before."""
    access.require(actor, Action.SUSPECT_METRIC, suspicion)
    lock_contract(suspicion.contract_id)
    if suspicion.raised_by_id == actor.pk:
        raise RuleViolation("contracts.suspicion_own")
    if SuspicionCleared.objects.filter(suspicion=suspicion).exists():
        raise RuleViolation("contracts.suspicion_cleared")
    if issues := check_reason(reason):
        raise RuleViolation(issues)
    row = SuspicionCleared.objects.create(
        suspicion=suspicion, reason=reason.strip(), cleared_by=actor
    )
    audit.record(
        actor=actor,
        action="metric.cleared",
        target=suspicion,
        contract_id=suspicion.contract_id,
        after={"metric": suspicion.metric_code},
        note=row.reason,
    )
    return row
