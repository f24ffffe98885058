"""Whether the parts of a terms document agree with each other, and with their contract.

Open questions are not wrong: contracts/rules/terms/completeness.py lists them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from contracts.rules.terms.document import (
    Composite,
    Outcome,
    PaymentTerm,
    Price,
    TermsDocument,
)
from contracts.rules.terms.words import (
    Anchor,
    BelowMinimum,
    CompareKind,
    CompositeRule,
    ConditionKind,
    CountKind,
    MeasureKind,
    PriceKind,
    Timing,
)
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue
from sibportal.kernel.money import places

Entry = TypeVar("Entry")

HUNDRED = Decimal(100)
LEAST_PARTS = 2

# Which entries of a price its kind uses.
PRICE_ENTRIES = {
    PriceKind.UNIT_PRICE: ("amount",),
    PriceKind.FIXED_AMOUNT: ("amount",),
    PriceKind.COST_PLUS_PREMIUM: ("cost", "premium_percent", "basis"),
}


def check(terms: TermsDocument) -> list[Issue]:
    """Everything in the document that contradicts itself, each with its path."""
    return [
        *_repeated_keys(terms),
        *_counting(terms),
        *_points(terms),
        *(
            issue
            for at, outcome in _at("outcomes", terms.outcomes)
            for issue in _outcome(terms, at, outcome)
        ),
        *_follow_up(terms),
        *(
            issue
            for at, term in _at("payment_terms", terms.payment_terms)
            for issue in _term(terms, at, term)
        ),
        *_claim(terms),
        *_expected_path(terms),
        *_too_many_places(terms),
    ]


def against_contract(
    terms: TermsDocument, *, period: Period, currency: str, party_keys: Collection[str]
) -> list[Issue]:
    """What in the terms does not fit the contract: its period, currency and parties."""
    issues = []
    if terms.currency != currency:
        issues.append(
            Issue("terms.other_currency", "currency", terms.currency, {"currency": currency})
        )
    for at, term in _at("payment_terms", terms.payment_terms):
        day = term.assessment_on
        # The day of the contract's end is allowed: the assessment of all that was before it.
        if day and not (period.contains(day) or day == period.end):
            issues.append(Issue("terms.outside_contract", f"{at}.assessment_on", day.isoformat()))
    for at, payer in _at("claim.payers", terms.claim.payers):
        if payer.party not in party_keys:
            issues.append(Issue("terms.unknown_party", f"{at}.party", payer.party))
    return issues


def _at(name: str, entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    for position, entry in enumerate(entries):
        yield f"{name}[{position}]", entry


def _repeated_keys(terms: TermsDocument) -> Iterator[Issue]:
    outcomes = [(at, entry.key) for at, entry in _at("outcomes", terms.outcomes)]
    follow_up = [(at, entry.key) for at, entry in _at("follow_up", terms.follow_up)]
    for group in (
        [(at, point.key) for at, point in _at("points", terms.points)],
        [*outcomes, *follow_up],
        [(at, term.key) for at, term in _at("payment_terms", terms.payment_terms)],
    ):
        seen = set()
        for at, key in group:
            if key in seen:
                yield Issue("terms.key_repeated", f"{at}.key", key)
            seen.add(key)


def _counting(terms: TermsDocument) -> Iterator[Issue]:
    counting = terms.counting
    cap = counting.neutral_exit_cap_percent
    if cap is not None and not 0 <= cap <= HUNDRED:
        yield Issue("terms.percent", "counting.neutral_exit_cap_percent", str(cap))
    stops = counting.below_minimum in (BelowMinimum.PAUSE, BelowMinimum.RENEGOTIATE)
    if counting.minimum_cohort and stops:
        for at, term in _at("payment_terms", terms.payment_terms):
            if term.timing is Timing.THIS_PERIOD:
                # What is not paid while paused would be lost for ever.
                yield Issue("terms.pause_loses_period", f"{at}.timing", term.timing)


def _points(terms: TermsDocument) -> Iterator[Issue]:
    for at, point in _at("points", terms.points):
        for anchor, name, value in (
            (Anchor.CALENDAR_DATE, "day", point.day),
            (Anchor.SCHOOL_GRADE, "grade", point.grade),
        ):
            if point.anchor is anchor and value is None:
                yield Issue("terms.required", f"{at}.{name}")
            if point.anchor is not anchor and value is not None:
                yield Issue("terms.not_used_here", f"{at}.{name}", str(value))


def _unknown_points(terms: TermsDocument, at: str, keys: tuple[str, ...]) -> Iterator[Issue]:
    known = {point.key for point in terms.points}
    for place, key in _at(f"{at}.points", keys):
        if key not in known:
            yield Issue("terms.unknown_point", place, key)


def _outcome(terms: TermsDocument, at: str, outcome: Outcome) -> Iterator[Issue]:
    if outcome.composite:
        yield from _composite(terms, f"{at}.composite", outcome.composite)
        for name, value in (
            ("metric", outcome.metric),
            ("points", outcome.points),
            ("condition", outcome.condition),
        ):
            if value:
                yield Issue("terms.not_used_here", f"{at}.{name}")
        if outcome.count.kind is not CountKind.ONCE_PER_PERSON:
            yield Issue("terms.composite_counts_once", f"{at}.count.kind", outcome.count.kind)
        return
    yield from _unknown_points(terms, at, outcome.points)
    yield from _condition(terms, at, outcome)
    repeatable = outcome.count.kind is CountKind.REPEATABLE
    if outcome.count.most_per_person is not None and not repeatable:
        yield Issue("terms.not_used_here", f"{at}.count.most_per_person")


def _condition(terms: TermsDocument, at: str, outcome: Outcome) -> Iterator[Issue]:
    condition = outcome.condition
    if condition is None:
        return
    if condition.kind is ConditionKind.IS_TRUE and condition.value is not None:
        yield Issue("terms.not_used_here", f"{at}.condition.value", str(condition.value))
    if condition.kind is not ConditionKind.CHANGE_AT_LEAST:
        if condition.baseline_point:
            yield Issue("terms.not_used_here", f"{at}.condition.baseline_point")
        return
    known = {point.key for point in terms.points}
    if condition.baseline_point and condition.baseline_point not in known:
        yield Issue(
            "terms.unknown_point", f"{at}.condition.baseline_point", condition.baseline_point
        )
    if condition.baseline_point and condition.baseline_point in outcome.points:
        yield Issue(
            "terms.baseline_is_result", f"{at}.condition.baseline_point", condition.baseline_point
        )


def _composite(terms: TermsDocument, at: str, composite: Composite) -> Iterator[Issue]:
    simple = {outcome.key for outcome in terms.outcomes if outcome.composite is None}
    for place, key in _at(f"{at}.parts", composite.parts):
        if key not in simple:
            yield Issue("terms.unknown_part", place, key)
    if len(set(composite.parts)) != len(composite.parts) or len(composite.parts) < LEAST_PARTS:
        yield Issue("terms.parts_differ", f"{at}.parts", ", ".join(composite.parts))
    if composite.rule is not CompositeRule.K_OF_N:
        if composite.needed is not None:
            yield Issue("terms.not_used_here", f"{at}.needed", str(composite.needed))
    elif composite.needed is None:
        yield Issue("terms.required", f"{at}.needed")
    elif composite.needed > len(composite.parts):
        yield Issue(
            "terms.needs_too_many",
            f"{at}.needed",
            str(composite.needed),
            {"parts": len(composite.parts)},
        )


def _follow_up(terms: TermsDocument) -> Iterator[Issue]:
    for at, follow_up in _at("follow_up", terms.follow_up):
        yield from _unknown_points(terms, at, follow_up.points)


def _term(terms: TermsDocument, at: str, term: PaymentTerm) -> Iterator[Issue]:
    is_rate = term.measure.kind is MeasureKind.RATE
    if term.measure.outcome not in {outcome.key for outcome in terms.outcomes}:
        yield Issue("terms.unknown_outcome", f"{at}.measure.outcome", term.measure.outcome)
    if is_rate and term.timing is Timing.THIS_PERIOD:
        yield Issue("terms.rate_is_to_date", f"{at}.timing", term.timing)
    if term.compare and term.compare.kind is CompareKind.FIXED_BASELINE:
        yield from _figure(f"{at}.compare.value", term.compare.value, is_rate=is_rate)
    if term.gate:
        # A difference from a baseline may be negative.
        yield from _figure(
            f"{at}.gate.value", term.gate.value, is_rate=is_rate, signed=term.compare is not None
        )
    yield from _price(at, term.price)
    yield from _fitting_price(at, term, is_rate=is_rate)
    if term.limit.cap is not None and term.limit.cap < 0:
        yield Issue("terms.negative", f"{at}.limit.cap", str(term.limit.cap))
    if term.timing is not Timing.FINAL and term.assessment_on is not None:
        yield Issue("terms.not_used_here", f"{at}.assessment_on", term.assessment_on.isoformat())


def _fitting_price(at: str, term: PaymentTerm, *, is_rate: bool) -> Iterator[Issue]:
    if term.price.kind is PriceKind.UNIT_PRICE:
        if is_rate:
            yield Issue("terms.unit_price_needs_count", f"{at}.price.kind", term.price.kind)
    elif term.gate is None:
        yield Issue("terms.fixed_sum_needs_gate", f"{at}.gate")


def _figure(
    at: str, value: Decimal | None, *, is_rate: bool, signed: bool = False
) -> Iterator[Issue]:
    """A share of people lies between 0 and 100 %, a count is not negative."""
    if value is None:
        return
    if is_rate and not (-HUNDRED if signed else 0) <= value <= HUNDRED:
        yield Issue("terms.percent", at, str(value))
    elif value < 0 and not signed:
        yield Issue("terms.negative", at, str(value))


def _price(at: str, price: Price) -> Iterator[Issue]:
    used = PRICE_ENTRIES[price.kind]
    for name in ("amount", "cost", "premium_percent", "basis"):
        value = getattr(price, name)
        if value is not None and name not in used:
            yield Issue("terms.not_used_here", f"{at}.price.{name}", str(value))
        elif isinstance(value, Decimal) and value < 0:
            yield Issue("terms.negative", f"{at}.price.{name}", str(value))


def _claim(terms: TermsDocument) -> Iterator[Issue]:
    claim = terms.claim
    for name, value in (("cap", claim.cap), ("floor", claim.floor)):
        if value is not None and value < 0:
            yield Issue("terms.negative", f"claim.{name}", str(value))
    if claim.cap is not None and claim.floor is not None and claim.floor > claim.cap:
        yield Issue("terms.floor_above_cap", "claim.floor", str(claim.floor), {"cap": claim.cap})
    seen = set()
    for at, payer in _at("claim.payers", claim.payers):
        if not 0 < payer.share_percent <= HUNDRED:
            yield Issue("terms.share", f"{at}.share_percent", str(payer.share_percent))
        if payer.party in seen:
            yield Issue("terms.key_repeated", f"{at}.party", payer.party)
        seen.add(payer.party)
    total = sum((payer.share_percent for payer in claim.payers), Decimal(0))
    if claim.payers and total != HUNDRED:
        yield Issue("terms.shares_sum", "claim.payers", str(total), {"total_percent": total})


def _expected_path(terms: TermsDocument) -> Iterator[Issue]:
    keys = {outcome.key for outcome in terms.outcomes}
    seen = set()
    for at, path in _at("expected_path", terms.expected_path):
        if path.outcome not in keys:
            yield Issue("terms.unknown_outcome", f"{at}.outcome", path.outcome)
        if path.outcome in seen:
            yield Issue("terms.key_repeated", f"{at}.outcome", path.outcome)
        seen.add(path.outcome)
        if any(later.day <= earlier.day for earlier, later in pairwise(path.points)):
            yield Issue("terms.dates_ascend", f"{at}.points")
        for place, point in _at(f"{at}.points", path.points):
            if point.value < 0:
                yield Issue("terms.negative", f"{place}.value", str(point.value))


def _too_many_places(terms: TermsDocument) -> Iterator[Issue]:
    """Sums are whole cents; a unit price may be finer, its line is rounded once."""
    amounts = [("claim.cap", terms.claim.cap), ("claim.floor", terms.claim.floor)]
    for at, term in _at("payment_terms", terms.payment_terms):
        amounts += [(f"{at}.limit.cap", term.limit.cap), (f"{at}.price.cost", term.price.cost)]
        if term.price.kind is PriceKind.FIXED_AMOUNT:
            amounts.append((f"{at}.price.amount", term.price.amount))
    digits = places(terms.currency)
    for at, amount in amounts:
        exponent = amount.as_tuple().exponent if amount is not None else 0
        if isinstance(exponent, int) and -exponent > digits:
            yield Issue("terms.too_many_places", at, str(amount), {"places": digits})
