"""Whether the parts of a terms document agree with each other, and with their contract.

Open questions are not wrong: contracts/rules/terms/completeness.py lists them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from contracts.rules.terms.check_aggregates import check_aggregates
from contracts.rules.terms.check_pricing import check_pricing
from contracts.rules.terms.check_settlement import check_settlement
from contracts.rules.terms.checking import HUNDRED, at_each, one_of, per_cent, repeated, unused
from contracts.rules.terms.document import (
    Composite,
    Outcome,
    PayerPart,
    Quantity,
    Restriction,
    TermsDocument,
)
from contracts.rules.terms.words import (
    Anchor,
    BelowMinimum,
    CompositeRule,
    CompositeScope,
    ConditionKind,
    CountKind,
    QuantityKind,
    Timing,
    WindowRule,
)
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue

LEAST_PARTS = 2


def check(terms: TermsDocument) -> list[Issue]:
    """Everything in the document that contradicts itself, each with its path."""
    return [
        *_repeated_keys(terms),
        *_counting(terms),
        *_points(terms),
        *(
            issue
            for at, outcome in at_each("outcomes", terms.outcomes)
            for issue in _outcome(terms, at, outcome)
        ),
        *check_aggregates(terms),
        *_follow_up(terms),
        *check_pricing(terms),
        *check_settlement(terms),
        *_expected_path(terms),
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
    for at, day in _dated(terms):
        # The day of the contract's end is allowed: the assessment of all that was before it.
        if not (period.contains(day) or day == period.end):
            issues.append(Issue("terms.outside_contract", at, day.isoformat()))
    for at, payer in _every_payer(terms):
        issues += one_of(f"{at}.party", payer.party, party_keys, "terms.unknown_party")
    return issues


def _every_payer(terms: TermsDocument) -> Iterator[tuple[str, PayerPart]]:
    yield from at_each("claim.payers", terms.claim.payers)
    for at, change in at_each("claim.payers_from", terms.claim.payers_from):
        yield from at_each(f"{at}.payers", change.payers)
    for at, term in at_each("payment_terms", terms.payment_terms):
        yield from at_each(f"{at}.payers", term.payers)


def _dated(terms: TermsDocument) -> Iterator[tuple[str, date]]:
    """The days that must lie in the contract."""
    for at, term in at_each("payment_terms", terms.payment_terms):
        if term.assessment_on:
            yield f"{at}.assessment_on", term.assessment_on
    for at, change in at_each("claim.payers_from", terms.claim.payers_from):
        yield f"{at}.valid_from", change.valid_from
    for at, disruption in at_each("disruptions", terms.disruptions):
        yield f"{at}.from_day", disruption.from_day
        yield f"{at}.until", disruption.until


def _repeated_keys(terms: TermsDocument) -> Iterator[Issue]:
    outcomes = [(at, entry.key) for at, entry in at_each("outcomes", terms.outcomes)]
    follow_up = [(at, entry.key) for at, entry in at_each("follow_up", terms.follow_up)]
    for group in (
        [(at, point.key) for at, point in at_each("points", terms.points)],
        [*outcomes, *follow_up],
        [(at, term.key) for at, term in at_each("payment_terms", terms.payment_terms)],
    ):
        yield from repeated((f"{at}.key", key) for at, key in group)


def _counting(terms: TermsDocument) -> Iterator[Issue]:
    counting = terms.counting
    yield from per_cent("counting.neutral_exit_cap_percent", counting.neutral_exit_cap_percent)
    stops = counting.below_minimum in (BelowMinimum.PAUSE, BelowMinimum.RENEGOTIATE)
    if counting.minimum_cohort and stops:
        for at, term in at_each("payment_terms", terms.payment_terms):
            if term.timing is Timing.THIS_PERIOD:
                # What is not paid while paused would be lost for ever.
                yield Issue("terms.pause_loses_period", f"{at}.timing", term.timing)


def _points(terms: TermsDocument) -> Iterator[Issue]:
    for at, point in at_each("points", terms.points):
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
    for place, key in at_each(f"{at}.points", keys):
        if key not in known:
            yield Issue("terms.unknown_point", place, key)


def _outcome(terms: TermsDocument, at: str, outcome: Outcome) -> Iterator[Issue]:
    yield from _restriction(terms, at, outcome)
    if outcome.composite:
        yield from _composite(terms, f"{at}.composite", outcome.composite)
        yield from unused(at, outcome, ("metric", "points", "condition", "quantity"))
        if outcome.count.kind is not CountKind.ONCE_PER_PERSON:
            yield Issue("terms.composite_counts_once", f"{at}.count.kind", outcome.count.kind)
        return
    yield from _unknown_points(terms, at, outcome.points)
    yield from _window(at, outcome)
    if outcome.quantity:
        yield from unused(at, outcome, ("condition",))
        yield from _quantity(terms, f"{at}.quantity", outcome.quantity)
        return
    yield from _condition(terms, at, outcome)
    repeatable = outcome.count.kind is CountKind.REPEATABLE
    if outcome.count.most_per_person is not None and not repeatable:
        yield Issue("terms.not_used_here", f"{at}.count.most_per_person")


def _window(at: str, outcome: Outcome) -> Iterator[Issue]:
    window = outcome.window
    if window.rule in {WindowRule.SOME_POINTS, WindowRule.IN_A_ROW}:
        if window.needed is not None and outcome.points and window.needed > len(outcome.points):
            params = {"parts": len(outcome.points)}
            yield Issue("terms.needs_too_many", f"{at}.window.needed", str(window.needed), params)
    elif window.needed is not None:
        yield Issue("terms.not_used_here", f"{at}.window.needed", str(window.needed))
    counts_once = outcome.count.kind is CountKind.ONCE_PER_PERSON and outcome.quantity is None
    if window.rule is not WindowRule.ANY_POINT and not counts_once:
        yield Issue("terms.window_counts_once", f"{at}.window.rule", window.rule)


def _quantity(terms: TermsDocument, at: str, quantity: Quantity) -> Iterator[Issue]:
    known = {point.key for point in terms.points}
    yield from one_of(f"{at}.baseline_point", quantity.baseline_point, known, "terms.unknown_point")
    if quantity.kind is not QuantityKind.CHANGE:
        yield from unused(at, quantity, ("baseline_point",))
    if quantity.kind is not QuantityKind.TOTAL:
        yield from unused(at, quantity, ("less_metric",))


def _restriction(terms: TermsDocument, at: str, outcome: Outcome) -> Iterator[Issue]:
    only = outcome.only
    simple = {
        one.key for one in terms.outcomes
        if one.composite is None and one.condition is not None
        and not one.only.reached and not one.only.not_reached
    }  # fmt: skip
    for name in ("reached", "not_reached"):
        key = getattr(only, name)
        # Only outcomes without such a tie of their own: no chain, no circle.
        yield from one_of(f"{at}.only.{name}", key, simple - {outcome.key}, "terms.unknown_part")
    for first, end in (
        ("enrolled_from", "enrolled_before"),
        ("measured_from", "measured_before"),
    ):
        start, stop = getattr(only, first), getattr(only, end)
        if start and stop and stop <= start:
            yield Issue("terms.ends_before_start", f"{at}.only.{end}", stop.isoformat())
    if outcome.composite and only != Restriction():
        # Its parts say whom they count.
        yield Issue("terms.not_used_here", f"{at}.only")


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
    yield from one_of(
        f"{at}.condition.baseline_point", condition.baseline_point, known, "terms.unknown_point"
    )
    if condition.baseline_point and condition.baseline_point in outcome.points:
        yield Issue(
            "terms.baseline_is_result", f"{at}.condition.baseline_point", condition.baseline_point
        )


def _composite(terms: TermsDocument, at: str, composite: Composite) -> Iterator[Issue]:
    simple = {
        outcome.key
        for outcome in terms.outcomes
        if outcome.composite is None and outcome.quantity is None
    }
    for place, key in at_each(f"{at}.parts", composite.parts):
        if key not in simple:
            yield Issue("terms.unknown_part", place, key)
    yield from _weights(at, composite)
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


def _weights(at: str, composite: Composite) -> Iterator[Issue]:
    if composite.rule is not CompositeRule.WEIGHTED:
        yield from unused(at, composite, ("weights", "needed_percent"))
        return
    if {weight.part for weight in composite.weights} != set(composite.parts):
        yield Issue("terms.weights_of_parts", f"{at}.weights")
    for place, weight in at_each(f"{at}.weights", composite.weights):
        yield from per_cent(f"{place}.percent", weight.percent)
    total = sum((weight.percent for weight in composite.weights), Decimal(0))
    if total != HUNDRED:
        yield Issue("terms.weights_sum", f"{at}.weights", str(total), {"total_percent": total})
    if composite.needed_percent is None:
        yield Issue("terms.required", f"{at}.needed_percent")
    yield from per_cent(f"{at}.needed_percent", composite.needed_percent)
    if composite.scope is not CompositeScope.PER_PERSON:
        # A weighted index of a cohort is a named figure (weighted_index).
        yield Issue("terms.weighted_per_person", f"{at}.scope", composite.scope)


def _follow_up(terms: TermsDocument) -> Iterator[Issue]:
    for at, follow_up in at_each("follow_up", terms.follow_up):
        yield from _unknown_points(terms, at, follow_up.points)


def _expected_path(terms: TermsDocument) -> Iterator[Issue]:
    keys = {outcome.key for outcome in terms.outcomes}
    paths = list(at_each("expected_path", terms.expected_path))
    yield from repeated((f"{at}.outcome", path.outcome) for at, path in paths)
    for at, path in paths:
        if path.outcome not in keys:
            yield Issue("terms.unknown_outcome", f"{at}.outcome", path.outcome)
        if any(later.day <= earlier.day for earlier, later in pairwise(path.points)):
            yield Issue("terms.dates_ascend", f"{at}.points")
        for place, point in at_each(f"{at}.points", path.points):
            if point.value < 0:
                yield Issue("terms.negative", f"{place}.value", str(point.value))
