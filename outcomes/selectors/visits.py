"""Visits: what is due of one participant at one measurement point, reported together on one day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from cohorts.models import HouseholdMembership, Participant
from cohorts.selectors import current_stay
from contracts.models import Contract
from contracts.rules.terms.document import MeasurementPoint
from contracts.selectors import today
from outcomes.models import ContactAttempt, EntryDraft, Measurement
from outcomes.rules.points import PointStatus, Window
from outcomes.selectors.due import DueItem, due_list, items
from outcomes.selectors.submission import NOT_LIVE
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

ENTERABLE = frozenset({PointStatus.OVERDUE, PointStatus.DUE})
# The most pressing first.
_ORDER = [PointStatus.OVERDUE, PointStatus.DUE, PointStatus.DUE_SOON]


@dataclass(frozen=True)
class Visit:
    """The items of one participant at one point, at least one."""

    items: tuple[DueItem, ...]

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.items[0].contract

    @property
    def participant(self) -> Participant:
        """Whom the visit is about."""
        return self.items[0].participant

    @property
    def point(self) -> MeasurementPoint:
        """The measurement point."""
        return self.items[0].point

    @property
    def status(self) -> PointStatus:
        """How the most pressing of its items stands."""
        known = [one.status for one in self.items]
        return min(known, key=lambda one: _ORDER.index(one) if one in _ORDER else len(_ORDER))

    @cached_property
    def window(self) -> Window | None:
        """From when to when something of it may be measured."""
        known = [one.window for one in self.items if one.window is not None]
        if not known:
            return None
        return Window(
            due_on=min(one.due_on for one in known),
            opens_on=min(one.opens_on for one in known),
            closes_on=max(one.closes_on for one in known),
        )

    @property
    def place(self) -> tuple[int, date, str, str]:
        """Where it stands in the list of what is to be done: late ones first, oldest first."""
        rank = _ORDER.index(self.status) if self.status in _ORDER else len(_ORDER)
        closes = self.window.closes_on if self.window else date.max
        return rank, closes, self.participant.code, self.point.key

    @property
    def id(self) -> tuple[UUID, str]:
        """What tells it from every other visit."""
        return self.participant.pk, self.point.key


@dataclass(frozen=True)
class Desk:
    """What lies on the desk of somebody who enters one visit after the other.

    `place` counts from one and is 0 where the visit is not in the list (any more).
    """

    visits: tuple[Visit, ...]
    place: int
    previous: Visit | None
    next: Visit | None

    def nearby(self, before: int = 3, after: int = 6) -> tuple[Visit, ...]:
        """The visits around this one, for a list beside it."""
        at = max(self.place - 1, 0)
        start = max(0, min(at - before, len(self.visits) - before - after - 1))
        return self.visits[start : start + before + after + 1]


def visits(found: Iterable[DueItem]) -> list[Visit]:
    """Items put together by participant and point, the most pressing first."""
    together: dict[tuple[UUID, str], list[DueItem]] = defaultdict(list)
    for one in found:
        together[one.participant.pk, one.point.key].append(one)
    return sorted((Visit(tuple(some)) for some in together.values()), key=lambda one: one.place)


def due_visits(viewer: Viewer, contract: Contract) -> list[Visit]:
    """The visits that `viewer` can report on now or soon, late ones first."""
    return visits(due_list(viewer, contract))


def visit_for_entry(participant: Participant, point: str, metrics: Sequence[str]) -> Visit:
    """The named metrics at a point of an authorised participant; all that are open where none is
    named. Unknown names lead nowhere."""
    contract = participant.cohort.contract
    every = [
        one
        for one in items([contract], Participant.objects.filter(pk=participant.pk))
        if one.point.key == point
    ]
    known = [one.metric.code for one in every]
    if not every or not set(metrics) <= set(known):
        raise NotVisible
    wanted = [one for one in every if one.metric.code in metrics]
    if not metrics:
        wanted = [one for one in every if one.status in ENTERABLE] or every
    # Of two wordings of one metric the rules choose; it is asked for once.
    return Visit(tuple({one.metric.code: one for one in wanted}.values()))


def desk(viewer: Viewer, visit: Visit, *, leaving_out: Collection[tuple[UUID, str]] = ()) -> Desk:
    """The visits that can be entered now in the contract of `visit`, and those beside it."""
    listed = [
        one
        for one in due_visits(viewer, visit.contract)
        if one.status in ENTERABLE and one.id not in leaving_out
    ]
    ids = [one.id for one in listed]
    place = ids.index(visit.id) + 1 if visit.id in ids else 0
    others = [one for one in listed if one.id != visit.id]
    before = [one for one in others if one.place < visit.place]
    after = [one for one in others if one.place > visit.place]
    return Desk(
        visits=tuple(listed),
        place=place,
        previous=before[-1] if before else None,
        # After the last one, what was skipped comes round again.
        next=next(iter(after or before), None),
    )


def reported_at(visit: Visit) -> dict[UUID, list[Measurement]]:
    """What stands reported at the point of a visit already, by metric."""
    rows = Measurement.objects.filter(
        participant=visit.participant, point_key=visit.point.key
    ).exclude(state__in=NOT_LIVE)
    found: dict[UUID, list[Measurement]] = defaultdict(list)
    for row in rows.select_related("metric").order_by("measured_on", "pk"):
        found[row.metric_id].append(row)
    return found


def contact_attempts(participant: Participant, point: str) -> list[ContactAttempt]:
    """The attempts to reach an authorised participant for a point, oldest first."""
    return list(ContactAttempt.objects.filter(participant=participant, point_key=point))


def entry_draft(viewer: Viewer, participant: Participant, point: str) -> EntryDraft | None:
    """What `viewer` has typed of a visit and not submitted."""
    rows = access.visible(EntryDraft.objects.all(), viewer, Action.SUBMIT_MEASUREMENT)
    return rows.filter(written_by=viewer.pk, participant=participant, point_key=point).first()


def unit_of(participant: Participant) -> HouseholdMembership | None:
    """The family or team that an authorised participant belongs to today."""
    return current_stay(participant, today(participant.cohort.contract))


def companions(viewer: Viewer, visit: Visit) -> list[Participant]:
    """Others of the same family or team of whom the very same is open, for results of the whole
    unit: entered once, recorded for each of them."""
    stay = unit_of(visit.participant)
    if stay is None:
        return []
    on = today(visit.contract)
    living = HouseholdMembership.objects.filter(household=stay.household, valid_from__lte=on)
    living = living.exclude(valid_until__lte=on).exclude(participant=visit.participant)
    people = access.visible(
        Participant.objects.filter(counts=True, enrolment__isnull=False),
        viewer,
        Action.SUBMIT_MEASUREMENT,
    ).filter(pk__in=living.values("participant"))
    wanted = {one.key for one in visit.items}
    open_of: dict[UUID, set[str]] = defaultdict(set)
    by_id: dict[UUID, Participant] = {}
    for one in items([visit.contract], people):
        if one.status in ENTERABLE and one.key in wanted:
            open_of[one.participant.pk].add(one.key)
            by_id[one.participant.pk] = one.participant
    return [by_id[pk] for pk, keys in open_of.items() if keys == wanted]


def unit_codes(participants: Iterable[Participant], on: date) -> dict[UUID, str]:
    """The code of the family or team that each of some authorised participants belongs to."""
    living = HouseholdMembership.objects.filter(
        participant__in=[one.pk for one in participants], valid_from__lte=on
    ).exclude(valid_until__lte=on)
    return dict(living.values_list("participant", "household__code"))
