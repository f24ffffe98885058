"""What is due to be measured, person by person; of a whole contract only what stands open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from cohorts.models import Participant
from contracts.models import Contract, Metric
from contracts.rules.terms.document import MeasurementPoint, TermsDocument
from contracts.selectors import terms_documents, today
from outcomes.models import Measurement
from outcomes.rules import points
from outcomes.rules.points import PersonDates, PlannedPoint, PointStatus, Window
from outcomes.selectors.due_counts import WAITING, DueCount, counting, due_counts
from outcomes.selectors.refusals import refusals
from outcomes.selectors.submission import (
    NOT_LIVE,
    NOTHING_REFUSED,
    metrics_of,
    person_dates,
)
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

Place = tuple[UUID, UUID, str]
Named = tuple[UUID, str, tuple[str, ...]]


@dataclass(frozen=True)
class DueItem:
    """One metric to measure at one point of one participant, and how it stands."""

    contract: Contract
    participant: Participant
    metric: Metric
    planned: PlannedPoint
    status: PointStatus
    window: Window | None

    @property
    def point(self) -> MeasurementPoint:
        """The measurement point."""
        return self.planned.point

    @property
    def paid(self) -> bool:
        """Whether payment rests on it."""
        return self.planned.paid

    @property
    def key(self) -> str:
        """What tells this item from others of the same participant."""
        return f"{self.metric.code}:{self.point.key}"


def due_list(viewer: Viewer, contract: Contract | None = None) -> list[DueItem]:
    """What `viewer` can report on now or soon, oldest first."""
    contracts = access.visible(Contract.objects.all(), viewer, Action.VIEW_MEASUREMENT)
    if contract is not None:
        contracts = contracts.filter(pk=contract.pk)
    people = access.visible(counting(), viewer, Action.VIEW_MEASUREMENT)
    return sorted(open_items(list(contracts), people), key=_oldest_first)


def open_items(
    contracts: list[Contract],
    people: QuerySet[Participant] | None = None,
    statuses: Collection[PointStatus] = WAITING,
) -> list[DueItem]:
    """The items that stand open with one of these statuses.

    Only people with something open are read; the queries are as many as there are points with
    something open.
    """
    people = counting() if people is None else people
    by_id = {contract.pk: contract for contract in contracts}
    open_at: dict[Named, list[DueCount]] = defaultdict(list)
    for one in due_counts(contracts, people):
        if one.status in statuses and one.open_people:
            open_at[one.metric.pk, one.planned.point.key, tuple(one.alike)].append(one)
    others = people.exclude(pk__in=refusals(contracts))
    found = []
    for (metric_id, key, names), counts in open_at.items():
        standing = {tuple(one.alike.values()): one for one in counts}
        likely = _without_row(people if "pk" in names else others, metric_id, key, counts)
        for row in likely.values("pk", *names):
            alike = tuple(row[name] for name in names)
            if alike in standing:
                found.append((by_id[standing[alike].contract_id], row["pk"], standing[alike]))
    wanted = {pk for _contract, pk, _count in found}
    known = Participant.objects.select_related("enrolment", "cohort").in_bulk(wanted)
    return [
        DueItem(contract, known[pk], one.metric, one.planned, one.status, one.window)
        for contract, pk, one in found
    ]


def _without_row(
    people: QuerySet[Participant], metric_id: UUID, key: str, counts: list[DueCount]
) -> QuerySet[Participant]:
    """People who may share one of these facts and have nothing recorded at a point."""
    rows = Measurement.objects.filter(
        participant=OuterRef("pk"), metric=metric_id, point_key=key
    ).exclude(state__in=NOT_LIVE)
    likely = Q()
    for name in counts[0].alike:
        values = {one.alike[name] for one in counts}
        named = Q(**{f"{name}__in": values - {None}})
        likely &= named | Q(**{name: None}) if None in values else named
    return people.filter(likely, ~Exists(rows)).order_by()


def items(contracts: list[Contract], people: QuerySet[Participant] | None = None) -> list[DueItem]:
    """Every planned point of every counting participant of some contracts."""
    documents = terms_documents(contracts)
    if not documents:
        return []
    if people is None:
        people = counting()
    by_contract: dict[UUID, list[Participant]] = defaultdict(list)
    people = people.filter(cohort__contract__in=documents)
    for person in people.select_related("enrolment", "cohort"):
        by_contract[person.cohort.contract_id].append(person)
    recorded, refused = _recorded(documents, people), refusals(contracts)
    metrics = metrics_of(
        one.metric for document in documents.values() for one in points.planned(document)
    )
    found: list[DueItem] = []
    for contract in contracts:
        if contract.pk not in documents:
            continue
        document, as_of = documents[contract.pk], today(contract)
        plan = [(one, metrics[one.metric]) for one in points.planned(document)]
        for person in by_contract[contract.pk]:
            dates = person_dates(person, refused.get(person.pk, NOTHING_REFUSED))
            found += _of_person(contract, document, (person, dates), plan, recorded, as_of)
    return found


def _of_person(
    contract: Contract,
    document: TermsDocument,
    who: tuple[Participant, PersonDates],
    plan: list[tuple[PlannedPoint, Metric]],
    recorded: Mapping[Place, bool],
    as_of: date,
) -> list[DueItem]:
    person, dates = who
    followed = points.followed(document, dates)
    found = []
    for one, metric in plan:
        due = one.window(dates)
        place = (person.pk, metric.pk, one.point.key)
        if place not in recorded and not one.asked(dates):
            continue
        status = points.status(
            due,
            dates,
            measured=recorded.get(place, False),
            not_reached=place in recorded and not recorded[place],
            followed_after_exit=followed,
            as_of=as_of,
            excused=one.excused(dates),
            refused_from=dates.refused_from(register=metric.register_source),
        )
        found.append(DueItem(contract, person, metric, one, status, due))
    return found


def _recorded(contracts: Iterable[UUID], people: QuerySet[Participant]) -> dict[Place, bool]:
    """Which points have a standing row, and whether it holds a value."""
    found: dict[Place, bool] = {}
    rows = Measurement.objects.filter(
        contract__in=list(contracts), participant__in=people.order_by().values("pk")
    ).exclude(state__in=NOT_LIVE)
    for participant, metric, point, value in rows.values_list(
        "participant", "metric", "point_key", "value"
    ):
        place = (participant, metric, point)
        found[place] = found.get(place, False) or value is not None
    return found


def _oldest_first(item: DueItem) -> tuple[date, str, str]:
    due_on = item.window.closes_on if item.window else date.max
    return due_on, item.participant.code, item.key
