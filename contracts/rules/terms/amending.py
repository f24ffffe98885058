"""An amendment worked into what was agreed: one document that says whom each wording concerns.

With the scope later_measurements a changed outcome becomes two, the old one for what was measured
before the day and the new one from the day on; with later_enrolments the same by the day of
enrolment. What is paid for them is doubled alike. The rest (caps, shares, payee, counting) is that
of the new wording. all_open replaces the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol

from contracts.rules.terms.document import (
    ClaimTerms,
    Composite,
    MeasurementPoint,
    Outcome,
    PaymentTerm,
    TermsDocument,
)
from contracts.rules.terms.splitting import divided_outcomes, points_of, same_point
from contracts.rules.terms.words import AmendmentScope, CountKind

LONGEST_KEY = 60


def combine(
    old: TermsDocument, new: TermsDocument, scope: AmendmentScope, day: date
) -> TermsDocument:
    """The one document that is agreed. RuleViolation naming what cannot be divided by the scope.

    With either later scope every outcome and payment term of `old` keeps its key.
    """
    if scope is AmendmentScope.ALL_OPEN:
        return new
    divided = divided_outcomes(old, new, scope)
    both = _Both(old, new, scope, day, divided)
    outcomes = tuple(both.outcomes())
    return replace(
        new,
        points=tuple(both.points(outcomes)),
        outcomes=outcomes,
        follow_up=tuple(
            replace(one, points=both.renamed_points(one.points)) for one in new.follow_up
        ),
        payment_terms=tuple(both.payment_terms()),
        claim=both.claim(),
        disruptions=tuple(
            replace(one, outcomes=both.with_successors(one.outcomes)) for one in new.disruptions
        ),
    )


@dataclass(frozen=True)
class _Both:
    """The two wordings, and what is known by which key in the combined one."""

    old: TermsDocument
    new: TermsDocument
    scope: AmendmentScope
    day: date
    divided: frozenset[str]

    @cached_property
    def outcome_names(self) -> dict[str, str]:
        """The keys of those new outcomes that stand beside the old one of the same key."""
        taken = _keys(self.old.outcomes, self.new.outcomes, self.new.follow_up, self.old.follow_up)
        known = _keys(self.old.outcomes) & _keys(self.new.outcomes)
        return _fresh(sorted(self.divided & known), taken)

    @cached_property
    def point_names(self) -> dict[str, str]:
        taken = _keys(self.old.points, self.new.points)
        moved = [
            point.key for point in self.new.points if not same_point(self.old, self.new, point.key)
        ]
        return _fresh([key for key in moved if key in _keys(self.old.points)], taken)

    @cached_property
    def term_names(self) -> dict[str, str]:
        taken = _keys(self.old.payment_terms, self.new.payment_terms)
        known = _keys(self.old.payment_terms)
        touched = self.divided | (_keys(self.new.outcomes) - _keys(self.old.outcomes))
        again = [
            term.key
            for term in self.new.payment_terms
            if term.key in known and term.measure.outcome in touched
        ]
        return _fresh(again, taken)

    def outcomes(self) -> Iterator[Outcome]:
        """Unchanged ones once; changed ones as they were and as they are now; new ones from the
        day on; what is no longer there for what came before it."""
        before = {one.key: one for one in self.old.outcomes}
        for one in self.new.outcomes:
            if one.key not in before:
                yield self._from_now(one, one.key)
            elif one.key in self.divided:
                yield self._until_now(before[one.key])
                yield self._from_now(one, self.outcome_names[one.key])
            else:
                yield one
        kept = _keys(self.new.outcomes)
        yield from (self._until_now(one) for one in self.old.outcomes if one.key not in kept)

    def _until_now(self, one: Outcome) -> Outcome:
        if one.composite:
            return one
        day = self.day
        if self._by_enrolment:
            only = replace(one.only, enrolled_before=min(one.only.enrolled_before or day, day))
        else:
            only = replace(one.only, measured_before=min(one.only.measured_before or day, day))
        return replace(one, only=only)

    def _from_now(self, one: Outcome, key: str) -> Outcome:
        one = replace(one, key=key, points=self.renamed_points(one.points))
        if one.composite:
            return replace(one, composite=self._of_new_parts(one.composite))
        names = self.outcome_names
        reached, not_reached = one.only.reached, one.only.not_reached
        only = replace(
            one.only,
            reached=names.get(reached, reached),
            not_reached=names.get(not_reached, not_reached),
        )
        if self._by_enrolment:
            only = replace(only, enrolled_from=max(only.enrolled_from or self.day, self.day))
        else:
            only = replace(only, measured_from=max(only.measured_from or self.day, self.day))
        former = next((old for old, now in names.items() if now == key), "")
        once = one.quantity is None and one.count.kind is CountKind.ONCE_PER_PERSON
        if former and once and not self._by_enrolment:
            # Whoever has reached it by the old wording is not paid for again.
            only = replace(only, not_reached=former)
        return replace(self._on_new_baseline(one), only=only)

    def _of_new_parts(self, composite: Composite) -> Composite:
        names = self.outcome_names
        weights = tuple(
            replace(weight, part=names.get(weight.part, weight.part))
            for weight in composite.weights
        )
        parts = tuple(names.get(part, part) for part in composite.parts)
        return replace(composite, parts=parts, weights=weights)

    def _on_new_baseline(self, one: Outcome) -> Outcome:
        condition, quantity = one.condition, one.quantity
        if condition and condition.baseline_point in self.point_names:
            point = self.point_names[condition.baseline_point]
            condition = replace(condition, baseline_point=point)
        if quantity and quantity.baseline_point in self.point_names:
            point = self.point_names[quantity.baseline_point]
            quantity = replace(quantity, baseline_point=point)
        return replace(one, condition=condition, quantity=quantity)

    def points(self, outcomes: Iterable[Outcome]) -> Iterator[MeasurementPoint]:
        """The new points, and those old ones that something of the old wording still needs."""
        names = self.point_names
        for point in self.new.points:
            if point.key in names:
                yield self.old.point(point.key)
            yield replace(point, key=names.get(point.key, point.key))
        needed = {key for one in outcomes for key in points_of(one)}
        known = _keys(self.new.points)
        yield from (one for one in self.old.points if one.key in needed - known)

    def payment_terms(self) -> Iterator[PaymentTerm]:
        """Each term once, or as it was and as it is now where it rests on what is divided."""
        before = {term.key: term for term in self.old.payment_terms}
        again = self.term_names
        for term in self.new.payment_terms:
            outcome = term.measure.outcome
            measure = replace(term.measure, outcome=self.outcome_names.get(outcome, outcome))
            if term.key in again:
                yield before[term.key]
            yield replace(term, key=again.get(term.key, term.key), measure=measure)
        kept = _keys(self.new.payment_terms)
        yield from (term for term in self.old.payment_terms if term.key not in kept)

    def claim(self) -> ClaimTerms:
        """The new claim; a cap per person names what is doubled too."""
        claim, again = self.new.claim, self.term_names
        if claim.person_cap is None or not claim.person_cap.terms:
            return claim
        named = claim.person_cap.terms
        terms = (*named, *(again[key] for key in named if key in again))
        return replace(claim, person_cap=replace(claim.person_cap, terms=terms))

    def renamed_points(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        names = self.point_names
        return tuple(names.get(key, key) for key in keys)

    def with_successors(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        names = self.outcome_names
        return (*keys, *(names[key] for key in keys if key in names))

    @property
    def _by_enrolment(self) -> bool:
        return self.scope is AmendmentScope.LATER_ENROLMENTS


class _Keyed(Protocol):
    """An entry of the terms that has a key of its own."""

    @property
    def key(self) -> str: ...


def _keys(*lists: Iterable[_Keyed]) -> set[str]:
    return {entry.key for entries in lists for entry in entries}


def _fresh(keys: Iterable[str], taken: set[str]) -> dict[str, str]:
    """For each key one that nobody has: work, work-2, work-3."""
    found: dict[str, str] = {}
    for key in keys:
        number = 2
        while (name := f"{key[: LONGEST_KEY - 4]}-{number}") in taken:
            number += 1
        found[key] = name
        taken = taken | {name}
    return found
