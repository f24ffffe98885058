"""In which unit a payment term's figure comes out, before and after the comparison."""

from __future__ import annotations

from contracts.rules.terms.document import Compare, Measure, TermsDocument, Valuation
from contracts.rules.terms.words import CountKind, Effect, MeasureKind

PEOPLE, TIMES, PERCENT, DAYS, VALUE, MONEY = (
    "people", "times", "percent", "days", "value", "money",
)  # fmt: skip
PER_HUNDRED = "per_hundred"
_OF_MEASURE = {
    MeasureKind.RATE: PERCENT,
    MeasureKind.RATIO: PERCENT,
    MeasureKind.FREQUENCY: PER_HUNDRED,
    MeasureKind.DAYS: DAYS,
    MeasureKind.SUM: VALUE,
    MeasureKind.MEAN: VALUE,
}
IN_PER_CENT = frozenset({Effect.RELATIVE_INCREASE, Effect.RELATIVE_REDUCTION, Effect.RATIO})


def figure_unit(
    terms: TermsDocument, measure: Measure, compare: Compare | None, valuation: Valuation | None
) -> str:
    """The unit of what is gated and priced; "" where keys are unknown, which the check reports."""
    if valuation is not None:
        return MONEY
    if compare is not None and compare.effect in IN_PER_CENT:
        return PERCENT
    return measure_unit(terms, measure)


def measure_unit(terms: TermsDocument, measure: Measure) -> str:
    """The unit of the measured figure itself."""
    if measure.kind is MeasureKind.FIGURE:
        return _named(terms, measure.figure)
    if measure.kind is MeasureKind.WEIGHTED_INDEX:
        return _named(terms, measure.parts[0].figure) if measure.parts else ""
    if measure.kind is not MeasureKind.COUNT:
        return _OF_MEASURE[measure.kind]
    counts = {outcome.key: outcome.count.kind for outcome in terms.outcomes}
    once = counts.get(measure.outcome, CountKind.ONCE_PER_PERSON) is CountKind.ONCE_PER_PERSON
    return PEOPLE if once else TIMES


def _named(terms: TermsDocument, key: str) -> str:
    for figure in terms.figures:
        # A named figure is made of outcomes, so this ends after one step.
        if figure.key == key and figure.measure.kind is not MeasureKind.FIGURE:
            if figure.measure.kind is MeasureKind.WEIGHTED_INDEX:
                return _first_simple(terms, figure.measure)
            return figure_unit(terms, figure.measure, figure.compare, figure.valuation)
    return ""


def _first_simple(terms: TermsDocument, measure: Measure) -> str:
    first = measure.parts[0].figure if measure.parts else ""
    for figure in terms.figures:
        if figure.key == first and figure.measure.kind is not MeasureKind.WEIGHTED_INDEX:
            return figure_unit(terms, figure.measure, figure.compare, figure.valuation)
    return ""
