"""Defining what can be measured; a changed definition is a new version (decision 2)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from contracts import selectors
from contracts.models import Metric
from contracts.rules import metric_library
from contracts.rules.metrics import MetricFacts, check_definition, differences
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, NotVisible, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def define_metric(*, actor: User, facts: MetricFacts, after_version: int | None = None) -> Metric:
    """Define a metric, or the next version of the metric with this code.

    `after_version` is the version that the actor had before their eyes: RuleViolation where there
    is a newer one, and where nothing differs.
    """
    access.require_somewhere(actor, Action.CREATE_CONTRACT)
    if issues := check_definition(facts):
        raise RuleViolation(issues)
    newest = Metric.objects.filter(code=facts.code).order_by("-version").first()
    if newest and after_version is not None:
        _require_change(newest, facts, after_version)
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


def _require_change(newest: Metric, facts: MetricFacts, after_version: int) -> None:
    params = {"version": newest.version}
    if newest.version != after_version:
        raise RuleViolation(Issue("contracts.metric_changed", params=params))
    if not differences(selectors.metric_facts(newest), facts):
        raise RuleViolation(Issue("contracts.metric_same", params=params))


@transaction.atomic
def pick_metric(*, actor: User, code: str) -> Metric:
    """Take an entry of the shipped library: a new version of the metric with its code, or the row
    that was taken from this version of the entry before. NotVisible where there is no entry."""
    access.require_somewhere(actor, Action.CREATE_CONTRACT)
    facts = metric_library.entry(code)
    if facts is None:
        raise NotVisible()
    taken = selectors.picked_metrics().get(code)
    return taken or define_metric(actor=actor, facts=facts)
