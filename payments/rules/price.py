"""Stage 4: what the figure is worth; rounded here, once per line, by the rule of the terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import PaymentTerm, Price
from contracts.rules.terms.units import PER_HUNDRED, PERCENT
from contracts.rules.terms.words import (
    Clawback,
    CostSource,
    PremiumBasis,
    PriceKind,
    RoundingTo,
    ShareBasis,
)
from payments.rules.facts import Facts, last_day
from payments.rules.interest import days_between, earned
from payments.rules.measure import Measured, shown
from payments.rules.multipliers import multiplier
from payments.rules.scales import bands, curve, share, tiers
from payments.rules.valuation import index
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Step, Value
from sibportal.kernel.money import quantise

# Kinds whose worth is in proportion to the people already, so that a small cohort scales itself.
IN_PROPORTION = frozenset({PriceKind.UNIT_PRICE, PriceKind.SHARE_OF_SAVINGS})


@dataclass(frozen=True, slots=True)
class Worth:
    """The exact worth of a figure, what the explanation shows of how it came about, and the last
    part of its formula where that is not the kind of the price."""

    value: Fraction
    inputs: Mapping[str, Value]
    steps: tuple[Step, ...] = ()
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Priced:
    """The rounded amount as a step, and the exact amount behind it."""

    step: Step
    exact: Fraction = field(default=Fraction(0))


def price(facts: Facts, term: PaymentTerm, figure: Measured, factor: Fraction) -> Priced:
    """What a term is worth; nothing when the gate is closed, negative only as a malus agreed.

    `factor` is the part that gates and minimum cohort let through. RuleViolation when figures
    lack what the price needs: cells, an index, a verified cost.
    """
    terms, given = facts.terms, term.price
    if factor == 0:
        return nothing(facts, "nothing")
    worth = PRICES[given.kind](facts, term, figure)
    least = worth.value if terms.claim.clawback is not Clawback.NONE else Fraction(0)
    exact = max(worth.value, min(least, Fraction(0))) * factor
    amount = quantise(
        exact,
        terms.currency,
        answered(terms.rounding),
        whole=terms.rounding_to is RoundingTo.WHOLE,
    )
    formula = worth.formula or str(given.kind)
    step = _step(f"payments.formula.{formula}", worth.inputs, amount, facts, worth.steps)
    return Priced(step if factor == 1 else _scaled(step, given, worth, factor), exact)


def nothing(facts: Facts, why: str) -> Priced:
    """Nothing is paid, and the code of why."""
    amount = quantise(Decimal(0), facts.terms.currency)
    return Priced(_step(f"payments.formula.{why}", {}, amount, facts))


def is_in_proportion(given: Price, figure: Measured) -> bool:
    """Whether fewer people bring less by themselves, or a minimum cohort has to scale the sum."""
    by_unit = given.kind is PriceKind.MARGINAL_BANDS and figure.unit not in {PERCENT, PER_HUNDRED}
    return given.kind in IN_PROPORTION or by_unit


def _scaled(step: Step, given: Price, worth: Worth, factor: Fraction) -> Step:
    """A price of which only a part is paid: the whole sum with its part."""
    percent = shown(factor * 100)
    if step.formula in {"payments.formula.fixed_amount", "payments.formula.cost_plus_premium"}:
        return Step(
            step.label,
            f"{step.formula}_scaled",
            {**step.inputs, "percent": percent},
            step.result,
            step.unit,
            children=step.children,
        )
    whole = Step(
        step.label, step.formula, step.inputs, shown(worth.value), step.unit, (), step.children
    )
    return Step(
        step.label,
        "payments.formula.scaled",
        {"amount": shown(worth.value), "percent": percent},
        step.result,
        step.unit,
        children=(whole,),
    )


def _step(
    formula: str,
    inputs: Mapping[str, Value],
    amount: Decimal,
    facts: Facts,
    children: tuple[Step, ...] = (),
) -> Step:
    return Step(
        "payments.step.price", formula, inputs, amount, facts.terms.currency, children=children
    )


def _unit_price(facts: Facts, term: PaymentTerm, figure: Measured) -> Worth:
    """Quantity x price: the price in force, moved by its index and by the cells' multipliers."""
    factor, indexed = index(facts, term.price.index)
    base = _in_force(facts, term.price)
    amount = Fraction(base) * factor
    inputs: dict[str, Value] = {
        "quantity": shown(figure.value),
        "unit_price": base if factor == 1 else shown(amount),
    }
    if not term.price.multipliers:
        return Worth(figure.value * amount, inputs, indexed)
    part, cells = multiplier(facts, term, figure)
    return Worth(
        figure.value * amount * part,
        {**inputs, "multiplier_percent": shown(part * 100)},
        (*indexed, *cells),
        "unit_price_multiplied",
    )


def _in_force(facts: Facts, given: Price) -> Decimal:
    """The price of the list that is in force on the period's last day."""
    day = last_day(facts)
    found = [one.amount for one in given.price_list if one.valid_from <= day]
    if found:
        return found[-1]
    if given.amount is None:
        raise RuleViolation("payments.price_missing", field="period.end", day=day)
    return given.amount


def _fixed_amount(facts: Facts, term: PaymentTerm, figure: Measured) -> Worth:
    factor, indexed = index(facts, term.price.index)
    amount = answered(term.price.amount)
    return Worth(Fraction(amount) * factor, {"amount": amount}, indexed)


