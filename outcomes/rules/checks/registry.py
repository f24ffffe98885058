"""Every automatic check, in the order in which its findings are told, and the run over one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from outcomes.rules.checks import dates, people, proof, values
from outcomes.rules.checks.base import Check, Finding
from outcomes.rules.checks.settings import InForce, Setting, in_force
from outcomes.rules.checks.subject import MetricChecks, Subject

GROUPS: Mapping[str, tuple[Check, ...]] = {
    "values": values.CHECKS,
    "dates": dates.CHECKS,
    "people": people.CHECKS,
    "proof": proof.CHECKS,
}
CHECKS = tuple(check for group in GROUPS.values() for check in group)
BY_CODE: Mapping[str, Check] = {check.code: check for check in CHECKS}
BY_OTHERS = tuple(check for check in CHECKS if check.by_others)
Strictness = Mapping[str, InForce]


def strictness(
    metric: str, definition: MetricChecks, settings: Iterable[Setting] = ()
) -> Strictness:
    """How every check is run for one metric under a contract's settings, oldest first."""
    kept = tuple(settings)
    return {check.code: in_force(check, metric, definition, kept) for check in CHECKS}


def findings(
    subject: Subject, strict: Strictness | None = None, checks: Iterable[Check] = CHECKS
) -> tuple[Finding, ...]:
    """All findings on one measurement; none is a clean pass."""
    strict = strict or strictness(subject.metric.code, subject.definition)
    found = []
    for check in checks:
        how = strict[check.code]
        if how.severity is None:
            continue
        params = check.rule(subject, how.parameters)
        if params is not None:
            stored = {name: _stored(value) for name, value in params.items()}
            found.append(Finding(check.code, how.severity, stored))
    return tuple(found)


def _stored(value: date | Decimal | int) -> str | int:
    """A figure without the noughts of its column, a day as ISO text."""
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    return value if isinstance(value, int) else value.isoformat()
