"""From terms and final figures to a claim whose every figure explains itself.

measure -> compare -> gate -> price -> limit gives a line; sum -> net -> split gives the claim.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.terms.completeness import answered, open_questions
from contracts.rules.terms.document import PaymentTerm, TermsDocument
from contracts.rules.terms.words import PayeeRole, Timing
from payments.rules.disruptions import stood_in, with_substitutes
from payments.rules.facts import Facts
from payments.rules.inputs import ClaimInputs, Observation
from payments.rules.line import LineCalculation, Lined, adjusted, line
from payments.rules.net import net
from payments.rules.split import PayerShare, split
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.explain import Calculation, Step
from sibportal.kernel.money import quantise

# Raised whenever the same terms and figures would give another amount or another tree.
RULES_VERSION = "1"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class ClaimCalculation:
    """A claim: lines as the terms list them, then adjustments; what is payable, by whom and to
    whom. What it leaves to later claims is in `net.carried(explanation.root)`."""

    lines: tuple[LineCalculation, ...]
    total: Decimal
    payer_shares: tuple[PayerShare, ...]
    payee: PayeeRole
    explanation: Calculation


def calculate(terms: TermsDocument, inputs: ClaimInputs) -> ClaimCalculation:
    """Calculate a claim. Amounts are in the terms' currency, rounded once per line.

    RuleViolation when terms leave a question open or figures are missing or impossible.
    """
    if issues := open_questions(terms):
        raise RuleViolation(issues)
    observations = _by_outcome(terms, inputs)
    facts = Facts(with_substitutes(terms, inputs.period.period), inputs, observations)
    lined = _lines(facts, terms)
    lines = tuple(one.line for one in lined)
    total = sum((one.amount for one in lines), quantise(NOTHING, terms.currency))
    summed = Step(
        "payments.step.sum",
        "payments.formula.sum",
        {"lines": len(lines)},
        total,
        terms.currency,
        children=tuple(one.explanation for one in lines),
    )
    limits = net(facts, total, {one.line.payment_term: one.to_date for one in lined if one.to_date})
    if limits:
        total = quantise(_amount(limits[-1]), terms.currency)
    shared = split(facts, total, _sums(lines))
    payable = _amount(shared.step)
    payee = answered(terms.claim.payee)
    root = Step(
        "payments.step.claim",
        "payments.formula.claim" if payable >= 0 else "payments.formula.claim_repaid",
        {"payee": str(payee)},
        payable,
        terms.currency,
        children=(summed, *limits, shared.step),
    )
    return ClaimCalculation(lines, payable, shared.shares, payee, Calculation(RULES_VERSION, root))


def _by_outcome(terms: TermsDocument, inputs: ClaimInputs) -> Mapping[str, Observation]:
    known = {outcome.key for outcome in terms.outcomes}
    known |= {measured.key for measured in terms.follow_up}
    times = Counter(seen.outcome for seen in inputs.observations)
    issues = [
        Issue("payments.observation_repeated", "observations", key)
        for key, count in times.items()
        if count > 1
    ]
    issues += [
        Issue("payments.observation_unknown", "observations", key)
        for key in times
        if key not in known
    ]
    priced = {term.key for term in terms.payment_terms}
    issues += [
        Issue(
            "payments.adjusted_unknown", f"adjustments[{position}].payment_term", one.payment_term
        )
        for position, one in enumerate(inputs.adjustments)
        if one.payment_term not in priced
    ]
    if issues:
        raise RuleViolation(issues)
    return {seen.outcome: seen for seen in inputs.observations}


def _lines(facts: Facts, agreed: TermsDocument) -> tuple[Lined, ...]:
    """A line per payment term, then one per adjustment; after the last period the adjustments
    alone. What is adjusted now counts as claimed before, so that a figure to date does not bring
    it a second time."""
    corrected, period = adjusted(facts), facts.inputs.period.period
    moved: dict[str, Decimal] = {}
    for one in corrected:
        key = one.line.payment_term
        moved[key] = moved.get(key, NOTHING) + one.line.amount
    of_terms = tuple(
        line(
            _timed(facts, term),
            term,
            moved.get(term.key, NOTHING),
            stood_in(agreed, period, agreed.payment_term(term.key)),
        )
        for term in (() if facts.inputs.is_correction else facts.terms.payment_terms)
    )
    return of_terms + corrected


def _timed(facts: Facts, term: PaymentTerm) -> Facts:
    return dataclasses.replace(facts, to_date=term.timing is not Timing.THIS_PERIOD)


def _sums(lines: tuple[LineCalculation, ...]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in lines:
        found[one.payment_term] = found.get(one.payment_term, NOTHING) + one.amount
    return found


def _amount(step: Step) -> Decimal:
    if not isinstance(step.result, Decimal):
        raise TypeError("The last step of a claim is an amount.")
    return step.result
