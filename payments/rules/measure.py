"""Stage 1: how much of an outcome there is.

Who counts and how often is decided where measurements are counted (outcomes); here the final
figures are picked and, for a composite per cohort, combined. Everything is exact: a share is a
fraction, and only what people read is rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Composite, Measure, Outcome
from contracts.rules.terms.units import DAYS, PEOPLE, PER_HUNDRED, PERCENT, TIMES, VALUE
from contracts.rules.terms.words import CompositeRule, CompositeScope, CountKind, MeasureKind
from payments.rules.facts import Facts, lacking, seen
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Step, Value
from sibportal.kernel.money import EXACT

SHOWN_PLACES = Decimal("0.0001")
PAIR = 2
HUNDRED = Fraction(100)
# Figures that only make sense to date: a share of a period is a share of nobody in particular.
ALWAYS_TO_DATE = frozenset(
    {MeasureKind.RATE, MeasureKind.RATIO, MeasureKind.FREQUENCY, MeasureKind.MEAN}
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the term's timing picks from an observation. `reached` is people or times, as the
    outcome counts; `events` are always times."""

    reached: int
    unit: str
    denominator: int
    sources: tuple[str, ...]
    events: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """An exact figure in its unit, and how it came about. `people` are those it is a figure of:
    a figure of nobody passes no threshold and earns nothing."""

    value: Fraction
    unit: str
    step: Step
    people: int = 0


# A figure of the terms by its key, measured and compared.
Named = Callable[[str], Measured]


def shown(value: Fraction) -> Decimal:
    """An exact figure as people read it: four places, fewer where they are zeros."""
    exact = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    places = exact.quantize(SHOWN_PLACES, context=EXACT)
    whole = places.to_integral_value()
    return whole if places == whole else places.normalize()


def measure(facts: Facts, given: Measure, named: Named) -> Measured:
    """The figure that is paid on; `named` gives the named figures it is made of. RuleViolation
    when an outcome has no figures or its figures lack what the measure needs."""
    return MEASURES[given.kind](facts, given, named)


def figures_of(facts: Facts, outcome: Outcome, *, to_date: bool) -> Figures:
    """The figures of an outcome; of a composite per cohort, those of its deciding part."""
    composite = outcome.composite
    if composite and composite.scope is CompositeScope.PER_COHORT:
        parts = [
            figures_of(facts, facts.terms.outcome(part), to_date=to_date)
            for part in composite.parts
        ]
        return _deciding_part(parts, composite)
    found = seen(facts, outcome)
    events = found.cumulative_events if to_date else found.events
    people = found.cumulative_numerator if to_date else found.numerator
    once = outcome.count.kind is CountKind.ONCE_PER_PERSON
    reached, unit = (people, PEOPLE) if once else (events, TIMES)
    return Figures(reached, unit, found.denominator, found.sources, events)


def _deciding_part(parts: list[Figures], composite: Composite) -> Figures:
    """All, any or k of the parts pass exactly when the k-th best of them passes."""
    best_first = sorted(parts, key=lambda part: (_share(part), part.reached), reverse=True)
    deciding = best_first[composite.required - 1]
    sources = tuple(source for part in parts for source in part.sources)
    return Figures(deciding.reached, deciding.unit, deciding.denominator, sources, deciding.events)


def _share(figures: Figures) -> Fraction:
    # Nobody in the denominator is no success.
    return Fraction(figures.reached, figures.denominator) if figures.denominator else Fraction(0)


def _step(
    formula: str,
    inputs: dict[str, Value],
    result: Value,
    unit: str,
    sources: tuple[str, ...] = (),
    children: tuple[Step, ...] = (),
) -> Step:
    label = "payments.step.measure"
    return Step(label, f"payments.formula.{formula}", inputs, result, unit, sources, children)


def _count(facts: Facts, given: Measure, named: Named) -> Measured:
    outcome = facts.terms.outcome(given.outcome)
    figures = figures_of(facts, outcome, to_date=facts.to_date)
    step = _step(
        f"count_{figures.unit}",
        {"outcome": outcome.key, "reached": figures.reached},
        figures.reached,
        figures.unit,
        figures.sources,
    )
    return Measured(Fraction(figures.reached), figures.unit, step, figures.denominator)


def _rate(facts: Facts, given: Measure, named: Named) -> Measured:
    outcome = facts.terms.outcome(given.outcome)
    figures = figures_of(facts, outcome, to_date=True)
    if figures.unit == PEOPLE and figures.reached > figures.denominator:
        raise RuleViolation(
            "payments.more_than_denominator",
            field="observations",
            outcome=outcome.title,
            reached=figures.reached,
            denominator=figures.denominator,
        )
    percent = _share(figures) * 100
    inputs: dict[str, Value] = {
        "outcome": outcome.key,
        "reached": figures.reached,
        "denominator": figures.denominator,
        "denominator_kind": str(answered(facts.terms.counting.denominator)),
    }
    step = _step(_rate_wording(outcome), inputs, shown(percent), PERCENT, figures.sources)
    return Measured(percent, PERCENT, step, figures.denominator)


