"""What an early end would cost today, cause by cause."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Termination, TermsDocument
from contracts.rules.terms.words import SettlementKind, TerminationCause, Timing
from payments.rules.facts import Facts
from payments.rules.inputs import ClaimInputs
from payments.rules.pipeline import RULES_VERSION, ClaimCalculation, calculate
from payments.rules.split import split
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Calculation, Step, Value
from sibportal.kernel.money import quantise

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class ExitCost:
    """What the payers would still owe at an end for one cause, besides what is claimed already;
    None where the terms do not say."""

    cause: TerminationCause
    amount: Decimal | None
    explanation: Step | None = None


def exit_costs(terms: TermsDocument, inputs: ClaimInputs) -> tuple[ExitCost, ...]:
    """Each cause with its settlement if the contract ended with the period of the inputs.

    Results are what they are on that day: what would be assessed later is assessed now, and no
    floor is brought up. RuleViolation where figures or the verified cost are missing.
    """
    agreed = {one.cause: one for one in terms.terminations}
    return tuple(
        _settled(terms, inputs, agreed[cause]) if cause in agreed else ExitCost(cause, None)
        for cause in TerminationCause
    )


def earned(terms: TermsDocument, inputs: ClaimInputs) -> Decimal:
    """What results have earned and nobody has claimed yet, if the contract ended now."""
    start = inputs.period.period.start
    now = dataclasses.replace(
        terms,
        payment_terms=tuple(
            # What was assessed before stays assessed.
            dataclasses.replace(term, assessment_on=start)
            if term.timing is Timing.FINAL and answered(term.assessment_on) > start
            else term
            for term in terms.payment_terms
        ),
    )
    running = dataclasses.replace(inputs.period, is_last=False)
    return calculate(now, dataclasses.replace(inputs, period=running)).total


def settlement_claim(terms: TermsDocument, inputs: ClaimInputs) -> ClaimCalculation:
    """The claim of a settlement, shared between the payers of the day. RuleViolation where the
    terms do not answer for the cause, or what the settlement needs is missing."""
    agreed = [one for one in terms.terminations if one.cause is inputs.ended_for]
    if not agreed:
        raise RuleViolation("payments.cause_not_agreed", field="ended_for")
    step = SETTLEMENTS[answered(agreed[0].settlement)](terms, inputs, agreed[0])
    owed = _amount(step)
    summed = Step(
        "payments.step.sum", "payments.formula.sum", {"lines": 1}, owed, terms.currency,
        children=(step,),
    )  # fmt: skip
    shared = split(Facts(terms, inputs, {}), owed, {})
    payable, payee = _amount(shared.step), answered(terms.claim.payee)
    root = Step(
        "payments.step.claim", "payments.formula.claim", {"payee": str(payee)}, payable,
        terms.currency, children=(summed, shared.step),
    )  # fmt: skip
    return ClaimCalculation((), payable, shared.shares, payee, Calculation(RULES_VERSION, root))


def _amount(step: Step) -> Decimal:
    if not isinstance(step.result, Decimal):
        raise TypeError("A settlement is an amount.")
    return step.result


def _settled(terms: TermsDocument, inputs: ClaimInputs, given: Termination) -> ExitCost:
    step = SETTLEMENTS[answered(given.settlement)](terms, inputs, given)
    return ExitCost(given.cause, _amount(step), step)


def _nothing(terms: TermsDocument, inputs: ClaimInputs, given: Termination) -> Step:
    zero = quantise(NOTHING, terms.currency)
    return _step("settlement_nothing", {}, zero, terms.currency)


def _earned(terms: TermsDocument, inputs: ClaimInputs, given: Termination) -> Step:
    return _step("settlement_earned", {}, earned(terms, inputs), terms.currency)


def _earned_and_cost(terms: TermsDocument, inputs: ClaimInputs, given: Termination) -> Step:
    """What is earned, and a part of the verified cost that no payment has covered; the contract's
    cap holds here too."""
    cost, percent = inputs.service_cost, answered(given.cost_percent)
    if cost is None:
        raise RuleViolation("payments.service_cost_missing", field="service_cost")
    by_results, claimed = earned(terms, inputs), inputs.earlier.total
    uncovered = max(cost - claimed - by_results, NOTHING)
    part = quantise(
        Fraction(uncovered) * Fraction(percent) / 100, terms.currency, answered(terms.rounding)
    )
    left = max(answered(terms.claim.cap) - claimed, NOTHING)
    return _step(
        "settlement_cost",
        {"percent": percent, "uncovered": uncovered, "earned": by_results, "cost": cost},
        min(by_results + part, max(left, by_results)),
        terms.currency,
    )


def _step(formula: str, inputs: dict[str, Value], result: Decimal, currency: str) -> Step:
    return Step("payments.step.settlement", f"payments.formula.{formula}", inputs, result, currency)


SETTLEMENTS: dict[SettlementKind, Callable[[TermsDocument, ClaimInputs, Termination], Step]] = {
    SettlementKind.NOTHING: _nothing,
    SettlementKind.EARNED: _earned,
    SettlementKind.EARNED_AND_COST: _earned_and_cost,
}
