"""One line of a claim: a payment term from its figure to its amount, or an adjustment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Disruption, PaymentTerm
from contracts.rules.terms.words import Clawback, PriceKind, Timing
from payments.rules import disruptions
from payments.rules.caps import ToDate
from payments.rules.facts import Facts
from payments.rules.figure import Worked, figure, named
from payments.rules.gate import gates, minimum_cohort
from payments.rules.inputs import ClaimPeriod
from payments.rules.limit import NOTHING, limit_term
from payments.rules.measure import figures_of, shown
from payments.rules.price import Priced, is_in_proportion, nothing, price
from sibportal.kernel.explain import Step, Value
from sibportal.kernel.money import quantise


@dataclass(frozen=True, slots=True)
class LineCalculation:
    """What one payment term gives in this claim; `quantity` is the figure it was priced on, None
    when nothing was assessed. `corrects` names the claim that an adjustment corrects."""

    payment_term: str
    quantity: Decimal | None
    amount: Decimal
    explanation: Step
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Lined:
    """A line, and what a cap per person needs to know about it."""

    line: LineCalculation
    to_date: ToDate | None = None


def line(
    facts: Facts, term: PaymentTerm, adjusted_now: Decimal, stood_in: tuple[Disruption, ...] = ()
) -> Lined:
    """One payment term; `adjusted_now` is what adjustments of this claim bring to it, `stood_in`
    the disruptions whose substitutes it is measured by."""
    earlier = facts.inputs.earlier.by_term.get(term.key, NOTHING) + adjusted_now
    if waiting := _not_assessed(facts, term):
        return Lined(_explained(facts, term, None, (waiting,)))
    if instead := _activity(facts, term, earlier):
        return Lined(_explained(facts, term, None, instead))
    frozen = disruptions.rests_on(facts.terms, term) & set(facts.inputs.frozen)
    if frozen:
        step = _without_amount(facts, "frozen", {"outcome": min(frozen)})
        return Lined(_explained(facts, term, None, (step,)))
    worked = figure(facts, term)
    priced, gating = _priced(facts, term, worked)
    limits = limit_term(facts, term, _amount(priced.step), earlier)
    steps = (*_substituted(stood_in), *worked.steps, *gating, priced.step, *limits)
    found = _explained(facts, term, shown(worked.figure.value), steps)
    claimed = earlier + found.amount
    to_date = ToDate(term, worked.figure.value, priced.exact, _amount(priced.step), claimed)
    return Lined(found, to_date)


def adjusted(facts: Facts) -> tuple[Lined, ...]:
    """A line of its own per adjustment, within what is left of its term's cap. Below zero it is
    told and not taken back, unless clawback is agreed."""
    terms = facts.terms
    used = dict(facts.inputs.earlier.by_term)
    found = []
    for one in facts.inputs.adjustments:
        term, before = terms.payment_term(one.payment_term), used.get(one.payment_term, NOTHING)
        amount = quantise(one.amount, terms.currency)
        inputs: dict[str, Value] = {"payment_term": one.payment_term, "corrects": one.corrects}
        step = Step(
            "payments.step.adjustment",
            "payments.formula.adjustment",
            {**inputs, "reason": one.reason},
            amount,
            terms.currency,
        )
        cap = term.limit.cap
        if cap is not None and amount > (
            left := quantise(max(cap - before, NOTHING), terms.currency)
        ):
            given: dict[str, Value] = {"amount": amount, "cap": cap, "earlier": before}
            step = Step(
                "payments.step.adjustment",
                "payments.formula.term_cap",
                {**inputs, **given},
                left,
                terms.currency,
                children=(step,),
            )
            amount = left
        if amount < 0 and terms.claim.clawback is Clawback.NONE:
            step = _not_taken_back(step, {**inputs, "amount": amount})
            amount = _amount(step)
        used[one.payment_term] = before + amount
        found.append(Lined(LineCalculation(one.payment_term, None, amount, step, one.corrects)))
    return tuple(found)


def _not_taken_back(step: Step, inputs: dict[str, Value]) -> Step:
    nothing = quantise(NOTHING, step.unit)
    formula = "payments.formula.not_taken_back"
    return Step(step.label, formula, inputs, nothing, step.unit, children=(step,))


def _priced(facts: Facts, term: PaymentTerm, worked: Worked) -> tuple[Priced, tuple[Step, ...]]:
    """The price of what gates and minimum cohort let through, and their steps."""
    found = worked.figure
    every = (*((term.gate,) if term.gate else ()), *term.further_gates)
    gated = gates(every, found, lambda key: named(facts, key))
    cohort = minimum_cohort(
        facts.terms.counting,
        _denominator(facts, term),
        scalable=not is_in_proportion(term.price, found),
    )
    priced = price(facts, term, found, gated.factor * cohort.factor)
    steps = (*gated.steps, *cohort.steps)
    # A guaranteed part is paid on activity; anything else has to be somebody's.
    if not found.people and priced.step.result and term.price.kind is not PriceKind.GUARANTEED_PART:
        return nothing(facts, "nobody_counts"), steps
    return priced, steps


def _denominator(facts: Facts, term: PaymentTerm) -> int:
    """How many count to date, for the minimum cohort: the fewest behind the term's outcomes."""
    keys = disruptions.measured_outcomes(facts.terms, term.measure)
    return min(
        figures_of(facts, facts.terms.outcome(key), to_date=True).denominator for key in keys
    )


