"""What an automatic check is: a code, a severity, parameters, and one pure function.

The function gets the subject and the parameters in force and answers with what it found, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from outcomes.rules.checks.subject import MetricChecks, Subject
from outcomes.rules.words import Severity

Given = Mapping[str, Decimal]
Found = Mapping[str, date | Decimal | int] | None
Rule = Callable[[Subject, Given], Found]
FromDefinition = Callable[[MetricChecks], Decimal | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check said; the parameters can be stored as JSON."""

    code: str
    severity: Severity
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure that a check goes by; limits are included.

    Without a default the check rests until the metric or the contract gives one. `defined` reads
    it from the metric's definition, which goes before the default and behind the contract.
    """

    name: str
    default: Decimal | None
    lowest: Decimal
    highest: Decimal
    decimals: int = 0
    defined: FromDefinition | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of the registry.

    `fixed`: no contract may change it, since it guards what a row means or what the law says.
    `by_others`: it depends on other rows too, so it is asked again every night.
    """

    code: str
    severity: Severity
    rule: Rule
    parameters: tuple[Parameter, ...] = ()
    fixed: bool = False
    by_others: bool = False


def days(name: str, default: int) -> Parameter:
    """A parameter in whole days."""
    return Parameter(name, Decimal(default), Decimal(0), Decimal(3660))


def count(name: str, default: int, *, lowest: int = 1, highest: int = 10_000) -> Parameter:
    """A parameter that counts rows or people."""
    return Parameter(name, Decimal(default), Decimal(lowest), Decimal(highest))
