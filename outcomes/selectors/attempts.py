"""How often a participant must have been sought before it counts as not reached: the contract's
word on the automatic check of contact attempts, by metric."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.models import Contract
from outcomes.models import CheckSetting
from outcomes.rules.checks import BY_CODE, InForce, MetricChecks, Setting
from outcomes.rules.checks.settings import in_force
from outcomes.rules.words import Severity

CODE = "outcomes.few_contact_attempts"


def attempts_expected(contract: Contract, metrics: Iterable[str]) -> int:
    """The most that is expected for one of these metrics; nought where the check is off."""
    found = _in_force(contract, metrics).values()
    return max((_fewest(one) for one in found if one.severity is not None), default=0)


def attempts_needed(contract: Contract, metrics: Iterable[str]) -> dict[str, int]:
    """The number below which nothing is taken, by metric, where the contract's check blocks."""
    return {
        metric: _fewest(one)
        for metric, one in _in_force(contract, metrics).items()
        if one.severity is Severity.BLOCKS
    }


def _in_force(contract: Contract, metrics: Iterable[str]) -> dict[str, InForce]:
    rows = CheckSetting.objects.filter(contract=contract, code=CODE).order_by("pk")
    settings = [
        Setting(row.code, row.severity, row.metric_code, dict(row.parameters)) for row in rows
    ]
    return {
        metric: in_force(BY_CODE[CODE], metric, MetricChecks(), settings) for metric in set(metrics)
    }


def _fewest(one: InForce) -> int:
    return int(one.parameters["fewest"])
