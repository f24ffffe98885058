"""The figures of a signed closing as the rules of payment read them: as they were frozen, or as the
same rows count under other terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import contracts.selectors
from contracts.rules.terms import TermsDocument
from outcomes.models import Closing, Result
from payments.rules.inputs import CellFigure, Observation, Profile
from payments.selectors.governing import governing_terms, recounted
from payments.selectors.registers import compared_with


@dataclass(frozen=True)
class Counted:
    """The figures of a closing as the rules read them."""

    observations: tuple[Observation, ...]
    profiles: tuple[Profile, ...]


def figures_of(closing: Closing) -> Counted:
    """The figures of a signed closing under the terms that govern its claim: the frozen results,
    or what the same rows give since the terms were amended."""
    terms = governing_terms(closing)
    if terms is None or terms.pk == closing.terms_id:
        return figures_as_frozen(closing)
    return figures_under(closing, contracts.selectors.terms_document(terms))


def figures_as_frozen(closing: Closing) -> Counted:
    """The figures that a closing froze."""
    return Counted(observations_of(closing), profiles_of(closing))


def figures_under(closing: Closing, terms: TermsDocument) -> Counted:
    """What the rows of a closing give under some terms; of an open period, those so far."""
    found = recounted(closing, terms)
    source = (f"closing:{closing.pk}",)
    observations = observations_from(found.results)
    return Counted(tuple(replace(one, sources=source) for one in observations), found.profiles)


def observations_of(closing: Closing) -> tuple[Observation, ...]:
    """The frozen results of a signed closing as the rules read them, by outcome key."""
    return observations_from(closing.results.all())


def observations_from(found: Iterable[Result]) -> tuple[Observation, ...]:
    """Results as the rules read them, by outcome key."""
    results = sorted(found, key=lambda result: result.outcome_key)
    return tuple(compared_with(_observation(result), result.references) for result in results)


def _observation(result: Result) -> Observation:
    return Observation(
        outcome=result.outcome_key,
        numerator=result.numerator,
        events=result.events,
        cumulative_numerator=result.cumulative_numerator,
        cumulative_events=result.cumulative_events,
        denominator=result.denominator,
        sources=(f"result:{result.pk}",),
        total=result.total,
        cumulative_total=result.cumulative_total,
        # The people behind a sum are those who add to it.
        measured=None if result.total is None else result.cumulative_numerator,
        cells=tuple(
            CellFigure(
                cell["cell"], Decimal(cell["quantity"]), Decimal(cell["cumulative_quantity"])
            )
            for cell in result.cells
        ),
    )


def profiles_of(closing: Closing) -> tuple[Profile, ...]:
    """Who reached what together, where a cap per person asks for it."""
    return tuple(Profile(one["people"], one["times"]) for one in closing.profiles)
