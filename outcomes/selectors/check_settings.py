"""How strict the automatic checks of a contract are, for the checks themselves and for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.models import Contract, Metric
from contracts.selectors import terms_in_force, today
from outcomes.models import CheckSetting
from outcomes.rules.checks import (
    ALL_METRICS,
    CHECKS,
    Check,
    EvidenceRequired,
    InForce,
    MetricChecks,
    Setting,
    strictness,
)
from outcomes.rules.points import planned
from outcomes.selectors.submission import metrics_of, terms_today
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


@dataclass(frozen=True)
class CheckRow:
    """One check as a contract has it: for all metrics, and for those that it names."""

    check: Check
    in_force: InForce
    latest: CheckSetting | None
    by_metric: tuple[CheckSetting, ...] = ()


def check_settings(contract: Contract) -> tuple[Setting, ...]:
    """Everything that an authorised contract says about its checks, in the order it was said."""
    rows = CheckSetting.objects.filter(contract=contract).order_by("pk")
    return tuple(
        Setting(row.code, row.severity, row.metric_code, dict(row.parameters)) for row in rows
    )


def checks_in_force(viewer: Viewer, contract: Contract) -> list[CheckRow]:
    """Every check of a contract that `viewer` may see, with what was said of it last."""
    access.require(viewer, Action.VIEW_CONTRACT, contract)
    rows = CheckSetting.objects.filter(contract=contract).select_related("set_by").order_by("pk")
    latest = {(row.code, row.metric_code): row for row in rows}
    strict = strictness(ALL_METRICS, MetricChecks(), check_settings(contract))
    return [
        CheckRow(
            check,
            strict[check.code],
            latest.get((check.code, ALL_METRICS)),
            tuple(
                row for (code, metric), row in sorted(latest.items())
                if code == check.code and metric != ALL_METRICS
            ),
        )
        for check in CHECKS
    ]  # fmt: skip


def metrics_measured(contract: Contract) -> dict[str, Metric]:
    """The metrics that the terms in force ask to measure, by code; none before any are agreed."""
    if terms_in_force(contract, today(contract)) is None:
        return {}
    found = metrics_of(one.metric for one in planned(terms_today(contract)))
    return {one.code: row for one, row in sorted(found.items(), key=lambda item: item[0].code)}


def metric_codes(contract: Contract) -> frozenset[str]:
    """The codes of the metrics that the terms in force ask to measure."""
    return frozenset(metrics_measured(contract))


def definition_of(metric: Metric) -> MetricChecks:
    """What a metric's definition says about checking its values."""
    return MetricChecks(
        largest_change=metric.largest_change,
        never_falls=metric.never_falls,
        outlier_check=metric.outlier_check,
        evidence_required=EvidenceRequired(metric.evidence_required),
    )
