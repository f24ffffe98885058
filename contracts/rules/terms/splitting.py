"""What an amendment divides by its day, and what cannot be divided without paying wrongly.

A sum for everybody together (a threshold, a tier, a premium on cost) has no earlier and later
part; neither has a person who reached half of something before the day and half after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.rules.terms.document import Outcome, PaymentTerm, TermsDocument, Window
from contracts.rules.terms.words import (
    AmendmentScope,
    CompositeRule,
    CompositeScope,
    CountKind,
    MeasureKind,
    PriceKind,
    QuantityKind,
)
from sibportal.kernel.errors import Issue, RuleViolation

_ADDS_UP = frozenset({MeasureKind.COUNT, MeasureKind.DAYS, MeasureKind.SUM})


def divided_outcomes(
    old: TermsDocument, new: TermsDocument, scope: AmendmentScope
) -> frozenset[str]:
    """The keys of the outcomes that the amendment divides into earlier and later, new ones and
    removed ones left out where nothing else divides them.

    RuleViolation with every outcome and payment term that this scope cannot divide.
    """
    divided = _changed(old, new)
    known = {one.key for one in (*old.outcomes, *new.outcomes)}
    while (more := divided | _drawn_in(old, new, scope, divided)) != divided:
        divided = more
    divided &= known
    issues = [*_outcomes_together(old, new, scope, divided), *_terms_together(old, new, divided)]
    if issues:
        raise RuleViolation(issues)
    return frozenset(divided)


def same_point(old: TermsDocument, new: TermsDocument, key: str) -> bool:
    """Whether a measurement point means the same in both wordings."""
    found = [
        [replace(point, title={}) for point in terms.points if point.key == key]
        for terms in (old, new)
    ]
    return found[0] == found[1]


def _changed(old: TermsDocument, new: TermsDocument) -> set[str]:
    """Outcomes whose meaning or payment differs; a new title changes nothing."""
    before = {one.key: one for one in old.outcomes}
    changed = {
        one.key
        for one in new.outcomes
        if one.key in before and not _same_outcome(old, new, before[one.key], one)
    }
    paid_before = {term.key: term for term in old.payment_terms}
    paid_now = {term.key: term for term in new.payment_terms}
    for key in paid_before.keys() | paid_now.keys():
        was, now = paid_before.get(key), paid_now.get(key)
        if was is None or now is None or not _same_term(was, now):
            changed |= {term.measure.outcome for term in (was, now) if term} & before.keys()
    return changed


def _same_outcome(old: TermsDocument, new: TermsDocument, was: Outcome, now: Outcome) -> bool:
    if replace(was, title={}) != replace(now, title={}):
        return False
    return all(same_point(old, new, key) for key in points_of(now))


def points_of(outcome: Outcome) -> tuple[str, ...]:
    """The measurement points that an outcome needs, its baseline among them."""
    parts = (outcome.condition, outcome.quantity)
    baselines = [part.baseline_point for part in parts if part is not None]
    return (*outcome.points, *(key for key in baselines if key))


def _drawn_in(
    old: TermsDocument, new: TermsDocument, scope: AmendmentScope, divided: set[str]
) -> set[str]:
    """What must be divided because something it rests on is."""
    by_enrolment = scope is AmendmentScope.LATER_ENROLMENTS
    found: set[str] = set()
    before = {one.key for one in old.outcomes}
    for one in (*old.outcomes, *new.outcomes):
        is_new = one.key not in before
        if one.composite:
            if divided & set(one.composite.parts):
                found.add(one.key)
            if by_enrolment and (one.key in divided or is_new):
                found |= set(one.composite.parts)
        if by_enrolment and {one.only.reached, one.only.not_reached} & divided:
            found.add(one.key)
    return found - {one.key for one in new.outcomes if one.key not in before}


def _outcomes_together(
    old: TermsDocument, new: TermsDocument, scope: AmendmentScope, divided: set[str]
) -> Iterator[Issue]:
    before = {one.key: one for one in old.outcomes}
    for position, one in enumerate(new.outcomes):
        was = before.get(one.key)
        touched = was is None or one.key in divided
        if one.composite and one.composite.scope is CompositeScope.PER_COHORT:
            code = "amending.cohort_together" if touched else ""
        elif scope is AmendmentScope.LATER_ENROLMENTS:
            code = ""
        elif one.composite:
            apart = not touched or _one_part_changed(one, was, divided)
            code = "" if apart else "amending.composite_together"
        else:
            code = "" if _apart(one, was, divided) else "amending.outcome_together"
        if code:
            yield Issue(code, f"outcomes[{position}]", params={"outcome": one.title})


def _apart(now: Outcome, was: Outcome | None, divided: set[str]) -> bool:
    """Whether a simple outcome can be counted apart by the day of measurement, where it must."""
    if was is None or now.key in divided:
        return was is None or (_dividable(now) and _dividable(was))
    return not {now.only.reached, now.only.not_reached} & divided


def _one_part_changed(now: Outcome, was: Outcome | None, divided: set[str]) -> bool:
    """All of the parts are needed and one of them is divided: nobody is lost or counted twice."""
    if was is None or was.composite is None or now.composite is None:
        return False
    same = replace(was, title={}) == replace(now, title={})
    together = [part for part in now.composite.parts if part in divided]
    return same and now.composite.rule is CompositeRule.ALL_OF and len(together) == 1


def _dividable(one: Outcome) -> bool:
    """Whether each measurement counts by itself, or a person once at the first of them."""
    if one.quantity:
        quantity = one.quantity
        return quantity.kind is QuantityKind.TOTAL and quantity.most_per_person is None
    if one.window != Window() or one.only.reached or one.only.not_reached:
        return False
    if one.count.kind is CountKind.REPEATABLE:
        return one.count.most_per_person is None
    return one.count.kind is CountKind.ONCE_PER_PERSON


def _terms_together(old: TermsDocument, new: TermsDocument, divided: set[str]) -> Iterator[Issue]:
    """Payment terms that rest on something divided and pay one sum for all of it."""
    figures = {one.key: one for one in (*old.figures, *new.figures)}
    named = {
        key for key, one in figures.items() if {one.measure.outcome, one.measure.per} & divided
    }
    before = {term.key: term for term in old.payment_terms}
    now = {term.key for term in new.payment_terms}
    listed = [(f"payment_terms[{n}]", term) for n, term in enumerate(new.payment_terms)]
    listed += [("payment_terms", term) for term in old.payment_terms if term.key not in now]
    for at, term in listed:
        versions = [one for one in (term, before.get(term.key)) if one is not None]
        touched = any({one.measure.outcome, one.measure.per} & divided for one in versions)
        if term.key not in before:
            together = False
        elif touched:
            together = not all(map(_adds_up, versions))
        else:
            together = not _same_term(term, before[term.key])
        if together or any(_figures_of(one) & named for one in versions):
            yield Issue("amending.term_together", at, params={"term": term.title})


def _same_term(one: PaymentTerm, other: PaymentTerm) -> bool:
    return replace(one, title={}) == replace(other, title={})


def _figures_of(term: PaymentTerm) -> set[str]:
    gates = [gate for gate in (term.gate, *term.further_gates) if gate is not None]
    parts = {part.figure for part in term.measure.parts} | {term.measure.figure}
    return (parts | {gate.figure for gate in gates}) - {""}


def _adds_up(term: PaymentTerm) -> bool:
    """Whether what is paid for two parts is what is paid for the whole."""
    return (
        term.measure.kind in _ADDS_UP
        and term.price.kind is PriceKind.UNIT_PRICE
        and (term.compare, term.valuation, term.gate) == (None, None, None)
        and not term.further_gates
        and (term.limit.floor, term.limit.floor_cost_percent) == (None, None)
    )
