"""Stage 4: what the figure is worth; rounded here, once per line, by the rule of the terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Price, TermsDocument
from contracts.rules.terms.words import PriceKind
from payments.rules.measure import Measured, shown
from sibportal.kernel.explain import Step, Value
from sibportal.kernel.money import quantise

# The exact worth, and what the explanation shows of how it came about.
Worth = tuple[Fraction, Mapping[str, Value]]


def price(terms: TermsDocument, given: Price, measured: Measured, factor: Fraction) -> Step:
    """The rounded amount as a step; zero when the gate is closed, never negative.

    `factor` is the part that gate and minimum cohort let through.
    """
    if factor == 0:
        return _step("payments.formula.nothing", {}, quantise(Decimal(0), terms.currency), terms)
    worth, inputs = PRICES[given.kind](given, measured)
    if factor != 1:
        inputs = {**inputs, "percent": shown(factor * 100)}
    amount = quantise(max(worth * factor, Fraction(0)), terms.currency, answered(terms.rounding))
    scaled = "_scaled" if factor != 1 else ""
    return _step(f"payments.formula.{given.kind}{scaled}", inputs, amount, terms)


def _step(formula: str, inputs: Mapping[str, Value], amount: Decimal, terms: TermsDocument) -> Step:
    return Step("payments.step.price", formula, inputs, amount, terms.currency)


def _unit_price(given: Price, measured: Measured) -> Worth:
    amount = answered(given.amount)
    return measured.value * Fraction(amount), {
        "quantity": shown(measured.value),
        "unit_price": amount,
    }


def _fixed_amount(given: Price, measured: Measured) -> Worth:
    amount = answered(given.amount)
    return Fraction(amount), {"amount": amount}


def _cost_plus_premium(given: Price, measured: Measured) -> Worth:
    cost, premium = answered(given.cost), answered(given.premium_percent)
    return Fraction(cost) * (1 + Fraction(premium) / 100), {
        "cost": cost,
        "premium_percent": premium,
        "basis": str(answered(given.basis)),
    }


PRICES: dict[PriceKind, Callable[[Price, Measured], Worth]] = {
    PriceKind.UNIT_PRICE: _unit_price,
    PriceKind.FIXED_AMOUNT: _fixed_amount,
    PriceKind.COST_PLUS_PREMIUM: _cost_plus_premium,
}
