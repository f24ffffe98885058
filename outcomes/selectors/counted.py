"""What a closing counts: the rows it pins, and the figures of every outcome from them.

Counting is defined in outcomes/rules/counting; here it is done in the database for everybody who
stays, and by that definition for those who left, whose rows need the contract's policy.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from cohorts.models import Cohort, Participant
from cohorts.rules.counting import Base, Status, base_from_leavers, size_of
from contracts.models import ReportingPeriod
from contracts.rules.terms.document import TermsDocument
from contracts.rules.terms.words import Denominator
from outcomes.rules import counting
from outcomes.rules.counting import Figures, StandIn, deciding_part
from outcomes.rules.points import followed_reasons, window
from outcomes.selectors import tally
from outcomes.selectors.pinned import Pinned, Scene, latest_cut_off, pinned, rows
from outcomes.selectors.submission import person_dates

__all__ = [
    "Counted",
    "Pinned",
    "Scene",
    "count",
    "latest_cut_off",
    "participant_statuses",
    "pinned",
    "stand_ins",
]


@dataclass(frozen=True)
class Counted:
    """What a closing pins, and the figures of every outcome from it, by outcome key."""

    pinned: Pinned
    figures: dict[str, Figures]


def count(scene: Scene) -> Counted:
    """Count a closing: those who stay in one statement, those who left by the definition."""
    followed = followed_reasons(scene.terms)
    found = tally.count(scene, followed)
    whole = _base(scene, found, followed)
    left = _of_leavers(scene, whole)
    return Counted(found.pinned, _together(scene.terms, whole, found.tally, left))


def _base(scene: Scene, found: tally.Counted, followed: Collection[str]) -> Base:
    """The denominator at a closing, and the standings of those who left before its end.

    Equal to cohorts/rules/counting.base but for the standings of those who stay or are followed.
    """
    contract_id, until = scene.period.contract_id, scene.period.ends_on
    kind = scene.terms.counting.denominator or Denominator.ENROLLED
    places = Cohort.objects.filter(contract=contract_id).values_list("places", flat=True)
    inside = Q(counts=True, enrolment__enrolled_on__lt=until)
    if kind is Denominator.STARTED:
        inside &= Q(enrolment__started_on__lt=until)
    gone = (
        Participant.objects.filter(inside, cohort__contract=contract_id)
        .filter(enrolment__exited_on__lt=until)
        .exclude(enrolment__exit_reason__in=followed)
        .order_by()
    )
    return base_from_leavers(
        participant_statuses(gone),
        scene.terms.counting,
        size=size_of(kind, people=found.known, inside=found.inside, places=sum(places)),
        inside=found.inside,
        until=until,
    )


def participant_statuses(people: QuerySet[Participant]) -> list[Status]:
    """Participants as the counting policy sees them."""
    rows = people.values_list(
        "pk",
        "counts",
        "referral__referred_on",
        "enrolment__enrolled_on",
        "enrolment__started_on",
        "enrolment__exited_on",
        "enrolment__exit_reason",
        "enrolment__exit_confirmed_at",
    )
    return [
        Status(
            participant=str(pk),
            referred_on=referred_on or enrolled_on,
            enrolled_on=enrolled_on,
            started_on=started_on,
            exited_on=exited_on,
            exit_reason=exit_reason or "",
            exit_confirmed=confirmed_at is not None,
            counts=counts,
        )
        for pk, counts, referred_on, enrolled_on, started_on, exited_on, exit_reason, confirmed_at
        in rows
        if referred_on or enrolled_on
    ]  # fmt: skip


def stand_ins(scene: Scene, whole: Base) -> list[StandIn]:
    """Points that came due, unmeasured, after the exit of people whose last value stands in.

    A point counts as missed from the period in which its window closed.
    """
    people = [one.participant for one in whole.standings if one.last_value]
    if not people:
        return []
    periods = list(
        ReportingPeriod.objects.filter(
            contract=scene.period.contract_id, number__lte=scene.period.number
        )
    )
    found = []
    rows = Participant.objects.filter(pk__in=people).select_related("enrolment")
    for participant in rows:
        for point in scene.terms.points:
            due = window(point, person_dates(participant))
            since = next(
                (one.number for one in periods if due and due.closes_on < one.ends_on
                 and one.starts_on <= due.closes_on), None,
            )  # fmt: skip
            if since is not None:
                found.append(StandIn(str(participant.pk), point.key, since))
    return found


def _of_leavers(scene: Scene, whole: Base) -> tally.Tally:
    """Those who left, counted by the definition itself."""
    if not whole.standings:
        return {}
    known = rows(scene, [one.participant for one in whole.standings])
    held = stand_ins(scene, whole)
    number = scene.period.number
    now = counting.count(known, scene.terms, whole, period=number, stand_ins=held)
    then = [replace(row, state=row.state_before, state_before="") for row in known]
    then = [row for row in then if row.period < number]
    missed = [one for one in held if one.period < number]
    before = counting.count(then, scene.terms, whole, period=number, stand_ins=missed)
    return {
        key: tally.Counts(
            newly=one.numerator,
            lost=one.lost,
            people=one.cumulative_numerator,
            events=one.cumulative_events,
            events_before=before[key].cumulative_events,
            measured=one.measured,
            out_of=one.denominator - (whole.size or 0),
        )
        for key, one in now.items()
    }


def _together(
    terms: TermsDocument, whole: Base, staying: tally.Tally, left: tally.Tally
) -> dict[str, Figures]:
    """The figures of everybody, from those who stay and those who left."""
    figures: dict[str, Figures] = {}
    for key, stay in staying.items():
        parts = [stay, left[key]] if key in left else [stay]
        events = sum(one.events for one in parts)
        out_of = sum(one.out_of for one in parts)
        # Where the size is known, only who left can take somebody from it.
        taken = out_of - stay.out_of
        figures[key] = Figures(
            outcome=key,
            numerator=sum(one.newly for one in parts),
            events=max(0, events - sum(one.events_before for one in parts)),
            cumulative_numerator=sum(one.people for one in parts),
            cumulative_events=events,
            denominator=out_of if whole.size is None else whole.size + taken,
            measured=sum(one.measured for one in parts),
            lost=sum(one.lost for one in parts),
        )
    for outcome in terms.outcomes:
        if not tally.per_person(outcome):
            figures[outcome.key] = deciding_part(outcome, figures)
    return {one.key: figures[one.key] for one in terms.outcomes}
