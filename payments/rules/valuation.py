"""End of stage 2, optional: what an effect is worth in money, and what an index does to a price."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Valuation
from contracts.rules.terms.units import MONEY, PER_HUNDRED, PERCENT
from contracts.rules.terms.words import ValuationKind, ValuationTimes
from payments.rules.facts import Facts
from payments.rules.measure import Measured, shown
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Step, Value


def value(facts: Facts, terms: Valuation, effect: Measured) -> Measured:
    """What an effect is worth, exactly, in the terms' currency."""
    quantity, people = _quantity(terms, effect)
    factor, indexed = index(facts, terms.index)
    unit_cost = Fraction(answered(terms.unit_cost)) * factor
    worth, said = VALUATIONS[terms.kind](terms, quantity * unit_cost)
    inputs: dict[str, Value] = {
        "effect": shown(effect.value),
        "unit_cost": shown(unit_cost),
        **({"people": people} if people is not None else {}),
        **said,
        "source": terms.source,
        "price_base": terms.price_base,
    }
    formula = f"payments.formula.{terms.kind}{'_each' if people is not None else ''}"
    step = Step(
        "payments.step.valuation",
        formula,
        inputs,
        shown(worth),
        facts.terms.currency,
        children=indexed,
    )
    return Measured(worth, MONEY, step, effect.people)


def index(facts: Facts, key: str) -> tuple[Fraction, tuple[Step, ...]]:
    """By how much an index clause moves a price: index of the claim over its base, by no more
    than its cap either way. 1 without a clause; RuleViolation when the claim has no index."""
    if not key:
        return Fraction(1), ()
    clause = facts.terms.index(key)
    if key not in facts.inputs.indexes:
        raise RuleViolation("payments.index_missing", field=f"indexes.{key}", index=clause.title)
    now, base = facts.inputs.indexes[key], answered(clause.base_value)
    factor = Fraction(now) / Fraction(base)
    if clause.cap_percent is not None:
        most = Fraction(clause.cap_percent) / 100
        factor = min(max(factor, 1 - most), 1 + most)
    step = Step(
        "payments.step.index",
        "payments.formula.index",
        {
            "index": key,
            "index_value": now,
            "base_value": base,
            **({"most_percent": clause.cap_percent} if clause.cap_percent is not None else {}),
            "source": clause.source,
        },
        shown(factor * 100),
        PERCENT,
    )
    return factor, (step,)


def _quantity(terms: Valuation, effect: Measured) -> tuple[Fraction, int | None]:
    """How many unit costs an effect comes to: the effect itself, or so much for each person;
    an effect per hundred is that share of those who count."""
    if terms.times is ValuationTimes.EFFECT:
        return effect.value, None
    each = effect.value / 100 if effect.unit in {PERCENT, PER_HUNDRED} else effect.value
    return each * effect.people, effect.people


def _cost_saved(terms: Valuation, saved: Fraction) -> tuple[Fraction, dict[str, Value]]:
    return saved, {}


def _net_present_value(terms: Valuation, saved: Fraction) -> tuple[Fraction, dict[str, Value]]:
    """The same sum each year; the first year is not discounted."""
    years = answered(terms.years)
    discount: Decimal = answered(terms.discount_percent)
    each = 1 / (1 + Fraction(discount) / 100)
    worth = saved * sum((each**year for year in range(years)), Fraction(0))
    return worth, {"years": years, "discount_percent": discount, "amount": shown(saved)}


VALUATIONS: dict[
    ValuationKind, Callable[[Valuation, Fraction], tuple[Fraction, dict[str, Value]]]
] = {
    ValuationKind.COST_SAVED: _cost_saved,
    ValuationKind.NET_PRESENT_VALUE: _net_present_value,
}
