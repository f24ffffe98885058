"""The two named mechanisms give documents that parse, and ask for what is not answered."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

from contracts.rules.terms import open_questions, parse
from contracts.rules.terms.templates import (
    CardLine,
    Frame,
    OutcomeAnswer,
    cost_plus_premium_template,
    rate_card_template,
)
from contracts.rules.terms.words import CompositeRule, CountKind, LeavingReason, PayeeRole, Timing

POINT = {"key": "after", "title": {"en": "After the service"}, "anchor": "enrolment"}
FRAME = Frame(
    currency="EUR",
    minimum_cohort=0,
    exits={reason: "failure" for reason in LeavingReason},
    points=[POINT],
    cap=Decimal("6480000.00"),
    payers=[("payer", Decimal("60")), ("co-payer", Decimal("40"))],
    payee=PayeeRole.INVESTOR,
    payment_days=30,
)
WORK = OutcomeAnswer(
    "work", {"en": "Work"}, "permanent-work", points=["after"], condition={"kind": "is_true"}
)
HEALTH = dataclasses.replace(WORK, key="health", title={"en": "Health"}, metric="health")


def test_answered_cost_plus_premium_can_be_agreed() -> None:
    document = cost_plus_premium_template(
        FRAME,
        title={"en": "Work and health"},
        outcomes=[WORK, HEALTH],
        threshold_percent=Decimal("50"),
        cost=Decimal("6000000.00"),
        premium_percent=Decimal("8"),
        assessment_on=date(2028, 12, 31),
    )
    terms = parse(document)
    assert open_questions(terms) == []
    (term,) = terms.payment_terms
    composite = terms.outcome(term.measure.outcome).composite
    assert composite
    assert (composite.rule, composite.parts) == (CompositeRule.ALL_OF, ("work", "health"))
    assert term.price.cost == Decimal("6000000.00")
    assert term.assessment_on == date(2028, 12, 31)


def test_single_outcome_needs_no_composite() -> None:
    terms = parse(cost_plus_premium_template(FRAME, title={"en": "Work"}, outcomes=[WORK]))
    assert [outcome.key for outcome in terms.outcomes] == ["work"]
    assert terms.payment_terms[0].measure.outcome == "work"


def test_unanswered_form_parses_and_asks() -> None:
    terms = parse(
        cost_plus_premium_template(Frame("EUR"), title={"en": "Work"}, outcomes=[WORK, HEALTH])
        | {"points": [POINT]}
    )
    asked = {issue.field for issue in open_questions(terms)}
    assert {
        "counting.minimum_cohort",
        "counting.exits.death",
        "payment_terms[0].gate.value",
        "payment_terms[0].price.cost",
        "payment_terms[0].price.premium_percent",
        "payment_terms[0].assessment_on",
        "claim.cap",
        "claim.payers",
        "claim.payee",
        "claim.payment_days",
    } <= asked


def test_rate_card_has_a_term_per_line() -> None:
    repeated = dataclasses.replace(
        HEALTH, count=CountKind.REPEATABLE, most_per_person=3, verified_automatically=True
    )
    terms = parse(
        rate_card_template(
            FRAME,
            lines=[
                CardLine(WORK, Decimal("1500.00")),
                CardLine(repeated, Decimal("220"), cap=Decimal("50000.00")),
            ],
        )
    )
    assert open_questions(terms) == []
    assert [term.price.amount for term in terms.payment_terms] == [Decimal(1500), Decimal(220)]
    assert terms.payment_term("health").limit.cap == Decimal("50000.00")
    assert terms.payment_term("health").timing is Timing.THIS_PERIOD
    assert terms.outcome("health").count.most_per_person == 3
    assert terms.outcome("health").verified_automatically
