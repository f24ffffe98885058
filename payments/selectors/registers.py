"""What registers delivered to compare an outcome with, as a calculation takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from payments.rules.inputs import Estimate, Group, Observation


def compared_with(observation: Observation, references: Mapping[str, Any]) -> Observation:
    """An observation with the groups and the estimate that a result keeps beside its figures."""
    return replace(
        observation,
        before=_group(references.get("before")),
        comparison=_group(references.get("comparison")),
        comparison_before=_group(references.get("comparison_before")),
        estimate=_estimate(references.get("estimate")),
    )


def _group(kept: Mapping[str, Any] | None) -> Group | None:
    if kept is None:
        return None
    return Group(kept["people"], kept["reached"], _number(kept["total"]))


def _estimate(kept: Mapping[str, Any] | None) -> Estimate | None:
    if kept is None:
        return None
    low, high = _number(kept["low"]), _number(kept["high"])
    return Estimate(Decimal(kept["value"]), low, high, kept["method"])


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
