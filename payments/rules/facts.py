"""What every stage of one claim looks at: the terms in force, the figures, the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.rules.terms.document import Outcome, TermsDocument
from payments.rules.inputs import ClaimInputs, Observation
from sibportal.kernel.errors import RuleViolation


@dataclass(frozen=True, slots=True)
class Facts:
    """The terms, the inputs and the figures by outcome; `to_date` says which of them a term
    pays on."""

    terms: TermsDocument
    inputs: ClaimInputs
    observations: Mapping[str, Observation]
    to_date: bool = True


def seen(facts: Facts, outcome: Outcome) -> Observation:
    """The final figures of an outcome; RuleViolation when there are none."""
    if outcome.key not in facts.observations:
        raise RuleViolation(
            "payments.observation_missing", field="observations", outcome=outcome.title
        )
    return facts.observations[outcome.key]


def lacking(facts: Facts, code: str, outcome: Outcome, name: str) -> RuleViolation:
    """A figure that the terms need and an observation does not hold; it is never read as zero."""
    keys = [one.outcome for one in facts.inputs.observations]
    at = f"observations[{keys.index(outcome.key)}].{name}" if outcome.key in keys else name
    return RuleViolation(code, field=at, outcome=outcome.title)


def last_day(facts: Facts) -> date:
    """The last day of the claim's period; the end of time when the period is open."""
    end = facts.inputs.period.period.end
    return end - timedelta(days=1) if end else date.max