def _rate_wording(outcome: Outcome) -> str:
    composite = outcome.composite
    if composite is None:
        return "rate"
    if composite.scope is CompositeScope.PER_COHORT:
        return "rate_each"
    both = composite.rule is CompositeRule.ALL_OF and len(composite.parts) == PAIR
    return "rate_both" if both else "rate"


def _frequency(facts: Facts, given: Measure, named: Named) -> Measured:
    """Events per hundred people: one person can bring several, unlike in a rate."""
    outcome = facts.terms.outcome(given.outcome)
    figures = figures_of(facts, outcome, to_date=True)
    of = figures.denominator
    value = Fraction(figures.events, of) * 100 if of else Fraction(0)
    inputs: dict[str, Value] = {
        "outcome": outcome.key,
        "reached": figures.events,
        "denominator": of,
        "denominator_kind": str(answered(facts.terms.counting.denominator)),
    }
    step = _step("frequency", inputs, shown(value), PER_HUNDRED, figures.sources)
    return Measured(value, PER_HUNDRED, step, of)


def total_of(facts: Facts, outcome: Outcome, *, to_date: bool) -> Fraction:
    """The sum of a quantity; RuleViolation when the observation has none."""
    found = seen(facts, outcome)
    total = found.cumulative_total if to_date else found.total
    if total is None:
        name = "cumulative_total" if to_date else "total"
        raise lacking(facts, "payments.total_missing", outcome, name)
    return Fraction(total)


def people_of(facts: Facts, outcome: Outcome) -> int:
    """The people behind a quantity: those measured, or all who count where that is not said."""
    found = seen(facts, outcome)
    return found.denominator if found.measured is None else found.measured


def _total(kind: str, unit: str) -> Callable[[Facts, Measure, Named], Measured]:
    def of(facts: Facts, given: Measure, named: Named) -> Measured:
        outcome = facts.terms.outcome(given.outcome)
        total = total_of(facts, outcome, to_date=facts.to_date)
        sources = seen(facts, outcome).sources
        step = _step(kind, {"outcome": outcome.key}, shown(total), unit, sources)
        return Measured(total, unit, step, people_of(facts, outcome))

    return of


def _mean(facts: Facts, given: Measure, named: Named) -> Measured:
    """The average of the people behind the total; a mean over people who were never measured
    would count them as zero, which is a good result where less is better."""
    outcome = facts.terms.outcome(given.outcome)
    total, people = total_of(facts, outcome, to_date=True), people_of(facts, outcome)
    mean = total / people if people else Fraction(0)
    inputs: dict[str, Value] = {"outcome": outcome.key, "total": shown(total), "people": people}
    step = _step("mean", inputs, shown(mean), VALUE, seen(facts, outcome).sources)
    return Measured(mean, VALUE, step, people)


def _ratio(facts: Facts, given: Measure, named: Named) -> Measured:
    """One sum over another in per cent, such as days in care of all days of childhood."""
    outcome, per = facts.terms.outcome(given.outcome), facts.terms.outcome(given.per)
    total = total_of(facts, outcome, to_date=True)
    whole = total_of(facts, per, to_date=True)
    ratio = total / whole * 100 if whole else Fraction(0)
    inputs: dict[str, Value] = {
        "outcome": outcome.key,
        "total": shown(total),
        "whole": shown(whole),
    }
    sources = seen(facts, outcome).sources + seen(facts, per).sources
    step = _step("ratio", inputs, shown(ratio), PERCENT, sources)
    return Measured(ratio, PERCENT, step, people_of(facts, outcome) if whole else 0)


def _weighted_index(facts: Facts, given: Measure, named: Named) -> Measured:
    """Named figures by their weights; of as many people as the part with the fewest."""
    parts = [(part.weight_percent, named(part.figure)) for part in given.parts]
    value = sum((figure.value * Fraction(weight) / 100 for weight, figure in parts), Fraction(0))
    unit = parts[0][1].unit
    children = tuple(
        Step(
            "payments.step.index_part",
            "payments.formula.index_part",
            {"weight_percent": weight, "measured": shown(figure.value), "unit": figure.unit},
            shown(figure.value * Fraction(weight) / 100),
            figure.unit,
            children=(figure.step,),
        )
        for weight, figure in parts
    )
    step = _step("weighted_index", {"parts": len(parts)}, shown(value), unit, (), children)
    return Measured(value, unit, step, min(figure.people for _, figure in parts))


def _figure(facts: Facts, given: Measure, named: Named) -> Measured:
    return named(given.figure)


MEASURES: dict[MeasureKind, Callable[[Facts, Measure, Named], Measured]] = {
    MeasureKind.COUNT: _count,
    MeasureKind.RATE: _rate,
    MeasureKind.FREQUENCY: _frequency,
    MeasureKind.RATIO: _ratio,
    MeasureKind.DAYS: _total("quantity_days", DAYS),
    MeasureKind.SUM: _total("quantity_sum", VALUE),
    MeasureKind.MEAN: _mean,
    MeasureKind.WEIGHTED_INDEX: _weighted_index,
    MeasureKind.FIGURE: _figure,
}
