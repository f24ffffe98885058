"""The automatic checks: pure functions with parameters, one registry entry each.

A check says what it found; only the verifier says whether it is true. To add one, see
CONTRIBUTING.md.
"""

from outcomes.rules.checks.base import Check, Finding, Parameter
from outcomes.rules.checks.dates import LATE_AFTER_DAYS
from outcomes.rules.checks.registry import (
    BY_CODE,
    BY_OTHERS,
    CHECKS,
    GROUPS,
    Strictness,
    findings,
    strictness,
)
from outcomes.rules.checks.settings import ALL_METRICS, LEVELS, OFF, InForce, Setting, problems
from outcomes.rules.checks.subject import (
    EvidenceRequired,
    MetricChecks,
    Reading,
    Sameness,
    Spread,
    Subject,
    Twin,
)

__all__ = [
    "ALL_METRICS",
    "BY_CODE",
    "BY_OTHERS",
    "CHECKS",
    "GROUPS",
    "LATE_AFTER_DAYS",
    "LEVELS",
    "OFF",
    "Check",
    "EvidenceRequired",
    "Finding",
    "InForce",
    "MetricChecks",
    "Parameter",
    "Reading",
    "Sameness",
    "Setting",
    "Spread",
    "Strictness",
    "Subject",
    "Twin",
    "findings",
    "problems",
    "strictness",
]
