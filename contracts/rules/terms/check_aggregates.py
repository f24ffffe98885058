"""What an outcome cannot ask for whose figures a data holder delivers for the whole group.

Whatever needs to know which person did what, or when, cannot be told from figures of a group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.rules.terms.checking import at_each
from contracts.rules.terms.document import (
    Outcome,
    Restriction,
    TermsDocument,
    Window,
)
from contracts.rules.terms.words import (
    CompositeScope,
    ConditionKind,
    CountKind,
    DisruptionTreatment,
    QuantityKind,
)
from sibportal.kernel.errors import Issue

CODE = "terms.not_of_aggregate"


def check_aggregates(terms: TermsDocument) -> Iterator[Issue]:
    """Everything asked of figures of a group that only rows of people can answer."""
    groups = {one.key: one for one in terms.outcomes if one.is_aggregate}
    for at, outcome in at_each("outcomes", terms.outcomes):
        yield from _person_by_person(at, outcome, groups)
        if outcome.is_aggregate:
            unknown = ("source",) if outcome.composite else _not_known(outcome)
            yield from (_issue(f"{at}.{name}", outcome) for name in unknown)
    if groups:
        yield from _paid_by_person(terms, groups)
        yield from _disturbed_by_day(terms, groups)


def _not_known(outcome: Outcome) -> tuple[str, ...]:
    """The entries of the outcome itself that only rows of people can answer."""
    condition, quantity = outcome.condition, outcome.quantity
    asked = {
        "points": bool(outcome.points),
        "window": outcome.window != Window(),
        "only": outcome.only != Restriction(),
        "verified_automatically": outcome.verified_automatically,
        "condition.kind": bool(condition and condition.kind is ConditionKind.CHANGE_AT_LEAST),
        "count.kind": outcome.count.kind is CountKind.ONCE_PER_PERSON_PER_MILESTONE,
        "quantity.kind": bool(quantity and quantity.kind is QuantityKind.CHANGE),
    }
    return tuple(name for name, is_asked in asked.items() if is_asked)


def _paid_by_person(terms: TermsDocument, groups: Mapping[str, Outcome]) -> Iterator[Issue]:
    capped = terms.claim.person_cap.terms if terms.claim.person_cap else ()
    for at, term in at_each("payment_terms", terms.payment_terms):
        if term.measure.outcome not in groups:
            continue
        if term.price.multipliers:
            yield _issue(f"{at}.price.multipliers", groups[term.measure.outcome])
        if term.key in capped:
            yield _issue("claim.person_cap.terms", groups[term.measure.outcome])


def _disturbed_by_day(terms: TermsDocument, groups: Mapping[str, Outcome]) -> Iterator[Issue]:
    by_day = {DisruptionTreatment.EXCLUDE, DisruptionTreatment.EXTEND}
    for at, disruption in at_each("disruptions", terms.disruptions):
        if disruption.treatment in by_day:
            known = [groups[key] for key in disruption.outcomes if key in groups]
            yield from (_issue(f"{at}.treatment", one) for one in known)


def _person_by_person(at: str, outcome: Outcome, groups: Mapping[str, Outcome]) -> Iterator[Issue]:
    """Outcomes that ask whether the same person reached something known of the group alone."""
    composite = outcome.composite
    if composite and composite.scope is CompositeScope.PER_PERSON:
        for place, key in at_each(f"{at}.composite.parts", composite.parts):
            if key in groups:
                yield _issue(place, groups[key])
    for name in ("reached", "not_reached"):
        if (key := getattr(outcome.only, name)) in groups:
            yield _issue(f"{at}.only.{name}", groups[key])


def _issue(at: str, outcome: Outcome) -> Issue:
    return Issue(CODE, at, params={"outcome": outcome.title})
