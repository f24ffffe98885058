"""What is due to be measured: every planned point of every participant, in three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from cohorts.models import Participant
from contracts.models import Contract, Metric
from contracts.rules.terms.document import MeasurementPoint, TermsDocument
from contracts.selectors import terms_documents, today
from outcomes.models import Measurement
from outcomes.rules import points
from outcomes.rules.points import PlannedPoint, PointStatus, Window
from outcomes.selectors.submission import NOT_LIVE, metrics_of, person_dates
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

WAITING = frozenset({PointStatus.OVERDUE, PointStatus.DUE, PointStatus.DUE_SOON})
Place = tuple[UUID, UUID, str]


@dataclass(frozen=True)
class DueItem:
    """One metric to measure at one point of one participant, and how it stands."""

    contract: Contract
    participant: Participant
    metric: Metric
    point: MeasurementPoint
    paid: bool
    status: PointStatus
    window: Window | None

    @property
    def key(self) -> str:
        """What tells this item from others of the same participant."""
        return f"{self.metric.code}:{self.point.key}"


def due_list(
    viewer: Viewer, contract: Contract | None = None, *, every_status: bool = False
) -> list[DueItem]:
    """What `viewer` can report on now or soon, oldest first; all statuses on request."""
    contracts = access.visible(Contract.objects.all(), viewer, Action.VIEW_MEASUREMENT)
    if contract is not None:
        contracts = contracts.filter(pk=contract.pk)
    people = access.visible(counting(), viewer, Action.VIEW_MEASUREMENT)
    found = items(list(contracts), people.filter(cohort__contract__in=contracts))
    if not every_status:
        found = [one for one in found if one.status in WAITING]
    return sorted(found, key=_oldest_first)


def counting() -> QuerySet[Participant]:
    """The people of whom the terms ask for measurements."""
    return Participant.objects.filter(counts=True, enrolment__isnull=False)


def items(contracts: list[Contract], people: QuerySet[Participant] | None = None) -> list[DueItem]:
    """Every planned point of every counting participant of some contracts."""
    documents = terms_documents(contracts)
    if not documents:
        return []
    if people is None:
        people = counting()
    by_contract: dict[UUID, list[Participant]] = defaultdict(list)
    for person in people.filter(cohort__contract__in=documents).select_related(
        "enrolment", "cohort"
    ):
        by_contract[person.cohort.contract_id].append(person)
    recorded = _recorded(documents)
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
            found += _of_person(contract, document, person, plan, recorded, as_of)
    return found


def _of_person(
    contract: Contract,
    document: TermsDocument,
    person: Participant,
    plan: list[tuple[PlannedPoint, Metric]],
    recorded: Mapping[Place, bool],
    as_of: date,
) -> list[DueItem]:
    dates = person_dates(person)
    followed = points.followed(document, dates)
    found = []
    for one, metric in plan:
        due = one.window(dates)
        place = (person.pk, metric.pk, one.point.key)
        status = points.status(
            due,
            dates,
            measured=recorded.get(place, False),
            not_reached=place in recorded and not recorded[place],
            followed_after_exit=followed,
            as_of=as_of,
            excused=one.excused(dates),
        )
        found.append(DueItem(contract, person, metric, one.point, one.paid, status, due))
    return found


def _recorded(contracts: Iterable[UUID]) -> dict[Place, bool]:
    """Which points have a standing row, and whether it holds a value."""
    found: dict[Place, bool] = {}
    rows = Measurement.objects.filter(contract__in=list(contracts)).exclude(state__in=NOT_LIVE)
    for participant, metric, point, value in rows.values_list(
        "participant", "metric", "point_key", "value"
    ):
        place = (participant, metric, point)
        found[place] = found.get(place, False) or value is not None
    return found


def _oldest_first(item: DueItem) -> tuple[date, str, str]:
    due_on = item.window.closes_on if item.window else date.max
    return due_on, item.participant.code, item.key
