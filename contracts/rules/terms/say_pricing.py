"""One payment term or named figure, stage by stage, as phrases."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.rules.terms.check_pricing import price_asked
from contracts.rules.terms.document import (
    Compare,
    Figure,
    Gate,
    Measure,
    PaymentTerm,
    TermsDocument,
    Valuation,
)
from contracts.rules.terms.say_outcomes import weight
from contracts.rules.terms.say_prices import say_price
from contracts.rules.terms.units import PERCENT, figure_unit, measure_unit
from contracts.rules.terms.words import (
    CompareKind,
    ComparisonDesign,
    GateKind,
    MeasureKind,
    PriceKind,
    Timing,
    ValuationKind,
)
from sibportal.kernel.explain import Params, Phrase

# Stands in a sentence of a draft where an answer is still open.
UNSAID = "…"


def say_figure(terms: TermsDocument, figure: Figure) -> Iterator[Phrase]:
    """A named figure: how it is measured, compared and valued."""
    params = {"term": figure.title, "currency": terms.currency}
    yield _measure(terms, figure.measure, params)
    yield from _compare(terms, figure.measure, figure.compare, params)
    yield from _valuation(terms, figure.valuation, params)


def say_payment_term(terms: TermsDocument, term: PaymentTerm) -> Iterator[Phrase]:
    """A payment term: figure, comparison, price, conditions, limits and when it pays."""
    params = {
        "term": term.title,
        "outcome": _measured_title(terms, term.measure),
        "currency": terms.currency,
        "day": term.assessment_on,
    }
    if not _says_itself(term):
        yield _measure(terms, term.measure, params)
    yield from _compare(terms, term.measure, term.compare, params)
    yield from _valuation(terms, term.valuation, params)
    if all(getattr(term.price, name) not in (None, ()) for name in price_asked(term.price)):
        yield from say_price(terms, term, params)
    for gate in (*([term.gate] if term.gate else []), *term.further_gates):
        yield from _gate(terms, term, gate, params)
    yield from _limits(term, params)
    for payer in term.payers:
        share = {"party": payer.party, "share_percent": payer.share_percent}
        yield Phrase("terms.say.term_payer", {**params, **share})
    if term.timing and (term.assessment_on or term.timing is not Timing.FINAL):
        yield Phrase(f"terms.say.timing_{term.timing}", params)


def _says_itself(term: PaymentTerm) -> bool:
    """Whether the price or the threshold already tells what is measured."""
    if term.compare or term.valuation:
        return False
    if term.price.kind is PriceKind.GUARANTEED_PART:
        return True
    if term.measure.kind is MeasureKind.COUNT and term.price.kind is PriceKind.UNIT_PRICE:
        return True
    counted = term.measure.kind in {MeasureKind.COUNT, MeasureKind.RATE, MeasureKind.FIGURE}
    return counted and term.gate is not None and term.gate.kind is GateKind.THRESHOLD


def threshold(operator: str, value: object, unit: str) -> Phrase:
    """A threshold in words, such as "at least 50%"; the unit is percent or number."""
    name = "percent" if unit == "percent" else "value"
    return Phrase(f"terms.threshold.{operator}_{unit}", {name: value})


def said_value(value: object, unit: str) -> Phrase:
    """A figure with its sign of per cent, where it is one."""
    name = "percent" if unit == PERCENT else "value"
    return Phrase(f"terms.value.{name}", {name: value})


def _measured_title(terms: TermsDocument, measure: Measure) -> object:
    if measure.kind is MeasureKind.FIGURE and measure.figure:
        return terms.figure(measure.figure).title
    return terms.outcome(measure.outcome).title if measure.outcome else ""


def _measure(terms: TermsDocument, measure: Measure, params: Params) -> Phrase:
    parts = tuple(
        weight(terms.figure(one.figure).title, one.weight_percent) for one in measure.parts
    )
    per = terms.outcome(measure.per).title if measure.per else ""
    said = {"outcome": _measured_title(terms, measure), "parts": parts, "per": per}
    return Phrase(f"terms.say.measure_{measure.kind}", {**params, **said})


def _compare(
    terms: TermsDocument, measure: Measure, compare: Compare | None, params: Params
) -> Iterator[Phrase]:
    if compare is None:
        return
    unit = measure_unit(terms, measure)
    said = {**params, "source": compare.source or UNSAID}
    in_terms = {CompareKind.FIXED_BASELINE, CompareKind.HISTORICAL_COHORT, CompareKind.FORECAST}
    if compare.forecast:
        days = tuple(
            Phrase("terms.say.until", {"value": said_value(one.value, unit), "day": one.until})
            for one in compare.forecast
        )
        yield Phrase("terms.say.compare_forecast_by_day", {**said, "values": days})
    elif compare.kind is CompareKind.COMPARISON_GROUP:
        design = compare.design or ComparisonDesign.MATCHED
        stated = f"_{design}" if compare.design else ""
        yield Phrase(f"terms.say.compare_comparison_group{stated}", said)
    elif compare.kind not in in_terms:
        yield Phrase(f"terms.say.compare_{compare.kind}", said)
    elif compare.value is not None:
        said["reference"] = said_value(compare.value, unit)
        yield Phrase(f"terms.say.compare_{compare.kind}", said)
    else:
        return
    yield Phrase(f"terms.say.effect_{compare.effect}", params)
    for name in ("version", "price_base"):
        if getattr(compare, name):
            yield Phrase(f"terms.say.compared_{name}", {**params, name: getattr(compare, name)})


def _valuation(
    terms: TermsDocument, valuation: Valuation | None, params: Params
) -> Iterator[Phrase]:
    if valuation is None or valuation.unit_cost is None:
        return
    said = {
        **params,
        "amount": valuation.unit_cost,
        "source": valuation.source or UNSAID,
        "price_base": valuation.price_base or UNSAID,
        "years": valuation.years,
        "discount_percent": valuation.discount_percent,
    }
    if valuation.kind is ValuationKind.COST_SAVED or None not in (
        valuation.years, valuation.discount_percent,
    ):  # fmt: skip
        yield Phrase(f"terms.say.{valuation.kind}_{valuation.times}", said)
    if valuation.index:
        index = terms.index(valuation.index).title
        yield Phrase("terms.say.indexed", {**params, "index": index})


def _gate(terms: TermsDocument, term: PaymentTerm, gate: Gate, params: Params) -> Iterator[Phrase]:
    if gate.operator is None or gate.value is None:
        return
    if gate.kind is GateKind.PRECONDITION:
        told = _held(terms, gate.figure, gate.operator, gate.value)
        yield Phrase("terms.say.precondition", {**params, **told})
        return
    unit = figure_unit(terms, term.measure, term.compare, term.valuation)
    said = {**params, "threshold": threshold(gate.operator, gate.value, _unit(unit))}
    if gate.kind is GateKind.FALLBACK_CHAIN:
        steps = tuple(
            Phrase("terms.say.fallback_step", _held(terms, one.figure, one.operator, one.value))
            for one in gate.fallback
            if one.operator and one.value is not None
        )
        yield Phrase("terms.say.fallback_chain", {**said, "steps": steps})
    elif term.valuation or term.compare or term.measure.kind is MeasureKind.WEIGHTED_INDEX:
        yield Phrase("terms.say.threshold_figure", said)
    else:
        yield Phrase("terms.say.threshold", said)


def _held(terms: TermsDocument, key: str, operator: str, value: object) -> dict[str, object]:
    figure = terms.figure(key)
    unit = figure_unit(terms, figure.measure, figure.compare, figure.valuation)
    return {"figure": figure.title, "threshold": threshold(operator, value, _unit(unit))}


def _unit(unit: str) -> str:
    return "percent" if unit == PERCENT else "number"


def _limits(term: PaymentTerm, params: Params) -> Iterator[Phrase]:
    limit = term.limit
    for name in ("cap", "floor", "period_cap"):
        value = getattr(limit, name)
        if value is not None:
            yield Phrase(f"terms.say.term_{name}", {**params, name: value})
    if limit.floor_cost_percent is not None:
        said = {**params, "cost_percent": limit.floor_cost_percent}
        yield Phrase("terms.say.term_floor_cost", said)
