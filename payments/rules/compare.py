"""Stage 2, optional: the measured figure against what it is compared with.

A reference is agreed in the terms (baseline, earlier cohort, forecast) or comes with the figures
(own history, comparison group, difference in differences); the effect is their difference, in the
direction and form that the terms name. A signed estimate takes the place of both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from contracts.rules.terms.check_pricing import IN_TERMS
from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Compare, Measure, Outcome
from contracts.rules.terms.units import IN_PER_CENT, PERCENT, measure_unit
from contracts.rules.terms.words import CompareKind, Effect, MeasureKind
from payments.rules.facts import Facts, lacking, last_day, seen
from payments.rules.inputs import Group
from payments.rules.measure import Measured, shown
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Step, Value

PER_HEAD = frozenset({MeasureKind.RATE, MeasureKind.FREQUENCY})
GIVEN_AS_TOTAL = frozenset({MeasureKind.MEAN, MeasureKind.SUM, MeasureKind.DAYS})


@dataclass(frozen=True, slots=True)
class Reference:
    """What a figure is set against, and how that came about where the terms do not say it."""

    value: Fraction
    steps: tuple[Step, ...] = ()


def compare(facts: Facts, terms: Compare, given: Measure, measured: Measured) -> Measured:
    """What is left of a figure after the comparison. RuleViolation when the figures lack what it
    is compared with, or a relative effect has a reference of zero."""
    reference = COMPARES[terms.kind](facts, terms, given, measured)
    value, unit = _effect(terms.effect, measured, reference.value)
    plain = terms.kind is CompareKind.FIXED_BASELINE and terms.effect is Effect.INCREASE
    inputs: dict[str, Value] = {
        "measured": shown(measured.value),
        "baseline": shown(reference.value) if terms.value is None else terms.value,
        "source": terms.source,
    }
    if not plain:
        inputs |= {"comparison": str(terms.kind), "unit": measured.unit}
        said = {"version": terms.version, "price_base": terms.price_base}
        inputs |= {name: text for name, text in said.items() if text}
    step = Step(
        "payments.step.compare",
        "payments.formula.fixed_baseline" if plain else f"payments.formula.compare_{terms.effect}",
        inputs,
        shown(value),
        unit,
        children=reference.steps,
    )
    return Measured(value, unit, step, measured.people)


def estimated(facts: Facts, terms: Compare, given: Measure) -> Measured | None:
    """The effect as somebody has estimated and signed it; None where the terms hold the reference
    or nobody has estimated."""
    found = facts.observations.get(given.outcome)
    if terms.kind in IN_TERMS or found is None or found.estimate is None:
        return None
    estimate = found.estimate
    relative = terms.effect in IN_PER_CENT
    unit = PERCENT if relative else measure_unit(facts.terms, given)
    inputs: dict[str, Value] = {"outcome": given.outcome, "comparison": str(terms.kind)}
    formula = "payments.formula.estimate"
    if estimate.low is not None and estimate.high is not None:
        formula = "payments.formula.estimate_interval"
        inputs |= {"low": estimate.low, "high": estimate.high}
    inputs |= {"method": estimate.method, "source": terms.source}
    step = Step("payments.step.compare", formula, inputs, estimate.value, unit, found.sources)
    return Measured(Fraction(estimate.value), unit, step, found.denominator)


def _effect(effect: Effect, measured: Measured, reference: Fraction) -> tuple[Fraction, str]:
    """The difference in the agreed form; relative ones are in per cent of the reference."""
    if effect is Effect.INCREASE:
        return measured.value - reference, measured.unit
    if effect is Effect.REDUCTION:
        return reference - measured.value, measured.unit
    if reference == 0:
        raise RuleViolation("payments.reference_zero", field="observations")
    ratio = measured.value / reference * 100
    if effect is Effect.RATIO:
        return ratio, PERCENT
    rise = ratio - 100
    return (rise if effect is Effect.RELATIVE_INCREASE else -rise), PERCENT


def _in_terms(facts: Facts, terms: Compare, given: Measure, measured: Measured) -> Reference:
    return Reference(Fraction(answered(terms.value)))


def _forecast(facts: Facts, terms: Compare, given: Measure, measured: Measured) -> Reference:
    """The forecast of the first day that is not before the period's last; an open period takes
    the last one."""
    if not terms.forecast:
        return _in_terms(facts, terms, given, measured)
    is_open = facts.inputs.period.period.end is None
    day = terms.forecast[-1].until if is_open else last_day(facts)
    for point in terms.forecast:
        if day <= point.until:
            value = Fraction(point.value)
            step = _reference_step("forecast", {"until": point.until.isoformat()}, value, measured)
            return Reference(value, (step,))
    raise RuleViolation("payments.forecast_missing", field="period.end", day=day)


def _own_history(facts: Facts, terms: Compare, given: Measure, measured: Measured) -> Reference:
    before = _group_value(facts, given, "before", measured)
    return Reference(
        before, (_reference_step("own_history", _people(facts, given, "before"), before, measured),)
    )


def _comparison_group(
    facts: Facts, terms: Compare, given: Measure, measured: Measured
) -> Reference:
    value = _group_value(facts, given, "comparison", measured)
    inputs = _people(facts, given, "comparison")
    if terms.design:
        inputs["design"] = str(terms.design)
    return Reference(value, (_reference_step("comparison_group", inputs, value, measured),))


def _difference_in_differences(
    facts: Facts, terms: Compare, given: Measure, measured: Measured
) -> Reference:
    """Own history, moved by what happened to the comparison group meanwhile."""
    before, comparison, earlier = (
        _group_value(facts, given, name, measured)
        for name in ("before", "comparison", "comparison_before")
    )
    value = before + comparison - earlier
    inputs: dict[str, Value] = {
        "before": shown(before),
        "comparison_group": shown(comparison),
        "comparison_before": shown(earlier),
    }
    step = _reference_step("difference_in_differences", inputs, value, measured)
    return Reference(value, (step,))


def _reference_step(
    kind: str, inputs: dict[str, Value], value: Fraction, measured: Measured
) -> Step:
    return Step(
        "payments.step.reference",
        f"payments.formula.reference_{kind}",
        inputs,
        shown(value),
        measured.unit,
    )


def _people(facts: Facts, given: Measure, name: str) -> dict[str, Value]:
    return {"people": _group(facts, facts.terms.outcome(given.outcome), name).people}


def _group(facts: Facts, outcome: Outcome, name: str) -> Group:
    """A comparison group or an earlier time of an outcome; never nobody."""
    found: Group | None = getattr(seen(facts, outcome), name)
    if found is None or found.people == 0:
        code = "history" if name == "before" else "comparison"
        raise lacking(facts, f"payments.{code}_missing", outcome, name)
    return found


def _group_total(facts: Facts, outcome: Outcome, name: str) -> Fraction:
    total = _group(facts, outcome, name).total
    if total is None:
        raise lacking(facts, "payments.total_missing", outcome, f"{name}.total")
    return Fraction(total)


def _group_value(facts: Facts, given: Measure, name: str, measured: Measured) -> Fraction:
    """The same measure of another group; a count or a sum of as many people as were measured."""
    outcome = facts.terms.outcome(given.outcome)
    group = _group(facts, outcome, name)
    if given.kind is MeasureKind.RATIO:
        per = _group_total(facts, facts.terms.outcome(given.per), name)
        if per == 0:
            raise lacking(facts, "payments.comparison_missing", outcome, name)
        return _group_total(facts, outcome, name) / per * 100
    if given.kind in GIVEN_AS_TOTAL:
        each = _group_total(facts, outcome, name) / group.people
        return each if given.kind is MeasureKind.MEAN else each * measured.people
    each = Fraction(group.reached, group.people)
    return each * 100 if given.kind in PER_HEAD else each * measured.people


COMPARES: dict[CompareKind, Callable[[Facts, Compare, Measure, Measured], Reference]] = {
    CompareKind.FIXED_BASELINE: _in_terms,
    CompareKind.HISTORICAL_COHORT: _in_terms,
    CompareKind.FORECAST: _forecast,
    CompareKind.OWN_HISTORY: _own_history,
    CompareKind.COMPARISON_GROUP: _comparison_group,
    CompareKind.DIFFERENCE_IN_DIFFERENCES: _difference_in_differences,
}
