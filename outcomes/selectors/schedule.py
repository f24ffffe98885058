"""The whole schedule, year by year: of one participant, and of a cohort as numbers of people.

A programme runs for up to twelve years; a page shows each year as one fold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID

from cohorts.models import Cohort, Participant
from contracts.models import Contract, Metric
from contracts.rules.terms.document import MeasurementPoint
from outcomes.rules.points import PointStatus, Window
from outcomes.selectors.due import DueItem, items
from outcomes.selectors.due_counts import counting, due_counts
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

T = TypeVar("T")


@dataclass(frozen=True)
class Year(Generic[T]):
    """One year of a schedule, None for what has no day yet, and how its points stand."""

    year: int | None
    rows: tuple[T, ...]
    statuses: Mapping[PointStatus, int]


@dataclass(frozen=True)
class PointOfCohort:
    """A metric at a point, and how many people of a cohort stand how in one year."""

    metric: Metric
    point: MeasurementPoint
    statuses: Mapping[PointStatus, int]


def cohort_seen(viewer: Viewer, cohort_id: UUID) -> Cohort:
    """A cohort whose measurements `viewer` may see."""
    rows = Cohort.objects.select_related("contract")
    return access.get(rows, viewer, Action.VIEW_MEASUREMENT, pk=cohort_id)


def cohorts_seen(viewer: Viewer, contract: Contract) -> list[Cohort]:
    """The cohorts of a contract whose measurements `viewer` may see."""
    rows = Cohort.objects.filter(contract=contract)
    return list(access.visible(rows, viewer, Action.VIEW_MEASUREMENT))


def participant_seen(viewer: Viewer, participant_id: UUID) -> Participant:
    """A participant whose measurements `viewer` may see."""
    rows = Participant.objects.select_related("cohort__contract", "enrolment")
    rows = rows.filter(enrolment__isnull=False)
    return access.get(rows, viewer, Action.VIEW_MEASUREMENT, pk=participant_id)


def participant_schedule(participant: Participant) -> list[Year[DueItem]]:
    """Every planned point of an authorised participant, by the year in which it is due."""
    people = Participant.objects.filter(pk=participant.pk)
    found: dict[int | None, list[DueItem]] = defaultdict(list)
    for one in items([participant.cohort.contract], people):
        found[_year(one.window)].append(one)
    return [
        Year(year, tuple(sorted(some, key=_by_day)), Counter(one.status for one in some))
        for year, some in _in_order(found)
    ]


def cohort_schedule(viewer: Viewer, cohort: Cohort) -> list[Year[PointOfCohort]]:
    """Every planned point of a cohort by year, with how many people stand how there.

    The people are those whom `viewer` may see; they are counted, never read one by one.
    """
    people = access.visible(counting(), viewer, Action.VIEW_MEASUREMENT).filter(cohort=cohort)
    found: dict[int | None, dict[tuple[UUID, str], Counter[PointStatus]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    named: dict[tuple[UUID, str], tuple[Metric, MeasurementPoint]] = {}
    for one in due_counts([cohort.contract], people):
        place = one.metric.pk, one.planned.point.key
        named.setdefault(place, (one.metric, one.planned.point))
        found[_year(one.window)][place] += Counter(
            {
                one.status: one.open_people,
                PointStatus.MEASURED: one.measured,
                PointStatus.NOT_REACHED: one.not_reached,
            }
        )
    order = {place: number for number, place in enumerate(named)}
    years = []
    for year, rows in _in_order(found):
        kept = {place: rows[place] for place in sorted(rows, key=lambda one: order[one])}
        points = tuple(PointOfCohort(*named[place], some) for place, some in kept.items() if some)
        years.append(Year(year, points, sum(kept.values(), Counter())))
    return [one for one in years if one.rows]


def _year(window: Window | None) -> int | None:
    return window.due_on.year if window is not None else None


def _in_order(found: Mapping[int | None, T]) -> Iterable[tuple[int | None, T]]:
    """By year, what has no day yet last."""
    return sorted(found.items(), key=lambda one: (one[0] is None, one[0] or 0))


def _by_day(item: DueItem) -> tuple[str, str]:
    return item.window.due_on.isoformat() if item.window else "", item.key
