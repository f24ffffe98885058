"""How strict a contract is: severity and parameters of a check, for all metrics or for one.

What is nearest to the row wins: the contract's word on this metric, on all metrics, the metric's
definition, the default of the check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from outcomes.rules.checks.base import Check, Parameter
from outcomes.rules.checks.subject import MetricChecks
from outcomes.rules.words import Severity
from sibportal.kernel.errors import Issue

OFF = "off"
LEVELS = (*(one.value for one in Severity), OFF)
ALL_METRICS = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A contract's word on one check; `metric` is a code, or empty for all metrics."""

    code: str
    level: str
    metric: str = ALL_METRICS
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InForce:
    """How one check is run for one metric; `severity` is None where it is off or has no figure."""

    severity: Severity | None
    parameters: Mapping[str, Decimal]


def in_force(
    check: Check, metric: str, definition: MetricChecks, settings: Iterable[Setting] = ()
) -> InForce:
    """What holds for a check and a metric; `settings` are in the order in which they were made."""
    chosen = _chosen(check.code, metric, settings)
    given = {
        parameter.name: figure
        for parameter in check.parameters
        if (figure := _figure(parameter, definition, chosen)) is not None
    }
    if check.fixed or chosen is None:
        severity: Severity | None = check.severity
    else:
        severity = None if chosen.level == OFF else Severity(chosen.level)
    return InForce(severity if len(given) == len(check.parameters) else None, given)


def problems(
    check: Check | None, level: str, parameters: Mapping[str, str], reason: str
) -> list[Issue]:
    """What is wrong with a change of a check, each with its field; nothing if it can be made."""
    if check is None:
        return [Issue("outcomes.check_unknown", field="code")]
    if check.fixed:
        return [Issue("outcomes.check_fixed")]
    issues = [] if level in LEVELS else [Issue("outcomes.check_level", "severity", level)]
    known = {one.name: one for one in check.parameters}
    for name, text in parameters.items():
        if name not in known:
            issues.append(Issue("outcomes.check_parameter_unknown", name, text))
        elif text.strip() and not _fits(known[name], text):
            limits = {"lowest": known[name].lowest, "highest": known[name].highest}
            issues.append(Issue("outcomes.check_parameter", name, text, limits))
    if not reason.strip():
        issues.append(Issue("outcomes.check_reason_needed", "reason"))
    return issues


def _chosen(code: str, metric: str, settings: Iterable[Setting]) -> Setting | None:
    latest: dict[str, Setting] = {}
    for one in settings:
        if one.code == code and one.metric in (metric, ALL_METRICS):
            latest[one.metric] = one
    return latest.get(metric) or latest.get(ALL_METRICS)


def _figure(
    parameter: Parameter, definition: MetricChecks, chosen: Setting | None
) -> Decimal | None:
    if chosen is not None and (text := chosen.parameters.get(parameter.name)):
        return Decimal(text)
    defined = parameter.defined(definition) if parameter.defined else None
    return parameter.default if defined is None else defined


def _fits(parameter: Parameter, text: str) -> bool:
    try:
        figure = Decimal(text.strip())
    except InvalidOperation:
        return False
    if not figure.is_finite() or not parameter.lowest <= figure <= parameter.highest:
        return False
    return figure == round(figure, parameter.decimals)
