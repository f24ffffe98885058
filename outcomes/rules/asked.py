"""What payment asks of counting beyond people and rates: cells, profiles, and which way is good."""

from __future__ import annotations

from dataclasses import replace

from contracts.rules.terms.document import Compare, Measure, Outcome, TermsDocument
from contracts.rules.terms.words import CompositeScope, CountKind, Effect, PriceKind

REDUCES = frozenset({Effect.REDUCTION, Effect.RELATIVE_REDUCTION})


def counts_people(outcome: Outcome) -> bool:
    """Whether an outcome is a number of people, not of times or of a quantity."""
    return outcome.quantity is None and outcome.count.kind is CountKind.ONCE_PER_PERSON


def per_person(outcome: Outcome) -> bool:
    """False for a composite whose parts are compared over the whole cohort."""
    composite = outcome.composite
    return composite is None or composite.scope is CompositeScope.PER_PERSON


def of_individuals(terms: TermsDocument) -> TermsDocument:
    """The terms without what no row of a person counts for: outcomes whose figures come for the
    whole group, and composites that compare such figures with others."""
    groups = {one.key for one in terms.outcomes if one.is_aggregate}
    if not groups:
        return terms
    kept = tuple(
        one
        for one in terms.outcomes
        if one.key not in groups and not (one.composite and groups & set(one.composite.parts))
    )
    return replace(terms, outcomes=kept)


def cell_outcomes(terms: TermsDocument) -> frozenset[str]:
    """The outcomes whose price depends on the cell (a cohort) that somebody belongs to."""
    priced = {term.measure.outcome for term in terms.payment_terms if term.price.multipliers}
    return frozenset(one.key for one in terms.outcomes if one.key in priced and per_person(one))


def profile_outcomes(terms: TermsDocument) -> tuple[str, ...]:
    """The outcomes that a cap per person covers, in their order; quantities have no profile."""
    cap = terms.claim.person_cap
    if cap is None:
        return ()
    capped = {
        term.measure.outcome
        for term in terms.payment_terms
        if term.key in cap.terms or (not cap.terms and term.price.kind is PriceKind.UNIT_PRICE)
    }
    return tuple(
        one.key
        for one in terms.outcomes
        if one.key in capped and one.quantity is None and per_person(one)
    )


def unwanted(terms: TermsDocument) -> frozenset[str]:
    """The outcomes that are paid for being fewer: whoever leaves must not lower them.

    Those compared by a reduction, and those that another quantity is divided by.
    """
    measured: list[tuple[Measure, Compare | None]] = [
        *((one.measure, one.compare) for one in terms.payment_terms),
        *((one.measure, one.compare) for one in terms.figures),
    ]
    reduced = {
        measure.outcome
        for measure, compare in measured
        if compare is not None and compare.effect in REDUCES
    }
    return frozenset(reduced | {measure.per for measure, _compare in measured}) - {""}
