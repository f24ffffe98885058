"""How success is measured under the terms in force: what each outcome rests on, in words."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.models import Contract, Metric, Terms
from contracts.rules.metrics import references
from contracts.rules.terms.document import FollowUp, MetricReference, Outcome, TermsDocument
from contracts.rules.terms.fields import Titles
from contracts.rules.terms.say_outcomes import say_outcome
from contracts.selectors.frame import today
from contracts.selectors.metrics import referenced_metrics
from contracts.selectors.terms import last_agreed, terms_document, terms_in_force
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.explain import Phrase


@dataclass(frozen=True)
class Measured:
    """One outcome, or something that is only followed: what it says, and the metrics under it.

    An outcome made of others has no metric of its own.
    """

    key: str
    title: Titles
    is_followed_only: bool
    phrases: tuple[Phrase, ...]
    points: tuple[Titles, ...]
    metrics: tuple[Metric, ...]


@dataclass(frozen=True)
class Measuring:
    """What a contract measures by the terms in force, or by those agreed for a later day."""

    terms: Terms
    rows: tuple[Measured, ...]


def measuring(viewer: access.Viewer, of: Contract) -> Measuring | None:
    """How success is measured; None while nothing has been agreed. Three queries."""
    access.require(viewer, Action.VIEW_CONTRACT, of)
    terms = terms_in_force(of, today(of)) or last_agreed(of)
    if terms is None:
        return None
    document = terms_document(terms)
    known = referenced_metrics(metric for _path, metric in references(document))
    return Measuring(
        terms,
        (
            *(_outcome(document, one, known) for one in document.outcomes),
            *(_follow_up(document, one, known) for one in document.follow_up),
        ),
    )


def _outcome(
    document: TermsDocument, one: Outcome, known: dict[MetricReference, Metric]
) -> Measured:
    less = one.quantity.less_metric if one.quantity else None
    named = [metric for metric in (one.metric, less) if metric in known]
    return Measured(
        one.key,
        one.title,
        is_followed_only=False,
        phrases=tuple(say_outcome(document, one)),
        points=tuple(document.point(key).title for key in one.points),
        metrics=tuple(known[metric] for metric in named if metric),
    )


def _follow_up(
    document: TermsDocument, one: FollowUp, known: dict[MetricReference, Metric]
) -> Measured:
    points = tuple(document.point(key).title for key in one.points)
    said = (
        Phrase("terms.say.follow_up", {"outcome": one.title}),
        Phrase("terms.say.points", {"outcome": one.title, "points": points}),
    )
    found = known.get(one.metric)
    return Measured(one.key, one.title, True, said, points, (found,) if found else ())
