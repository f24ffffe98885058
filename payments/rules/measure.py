"""Stage 1: how much of an outcome there is, as a count or as a rate of those who count.

Who counts and how often is decided where measurements are counted (outcomes); here the final
figures are picked and, for a composite per cohort, combined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Composite, Outcome, PaymentTerm, TermsDocument
from contracts.rules.terms.words import (
    CompositeRule,
    CompositeScope,
    CountKind,
    MeasureKind,
    Timing,
)
from payments.rules.inputs import Observation
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Step
from sibportal.kernel.money import EXACT

PEOPLE, TIMES, PERCENT = "people", "times", "percent"
SHOWN_PLACES = Decimal("0.0001")
PAIR = 2


@dataclass(frozen=True, slots=True)
class Figures:
    """What the term's timing picks from an observation."""

    reached: int
    unit: str
    denominator: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """An exact figure in its unit (people, times or per cent), and how it came about."""

    value: Fraction
    unit: str
    step: Step


def shown(value: Fraction) -> Decimal:
    """An exact figure as people read it: four places, fewer where they are zeros."""
    exact = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    places = exact.quantize(SHOWN_PLACES, context=EXACT)
    whole = places.to_integral_value()
    return whole if places == whole else places.normalize()


def measure(
    term: PaymentTerm, terms: TermsDocument, observations: Mapping[str, Observation]
) -> Measured:
    """The figure that a payment term pays on. RuleViolation when an outcome has no figures."""
    outcome = terms.outcome(term.measure.outcome)
    figures = _figures(outcome, terms, observations, to_date=term.timing is not Timing.THIS_PERIOD)
    return MEASURES[term.measure.kind](outcome, figures, terms)


def denominator(
    term: PaymentTerm, terms: TermsDocument, observations: Mapping[str, Observation]
) -> int:
    """How many count to date for a term's outcome: what the minimum cohort is held against."""
    return _figures(
        terms.outcome(term.measure.outcome), terms, observations, to_date=True
    ).denominator


def _figures(
    outcome: Outcome,
    terms: TermsDocument,
    observations: Mapping[str, Observation],
    *,
    to_date: bool,
) -> Figures:
    composite = outcome.composite
    if composite and composite.scope is CompositeScope.PER_COHORT:
        parts = [
            _figures(terms.outcome(part), terms, observations, to_date=to_date)
            for part in composite.parts
        ]
        return _deciding_part(parts, composite)
    if outcome.key not in observations:
        raise RuleViolation(
            "payments.observation_missing", field="observations", outcome=outcome.title
        )
    seen = observations[outcome.key]
    if outcome.count.kind is CountKind.ONCE_PER_PERSON:
        reached, unit = seen.cumulative_numerator if to_date else seen.numerator, PEOPLE
    else:
        reached, unit = seen.cumulative_events if to_date else seen.events, TIMES
    return Figures(reached, unit, seen.denominator, seen.sources)


def _deciding_part(parts: list[Figures], composite: Composite) -> Figures:
    """All, any or k of the parts pass exactly when the k-th best of them passes."""
    best_first = sorted(parts, key=lambda part: (_share(part), part.reached), reverse=True)
    deciding = best_first[composite.required - 1]
    sources = tuple(source for part in parts for source in part.sources)
    return Figures(deciding.reached, deciding.unit, deciding.denominator, sources)


def _share(figures: Figures) -> Fraction:
    # Nobody in the denominator is no success.
    return Fraction(figures.reached, figures.denominator) if figures.denominator else Fraction(0)


def _count(outcome: Outcome, figures: Figures, terms: TermsDocument) -> Measured:
    step = Step(
        label="payments.step.measure",
        formula=f"payments.formula.count_{figures.unit}",
        inputs={"outcome": outcome.key, "reached": figures.reached},
        result=figures.reached,
        unit=figures.unit,
        sources=figures.sources,
    )
    return Measured(Fraction(figures.reached), figures.unit, step)


def _rate(outcome: Outcome, figures: Figures, terms: TermsDocument) -> Measured:
    if figures.unit == PEOPLE and figures.reached > figures.denominator:
        raise RuleViolation(
            "payments.more_than_denominator",
            field="observations",
            outcome=outcome.title,
            reached=figures.reached,
            denominator=figures.denominator,
        )
    percent = _share(figures) * 100
    step = Step(
        label="payments.step.measure",
        formula=f"payments.formula.{_rate_wording(outcome)}",
        inputs={
            "outcome": outcome.key,
            "reached": figures.reached,
            "denominator": figures.denominator,
            "denominator_kind": str(answered(terms.counting.denominator)),
        },
        result=shown(percent),
        unit=PERCENT,
        sources=figures.sources,
    )
    return Measured(percent, PERCENT, step)


def _rate_wording(outcome: Outcome) -> str:
    composite = outcome.composite
    if composite is None:
        return "rate"
    if composite.scope is CompositeScope.PER_COHORT:
        return "rate_each"
    both = composite.rule is CompositeRule.ALL_OF and len(composite.parts) == PAIR
    return "rate_both" if both else "rate"


MEASURES: dict[MeasureKind, Callable[[Outcome, Figures, TermsDocument], Measured]] = {
    MeasureKind.COUNT: _count,
    MeasureKind.RATE: _rate,
}
