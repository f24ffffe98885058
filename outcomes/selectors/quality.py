"""How good the data of a contract are: complete, in time, looked at and accepted; by provider and
period, counted by the database over what the viewer may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    Aggregate,
    Count,
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import TruncDate

from contracts.models import Contract, ReportingPeriod
from outcomes.models import Decision, Finding, Measurement, Verification
from outcomes.rules.points import PointStatus
from outcomes.selectors.due_counts import counting, due_counts
from outcomes.states import MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

REJECTED_SHOWN = 20


@dataclass(frozen=True)
class Quality:
    """The rows of one provider in one period, or of all. Replaced rows are left out; `provider` is
    None of those whom the lead provider serves itself."""

    provider: str | None
    period: int | None
    rows: int
    verified: int
    rejected: int
    queried: int
    days_to_entry: timedelta | None

    @property
    def decided(self) -> int:
        """How many the verifier has accepted or rejected."""
        return self.verified + self.rejected


@dataclass(frozen=True)
class Completeness:
    """Of what was due by the end of its window in one period: how much was measured, how many
    were looked for and not reached, and how much is missing."""

    period: ReportingPeriod
    measured: int
    not_reached: int
    missing: int

    @property
    def due(self) -> int:
        """Everything that was due."""
        return self.measured + self.not_reached + self.missing


@dataclass(frozen=True)
class FindingCount:
    """How often an automatic check said the same, and the latest time it did."""

    severity: str
    rows: int
    latest: Finding


class Median(Aggregate):
    """The middle value, or between the two middle ones."""

    function = "PERCENTILE_CONT"
    name = "median"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def quality(viewer: Viewer, contract: Contract) -> list[Quality]:
    """By provider and period, latest period first."""
    grouped: Iterable[Mapping[str, Any]] = (
        _standing(viewer, contract)
        .order_by("-counted_in__number", "participant__served_by__name")
        .values("counted_in__number", "participant__served_by__name")
        .annotate(**_figures(contract))
    )
    return [
        Quality(
            one["participant__served_by__name"],
            one["counted_in__number"],
            *(one[name] for name in _NAMES),
        )
        for one in grouped
    ]


def whole(viewer: Viewer, contract: Contract) -> Quality:
    """Everything of a contract that `viewer` may see."""
    found = _standing(viewer, contract).order_by().aggregate(**_figures(contract))
    return Quality("", None, *(found[name] for name in _NAMES))


def completeness(viewer: Viewer, contract: Contract) -> list[Completeness]:
    """By period, latest first: what came of what was due, of those whom `viewer` may see."""
    periods = list(ReportingPeriod.objects.filter(contract=contract).order_by("-number"))
    people = access.visible(counting(), viewer, Action.VIEW_MEASUREMENT)
    sums: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in due_counts([contract], people):
        if one.status is not PointStatus.OVERDUE or one.window is None:
            continue
        period = _holding(periods, one.window.closes_on)
        if period is not None:
            counts = (one.measured, one.not_reached, one.open_people)
            sums[period.pk] = [
                known + more for known, more in zip(sums[period.pk], counts, strict=True)
            ]
    return [Completeness(one, *sums[one.pk]) for one in periods if one.pk in sums]


def finding_counts(viewer: Viewer, contract: Contract) -> list[FindingCount]:
    """What the automatic checks said of standing rows, most frequent first."""
    rows = _standing(viewer, contract).order_by()
    grouped = list(
        Finding.objects.filter(measurement__in=rows.values("pk"))
        .order_by()
        .values_list("code", "severity")
        .annotate(rows=Count("measurement", distinct=True), latest=Max("pk"))
    )
    latest = Finding.objects.in_bulk([pk for _code, _severity, _rows, pk in grouped])
    found = [FindingCount(severity, rows, latest[pk]) for _code, severity, rows, pk in grouped]
    return sorted(found, key=lambda one: (-one.rows, one.latest.code))


def rejected(viewer: Viewer, contract: Contract) -> QuerySet[Measurement]:
    """The latest rejected rows that nothing has replaced, each with the verifier's reason."""
    said = Verification.objects.filter(
        measurement=OuterRef("pk"), decision=Decision.REJECTED
    ).order_by("-pk")
    return (
        _standing(viewer, contract)
        .filter(state=MeasurementState.REJECTED, superseded_by=None)
        .select_related("participant", "metric")
        .annotate(
            reason=Subquery(said.values("note")[:1]),
            rejected_at=Subquery(said.values("decided_at")[:1]),
        )
        .order_by("-rejected_at")[:REJECTED_SHOWN]
    )


_NAMES = ("rows", "verified", "rejected", "queried", "days_to_entry")


def _figures(contract: Contract) -> Mapping[str, Aggregate]:
    def of(state: MeasurementState) -> Count:
        return Count("pk", filter=Q(state=state))

    # Both are days, so their difference is whole days.
    entered = TruncDate("recorded_at", tzinfo=ZoneInfo(contract.time_zone))
    delay = ExpressionWrapper(
        ExpressionWrapper(entered, output_field=DateField()) - F("measured_on"),
        output_field=DurationField(),
    )
    return {
        "rows": Count("pk"),
        "verified": of(MeasurementState.VERIFIED),
        "rejected": of(MeasurementState.REJECTED),
        "queried": of(MeasurementState.QUERIED),
        "days_to_entry": Median(delay, output_field=DurationField()),
    }


def _standing(viewer: Viewer, contract: Contract) -> QuerySet[Measurement]:
    rows = Measurement.objects.filter(contract=contract)
    return access.visible(
        rows.exclude(state=MeasurementState.SUPERSEDED), viewer, Action.VIEW_MEASUREMENT
    )


def _holding(periods: list[ReportingPeriod], day: date) -> ReportingPeriod | None:
    return next((one for one in periods if one.starts_on <= day < one.ends_on), None)
