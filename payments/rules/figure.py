"""Stages 1 and 2 together: measured, compared, valued; for a payment term or a named figure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from contracts.rules.terms.check_pricing import IN_TERMS
from contracts.rules.terms.document import Figure, Measure, PaymentTerm
from contracts.rules.terms.words import MeasureKind
from payments.rules.compare import GIVEN_AS_TOTAL, compare, estimated
from payments.rules.facts import Facts, seen
from payments.rules.measure import Measured, measure, shown
from payments.rules.valuation import value
from sibportal.kernel.explain import Step


@dataclass(frozen=True, slots=True)
class Worked:
    """What is gated and priced, and the steps that led to it."""

    figure: Measured
    steps: tuple[Step, ...]


def figure(facts: Facts, given: PaymentTerm | Figure) -> Worked:
    """The figure of a payment term or a named one. RuleViolation where figures are missing."""
    if given.compare and given.compare.kind not in IN_TERMS:
        # Groups and estimates are to date.
        facts = dataclasses.replace(facts, to_date=True)
    steps: tuple[Step, ...] = ()
    found = estimated(facts, given.compare, given.measure) if given.compare else None
    if found is None:
        found = measure(facts, given.measure, lambda key: named(facts, key))
        steps = (found.step,)
        if given.compare:
            found = compare(facts, given.compare, given.measure, found)
            steps += (found.step,)
    else:
        steps = (*_beside(facts, given.measure), found.step)
    if given.valuation:
        found = value(facts, given.valuation, found)
        steps += (found.step,)
    return Worked(found, steps)


def _beside(facts: Facts, given: Measure) -> tuple[Step, ...]:
    """The measured figure that readers see beside an estimate, where the figures hold it."""
    outcome = facts.terms.outcome(given.outcome)
    has_total = seen(facts, outcome).cumulative_total is not None
    if given.kind is MeasureKind.RATIO or (given.kind in GIVEN_AS_TOTAL and not has_total):
        return ()
    return (measure(facts, given, lambda key: named(facts, key)).step,)


def named(facts: Facts, key: str) -> Measured:
    """A named figure of the terms, with its own steps below its name."""
    given = facts.terms.figure(key)
    worked = figure(facts, given)
    unit = worked.steps[-1].unit
    step = Step(
        "payments.step.figure",
        "payments.formula.figure",
        {"figure": key},
        shown(worked.figure.value),
        unit,
        children=worked.steps,
    )
    return dataclasses.replace(worked.figure, step=step)
