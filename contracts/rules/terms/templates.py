"""Named mechanisms: from the answers of a form to a terms document.

What is not answered stays null, an open question. The document is plain JSON; `parse` it to
learn what is wrong with the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.rules.terms.document import SCHEMA_VERSION, Titles
from contracts.rules.terms.words import (
    BelowMinimum,
    CompositeRule,
    CompositeScope,
    CountKind,
    Denominator,
    GateKind,
    LateFacts,
    MeasureKind,
    Operator,
    PayeeRole,
    PremiumBasis,
    PriceKind,
    Timing,
    VerificationScope,
)
from sibportal.kernel.money import Rounding

COST_PLUS_PREMIUM = "cost_plus_premium"
RATE_CARD = "rate_card"
MECHANISMS = (COST_PLUS_PREMIUM, RATE_CARD)
TOGETHER = "together"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """What both mechanisms ask alike. Points, follow-up and path are entries of the document as
    docs/terms-format.md describes them; `payers` are (party key, per cent)."""

    currency: str
    rounding: Rounding | None = Rounding.HALF_UP
    denominator: Denominator | None = Denominator.ENROLLED
    minimum_cohort: int | None = None
    below_minimum: BelowMinimum | None = None
    exits: Mapping[str, str] = field(default_factory=dict)
    neutral_exit_cap_percent: Decimal | None = None
    late_facts: LateFacts | None = LateFacts.NEXT_OPEN_PERIOD
    points: Sequence[Document] = ()
    follow_up: Sequence[Document] = ()
    expected_path: Sequence[Document] = ()
    cap: Decimal | None = None
    floor: Decimal | None = None
    payers: Sequence[tuple[str, Decimal]] = ()
    payee: PayeeRole | None = None
    payment_days: int | None = None


@dataclass(frozen=True, slots=True)
class OutcomeAnswer:
    """One outcome: metric, the keys of its points, and its condition as an entry of the document
    (None: open)."""

    key: str
    title: Titles
    metric: str
    version: int = 1
    points: Sequence[str] = ()
    condition: Document | None = None
    count: CountKind = CountKind.ONCE_PER_PERSON
    most_per_person: int | None = None
    verified_automatically: bool = False


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a rate card: an outcome, its price, and the most it pays in all."""

    outcome: OutcomeAnswer
    price: Decimal | None
    cap: Decimal | None = None


def cost_plus_premium_template(
    frame: Frame,
    *,
    title: Titles,
    outcomes: Sequence[OutcomeAnswer],
    together: Titles | None = None,
    rule: CompositeRule = CompositeRule.ALL_OF,
    scope: CompositeScope = CompositeScope.PER_PERSON,
    needed: int | None = None,
    operator: Operator | None = Operator.AT_LEAST,
    threshold_percent: Decimal | None = None,
    cost: Decimal | None = None,
    premium_percent: Decimal | None = None,
    assessment_on: date | None = None,
) -> Document:
    """Cost plus premium at a threshold: the agreed cost and a percentage of it, paid once if
    enough people reach one outcome, or several together (which `together` names, else `title`)."""
    entries = [_outcome(answer) for answer in outcomes]
    measured = outcomes[0].key if outcomes else TOGETHER
    if len(outcomes) > 1:
        measured = TOGETHER
        composite = {
            "rule": str(rule),
            "parts": [answer.key for answer in outcomes],
            "scope": str(scope),
            "needed": needed,
        }
        entries.append({"key": TOGETHER, "title": dict(together or title), "composite": composite})
    term = {
        "key": COST_PLUS_PREMIUM,
        "title": dict(title),
        "measure": {"kind": str(MeasureKind.RATE), "outcome": measured},
        "gate": {
            "kind": str(GateKind.THRESHOLD),
            "operator": _text(operator),
            "value": _text(threshold_percent),
        },
        "price": {
            "kind": str(PriceKind.COST_PLUS_PREMIUM),
            "cost": _text(cost),
            "premium_percent": _text(premium_percent),
            "basis": str(PremiumBasis.COST),
        },
        "timing": str(Timing.FINAL),
        "assessment_on": _text(assessment_on),
    }
    return document_of(frame, entries, [term])


def rate_card_template(
    frame: Frame, *, lines: Sequence[CardLine], timing: Timing | None = Timing.THIS_PERIOD
) -> Document:
    """Rate card: a price for each outcome reached, as often as its count allows, each line and
    the whole up to a cap."""
    return document_of(
        frame,
        [_outcome(line.outcome) for line in lines],
        [
            {
                "key": line.outcome.key,
                "title": dict(line.outcome.title),
                "measure": {"kind": str(MeasureKind.COUNT), "outcome": line.outcome.key},
                "price": {"kind": str(PriceKind.UNIT_PRICE), "amount": _text(line.price)},
                "limit": {"cap": _text(line.cap)},
                "timing": _text(timing),
            }
            for line in lines
        ],
    )


def _outcome(answer: OutcomeAnswer) -> Document:
    return {
        "key": answer.key,
        "title": dict(answer.title),
        "metric": {"code": answer.metric, "version": answer.version},
        "points": list(answer.points),
        "condition": answer.condition,
        "count": {"kind": str(answer.count), "most_per_person": answer.most_per_person},
        "verified_automatically": answer.verified_automatically,
    }


def document_of(frame: Frame, outcomes: list[Document], terms: list[Document]) -> Document:
    """A terms document of a frame with these outcomes and payment terms."""
    return {
        "schema_version": SCHEMA_VERSION,
        "currency": frame.currency,
        "rounding": _text(frame.rounding),
        "counting": {
            "denominator": _text(frame.denominator),
            "minimum_cohort": frame.minimum_cohort,
            "below_minimum": _text(frame.below_minimum),
            "exits": {str(reason): str(answer) for reason, answer in frame.exits.items()},
            "neutral_exit_cap_percent": _text(frame.neutral_exit_cap_percent),
        },
        "verification": str(VerificationScope.EVERYONE),
        "late_facts": _text(frame.late_facts),
        "points": list(frame.points),
        "outcomes": outcomes,
        "follow_up": list(frame.follow_up),
        "payment_terms": terms,
        "claim": {
            "cap": _text(frame.cap),
            "floor": _text(frame.floor),
            "payers": [
                {"party": party, "share_percent": _text(share)} for party, share in frame.payers
            ],
            "payee": _text(frame.payee),
            "payment_days": frame.payment_days,
        },
        "expected_path": list(frame.expected_path),
    }


def _text(value: Decimal | date | str | None) -> str | None:
    if value is None:
        return None
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