def _not_assessed(facts: Facts, term: PaymentTerm) -> Step | None:
    """Why a final term gives nothing now: it pays once, in the period of its assessment."""
    if term.timing is not Timing.FINAL:
        return None
    period: ClaimPeriod = facts.inputs.period
    day = answered(term.assessment_on)
    # An assessment on the day of the contract's end falls to the last period.
    after_end = period.is_last and period.period.end is not None and day >= period.period.end
    if period.period.contains(day) or after_end:
        return None
    when = "later" if day > period.period.start else "before"
    return _without_amount(
        facts, f"assessed_{when}", {"assessment_on": day.isoformat()}, "timing", NOTHING
    )


def _activity(facts: Facts, term: PaymentTerm, earlier: Decimal) -> tuple[Step, ...]:
    """Payment for activity in a disturbed period, once for all terms that it touches."""
    terms = facts.terms
    found = disruptions.paid_for_activity(terms, facts.inputs.period.period, term)
    if found is None:
        return ()
    said: dict[str, Value] = {"disruption": found.key}
    if not disruptions.carries_activity(terms, found, term):
        return (_without_amount(facts, "activity_elsewhere", said),)
    amount = quantise(answered(found.amount), terms.currency)
    step = Step(
        "payments.step.disruption", "payments.formula.pay_activity", said, amount, terms.currency
    )
    cap = term.limit.cap
    if cap is None or amount <= cap - earlier:
        return (step,)
    inputs: dict[str, Value] = {"amount": amount, "cap": cap, "earlier": earlier}
    left = max(cap - earlier, NOTHING)
    capped = Step("payments.step.limit", "payments.formula.term_cap", inputs, left, terms.currency)
    return (step, capped)


def _substituted(stood_in: tuple[Disruption, ...]) -> tuple[Step, ...]:
    """That a substitute stood in for what the term usually measures."""
    return tuple(
        Step(
            "payments.step.disruption",
            "payments.formula.substituted",
            {"disruption": one.key, "outcome": one.substitute},
            None,
        )
        for one in stood_in
    )


def _without_amount(
    facts: Facts,
    why: str,
    inputs: dict[str, Value],
    label: str = "disruption",
    amount: Decimal | None = None,
) -> Step:
    currency = facts.terms.currency
    zero = quantise(NOTHING, currency) if amount is None else amount
    return Step(f"payments.step.{label}", f"payments.formula.{why}", inputs, zero, currency)


def _explained(
    facts: Facts, term: PaymentTerm, quantity: Decimal | None, steps: tuple[Step, ...]
) -> LineCalculation:
    currency = facts.terms.currency
    amount = quantise(_amount(steps[-1]), currency)
    explanation = Step(
        "payments.step.line",
        "payments.formula.line",
        {"payment_term": term.key, "timing": str(answered(term.timing))},
        amount,
        currency,
        children=steps,
    )
    return LineCalculation(term.key, quantity, amount, explanation)


def _amount(step: Step) -> Decimal:
    if not isinstance(step.result, Decimal):
        raise TypeError("The last step of a line is an amount.")
    return step.result
