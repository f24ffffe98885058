"""How many planned points stand open, and for whom, without a look at every person.

The days of a point follow from a few facts of the person. People with the same facts are counted
by the database and judged once, by the definition that judges one by one (outcomes/rules/points).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from cohorts.models import Participant
from cohorts.rules.consent import Switch
from contracts.models import Contract, Metric
from contracts.selectors import terms_documents, today
from outcomes.models import Measurement
from outcomes.rules import points
from outcomes.rules.points import PersonDates, PlannedPoint, PointStatus, Window
from outcomes.rules.scopes import cohort_key
from outcomes.selectors.refusals import refusals
from outcomes.selectors.submission import NOT_LIVE, metrics_of
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

WAITING = frozenset({PointStatus.OVERDUE, PointStatus.DUE, PointStatus.DUE_SOON})

# The column of each fact that a planned point reads (PlannedPoint.reads).
_COLUMNS = {
    "birth_month": "birth_month",
    "cohort": "cohort__code_prefix",
    "enrolled_on": "enrolment__enrolled_on",
    "school_started_year": "school_started_year",
}
# Everybody is told apart by these: leaving ends what is due.
_ALWAYS = ("cohort__contract", "enrolment__exited_on", "enrolment__exit_reason")
Alike = tuple[Any, ...]


@dataclass(frozen=True)
class DueCount:
    """How many people stand alike at one planned point.

    `status` and `window` are those of a person with nothing recorded there, which `open_people`
    are; of the others `measured` have a value and `not_reached` a reason. `alike` are the facts
    that they share, by column.
    """

    contract_id: UUID
    planned: PlannedPoint
    metric: Metric
    status: PointStatus
    window: Window | None
    open_people: int
    measured: int
    not_reached: int
    alike: Mapping[str, Any]


def counting() -> QuerySet[Participant]:
    """The people of whom the terms ask for measurements."""
    return Participant.objects.filter(counts=True, enrolment__isnull=False)


def waiting_counts(viewer: Viewer) -> dict[PointStatus, int]:
    """How much is to be measured by `viewer`, by status."""
    contracts = access.visible(Contract.objects.all(), viewer, Action.VIEW_MEASUREMENT)
    people = access.visible(counting(), viewer, Action.VIEW_MEASUREMENT)
    found = dict.fromkeys(WAITING, 0)
    for one in due_counts(list(contracts), people):
        if one.status in found:
            found[one.status] += one.open_people
    return found


def due_counts(
    contracts: list[Contract], people: QuerySet[Participant] | None = None
) -> Iterator[DueCount]:
    """Every planned point of some contracts, with the people of the same facts together.

    The number of queries depends on the facts that the terms read, never on the people.
    """
    documents = terms_documents(contracts)
    plans = {pk: points.planned(document) for pk, document in documents.items()}
    metrics = metrics_of(one.metric for plan in plans.values() for one in plan)
    days = {contract.pk: today(contract) for contract in contracts}
    people = (counting() if people is None else people).filter(cohort__contract__in=documents)
    facts = {one.reads for plan in plans.values() for one in plan}
    refused = refusals(contracts)
    # Those who refused something are few, and each a case of their own.
    parts: list[tuple[QuerySet[Participant], tuple[str, ...]]]
    parts = [(people.exclude(pk__in=refused) if refused else people, ())]
    parts += [(people.filter(pk__in=refused), ("pk",))] if refused else []
    for columns, (some, own) in product(sorted(map(_columns, facts)), parts):
        recorded = _recorded(documents, some, (*columns, *own))
        for alike, dates, number in _everybody(some, (*columns, *own), refused):
            pk = alike["cohort__contract"]
            followed = points.followed(documents[pk], dates)
            for one in plans[pk]:
                if _columns(one.reads) != columns or not one.asked(dates):
                    continue
                metric, due = metrics[one.metric], one.window(dates)
                known, measured = recorded.get((metric.pk, one.point.key, *alike.values()), (0, 0))
                status = points.status(
                    due,
                    dates,
                    measured=False,
                    not_reached=False,
                    followed_after_exit=followed,
                    as_of=days[pk],
                    excused=one.excused(dates),
                    refused_from=dates.refused_from(register=metric.register_source),
                )
                yield DueCount(
                    pk, one, metric, status, due, number - known, measured, known - measured, alike
                )


def _columns(facts: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(_COLUMNS[fact] for fact in facts))


def _everybody(
    people: QuerySet[Participant],
    columns: tuple[str, ...],
    refused: Mapping[UUID, Mapping[Switch, date]],
) -> Iterator[tuple[Mapping[str, Any], PersonDates, int]]:
    """How many people share these facts, which are those of each of them."""
    names = (*_ALWAYS, *columns)
    grouped = (
        people.order_by()
        .values_list(*names)
        .annotate(earliest=Min("enrolment__enrolled_on"), number=Count("pk"))
    )
    for *alike, enrolled_on, number in grouped:
        known: Mapping[str, Any] = dict(zip(names, alike, strict=True))
        dates = PersonDates(
            # Where nothing reads it, any of theirs will do.
            enrolled_on=enrolled_on,
            exited_on=known["enrolment__exited_on"],
            exit_reason=known["enrolment__exit_reason"],
            birth_month=known.get("birth_month"),
            school_started_year=known.get("school_started_year"),
            cohort=cohort_key(known.get("cohort__code_prefix", "")),
            no_service_from=refused.get(known.get("pk"), {}).get(Switch.SERVICE),  # type: ignore[arg-type]
            no_register_from=refused.get(known.get("pk"), {}).get(Switch.REGISTER_FOLLOW_UP),  # type: ignore[arg-type]
        )
        yield known, dates, number


def _recorded(
    contracts: Iterable[UUID], people: QuerySet[Participant], columns: tuple[str, ...]
) -> dict[Alike, tuple[int, int]]:
    """How many of those alike have a standing row, and how many of them a value, by metric and
    point."""
    names = [f"participant__{name}" for name in (*_ALWAYS, *columns)]
    grouped = (
        Measurement.objects.filter(
            contract__in=list(contracts), participant__in=people.order_by().values("pk")
        )
        .exclude(state__in=NOT_LIVE)
        .order_by()
        .values_list("metric", "point_key", *names)
        .annotate(
            number=Count("participant", distinct=True),
            measured=Count("participant", distinct=True, filter=Q(value__isnull=False)),
        )
    )
    return {tuple(alike): (number, measured) for *alike, number, measured in grouped}
