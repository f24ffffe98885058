"""What terms would pay: a worked table for terms that are still being drafted.

Questions that do not touch the price are answered by a stand-in, so that the table appears as
soon as the price can be reckoned. Nothing of it is stored.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contracts.rules.terms import TermsDocument, open_questions
from contracts.rules.terms.document import Condition, MetricReference, Outcome, PayerPart
from contracts.rules.terms.words import (
    ConditionKind,
    Denominator,
    LateFacts,
    LeavingReason,
    LeavingTreatment,
    MeasureKind,
    PayeeRole,
    Timing,
)
from payments.rules.inputs import ClaimInputs, ClaimPeriod, Earlier, Observation
from payments.rules.pipeline import calculate
from sibportal.kernel.dates import Period
from sibportal.kernel.money import Rounding

PERCENTAGES = (30, 40, 50, 60, 70)
COUNTS = (5, 10, 25, 50, 100)
MORE_THAN_ANY_CAP = Decimal("999999999999.00")


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What would be paid if so many of the people reached every outcome."""

    reached: int
    percent: int | None
    lines: tuple[Decimal, ...]
    total: Decimal


def preview(terms: TermsDocument, people: int) -> tuple[PreviewRow, ...]:
    """The worked table: by share of `people` where a share is paid for, else by count.

    Empty while a question about the price itself is open.
    """
    whole = stand_ins(terms)
    if not terms.payment_terms or open_questions(whole):
        return ()
    by_share = any(term.measure.kind is MeasureKind.RATE for term in terms.payment_terms)
    steps = (
        [(percent, people * percent // 100) for percent in PERCENTAGES]
        if by_share
        else [(None, count) for count in COUNTS]
    )
    return tuple(_row(whole, percent, reached, people) for percent, reached in steps)


def _row(terms: TermsDocument, percent: int | None, reached: int, people: int) -> PreviewRow:
    of = max(people, reached)
    claim = calculate(
        terms,
        ClaimInputs(
            observations=tuple(
                Observation(outcome.key, reached, reached, reached, reached, of)
                for outcome in terms.outcomes
            ),
            earlier=Earlier(),
            period=_period(terms),
        ),
    )
    return PreviewRow(reached, percent, tuple(line.amount for line in claim.lines), claim.total)


def _period(terms: TermsDocument) -> ClaimPeriod:
    """A period in which every final term is assessed."""
    days = [term.assessment_on for term in terms.payment_terms if term.assessment_on]
    if not days:
        return ClaimPeriod(Period(date.min, None))
    return ClaimPeriod(Period(min(days), max(days) + timedelta(days=1)), is_last=True)


def stand_ins(terms: TermsDocument, assessment_on: date = date.min) -> TermsDocument:
    """The terms with a stand-in for each open question that does not touch the price."""
    counting, claim = terms.counting, terms.claim
    exits = dict.fromkeys(LeavingReason, LeavingTreatment.FAILURE) | dict(counting.exits)
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
            dataclasses.replace(term, assessment_on=term.assessment_on or assessment_on)
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
    )


def _as_measured(outcome: Outcome) -> Outcome:
    """How an outcome is measured does not matter here: the table assumes the figures."""
    if outcome.composite is not None:
        return outcome
    return dataclasses.replace(
        outcome,
        metric=MetricReference("assumed", 1),
        points=("assumed",),
        condition=Condition(ConditionKind.IS_TRUE),
        count=dataclasses.replace(outcome.count, most_per_person=1),
    )
