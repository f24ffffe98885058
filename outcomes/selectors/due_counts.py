"""How many planned points stand open, without a look at every person.

The days of a point follow from a few dates of the person. People with the same dates are counted
by the database and judged once, by the definition that judges one by one (outcomes/rules/points).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from cohorts.models import Participant
from contracts.models import Contract
from contracts.rules.terms.words import Anchor
from contracts.selectors import terms_documents, today
from outcomes.models import Measurement
from outcomes.rules import points
from outcomes.rules.points import PersonDates, PlannedPoint, PointStatus, Window
from outcomes.selectors.due import WAITING, counting
from outcomes.selectors.submission import NOT_LIVE, metrics_of
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

# The columns of a person that each anchor is reckoned from.
_DATES: dict[Anchor, tuple[str, ...]] = {
    Anchor.ENROLMENT: ("enrolment__enrolled_on",),
    Anchor.TAX_YEAR: ("enrolment__enrolled_on",),
    Anchor.BIRTHDAY: ("birth_month",),
    Anchor.SCHOOL_GRADE: ("birth_month", "school_started_year"),
    Anchor.EXIT: (),
    Anchor.CALENDAR_DATE: (),
}
# Everybody is told apart by these: leaving ends what is due.
_ALWAYS = ("cohort__contract", "enrolment__exited_on", "enrolment__exit_reason")
Alike = tuple[Any, ...]


@dataclass(frozen=True)
class DueCount:
    """How many people stand alike at one planned point, with nothing recorded there."""

    contract_id: UUID
    planned: PlannedPoint
    status: PointStatus
    window: Window | None
    people: int


def waiting_counts(viewer: Viewer) -> dict[PointStatus, int]:
    """How long the due list of `viewer` is, by status."""
    contracts = access.visible(Contract.objects.all(), viewer, Action.VIEW_MEASUREMENT)
    people = access.visible(counting(), viewer, Action.VIEW_MEASUREMENT)
    found = dict.fromkeys(WAITING, 0)
    for one in due_counts(list(contracts), people):
        if one.status in found:
            found[one.status] += one.people
    return found


def due_counts(
    contracts: list[Contract], people: QuerySet[Participant] | None = None
) -> Iterator[DueCount]:
    """Of the items of some contracts, those with nothing recorded, counted.

    The number of queries depends on the anchors that the terms use, never on the people.
    """
    documents = terms_documents(contracts)
    plans = {pk: points.planned(document) for pk, document in documents.items()}
    metrics = metrics_of(one.metric for plan in plans.values() for one in plan)
    days = {contract.pk: today(contract) for contract in contracts}
    people = (counting() if people is None else people).filter(cohort__contract__in=documents)
    for columns in sorted({_DATES[one.point.anchor] for plan in plans.values() for one in plan}):
        recorded = _recorded(documents, people, columns)
        for alike, dates, number in _everybody(people, columns):
            pk = alike[0]
            followed = points.followed(documents[pk], dates)
            for one in plans[pk]:
                place = (metrics[one.metric].pk, one.point.key)
                left = number - recorded.get((*place, *alike), 0)
                if _DATES[one.point.anchor] != columns or not left:
                    continue
                due = one.window(dates)
                status = points.status(
                    due,
                    dates,
                    measured=False,
                    not_reached=False,
                    followed_after_exit=followed,
                    as_of=days[pk],
                    excused=one.excused(dates),
                )
                yield DueCount(pk, one, status, due, left)


def _everybody(
    people: QuerySet[Participant], columns: tuple[str, ...]
) -> Iterator[tuple[Alike, PersonDates, int]]:
    """How many people share these dates, which are those of each of them."""
    grouped = (
        people.order_by()
        .values_list(*_ALWAYS, *columns)
        .annotate(earliest=Min("enrolment__enrolled_on"), number=Count("pk"))
    )
    for *alike, enrolled_on, number in grouped:
        known: Mapping[str, Any] = dict(zip((*_ALWAYS, *columns), alike, strict=True))
        dates = PersonDates(
            # Where the anchor does not read it, any of theirs will do.
            enrolled_on=enrolled_on,
            exited_on=known["enrolment__exited_on"],
            exit_reason=known["enrolment__exit_reason"],
            birth_month=known.get("birth_month"),
            school_started_year=known.get("school_started_year"),
        )
        yield tuple(alike), dates, number


def _recorded(
    contracts: Iterable[UUID], people: QuerySet[Participant], columns: tuple[str, ...]
) -> dict[Alike, int]:
    """How many of those alike have a standing row, by metric and point."""
    names = [f"participant__{name}" for name in (*_ALWAYS, *columns)]
    grouped = (
        Measurement.objects.filter(
            contract__in=list(contracts), participant__in=people.order_by().values("pk")
        )
        .exclude(state__in=NOT_LIVE)
        .order_by()
        .values_list("metric", "point_key", *names)
        .annotate(number=Count("participant", distinct=True))
    )
    return {tuple(alike): number for *alike, number in grouped}
