"""Which measurements a file may show: those of one provider's people that still stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from outcomes.rules.words import State
from sibportal.kernel.errors import Issue

NOT_SHOWN = frozenset({State.REJECTED, State.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Shown:
    """One measurement that a file would be bound to."""

    contract: object
    provider: object
    state: State
    is_erased: bool


def problems(measurements: Iterable[Shown]) -> list[Issue]:
    """What is wrong with binding a file to these measurements; nothing if it can be bound."""
    kept = list(measurements)
    if not kept:
        return [Issue("outcomes.evidence_for_nothing", "measurements")]
    issues = []
    if len({one.contract for one in kept}) > 1:
        issues.append(Issue("outcomes.evidence_of_two_contracts", "measurements"))
    if len({one.provider for one in kept}) > 1:
        # Whoever may open one of them opens the file, and would see the other provider's people.
        issues.append(Issue("outcomes.evidence_of_two_providers", "measurements"))
    if any(one.state in NOT_SHOWN for one in kept):
        issues.append(Issue("outcomes.evidence_too_late", "measurements"))
    if any(one.is_erased for one in kept):
        issues.append(Issue("outcomes.evidence_of_erased", "measurements"))
    return issues
