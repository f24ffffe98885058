"""Cohorts and their intake: plan, places and the way from referral to enrolment, in aggregates.

A place is taken by everyone who counts and was enrolled, also after leaving. Readers who may not
see participants get no count between one and the contract's limit (decision 22).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from cohorts.models import Cohort, Enrolment, IntakePlan, Participant, Referral
from cohorts.rules.intake import PlanStep, planned_by
from cohorts.states import ReferralState
from contracts.models import Contract
from contracts.selectors import today
from sibportal.accounts import access
from sibportal.accounts.roles import Action

# Whoever was enrolled was reached, whether or not the first contact was written down.
_CONTACTED = Q(referral__contacted_on__isnull=False) | Q(enrolment__isnull=False)
_COUNTS: dict[str, Any] = {
    "referred": Count("pk"),
    "contacted": Count("pk", filter=_CONTACTED),
    "enrolled": Count("enrolment"),
    "declined": Count("pk", filter=Q(referral__state=ReferralState.DECLINED)),
    "unsuitable": Count("pk", filter=Q(referral__state=ReferralState.UNSUITABLE)),
    "left": Count("pk", filter=Q(enrolment__exited_on__isnull=False)),
}


@dataclass(frozen=True)
class IntakeSummary:
    """Intake against plan and places; None is a count too small to be shown to this reader.

    `left` is how many of the enrolled have left, `hidden_below` the limit that hid something.
    """

    places: int = 0
    planned_by_today: int = 0
    referred: int | None = 0
    contacted: int | None = 0
    enrolled: int | None = 0
    declined: int | None = 0
    unsuitable: int | None = 0
    left: int | None = 0
    hidden_below: int = 0

    @property
    def behind(self) -> int:
        """How many fewer are enrolled than planned by today; 0 where that cannot be said."""
        return 0 if self.enrolled is None else max(self.planned_by_today - self.enrolled, 0)

    @property
    def free(self) -> int | None:
        """Places not taken yet."""
        return None if self.enrolled is None else max(self.places - self.enrolled, 0)


@dataclass(frozen=True)
class UnitRow:
    """The funnel of one referring unit."""

    unit_kind: str
    unit_name: str
    referred: int
    contacted: int
    enrolled: int
    declined: int
    unsuitable: int


@dataclass(frozen=True)
class IntakePoint:
    """Enrolled in all by the end of a day, beside the plan; None where there is no such figure."""

    on: date
    enrolled: int | None
    planned: int | None


def cohorts(viewer: access.Viewer, contract: Contract | None = None) -> QuerySet[Cohort]:
    """The cohorts that `viewer` may see, of one contract or of all."""
    found = access.visible(Cohort.objects.select_related("contract"), viewer, Action.VIEW_COHORT)
    return found if contract is None else found.filter(contract=contract)


def cohort(viewer: access.Viewer, cohort_id: UUID, action: Action = Action.VIEW_COHORT) -> Cohort:
    """One cohort that `viewer` may see and do `action` to; NotVisible, NotAllowed."""
    rows = Cohort.objects.select_related("contract")
    found = access.get(rows, viewer, Action.VIEW_COHORT, pk=cohort_id)
    if action is not Action.VIEW_COHORT:
        access.require(viewer, action, found)
    return found


def sees_small_numbers(viewer: access.Viewer, contract: Contract) -> bool:
    """Whoever may see participants may also count them."""
    return access.allowed(viewer, Action.VIEW_COUNTS, contract)


def intake_summaries(
    viewer: access.Viewer, contracts: Iterable[Contract]
) -> dict[UUID, IntakeSummary]:
    """Intake of each contract over its cohorts; contracts without cohorts are all zeros."""
    wanted = list(contracts)
    rows = access.visible(Cohort.objects.all(), viewer, Action.VIEW_COHORT)
    found = list(rows.filter(contract__in=wanted))
    open_ones = _counted_by(viewer, wanted)
    by_cohort = _summaries(found, {one.pk: today(one) for one in wanted})
    return {
        one.pk: _protected(
            _total(by_cohort[row.pk] for row in found if row.contract_id == one.pk),
            0 if one.pk in open_ones else one.small_number_limit,
        )
        for one in wanted
    }


def cohort_summaries(
    viewer: access.Viewer, of: Contract, rows: Iterable[Cohort]
) -> dict[UUID, IntakeSummary]:
    """Intake of each of these cohorts of one contract that `viewer` sees."""
    found = access.visible(Cohort.objects.all(), viewer, Action.VIEW_COHORT)
    shown = list(found.filter(contract=of, pk__in=[row.pk for row in rows]))
    limit = 0 if sees_small_numbers(viewer, of) else of.small_number_limit
    summaries = _summaries(shown, {of.pk: today(of)})
    return {cohort_id: _protected(one, limit) for cohort_id, one in summaries.items()}


def funnel_by_unit(viewer: access.Viewer, of: Cohort) -> list[UnitRow]:
    """The way from referral to enrolment per referring unit, for those who may see participants."""
    if not sees_small_numbers(viewer, of.contract):
        return []
    rows = access.visible(Participant.objects.all(), viewer, Action.VIEW_PARTICIPANT)
    rows = rows.filter(cohort=of, counts=True).exclude(identity__security_ban=True).order_by()
    units = ("referral__unit_kind", "referral__unit_name")
    names = tuple(name for name in _COUNTS if name != "left")
    grouped = rows.values(*units).annotate(**{name: _COUNTS[name] for name in names})
    found = [UnitRow(*row) for row in grouped.values_list(*units, *names)]
    return sorted(found, key=lambda row: (-row.referred, row.unit_kind, row.unit_name))


def intake_path(viewer: access.Viewer, of: Cohort) -> list[IntakePoint]:
    """Enrolled in all at each step of the plan and today; nothing for those who may not count."""
    if not sees_small_numbers(viewer, of.contract):
        return []
    steps = plan(of)
    now = today(of.contract)
    days = sorted({step.by_on for step in steps} | {now} | {of.enrolment_starts_on})
    if now < of.enrolment_starts_on or len(days) < 3:
        return []
    planned = {step.by_on: step.planned for step in steps} | {of.enrolment_starts_on: 0}
    counted = _enrolled_by(of, [day for day in days if day <= now])
    return [IntakePoint(day, counted.get(day), planned.get(day)) for day in days]


def plan(of: Cohort) -> list[PlanStep]:
    """The intake plan of an authorised cohort, in order of dates."""
    rows = IntakePlan.objects.filter(cohort=of).order_by("by_on")
    return [PlanStep(row.by_on, row.planned) for row in rows]


def places_taken(of: Cohort) -> int:
    """How many places of an authorised cohort are taken."""
    return Enrolment.objects.filter(participant__cohort=of, participant__counts=True).count()


def enrolled_by_criteria(of: Cohort) -> int:
    """How many people of an authorised cohort were enrolled by its criteria."""
    return Enrolment.objects.filter(participant__cohort=of).count()


def referring_units(viewer: access.Viewer, of: Cohort) -> list[str]:
    """Names of referring units already in use, so that they are written in one way."""
    rows = access.visible(Referral.objects.all(), viewer, Action.VIEW_PARTICIPANT)
    names = rows.filter(participant__cohort=of).exclude(unit_name="").order_by("unit_name")
    return list(names.values_list("unit_name", flat=True).distinct()[:50])


def _counted_by(viewer: access.Viewer, contracts: list[Contract]) -> set[UUID]:
    rows = access.visible(Contract.objects.all(), viewer, Action.VIEW_COUNTS)
    return set(rows.filter(pk__in=[one.pk for one in contracts]).values_list("pk", flat=True))


def _summaries(rows: list[Cohort], days: dict[UUID, date]) -> dict[UUID, IntakeSummary]:
    """Two queries for any number of cohorts."""
    ids = [row.pk for row in rows]
    counted = Participant.objects.filter(cohort__in=ids, counts=True).order_by().values("cohort")
    counts: dict[UUID, dict[str, Any]] = {
        row["cohort"]: dict(row) for row in counted.annotate(**_COUNTS)
    }
    steps: dict[UUID, list[PlanStep]] = {}
    for step in IntakePlan.objects.filter(cohort__in=ids):
        steps.setdefault(step.cohort_id, []).append(PlanStep(step.by_on, step.planned))
    return {
        row.pk: IntakeSummary(
            places=row.places,
            planned_by_today=planned_by(steps.get(row.pk, ()), days[row.contract_id]),
            **{name: counts.get(row.pk, {}).get(name, 0) for name in _COUNTS},
        )
        for row in rows
    }


def _total(parts: Iterable[IntakeSummary]) -> IntakeSummary:
    kept = list(parts)
    names = ("places", "planned_by_today", *_COUNTS)
    return IntakeSummary(**{name: sum(getattr(one, name) for one in kept) for name in names})


def _protected(summary: IntakeSummary, limit: int) -> IntakeSummary:
    """Hide counts and complements from 1 to below the limit; parts of the funnel go altogether."""
    if not limit:
        return summary
    referred, enrolled = summary.referred or 0, summary.enrolled or 0
    reveals = _small(referred, limit) or _small(referred - enrolled, limit)
    return replace(
        summary,
        referred=None if reveals else referred,
        enrolled=None if _small(enrolled, limit) else enrolled,
        contacted=None,
        declined=None,
        unsuitable=None,
        left=None,
        hidden_below=limit,
    )


def _small(count: int, limit: int) -> bool:
    return 0 < count < limit


def _enrolled_by(of: Cohort, days: list[date]) -> dict[date, int]:
    rows = Enrolment.objects.filter(participant__cohort=of, participant__counts=True)
    if not days:
        return {}
    counts = {f"d{i}": Count("pk", filter=Q(enrolled_on__lte=day)) for i, day in enumerate(days)}
    found = rows.aggregate(**counts)
    return {day: found[f"d{i}"] for i, day in enumerate(days)}
