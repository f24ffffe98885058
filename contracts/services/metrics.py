"""Defining what can be measured; a changed definition is a new version (decision 2)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from contracts.models import Metric
from contracts.rules.metrics import MetricFacts, check_definition
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def define_metric(*, actor: User, facts: MetricFacts) -> Metric:
    """Define a metric, or the next version of the metric with this code."""
    access.require_somewhere(actor, Action.CREATE_CONTRACT)
    if issues := check_definition(facts):
        raise RuleViolation(issues)
    newest = Metric.objects.filter(code=facts.code).order_by("-version").first()
    metric = Metric(**asdict(facts), version=newest.version + 1 if newest else 1)
    try:
        with transaction.atomic():
            metric.save(force_insert=True)
    except IntegrityError:
        # Metrics belong to no contract, so there is no row to lock: the other one was first.
        raise RuleViolation("contracts.metric_taken", field="code") from None
    audit.record(
        actor=actor,
        action="metric.defined",
        target=metric,
        after={"code": metric.code, "version": metric.version},
    )
    return metric
