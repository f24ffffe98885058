"""From a measurement to the euros it earned: the claims and lines in which it counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.rules.terms import parse
from contracts.rules.terms.words import Timing
from outcomes.selectors import evidence
from payments.models import Claim, Line
from payments.rules import earned as rules
from payments.selectors import disclosure
from payments.selectors.corrections import corrected_number
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.explain import Phrase, Step

if TYPE_CHECKING:
    from contracts.rules.terms import TermsDocument
    from outcomes.models import Measurement
    from sibportal.accounts.access import Viewer


@dataclass(frozen=True)
class Earned:
    """One line of a claim in which a measurement counted, and what that was worth."""

    claim: Claim
    line: Line
    phrases: tuple[Phrase, ...]


def earned(viewer: Viewer, measurement: Measurement) -> list[Earned]:
    """What a measurement that `viewer` may see earned, in the claims that they may see, oldest
    first; claims that were replaced are left out.

    Where a line pays to date it is the first claim that counted the measurement: later ones pay
    what is added.
    """
    rows = access.visible(
        Claim.objects.filter(
            contract=measurement.contract_id, period__number__gte=measurement.counted_in.number
        ).exclude(state=ClaimState.REPLACED),
        viewer,
        Action.VIEW_CLAIM,
    )
    claims = rows.select_related("contract", "terms", "period", "closing__terms", "closing__period")
    found: list[Earned] = []
    is_first = True
    for claim in claims.prefetch_related("lines").order_by("period__number"):
        if not evidence.standing(claim.closing).filter(pk=measurement.pk).exists():
            continue
        if disclosure.sees_counts(viewer, claim):
            found += _in_claim(claim, measurement, is_first=is_first)
        is_first = False
    return found


def _in_claim(claim: Claim, measurement: Measurement, *, is_first: bool) -> list[Earned]:
    terms = parse(claim.terms.document)
    lines = [
        row for row in claim.lines.all() if _counts(row, terms, measurement, is_first=is_first)
    ]
    if not lines:
        return []
    people = evidence.reached(claim.closing, [measurement.participant_id])
    figures = people.get(measurement.participant_id)
    if figures is None:
        return []
    return [
        Earned(
            claim,
            row,
            rules.earned(
                Step.from_json(row.explanation),
                terms,
                reached=figures[_outcome(row, terms)].cumulative_numerator > 0,
            ),
        )
        for row in lines
    ]


def _counts(row: Line, terms: TermsDocument, measurement: Measurement, *, is_first: bool) -> bool:
    """Whether the line was priced on measurements like this one, in this claim for the first
    time or, where it pays once, at its assessment."""
    if corrected_number(row):
        return False
    term = terms.payment_term(row.payment_term_key)
    outcome = terms.outcome(term.measure.outcome)
    if not evidence.rests_on(outcome, terms, measurement.metric, measurement.point_key):
        return False
    if term.timing is Timing.FINAL:
        return rules.is_assessed(Step.from_json(row.explanation))
    return is_first


def _outcome(row: Line, terms: TermsDocument) -> str:
    return terms.payment_term(row.payment_term_key).measure.outcome
