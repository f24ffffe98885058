"""Stand-ins for what terms leave open and for what a claim would bring along, where neither
touches the price; used to show what terms pay before anybody agrees or measures."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

from contracts.rules.terms.completeness import open_questions
from contracts.rules.terms.document import (
    Condition,
    MetricReference,
    Outcome,
    PayerPart,
    TermsDocument,
)
from contracts.rules.terms.words import (
    ConditionKind,
    Denominator,
    LateFacts,
    LeavingReason,
    LeavingTreatment,
    PayeeRole,
    QuantityKind,
    Timing,
)
from payments.rules.facts import Facts
from payments.rules.inputs import ClaimInputs, ClaimPeriod, Earlier, Flow
from sibportal.kernel.dates import Period
from sibportal.kernel.money import Rounding

MORE_THAN_ANY_CAP = Decimal("999999999999.00")
SOME_DAY = date(2026, 12, 31)


def stand_ins(terms: TermsDocument, assessment_on: date | None = None) -> TermsDocument:
    """The terms with a stand-in for each open question that does not touch the price."""
    counting, claim = terms.counting, terms.claim
    exits = dict.fromkeys(LeavingReason, LeavingTreatment.FAILURE) | dict(counting.exits)
    day = assessment_on or _day(terms)
    return dataclasses.replace(
        terms,
        rounding=terms.rounding or Rounding.HALF_UP,
        late_facts=terms.late_facts or LateFacts.NEXT_OPEN_PERIOD,
        counting=dataclasses.replace(
            counting,
            denominator=counting.denominator or Denominator.ENROLLED,
            minimum_cohort=counting.minimum_cohort if counting.below_minimum else 0,
            exits=exits,
            neutral_exit_cap_percent=counting.neutral_exit_cap_percent or Decimal(0),
        ),
        outcomes=tuple(_as_measured(outcome) for outcome in terms.outcomes),
        payment_terms=tuple(
            dataclasses.replace(term, assessment_on=term.assessment_on or day)
            if term.timing is Timing.FINAL
            else term
            for term in terms.payment_terms
        ),
        claim=dataclasses.replace(
            claim,
            cap=MORE_THAN_ANY_CAP if claim.cap is None else claim.cap,
            payers=claim.payers or (PayerPart("payer", Decimal(100)),),
            payee=claim.payee or PayeeRole.INVESTOR,
            payment_days=claim.payment_days or 0,
        ),
        disruptions=() if _leaves_disruptions_open(terms) else terms.disruptions,
        terminations=(),
        waterfall=None,
    )


def _leaves_disruptions_open(terms: TermsDocument) -> bool:
    return any(issue.field.startswith("disruptions") for issue in open_questions(terms))


def _as_measured(outcome: Outcome) -> Outcome:
    """How an outcome is measured does not matter here: the figures are assumed."""
    if outcome.composite is not None:
        return outcome
    measured = dataclasses.replace(
        outcome,
        metric=outcome.metric or MetricReference("assumed", 1),
        points=outcome.points or ("assumed",),
        count=dataclasses.replace(
            outcome.count, most_per_person=outcome.count.most_per_person or 1
        ),
        window=dataclasses.replace(outcome.window, needed=outcome.window.needed or 1),
    )
    if outcome.quantity is None:
        return dataclasses.replace(measured, condition=Condition(ConditionKind.IS_TRUE))
    if outcome.quantity.kind is QuantityKind.CHANGE and not outcome.quantity.baseline_point:
        changed = dataclasses.replace(outcome.quantity, baseline_point="assumed")
        return dataclasses.replace(measured, quantity=changed)
    return measured


def _day(terms: TermsDocument) -> date:
    """A day on which everything that terms date is in force."""
    days = [term.assessment_on for term in terms.payment_terms if term.assessment_on]
    if days:
        return max(days)
    forecasts = [
        point.until
        for term in terms.payment_terms
        if term.compare
        for point in term.compare.forecast
    ]
    if forecasts:
        return max(forecasts)
    prices = [one.valid_from for term in terms.payment_terms for one in term.price.price_list]
    return max(prices, default=SOME_DAY)


def circumstances(terms: TermsDocument) -> ClaimInputs:
    """What a claim would bring along besides figures: a period in which every final term is
    assessed, the agreed cost as verified, indexes as when they were agreed."""
    days = [term.assessment_on for term in terms.payment_terms if term.assessment_on]
    first, last = (min(days), max(days)) if days else (_day(terms), _day(terms))
    period = ClaimPeriod(Period(first, last + timedelta(days=1)), is_last=True)
    costs = [term.price.cost for term in terms.payment_terms if term.price.cost]
    cost = max(costs, default=Decimal(0))
    return ClaimInputs(
        observations=(),
        earlier=Earlier(),
        period=period,
        service_cost=cost,
        capital=(Flow(first, cost or terms.claim.cap or MORE_THAN_ANY_CAP),),
        indexes={clause.key: clause.base_value or Decimal(1) for clause in terms.indexes},
    )


def facts_of(terms: TermsDocument) -> Facts:
    """What the stages of a claim look at, before anything is measured."""
    return Facts(terms, circumstances(terms), {})
