"""From terms and final figures to a claim whose every figure explains itself.

measure -> compare -> gate -> price -> limit gives a line; sum -> limit -> split gives the claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.terms.completeness import answered, open_questions
from contracts.rules.terms.document import PaymentTerm, TermsDocument
from contracts.rules.terms.words import PayeeRole, PriceKind, Timing
from payments.rules.compare import compare
from payments.rules.gate import gate, minimum_cohort
from payments.rules.inputs import ClaimInputs, ClaimPeriod, Observation
from payments.rules.limit import NOTHING, limit_claim, limit_term
from payments.rules.measure import denominator, measure, shown
from payments.rules.price import price
from payments.rules.split import PayerShare, explain_split, split
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.explain import Calculation, Step
from sibportal.kernel.money import quantise

# Raised whenever the same terms and figures would give another amount or another tree.
RULES_VERSION = "1"


@dataclass(frozen=True, slots=True)
class LineCalculation:
    """What one payment term gives in this claim; `quantity` is the figure it was priced on
    (people, times or per cent), None when nothing was assessed."""

    payment_term: str
    quantity: Decimal | None
    amount: Decimal
    explanation: Step


@dataclass(frozen=True, slots=True)
class ClaimCalculation:
    """A claim: lines as the terms list them, what is payable, by whom and to whom."""

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
    observations = _by_outcome(terms, inputs.observations)
    lines = tuple(_line(term, terms, observations, inputs) for term in terms.payment_terms)
    total = sum((line.amount for line in lines), quantise(NOTHING, terms.currency))
    summed = Step(
        "payments.step.sum",
        "payments.formula.sum",
        {"lines": len(lines)},
        total,
        terms.currency,
        children=tuple(line.explanation for line in lines),
    )
    limits = limit_claim(
        terms.claim, total, inputs.earlier, terms.currency, is_last=inputs.period.is_last
    )
    if limits:
        total = quantise(_amount(limits[-1]), terms.currency)
    shares = split(total, terms.claim.payers)
    payee = answered(terms.claim.payee)
    root = Step(
        "payments.step.claim",
        "payments.formula.claim",
        {"payee": str(payee)},
        total,
        terms.currency,
        children=(
            summed,
            *limits,
            explain_split(total, terms.claim.payers, shares, terms.currency),
        ),
    )
    return ClaimCalculation(lines, total, shares, payee, Calculation(RULES_VERSION, root))


def _by_outcome(
    terms: TermsDocument, observations: tuple[Observation, ...]
) -> Mapping[str, Observation]:
    known = {outcome.key for outcome in terms.outcomes}
    known |= {measured.key for measured in terms.follow_up}
    times = Counter(seen.outcome for seen in observations)
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
    if issues:
        raise RuleViolation(issues)
    return {seen.outcome: seen for seen in observations}


def _line(
    term: PaymentTerm,
    terms: TermsDocument,
    observations: Mapping[str, Observation],
    inputs: ClaimInputs,
) -> LineCalculation:
    waiting = _not_assessed(term, inputs.period, terms.currency)
    if waiting:
        return _explained(term, terms, None, (waiting,))
    measured = measure(term, terms, observations)
    figure = compare(term.compare, measured)
    gated = gate(term.gate, figure)
    cohort = minimum_cohort(
        terms.counting,
        denominator(term, terms, observations),
        scalable=term.price.kind is not PriceKind.UNIT_PRICE,
    )
    priced = price(terms, term.price, figure, gated.factor * cohort.factor)
    limits = limit_term(
        term.limit,
        answered(term.timing),
        _amount(priced),
        inputs.earlier.by_term.get(term.key, NOTHING),
        terms.currency,
    )
    compared = (figure.step,) if term.compare else ()
    steps = (measured.step, *compared, *gated.steps, *cohort.steps, priced, *limits)
    return _explained(term, terms, shown(figure.value), steps)


def _not_assessed(term: PaymentTerm, period: ClaimPeriod, currency: str) -> Step | None:
    """Why a final term gives nothing now: it pays once, in the period of its assessment."""
    if term.timing is not Timing.FINAL:
        return None
    day = answered(term.assessment_on)
    # An assessment on the day of the contract's end falls to the last period.
    after_end = period.is_last and period.period.end is not None and day >= period.period.end
    if period.period.contains(day) or after_end:
        return None
    when = "later" if day > period.period.start else "before"
    return Step(
        "payments.step.timing",
        f"payments.formula.assessed_{when}",
        {"assessment_on": day.isoformat()},
        NOTHING,
        currency,
    )


def _explained(
    term: PaymentTerm, terms: TermsDocument, quantity: Decimal | None, steps: tuple[Step, ...]
) -> LineCalculation:
    amount = quantise(_amount(steps[-1]), terms.currency)
    line = Step(
        "payments.step.line",
        "payments.formula.line",
        {"payment_term": term.key, "timing": str(answered(term.timing))},
        amount,
        terms.currency,
        children=steps,
    )
    return LineCalculation(term.key, quantity, amount, line)


def _amount(step: Step) -> Decimal:
    if not isinstance(step.result, Decimal):
        raise TypeError("The last step of a line is an amount.")
    return step.result
