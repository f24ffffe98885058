"""When the plan meets life: substitutes in force, payment for activity, outcomes under suspicion.

Excluded and extended windows are a matter of counting (outcomes).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TypeVar

from contracts.rules.terms.document import (
    Disruption,
    Figure,
    Gate,
    Measure,
    Outcome,
    PaymentTerm,
    TermsDocument,
)
from contracts.rules.terms.words import CompositeScope, DisruptionTreatment
from sibportal.kernel.dates import Period


def in_force(
    terms: TermsDocument, period: Period, treatment: DisruptionTreatment
) -> tuple[Disruption, ...]:
    """The disruptions so treated that the period begins in."""
    return tuple(
        one
        for one in terms.disruptions
        if one.treatment is treatment and one.from_day <= period.start < one.until
    )


def with_substitutes(terms: TermsDocument, period: Period) -> TermsDocument:
    """The terms of this period: a substitute stands in wherever its outcome is measured."""
    stand_in = {
        key: one.substitute
        for one in in_force(terms, period, DisruptionTreatment.SUBSTITUTE)
        for key in one.outcomes
    }
    if not stand_in:
        return terms
    return dataclasses.replace(
        terms,
        outcomes=tuple(_outcome(outcome, stand_in) for outcome in terms.outcomes),
        figures=tuple(_measured_by(figure, stand_in) for figure in terms.figures),
        payment_terms=tuple(_measured_by(term, stand_in) for term in terms.payment_terms),
    )


def _outcome(outcome: Outcome, stand_in: Mapping[str, str]) -> Outcome:
    composite = outcome.composite
    if composite is None or composite.scope is not CompositeScope.PER_COHORT:
        return outcome
    parts = tuple(stand_in.get(part, part) for part in composite.parts)
    return dataclasses.replace(outcome, composite=dataclasses.replace(composite, parts=parts))


Measuring = TypeVar("Measuring", Figure, PaymentTerm)


def _measured_by(given: Measuring, stand_in: Mapping[str, str]) -> Measuring:
    measure = dataclasses.replace(
        given.measure,
        outcome=stand_in.get(given.measure.outcome, given.measure.outcome),
        per=stand_in.get(given.measure.per, given.measure.per),
    )
    return dataclasses.replace(given, measure=measure)


def paid_for_activity(terms: TermsDocument, period: Period, term: PaymentTerm) -> Disruption | None:
    """The disruption in which activity is paid instead of this term's outcome, if there is one."""
    for one in in_force(terms, period, DisruptionTreatment.PAY_ACTIVITY):
        if not outcomes_of(terms, term.measure).isdisjoint(one.outcomes):
            return one
    return None


def carries_activity(terms: TermsDocument, disruption: Disruption, term: PaymentTerm) -> bool:
    """Whether this is the term whose line holds the sum: the first that the disruption touches."""
    touched = (
        one.key
        for one in terms.payment_terms
        if not outcomes_of(terms, one.measure).isdisjoint(disruption.outcomes)
    )
    return next(touched) == term.key


def stood_in(terms: TermsDocument, period: Period, term: PaymentTerm) -> tuple[Disruption, ...]:
    """The disruptions whose substitutes a payment term of the agreed terms is measured by."""
    measured = outcomes_of(terms, term.measure)
    return tuple(
        one
        for one in in_force(terms, period, DisruptionTreatment.SUBSTITUTE)
        if not measured.isdisjoint(one.outcomes)
    )


def outcomes_of(terms: TermsDocument, measure: Measure) -> frozenset[str]:
    """Every outcome that a measure rests on, through named figures and composites."""
    return frozenset(_outcomes(terms, measure))


def measured_outcomes(terms: TermsDocument, measure: Measure) -> frozenset[str]:
    """The outcomes that a measure counts, through named figures but not into composites."""
    found = {measure.outcome} - {""}
    for key in (measure.figure, *(part.figure for part in measure.parts)):
        if key:
            found |= measured_outcomes(terms, terms.figure(key).measure)
    return frozenset(found)


def rests_on(terms: TermsDocument, term: PaymentTerm) -> frozenset[str]:
    """Every outcome that decides about a payment term, its gates included."""
    found = outcomes_of(terms, term.measure)
    for gate in (*((term.gate,) if term.gate else ()), *term.further_gates):
        for key in _figures_of(gate):
            found |= outcomes_of(terms, terms.figure(key).measure)
    return found


def _figures_of(gate: Gate) -> Iterator[str]:
    yield from (key for key in (gate.figure, *(step.figure for step in gate.fallback)) if key)


def _outcomes(terms: TermsDocument, measure: Measure) -> Iterator[str]:
    for key in (measure.outcome, measure.per):
        if key:
            yield key
            composite = terms.outcome(key).composite
            yield from composite.parts if composite else ()
    for key in (measure.figure, *(part.figure for part in measure.parts)):
        if key:
            yield from _outcomes(terms, terms.figure(key).measure)
