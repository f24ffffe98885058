"""What is measured, for whom and when, as phrases."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal

from contracts.rules.terms.document import Composite, Outcome, Quantity, TermsDocument
from contracts.rules.terms.words import ConditionKind, CountKind, QuantityKind, WindowRule
from sibportal.kernel.explain import Phrase


def say_outcome(terms: TermsDocument, outcome: Outcome) -> Iterator[Phrase]:
    """One outcome: what counts, at which points, how often and for whom."""
    if outcome.composite:
        yield _composite(terms, outcome, outcome.composite)
        return
    if outcome.quantity:
        yield from _quantity(terms, outcome, outcome.quantity)
    else:
        yield from _condition(terms, outcome)
    points = tuple(terms.point(point).title for point in outcome.points)
    if points:
        yield Phrase("terms.say.points", {"outcome": outcome.title, "points": points})
    yield from _window(outcome)
    most = outcome.count.most_per_person
    is_open = outcome.count.kind is CountKind.REPEATABLE and most is None
    if outcome.quantity is None and not is_open:
        yield Phrase(f"terms.say.{outcome.count.kind}", {"outcome": outcome.title, "most": most})
    yield from _only(terms, outcome)
    if outcome.is_aggregate:
        yield Phrase("terms.say.aggregate", {"outcome": outcome.title})
    if outcome.verified_automatically:
        yield Phrase("terms.say.verified_automatically", {"outcome": outcome.title})


def weight(title: object, percent: object) -> Phrase:
    """A part with its weight, such as "Work 60 %"."""
    return Phrase("terms.say.weight", {"part": title, "percent": percent})


def _composite(terms: TermsDocument, outcome: Outcome, composite: Composite) -> Phrase:
    params = {
        "outcome": outcome.title,
        "parts": tuple(terms.outcome(part).title for part in composite.parts),
        "needed": composite.required,
        "needed_percent": composite.needed_percent,
        "weights": tuple(
            weight(terms.outcome(one.part).title, one.percent) for one in composite.weights
        ),
    }
    return Phrase(f"terms.say.{composite.rule}_{composite.scope}", params)


def _condition(terms: TermsDocument, outcome: Outcome) -> Iterator[Phrase]:
    condition = outcome.condition
    if condition is None:
        return
    params: dict[str, object] = {"outcome": outcome.title, "value": condition.value}
    if condition.kind is ConditionKind.CHANGE_AT_LEAST:
        if not condition.baseline_point:
            return
        params["baseline"] = terms.point(condition.baseline_point).title
        if condition.value is not None:
            yield _change(condition.value, params)
        return
    if condition.kind is ConditionKind.IS_TRUE or condition.value is not None:
        yield Phrase(f"terms.say.{condition.kind}", params)


def _change(agreed: Decimal, params: dict[str, object]) -> Phrase:
    """A fall, a rise, or no fall: nobody says that something changed by at least -4."""
    if agreed == 0:
        return Phrase("terms.say.change_no_lower", params)
    code = "terms.say.change_falls" if agreed < 0 else "terms.say.change_at_least"
    return Phrase(code, {**params, "value": abs(agreed)})


def _quantity(terms: TermsDocument, outcome: Outcome, quantity: Quantity) -> Iterator[Phrase]:
    params: dict[str, object] = {"outcome": outcome.title}
    if quantity.kind is not QuantityKind.CHANGE:
        yield Phrase(f"terms.say.quantity_{quantity.kind}", params)
    elif quantity.baseline_point:
        baseline = terms.point(quantity.baseline_point).title
        yield Phrase("terms.say.quantity_change", {**params, "baseline": baseline})
    if quantity.less_metric:
        yield Phrase("terms.say.quantity_less", {**params, "metric": quantity.less_metric.code})
    if quantity.most_per_person is not None:
        yield Phrase("terms.say.quantity_most", {**params, "most": quantity.most_per_person})


def _window(outcome: Outcome) -> Iterator[Phrase]:
    """At how many of its points; where one point is all there is, there is nothing to say."""
    window = outcome.window
    counts_once = outcome.quantity is None and outcome.count.kind is CountKind.ONCE_PER_PERSON
    if len(outcome.points) <= 1 or not counts_once:
        return
    if window.needed is not None or window.rule in {WindowRule.ANY_POINT, WindowRule.ALL_POINTS}:
        params = {"outcome": outcome.title, "needed": window.needed}
        yield Phrase(f"terms.say.window_{window.rule}", params)


def _only(terms: TermsDocument, outcome: Outcome) -> Iterator[Phrase]:
    """Each restriction that is set; its code is the name of its entry."""
    for field in dataclasses.fields(outcome.only):
        value: object = getattr(outcome.only, field.name)
        if not value:
            continue
        if field.name in {"reached", "not_reached"}:
            value = terms.outcome(str(value)).title
        params = {"outcome": outcome.title, "value": value}
        yield Phrase(f"terms.say.only_{field.name}", params)
