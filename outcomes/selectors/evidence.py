"""From a frozen result to the measurements behind it, and whom they made reach the outcome."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from cohorts.models import Participant
from cohorts.rules.counting import Base, base
from contracts.models import Metric
from contracts.rules.terms import parse
from contracts.rules.terms.document import Outcome, TermsDocument
from outcomes.models import Closing, Decision, Measurement, Result, Verification
from outcomes.rules import counting
from outcomes.rules.counting import Figures
from outcomes.selectors import counted, pinned
from outcomes.selectors.closings import cut_off_of, previous_cut_off
from outcomes.selectors.pinned import Scene
from outcomes.selectors.submission import metrics_of
from outcomes.states import ClosingState
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

Reached = dict[UUID, dict[str, Figures]]


@dataclass(frozen=True)
class Behind:
    """A result with the terms it was counted by, and the measurements that the viewer may see."""

    result: Result
    terms: TermsDocument
    rows: QuerySet[Measurement]


def behind(viewer: Viewer, result_id: UUID) -> Behind:
    """What stands behind one result, for whoever may see measurements of its contract."""
    signed = Result.objects.filter(closing__state=ClosingState.SIGNED).select_related(
        "closing__period", "closing__contract", "closing__terms"
    )
    result = access.get(signed, viewer, Action.VIEW_RESULT, pk=result_id)
    access.require(viewer, Action.VIEW_MEASUREMENT, result.closing.contract)
    terms = terms_of(result.closing)
    rows = access.visible(
        standing(result.closing).filter(_of(terms.outcome(result.outcome_key), terms)),
        viewer,
        Action.VIEW_MEASUREMENT,
    )
    with_names = rows.select_related("participant__cohort__contract", "metric", "counted_in")
    return Behind(result, terms, with_names.order_by("participant__code", "measured_on", "id"))


def terms_of(closing: Closing) -> TermsDocument:
    """The terms that a signed closing was counted by."""
    assert closing.terms is not None  # noqa: S101 - a signed closing has them
    return parse(closing.terms.document)


def standing(closing: Closing) -> QuerySet[Measurement]:
    """The rows that a signed closing pinned: those of outcomes/selectors/pinned, one by one."""
    cut_off = cut_off_of(closing)
    verified = Verification.objects.filter(
        measurement=OuterRef("pk"), decision=Decision.VERIFIED, pk__lte=cut_off.verification
    )
    replaced = Measurement.objects.filter(supersedes=OuterRef("pk"), pk__lte=cut_off.measurement)
    return Measurement.objects.filter(
        Exists(verified),
        ~Exists(replaced),
        contract=closing.contract_id,
        pk__lte=cut_off.measurement,
        counted_in__number__lte=closing.period.number,
    )


def parts(outcome: Outcome, terms: TermsDocument) -> tuple[Outcome, ...]:
    """The simple outcomes that an outcome rests on: itself, or its parts."""
    if outcome.composite is None:
        return (outcome,)
    return tuple(terms.outcome(key) for key in outcome.composite.parts)


def rests_on(outcome: Outcome, terms: TermsDocument, metric: Metric, point: str) -> bool:
    """Whether measurements of a metric at a point can make somebody reach an outcome."""
    return any(
        part.metric is not None
        and (part.metric.code, part.metric.version) == (metric.code, metric.version)
        and point in part.points
        for part in parts(outcome, terms)
    )


def reached(closing: Closing, people: Collection[UUID]) -> Reached:
    """What each of these people adds to every outcome of a signed closing, by the definition of
    counting: 1 where they reached it, and how often; people who cannot count are left out."""
    terms = terms_of(closing)
    scene = Scene(closing.period, terms, cut_off_of(closing), previous_cut_off(closing.period))
    statuses = counted.participant_statuses(Participant.objects.filter(pk__in=people))
    whole = base(statuses, terms.counting, places=0, until=closing.period.ends_on)
    rows = pinned.rows(scene, [str(pk) for pk in people])
    held = counted.stand_ins(scene, whole)
    return {
        UUID(one.participant): counting.count(
            [row for row in rows if row.participant == one.participant],
            terms,
            Base((one,), 1, 0, 0),
            period=closing.period.number,
            stand_ins=[missed for missed in held if missed.participant == one.participant],
        )
        for one in whole.standings
    }


def _of(outcome: Outcome, terms: TermsDocument) -> Q:
    named = {part.metric for part in parts(outcome, terms) if part.metric is not None}
    metrics = metrics_of(named)
    found = Q(pk__in=[])
    for part in parts(outcome, terms):
        if part.metric in metrics:
            found |= Q(metric=metrics[part.metric].pk, point_key__in=part.points)
    return found
