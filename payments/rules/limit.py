"""Stage 5: caps and floors, of one term and of a claim, and what is left after earlier claims.

A cap holds for all claims together; a floor is brought up in the last period, or where a final
term is assessed. Caps come last, so that no floor exceeds one. Nothing is taken back unless
clawback is agreed.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Limit, PaymentTerm
from contracts.rules.terms.words import Clawback, RoundingTo, Timing
from payments.rules.facts import Facts
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Step, Value
from sibportal.kernel.money import quantise

NOTHING = Decimal(0)


def limit_term(
    facts: Facts, term: PaymentTerm, amount: Decimal, earlier: Decimal
) -> tuple[Step, ...]:
    """The steps from a term's price to its line; no step where nothing is changed.

    A figure of this period has what earlier claims left of the cap; a figure to date is capped
    whole and then lessened by what was claimed before. What a period cap keeps back of a figure
    to date is due in later periods; of a figure of this period it falls away.
    """
    limit, to_date = term.limit, term.timing is not Timing.THIS_PERIOD
    steps: list[Step] = []

    def becomes(label: str, formula: str, inputs: dict[str, Value], result: Decimal) -> None:
        nonlocal amount
        given: dict[str, Value] = {"amount": amount, **inputs}
        code = f"payments.formula.{formula}"
        steps.append(Step(f"payments.step.{label}", code, given, result, facts.terms.currency))
        amount = result

    before = NOTHING if to_date else earlier
    floor, said = _floor(facts, term)
    if floor is not None and amount < floor - before:
        becomes("term_floor", "term_floor", {**said, "earlier": before}, floor - before)
    if limit.cap is not None:
        left = max(limit.cap - before, NOTHING)
        if amount > left:
            becomes("limit", "term_cap", {"cap": limit.cap, "earlier": earlier}, left)
    if to_date and earlier:
        less = amount - earlier
        if facts.terms.claim.clawback is Clawback.NONE:
            less = max(less, NOTHING)
        becomes("net", "less_earlier", {"earlier": earlier}, less)
    if limit.period_cap is not None and amount > limit.period_cap:
        becomes("limit", "term_period_cap", {"cap": limit.period_cap}, limit.period_cap)
    return tuple(steps)


def _floor(facts: Facts, term: PaymentTerm) -> tuple[Decimal | None, dict[str, Value]]:
    """The least that a term pays over the contract, while it is not yet due None."""
    limit: Limit = term.limit
    if not (facts.inputs.period.is_last or term.timing is Timing.FINAL):
        return None, {}
    floor, said = limit.floor, {"floor": limit.floor}
    if limit.floor_cost_percent is None:
        return floor, dict(said)
    cost = facts.inputs.service_cost
    if cost is None:
        raise RuleViolation("payments.service_cost_missing", field="service_cost")
    part = quantise(
        Fraction(cost) * Fraction(limit.floor_cost_percent) / 100,
        facts.terms.currency,
        answered(facts.terms.rounding),
        whole=facts.terms.rounding_to is RoundingTo.WHOLE,
    )
    if floor is not None and floor >= part:
        return floor, dict(said)
    return part, {"floor": part, "cost": cost, "floor_percent": limit.floor_cost_percent}


def contract_cap(facts: Facts, total: Decimal, lines: object) -> Step | None:
    """What earlier claims left of the contract's cap."""
    cap, earlier = answered(facts.terms.claim.cap), facts.inputs.earlier.total
    left = max(cap - earlier, NOTHING)
    if total <= left:
        return None
    return _claim_step(facts, "cap", "contract_cap", total, {"cap": cap, "earlier": earlier}, left)


def contract_floor(facts: Facts, total: Decimal, lines: object) -> Step | None:
    """The last period brings all claims together up to the contract's floor."""
    floor, earlier = facts.terms.claim.floor, facts.inputs.earlier.total
    if not facts.inputs.period.is_last or floor is None or earlier + total >= floor:
        return None
    inputs: dict[str, Value] = {"floor": floor, "earlier": earlier}
    return _claim_step(facts, "floor", "contract_floor", total, inputs, floor - earlier)


def period_cap(facts: Facts, total: Decimal, lines: object) -> Step | None:
    """The most that one claim comes to; what is above it falls away."""
    cap = facts.terms.claim.period_cap
    if cap is None or total <= cap:
        return None
    return _claim_step(facts, "period_cap", "period_cap", total, {"cap": cap}, cap)


def _claim_step(
    facts: Facts,
    label: str,
    formula: str,
    amount: Decimal,
    inputs: dict[str, Value],
    result: Decimal,
) -> Step:
    return Step(
        f"payments.step.{label}",
        f"payments.formula.{formula}",
        {"amount": amount, **inputs},
        result,
        facts.terms.currency,
    )
