"""The terms in plain language: one phrase per thing agreed, in the order a reader asks.

Codes and values only; the page says them in the reader's language. A question left open is said
by `open_questions`, not here.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.rules.terms.check_pricing import price_asked
from contracts.rules.terms.document import (
    ClaimTerms,
    Counting,
    Outcome,
    PaymentTerm,
    TermsDocument,
)
from contracts.rules.terms.words import ConditionKind, LeavingTreatment, MeasureKind, Timing
from sibportal.kernel.explain import Params, Phrase


def sentences(terms: TermsDocument) -> tuple[Phrase, ...]:
    """What was agreed, as phrases."""
    return (
        *(phrase for outcome in terms.outcomes for phrase in _outcome(terms, outcome)),
        *(Phrase("terms.say.follow_up", {"outcome": item.title}) for item in terms.follow_up),
        *_counting(terms.counting),
        *(phrase for term in terms.payment_terms for phrase in _payment_term(terms, term)),
        *_claim(terms.claim, terms.currency),
        *_facts(terms),
    )


def _outcome(terms: TermsDocument, outcome: Outcome) -> Iterator[Phrase]:
    composite = outcome.composite
    if composite:
        params = {
            "outcome": outcome.title,
            "parts": tuple(terms.outcome(part).title for part in composite.parts),
            "needed": composite.required,
        }
        yield Phrase(f"terms.say.{composite.rule}_{composite.scope}", params)
        return
    yield from _condition(terms, outcome)
    points = tuple(terms.point(point).title for point in outcome.points)
    if points:
        yield Phrase("terms.say.points", {"outcome": outcome.title, "points": points})
    yield Phrase(
        f"terms.say.{outcome.count.kind}",
        {"outcome": outcome.title, "most": outcome.count.most_per_person},
    )
    if outcome.verified_automatically:
        yield Phrase("terms.say.verified_automatically", {"outcome": outcome.title})


def _condition(terms: TermsDocument, outcome: Outcome) -> Iterator[Phrase]:
    condition = outcome.condition
    if condition is None:
        return
    params: dict[str, object] = {"outcome": outcome.title, "value": condition.value}
    if condition.kind is ConditionKind.CHANGE_AT_LEAST:
        if not condition.baseline_point:
            return
        params["baseline"] = terms.point(condition.baseline_point).title
    if condition.kind is ConditionKind.IS_TRUE or condition.value is not None:
        yield Phrase(f"terms.say.{condition.kind}", params)


def _counting(counting: Counting) -> Iterator[Phrase]:
    if counting.denominator:
        yield Phrase(f"terms.say.denominator_{counting.denominator}")
    if counting.minimum_cohort and counting.below_minimum:
        yield Phrase(
            f"terms.say.below_minimum_{counting.below_minimum}",
            {"minimum": counting.minimum_cohort},
        )
    for treatment in LeavingTreatment:
        reasons = tuple(
            Phrase(f"terms.leaving.{reason}")
            for reason, given in counting.exits.items()
            if given is treatment
        )
        if reasons:
            params = {"reasons": reasons, "cap_percent": counting.neutral_exit_cap_percent}
            yield Phrase(f"terms.say.leaving_{treatment}", params)


def _payment_term(terms: TermsDocument, term: PaymentTerm) -> Iterator[Phrase]:
    price = term.price
    params: dict[str, object] = {
        "term": term.title,
        "outcome": terms.outcome(term.measure.outcome).title,
        "currency": terms.currency,
        "amount": price.amount,
        "cost": price.cost,
        "premium_percent": price.premium_percent,
        "cap": term.limit.cap,
        "day": term.assessment_on,
    }
    if all(getattr(price, name) is not None for name in price_asked(price)):
        yield Phrase(f"terms.say.{price.kind}", params)
    yield from _conditions(term, params)
    if term.limit.cap is not None:
        yield Phrase("terms.say.term_cap", params)
    if term.timing and (term.assessment_on or term.timing is not Timing.FINAL):
        yield Phrase(f"terms.say.timing_{term.timing}", params)


def _conditions(term: PaymentTerm, params: Params) -> Iterator[Phrase]:
    if term.compare and term.compare.value is not None:
        compared = {"value": term.compare.value, "source": term.compare.source}
        yield Phrase(f"terms.say.{term.compare.kind}", {**params, **compared})
    if term.gate and term.gate.operator and term.gate.value is not None:
        unit = "percent" if term.measure.kind is MeasureKind.RATE else "number"
        told = threshold(term.gate.operator, term.gate.value, unit)
        yield Phrase("terms.say.threshold", {**params, "threshold": told})


def _claim(claim: ClaimTerms, currency: str) -> Iterator[Phrase]:
    amounts: Params = {"cap": claim.cap, "floor": claim.floor, "currency": currency}
    if claim.cap is not None:
        yield Phrase("terms.say.cap", amounts)
    if claim.floor is not None:
        yield Phrase("terms.say.floor", amounts)
    for payer in claim.payers:
        paid = {"party": payer.party, "share_percent": payer.share_percent}
        yield Phrase("terms.say.payer", paid)
    if claim.payee:
        yield Phrase(f"terms.say.payee_{claim.payee}")
    if claim.payment_days is not None:
        yield Phrase("terms.say.payment_days", {"days": claim.payment_days})


def _facts(terms: TermsDocument) -> Iterator[Phrase]:
    yield Phrase(f"terms.say.verification_{terms.verification}")
    if terms.late_facts:
        yield Phrase(f"terms.say.late_{terms.late_facts}")
    if terms.rounding:
        yield Phrase(f"terms.say.rounding_{terms.rounding}")


def threshold(operator: str, value: object, unit: str) -> Phrase:
    """A threshold in words, such as "at least 50%"; the unit is percent or number."""
    name = "percent" if unit == "percent" else "value"
    return Phrase(f"terms.threshold.{operator}_{unit}", {name: value})
