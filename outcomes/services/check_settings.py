"""Changing how strict a contract's automatic checks are; it holds for later checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from contracts.models import Contract
from outcomes import selectors
from outcomes.models import CheckSetting
from outcomes.rules.checks import ALL_METRICS, BY_CODE, problems
from outcomes.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User

LONGEST_REASON = 300


@transaction.atomic
def set_check(
    *,
    actor: User,
    contract: Contract,
    code: str,
    severity: str,
    parameters: Mapping[str, str],
    reason: str,
    metric: str = ALL_METRICS,
) -> CheckSetting:
    """Say how a finding of one check is treated and by which figures, for all metrics or for one.

    An empty figure leaves that of the metric or of the check. Earlier findings stay as they are.
    """
    access.require(actor, Action.SET_CHECKS, contract)
    contract = lock_contract(contract.pk)
    issues = problems(BY_CODE.get(code), severity, parameters, reason)
    if len(reason.strip()) > LONGEST_REASON:
        limit = {"limit": LONGEST_REASON}
        issues.append(Issue("outcomes.text_too_long", "reason", params=limit))
    if metric != ALL_METRICS and metric not in selectors.metric_codes(contract):
        issues.append(Issue("outcomes.check_metric_unknown", "metric", metric))
    if issues:
        raise RuleViolation(issues)
    figures = {name: text.strip() for name, text in parameters.items() if text.strip()}
    setting = CheckSetting.objects.create(
        contract=contract, code=code, metric_code=metric, severity=severity,
        parameters=figures, reason=reason.strip(), set_by=actor,
    )  # fmt: skip
    audit.record(
        actor=actor,
        action="check.set",
        target=setting,
        contract_id=contract.pk,
        after={"check": code, "metric": metric, "severity": severity, "figures": figures},
        note=setting.reason,
    )
    return setting