def cost(facts: Facts, given: Price) -> tuple[Decimal, dict[str, Value]]:
    """The agreed cost, or what was verified of it; RuleViolation when nobody has verified one."""
    agreed = answered(given.cost)
    if given.cost_source is CostSource.AGREED:
        return agreed, {"cost": agreed}
    verified = facts.inputs.service_cost
    if verified is None:
        raise RuleViolation("payments.service_cost_missing", field="service_cost")
    return min(agreed, verified), {
        "cost": min(agreed, verified),
        "cost_verified": verified,
        "cost_agreed": agreed,
    }


def _cost_plus_premium(facts: Facts, term: PaymentTerm, figure: Measured) -> Worth:
    given = term.price
    sum_of_cost, said = cost(facts, given)
    basis = answered(given.basis)
    premium, beside = PREMIUMS[basis](facts, given, sum_of_cost)
    inputs: dict[str, Value] = {**said, **beside, "basis": str(basis)}
    formula = "" if basis is PremiumBasis.COST else f"cost_plus_{basis}"
    return Worth(Fraction(sum_of_cost) + premium, inputs, (), formula)


Premium = tuple[Fraction, dict[str, Value]]


def _premium_on_cost(facts: Facts, given: Price, of: Decimal) -> Premium:
    percent = answered(given.premium_percent)
    return Fraction(of) * Fraction(percent) / 100, {"premium_percent": percent}


def _premium_amount(facts: Facts, given: Price, of: Decimal) -> Premium:
    amount = answered(given.premium_amount)
    return Fraction(amount), {"premium_amount": amount}


def _premium_yearly(facts: Facts, given: Price, of: Decimal) -> Premium:
    """Interest from the agreed day to the period's end, actual days over 365."""
    percent, start = answered(given.premium_percent), answered(given.interest_from)
    end = facts.inputs.period.period.end
    if end is None:
        raise RuleViolation("payments.period_open", field="period.end")
    days = days_between(start, end)
    premium = Fraction(of) * earned(percent, days, given.compounding)
    return premium, {
        "premium_percent": percent,
        "interest_from": start.isoformat(),
        "days": days,
        "compounding": str(given.compounding),
        "premium_amount": shown(premium),
    }


PREMIUMS: dict[PremiumBasis, Callable[[Facts, Price, Decimal], Premium]] = {
    PremiumBasis.COST: _premium_on_cost,
    PremiumBasis.AMOUNT: _premium_amount,
    PremiumBasis.YEARLY: _premium_yearly,
}


def _step_tiers(facts: Facts, term: PaymentTerm, figure: Measured) -> Worth:
    factor, indexed = index(facts, term.price.index)
    needs_cost = any(tier.percent is not None for tier in term.price.tiers)
    of, said = cost(facts, term.price) if needs_cost else (Decimal(0), {})
    amount, inputs, formula = tiers(term.price.tiers, figure, of)
    return Worth(amount * factor, {**inputs, **said}, indexed, formula)


def _marginal_bands(facts: Facts, term: PaymentTerm, figure: Measured) -> Worth:
    factor, indexed = index(facts, term.price.index)
    amount, steps = bands(term.price.bands, figure, facts.terms.currency, factor)
    inputs: dict[str, Value] = {"measured": shown(figure.value), "unit": figure.unit}
    return Worth(amount, inputs, (*indexed, *steps))


def _linear_interpolation(facts: Facts, term: PaymentTerm, figure: Measured) -> Worth:
    amount, inputs, formula = curve(term.price, figure)
    return Worth(amount, inputs, (), formula)


def _share_of_savings(facts: Facts, term: PaymentTerm, figure: Measured) -> Worth:
    if not term.price.share_steps:
        percent = answered(term.price.share_percent)
        inputs: dict[str, Value] = {"savings": shown(figure.value), "share_percent": percent}
        return Worth(max(figure.value, Fraction(0)) * Fraction(percent) / 100, inputs)
    before = Fraction(0)
    if not facts.to_date and term.price.share_basis is ShareBasis.PAID:
        before = Fraction(facts.inputs.earlier.by_term.get(term.key, Decimal(0)))
    amount, steps = share(term.price, figure, before, facts.terms.currency)
    return Worth(amount, {"savings": shown(figure.value)}, steps, "share_of_savings_steps")


def _guaranteed_part(facts: Facts, term: PaymentTerm, figure: Measured) -> Worth:
    of, said = cost(facts, term.price)
    percent = answered(term.price.guaranteed_percent)
    return Worth(Fraction(of) * Fraction(percent) / 100, {**said, "guaranteed_percent": percent})


PRICES: dict[PriceKind, Callable[[Facts, PaymentTerm, Measured], Worth]] = {
    PriceKind.UNIT_PRICE: _unit_price,
    PriceKind.FIXED_AMOUNT: _fixed_amount,
    PriceKind.COST_PLUS_PREMIUM: _cost_plus_premium,
    PriceKind.STEP_TIERS: _step_tiers,
    PriceKind.MARGINAL_BANDS: _marginal_bands,
    PriceKind.LINEAR_INTERPOLATION: _linear_interpolation,
    PriceKind.SHARE_OF_SAVINGS: _share_of_savings,
    PriceKind.GUARANTEED_PART: _guaranteed_part,
}
