"""How far a period has come, what a closing would pin, and what it pinned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, QuerySet

from cohorts.selectors import unconfirmed_exits
from contracts.models import Contract, ReportingPeriod, Terms
from contracts.rules.terms import parse
from contracts.selectors import terms_in_force, today
from outcomes.models import Closing, Measurement
from outcomes.rules import closing as rules
from outcomes.rules.closing import CheckItem, CutOff, Standing
from outcomes.rules.counting import Profiles
from outcomes.rules.points import PointStatus
from outcomes.rules.results import ResultFigures, results
from outcomes.selectors import aggregated, counted
from outcomes.selectors.aggregated import Deliveries
from outcomes.selectors.aggregates import missing_by_period
from outcomes.selectors.disputes import open_disputes
from outcomes.selectors.due_counts import due_counts
from outcomes.selectors.pinned import NOTHING, Pinned, Scene
from outcomes.selectors.versions import latest_closing, with_closings
from outcomes.states import ClosingState, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


@dataclass(frozen=True)
class PeriodStatus:
    """One reporting period of a contract and how far it has come; the latest version of its
    closing."""

    period: ReportingPeriod
    closing: Closing | None
    items: tuple[CheckItem, ...]

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        return self.period.ends_on - timedelta(days=1)

    @property
    def complete(self) -> bool:
        """Whether everything that is required has happened."""
        return rules.is_complete(self.items)

    @property
    def closed(self) -> bool:
        """Whether the verifier has signed."""
        return self.closing is not None and self.closing.state == ClosingState.SIGNED

    @property
    def may_be_forced(self) -> bool:
        """Whether an official may now close it with a reason."""
        return self.closing is None and rules.may_close_with_reason(self.items)


@dataclass(frozen=True)
class Draft:
    """What signing would freeze: the terms, the cut-offs, the rows, and the results."""

    terms: Terms
    cut_off: CutOff
    pinned: Pinned
    results: tuple[ResultFigures, ...]
    profiles: Profiles
    deliveries: Deliveries


def period_status(contract: Contract) -> list[PeriodStatus]:
    """Every period that has begun, oldest first."""
    on = today(contract)
    begun = ReportingPeriod.objects.filter(contract=contract, starts_on__lte=on)
    periods = list(with_closings(begun.order_by("number")))
    standings = _standings(contract, periods)
    return [
        PeriodStatus(
            period,
            latest_closing(period),
            rules.checklist(standings[period.pk], as_of=on),
        )
        for period in periods
    ]


def closings_to_sign(viewer: Viewer) -> QuerySet[Closing]:
    """Closings that wait for the signature of `viewer`."""
    proposed = Closing.objects.filter(state=ClosingState.PROPOSED)
    return (
        access.visible(proposed, viewer, Action.SIGN_CLOSING)
        .select_related("contract", "period")
        .order_by("period__ends_on")
    )


def closing(viewer: Viewer, closing_id: UUID) -> Closing:
    """One closing that `viewer` may see."""
    rows = Closing.objects.select_related("contract", "period", "terms", "signed_by", "reopening")
    return access.get(rows, viewer, Action.VIEW_RESULT, pk=closing_id)


def closing_terms(period: ReportingPeriod) -> Terms:
    """The terms that govern a period: those in force on its last day."""
    last_day = period.ends_on - timedelta(days=1)
    terms = terms_in_force(period.contract, last_day)
    if terms is None:
        raise RuleViolation("outcomes.no_terms_in_force")
    return terms


def draft(period: ReportingPeriod) -> Draft:
    """What signing the closing of a period would freeze at this moment."""
    terms = closing_terms(period)
    cut_off = counted.latest_cut_off()
    scene = Scene(period, parse(terms.document), cut_off, previous_cut_off(period))
    found = counted.count(scene)
    return Draft(
        terms,
        cut_off,
        found.pinned,
        results(found.figures.values()),
        found.profiles,
        found.deliveries,
    )


def previous_cut_off(period: ReportingPeriod) -> CutOff:
    """The cut-offs of the latest signed closing before a period."""
    earlier = (
        Closing.objects.filter(
            contract=period.contract_id,
            period__number__lt=period.number,
            state=ClosingState.SIGNED,
        )
        .order_by("-period__number", "-version")
        .first()
    )
    return NOTHING if earlier is None else cut_off_of(earlier)


def cut_off_of(row: Closing) -> CutOff:
    """The cut-offs that a signed closing pinned."""
    return CutOff(
        row.measurement_cut_off or 0,
        row.verification_cut_off or 0,
        row.aggregate_cut_off or 0,
        row.aggregate_verification_cut_off or 0,
    )


def recompute_closing(row: Closing) -> Pinned:
    """Count and digest anew from append-only rows; equal to what was signed, at any time."""
    cut_off = cut_off_of(row)
    return aggregated.with_deliveries(counted.pinned(row.period, cut_off), row.period, cut_off)


def period_seen(viewer: Viewer, period_id: UUID, action: Action) -> ReportingPeriod:
    """One period on which `viewer` may do `action`."""
    rows = ReportingPeriod.objects.select_related("contract")
    return access.get(rows, viewer, action, pk=period_id)


def _standings(contract: Contract, periods: list[ReportingPeriod]) -> dict[UUID, Standing]:
    """How each period stands; open points and rows are counted once for all of them."""
    waiting = dict(_by_period(contract, (MeasurementState.SUBMITTED, MeasurementState.CHECKED)))
    queried = dict(_by_period(contract, (MeasurementState.QUERIED,)))
    missing = [
        (one.window.closes_on, one.open_people)
        for one in due_counts([contract])
        if one.status == PointStatus.OVERDUE and one.window is not None
    ]
    disputed = Counter(
        open_disputes(contract).values_list("verification__measurement__counted_in", flat=True)
    )
    exits = unconfirmed_exits([contract]).values_list("exited_on", flat=True)
    deliveries = missing_by_period(contract, periods)
    open_before = 0
    found = {}
    for period in periods:
        waits = deliveries.get(period.pk)
        # What was due before the period and is still missing holds this one up too.
        found[period.pk] = Standing(
            period=Period(period.starts_on, period.ends_on),
            grace_days=contract.grace_days,
            earlier_open=open_before,
            points_missing=sum(people for day, people in missing if day < period.ends_on),
            waiting=sum(waiting.get(one.pk, 0) for one in periods if one.number <= period.number),
            queried=sum(queried.get(one.pk, 0) for one in periods if one.number <= period.number),
            disputed=sum(disputed[one.pk] for one in periods if one.number <= period.number),
            exits_unconfirmed=sum(day is not None and day < period.ends_on for day in exits),
            deliveries_missing=waits.count if waits else None,
            deliveries_paid=waits is not None and waits.is_paid,
        )
        row = latest_closing(period)
        open_before += row is None or row.state != ClosingState.SIGNED
    return found


def _by_period(
    contract: Contract, states: tuple[MeasurementState, ...]
) -> QuerySet[Measurement, tuple[UUID, int]]:
    return (
        Measurement.objects.filter(contract=contract, state__in=states)
        .order_by()
        .values_list("counted_in")
        .annotate(rows=Count("pk"))
    )
