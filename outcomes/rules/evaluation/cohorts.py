"""The same outcomes cohort by cohort, as terms: counting then needs no second definition.

Counts of few people are hidden from whoever does not see the participants anyway (decision 22).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.rules.terms.document import (
    Disruption,
    Figure,
    Measure,
    Outcome,
    PaymentTerm,
    TermsDocument,
)
from outcomes.rules import disclosure

SEPARATOR = "@"


@dataclass(frozen=True, slots=True)
class Reached:
    """So many of the people of one cohort, now and at the closing before (None: there is none)."""

    cohort: str
    reached: int
    people: int
    before: int | None = None


def split(terms: TermsDocument, cohorts: Sequence[str]) -> TermsDocument:
    """The terms with every outcome once more for each cohort that it counts, under `key_of`.

    Payment terms are kept only as far as counting asks them which way is good.
    """
    copies = [copy for cohort in cohorts for copy in _copies(terms, cohort)]
    return replace(
        terms,
        outcomes=(*terms.outcomes, *copies),
        payment_terms=tuple(_priced_alike(terms, cohorts)),
        figures=(),
        disruptions=tuple(_disturbing(one, cohorts) for one in terms.disruptions),
        claim=replace(terms.claim, person_cap=None),
    )


def key_of(outcome: str, cohort: str) -> str:
    """The key of an outcome of one cohort."""
    return f"{outcome}{SEPARATOR}{cohort}"


def shown(groups: Sequence[Reached], limit: int) -> frozenset[str]:
    """The cohorts whose figures may be shown beside their published total.

    Hidden are a count or complement of few, few people, all or nobody of a small group, a change
    of few since the closing before, and as many others as keep the hidden ones from being told by
    subtraction.
    """
    hidden = {one.cohort for one in groups if _is_telling(one, limit)}
    for counts in ([one.reached for one in groups], [one.people - one.reached for one in groups]):
        cells, total = disclosure.protect_row(counts, limit)
        if not total.shown:
            return frozenset()
        hidden |= {one.cohort for one, cell in zip(groups, cells, strict=True) if not cell.shown}
    rest = sorted((one for one in groups if one.cohort not in hidden), key=lambda one: one.people)
    if len(hidden) == 1 and rest:
        hidden.add(rest[0].cohort)
    return frozenset(one.cohort for one in groups if one.cohort not in hidden)


def _is_telling(one: Reached, limit: int) -> bool:
    if one.people == 0:
        return False
    if disclosure.is_small(one.people, limit):
        return True
    if not disclosure.protect(one.reached, one.people, limit).shown:
        return True
    return one.before is not None and disclosure.is_small(abs(one.reached - one.before), limit)


def _copies(terms: TermsDocument, cohort: str) -> list[Outcome]:
    meant = {one.key for one in terms.outcomes if _counts(terms, one, cohort)}
    renamed = {key: key_of(key, cohort) for key in meant}
    return [_of_cohort(one, cohort, renamed) for one in terms.outcomes if one.key in meant]


def _counts(terms: TermsDocument, outcome: Outcome, cohort: str) -> bool:
    """Whether an outcome counts people of a cohort; a composite all of whose parts do."""
    if outcome.is_aggregate:
        return False
    if outcome.composite is not None:
        return all(_counts(terms, terms.outcome(key), cohort) for key in outcome.composite.parts)
    return not outcome.only.cohorts or cohort in outcome.only.cohorts


def _of_cohort(outcome: Outcome, cohort: str, renamed: Mapping[str, str]) -> Outcome:
    key = renamed[outcome.key]
    if outcome.composite is not None:
        composite = replace(
            outcome.composite,
            parts=tuple(renamed[part] for part in outcome.composite.parts),
            weights=tuple(
                replace(weight, part=renamed[weight.part]) for weight in outcome.composite.weights
            ),
        )
        return replace(outcome, key=key, composite=composite)
    only = replace(
        outcome.only,
        cohorts=(cohort,),
        reached=renamed.get(outcome.only.reached, outcome.only.reached),
        not_reached=renamed.get(outcome.only.not_reached, outcome.only.not_reached),
    )
    return replace(outcome, key=key, only=only)


def _priced_alike(terms: TermsDocument, cohorts: Sequence[str]) -> Iterator[PaymentTerm]:
    """A payment term for everything that is measured, of everybody and of each cohort."""
    if not terms.payment_terms:
        return
    bare = terms.payment_terms[0]
    plain = replace(bare, price=replace(bare.price, multipliers=()))
    entries: tuple[PaymentTerm | Figure, ...] = (*terms.payment_terms, *terms.figures)
    for one in entries:
        for cohort in (None, *cohorts):
            yield replace(plain, measure=_of_whom(one.measure, cohort), compare=one.compare)


def _of_whom(measure: Measure, cohort: str | None) -> Measure:
    if cohort is None:
        return measure
    return replace(
        measure,
        outcome=key_of(measure.outcome, cohort) if measure.outcome else "",
        per=key_of(measure.per, cohort) if measure.per else "",
    )


def _disturbing(one: Disruption, cohorts: Sequence[str]) -> Disruption:
    keys = tuple(key_of(key, cohort) for cohort in cohorts for key in one.outcomes)
    return replace(one, outcomes=(*one.outcomes, *keys))
