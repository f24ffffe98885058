"""What a closing counts: the rows it pins, and the figures of every outcome from them.

Counting is defined in outcomes/rules/counting; here it is done in the database for everybody who
stays, and by that definition for those who left, whose rows need the contract's policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from cohorts.models import Cohort, Participant
from cohorts.rules.counting import Base, Status, base_from_leavers, size_of
from contracts.models import ReportingPeriod
from contracts.rules.terms.document import Outcome, TermsDocument
from contracts.rules.terms.words import Denominator
from outcomes.rules import counting, scopes
from outcomes.rules.asked import of_individuals, per_person
from outcomes.rules.counting import Cell, Figures, Profiles, Row, StandIn, deciding_part
from outcomes.rules.points import PersonDates, disruptions_by_point, followed_reasons, window
from outcomes.rules.scopes import EVERYBODY
from outcomes.selectors import aggregated, tally
from outcomes.selectors.aggregated import Deliveries
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
    """What a closing pins, the figures of every outcome from it by outcome key, how many people
    reached what together where a cap per person asks for it, and what registers delivered."""

    pinned: Pinned
    figures: dict[str, Figures]
    profiles: Profiles
    deliveries: Deliveries


def count(scene: Scene) -> Counted:
    """Count a closing: those who stay in one statement, those who left by the definition; what a
    register says of the whole group as it was delivered."""
    people = replace(scene, terms=of_individuals(scene.terms))
    followed = followed_reasons(scene.terms)
    found = tally.count(people, followed)
    bases = _bases(people, found, followed)
    left = _of_leavers(people, bases)
    deliveries = aggregated.deliveries(scene)
    each = _of_people(people.terms, bases, found.tally, left.tally)
    return Counted(
        deliveries.pinned(found.pinned),
        _with_parts(scene.terms, each | deliveries.figures),
        found.profiles + left.profiles,
        deliveries,
    )


Bases = dict[str, Base]


def _bases(scene: Scene, found: tally.Counted, followed: Collection[str]) -> Bases:
    """The denominator of each outcome at a closing, and the standings of those who left before
    its end; under the empty key those of everybody.

    Equal to cohorts/rules/counting.base but for the standings of those who stay or are followed.
    """
    contract_id, until = scene.period.contract_id, scene.period.ends_on
    kind = scene.terms.counting.denominator or Denominator.ENROLLED
    places = places_by_cohort(contract_id)
    inside = Q(counts=True, enrolment__enrolled_on__lt=until)
    if kind is Denominator.STARTED:
        inside &= Q(enrolment__started_on__lt=until)
    gone = (
        Participant.objects.filter(inside, cohort__contract=contract_id)
        .filter(enrolment__exited_on__lt=until)
        .exclude(enrolment__exit_reason__in=followed)
        .order_by()
    )
    statuses = participant_statuses(gone)
    by_whom = {}
    for meant, size in found.sizes.items():
        there = scopes.places_of(meant, places)
        by_whom[meant] = base_from_leavers(
            [one for one in statuses if scopes.counts(meant, one)],
            scene.terms.counting,
            size=size_of(kind, people=size.known, inside=size.inside, places=there),
            inside=size.inside,
            until=until,
        )
    each = {one.key: by_whom[scopes.whom(one, scene.terms)] for one in scene.terms.outcomes}
    return {"": by_whom[EVERYBODY], **each}


def places_by_cohort(contract_id: UUID) -> dict[str, int]:
    """How many places each cohort of a contract has, by the key that terms name it by."""
    rows = Cohort.objects.filter(contract=contract_id).values_list("code_prefix", "places")
    return {scopes.cohort_key(prefix): number for prefix, number in rows}


def participant_statuses(people: QuerySet[Participant]) -> list[Status]:
    """Participants as the counting policy sees them."""
    rows = people.values_list(
        "pk",
        "counts",
        "cohort__code_prefix",
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
            cohort=scopes.cohort_key(prefix),
        )
        for pk, counts, prefix, referred_on, enrolled_on, started_on, exited_on, exit_reason,
        confirmed_at in rows
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
    extending = disruptions_by_point(scene.terms)
    for participant, dates in dates_of(people).items():
        for point in scene.terms.points:
            due = window(point, dates, extending.get(point.key, ()))
            since = next(
                (one.number for one in periods if due and due.closes_on < one.ends_on
                 and one.starts_on <= due.closes_on), None,
            )  # fmt: skip
            if since is not None:
                found.append(StandIn(participant, point.key, since))
    return found


def dates_of(people: Iterable[str]) -> dict[str, PersonDates]:
    """The dates of some people that points are reckoned from."""
    rows = Participant.objects.filter(pk__in=list(people)).select_related("enrolment", "cohort")
    return {str(one.pk): person_dates(one) for one in rows}


@dataclass(frozen=True)
class _Left:
    """What those who left add."""

    tally: tally.Tally
    profiles: Profiles


def _of_leavers(scene: Scene, bases: Bases) -> _Left:
    """Those who left, counted by the definition itself."""
    whole = bases[""]
    if not whole.standings:
        return _Left({}, Counter())
    people = [one.participant for one in whole.standings]
    known, held, dates = rows(scene, people), stand_ins(scene, whole), dates_of(people)
    number = scene.period.number

    def counted(these: list[Row], missed: list[StandIn]) -> dict[str, Figures]:
        return counting.count(
            these, scene.terms, whole, period=number, stand_ins=missed, within=bases, dates=dates
        )

    now = counted(known, held)
    then = [replace(row, state=row.state_before, state_before="") for row in known]
    before = counted(
        [row for row in then if row.period < number], [one for one in held if one.period < number]
    )
    return _Left(
        {key: _adds(one, before[key], bases[key]) for key, one in now.items()},
        counting.profiles(known, scene.terms, whole, period=number, stand_ins=held, dates=dates),
    )


def _adds(now: Figures, before: Figures, base: Base) -> tally.Counts:
    return tally.Counts(
        newly=now.numerator,
        lost=now.lost,
        people=now.cumulative_numerator,
        events=now.cumulative_events,
        events_before=before.cumulative_events,
        measured=now.measured,
        out_of=now.denominator if base.size is None else 0,
        away=0 if base.size is None else base.size - now.denominator,
        total=now.cumulative_total or tally.NOTHING,
        total_before=before.cumulative_total or tally.NOTHING,
        squares=now.squares or tally.NOTHING,
        cells={one.cell: (one.quantity, one.cumulative_quantity) for one in now.cells},
    )


def _of_people(
    terms: TermsDocument, bases: Bases, staying: tally.Tally, left: tally.Tally
) -> dict[str, Figures]:
    """The figures of everybody, from those who stay and those who left."""
    return {
        key: _figures(terms.outcome(key), bases[key].size, [stay, *_some(left.get(key))])
        for key, stay in staying.items()
    }


def _with_parts(terms: TermsDocument, figures: dict[str, Figures]) -> dict[str, Figures]:
    """The figures of every outcome, those that compare their parts among them."""
    for outcome in terms.outcomes:
        if not per_person(outcome):
            figures[outcome.key] = deciding_part(outcome, figures)
    return {one.key: figures[one.key] for one in terms.outcomes}


def _some(counts: tally.Counts | None) -> list[tally.Counts]:
    return [] if counts is None else [counts]


def _figures(outcome: Outcome, size: int | None, parts: list[tally.Counts]) -> Figures:
    out_of, away = sum(one.out_of for one in parts), sum(one.away for one in parts)
    events = sum(one.events for one in parts)
    newly = sum(one.newly for one in parts)
    cells: dict[str, list[Decimal]] = {}
    for part in parts:
        for key, both in part.cells.items():
            sums = cells.setdefault(key, [tally.NOTHING, tally.NOTHING])
            sums[:] = [known + more for known, more in zip(sums, both, strict=True)]
    common = Figures(
        outcome=outcome.key,
        numerator=newly,
        events=max(0, events - sum(one.events_before for one in parts)),
        cumulative_numerator=sum(one.people for one in parts),
        cumulative_events=events,
        denominator=out_of if size is None else size - away,
        measured=sum(one.measured for one in parts),
        lost=sum(one.lost for one in parts),
        cells=tuple(Cell(key, *sums) for key, sums in sorted(cells.items())),
    )
    if outcome.quantity is None:
        return common
    total = sum((one.total for one in parts), tally.NOTHING)
    return replace(
        common,
        events=newly,
        total=total - sum((one.total_before for one in parts), tally.NOTHING),
        cumulative_total=total,
        squares=sum((one.squares for one in parts), tally.NOTHING),
    )
