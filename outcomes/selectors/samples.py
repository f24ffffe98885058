"""Reads about rounds of verification: the plan that governs, the population, the sample.

Who is in a sample is known to the verifier alone until the report is signed; officials and
auditors see it from then on, providers never.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from contracts.models import Contract, ReportingPeriod
from outcomes.models import (
    Measurement,
    PopulationItem,
    RoundConclusion,
    SampleItem,
    VerificationPlan,
    VerificationReport,
    VerificationRound,
)
from outcomes.rules import rounds as rules
from outcomes.rules.rounds import Finding, PlanStanding, PlanTerms
from outcomes.rules.sampling import Beyond, Item, PlanKind, StratumField
from outcomes.rules.words import State
from outcomes.selectors.versions import is_closed
from outcomes.states import MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action, PartyRole
from sibportal.kernel.errors import NotVisible

if TYPE_CHECKING:
    from contracts.models import Party
    from sibportal.accounts.access import Viewer


@dataclass(frozen=True)
class Looked:
    """One item of a sample and what is known of it."""

    sampled: SampleItem
    finding: Finding

    @property
    def measurement(self) -> Measurement:
        return self.sampled.item.measurement


@dataclass(frozen=True)
class Standing:
    """How far a round is: what was found of each item, and which of them come next."""

    items: tuple[Looked, ...]

    @property
    def counts(self) -> Counter[Finding]:
        return Counter(one.finding for one in self.items)

    @property
    def decided(self) -> int:
        return self.counts[Finding.RIGHT] + self.counts[Finding.WRONG]

    @property
    def errors(self) -> int:
        return self.counts[Finding.WRONG]

    @property
    def open(self) -> tuple[Looked, ...]:
        return tuple(one for one in self.items if one.finding is Finding.OPEN)


# --- The plan -------------------------------------------------------------------------------------


def plans(contract: Contract) -> list[VerificationPlan]:
    """Every version of the plan of an authorised contract, newest first."""
    rows = VerificationPlan.objects.filter(contract=contract).select_related(
        "contract",
        "from_period",
        "set_by",
        "agreement__party__organisation",
        "agreement__agreed_by",
    )
    return list(rows.order_by("-version"))


def plan_for(contract: Contract, period: ReportingPeriod) -> VerificationPlan | None:
    """The plan that governs a period; None is full verification."""
    known = {one.version: one for one in plans(contract)}
    version = rules.governing(map(standing_of, known.values()), period.number)
    return None if version is None else known[version]


def standing_of(plan: VerificationPlan) -> PlanStanding:
    """What decides whether a version of the plan holds."""
    return PlanStanding(
        version=plan.version,
        from_period=plan.from_period.number,
        from_day=plan.from_period.starts_on,
        set_on=plan.set_on,
        is_agreed=getattr(plan, "agreement", None) is not None,
    )


def plan_terms(plan: VerificationPlan | None) -> PlanTerms:
    """What a plan says; without one, everything is looked at."""
    if plan is None:
        return PlanTerms()
    return PlanTerms(
        kind=PlanKind(plan.kind),
        everybody_below=plan.everybody_below,
        confidence_percent=plan.confidence_percent,
        margin_percent=plan.margin_percent,
        expected_percent=plan.expected_percent,
        tolerable_percent=plan.tolerable_percent,
        strata=tuple(StratumField(one) for one in plan.strata),
        beyond=Beyond(plan.beyond),
        dispute_days=plan.dispute_days,
    )


def plan_seen(viewer: Viewer, plan_id: UUID) -> VerificationPlan:
    """One version of the plan of a contract that `viewer` may see."""
    rows = VerificationPlan.objects.select_related("contract", "from_period", "agreement")
    return access.get(rows, viewer, Action.VIEW_CONTRACT, pk=plan_id)


def plan_party(viewer: Viewer, plan: VerificationPlan) -> Party | None:
    """The lead provider in whose name `viewer` may agree to a plan."""
    own = access.acting_parties(viewer, Action.AGREE_TERMS, plan.contract)
    found: Party | None = own.filter(role=PartyRole.LEAD_PROVIDER).first()
    return found


def open_periods(contract: Contract) -> QuerySet[ReportingPeriod]:
    """The periods that no closing has frozen, in order."""
    return ReportingPeriod.objects.filter(contract=contract).exclude(is_closed()).order_by("number")


# --- Rounds ---------------------------------------------------------------------------------------

_ROUND = (
    "contract", "period", "plan", "locked_by", "draw__drawn_by", "conclusion__concluded_by",
    "report__signed_by",
)  # fmt: skip


def rounds(viewer: Viewer, contract: Contract | None = None) -> QuerySet[VerificationRound]:
    """The rounds that `viewer` may see, newest first; their samples are another question."""
    found = access.visible(VerificationRound.objects.all(), viewer, Action.VIEW_SAMPLE)
    if contract is not None:
        found = found.filter(contract=contract)
    return found.select_related(*_ROUND).order_by("-locked_at", "-number")


def round_seen(
    viewer: Viewer, round_id: UUID, action: Action = Action.VIEW_SAMPLE
) -> VerificationRound:
    """One round on which `viewer` may do `action`; NotVisible, NotAllowed."""
    found = access.get(
        VerificationRound.objects.select_related(*_ROUND), viewer, Action.VIEW_SAMPLE, pk=round_id
    )
    access.require(viewer, action, found)
    return found


def sample_of(viewer: Viewer, row: VerificationRound) -> list[Looked]:
    """Who is in the sample: for the verifier, and once the report is signed for officials.

    NotVisible for everybody else, as if there were no sample.
    """
    if not sees_sample(viewer, row):
        raise NotVisible
    return list(standing(row).items)


def sees_sample(viewer: Viewer, row: VerificationRound) -> bool:
    """Whether `viewer` may know who is in a sample that is drawn."""
    if getattr(row, "draw", None) is None:
        return False
    if access.allowed(viewer, Action.VERIFY_MEASUREMENT, row):
        return True
    return getattr(row, "report", None) is not None and access.allowed(
        viewer, Action.VIEW_SAMPLE, row
    )


def standing(row: VerificationRound) -> Standing:
    """What is known of each item of a round's sample, in the order of submission."""
    found = (
        SampleItem.objects.filter(item__round=row)
        .select_related(
            "confirmation__confirmed_by", "item__measurement__participant",
            "item__measurement__metric", "item__measurement__contract",
        )
        .order_by("item__measurement_id")
    )  # fmt: skip
    return Standing(
        tuple(
            Looked(
                one,
                rules.finding(
                    State(one.item.measurement.state),
                    confirmed=getattr(one, "confirmation", None) is not None,
                ),
            )
            for one in found
        )
    )


def population(row: VerificationRound) -> list[tuple[int, Item]]:
    """The locked items of a round with their keys, as the draw reads them."""
    rows = PopulationItem.objects.filter(round=row).values_list(
        "pk", "measurement__uuid", "stratum"
    )
    return [(pk, Item(str(uuid), stratum)) for pk, uuid, stratum in rows.order_by("pk")]


def drawn_ids(row: VerificationRound) -> frozenset[str]:
    """The public ids of the measurements that were drawn."""
    rows = SampleItem.objects.filter(item__round=row)
    return frozenset(str(uuid) for uuid in rows.values_list("item__measurement__uuid", flat=True))


def lockable(contract: Contract, period: ReportingPeriod) -> QuerySet[Measurement]:
    """What waits for the verifier in a period or an earlier one, and is in no round yet."""
    return Measurement.objects.filter(
        contract=contract,
        state=MeasurementState.CHECKED,
        counted_in__number__lte=period.number,
        population_item=None,
    ).order_by("pk")


def open_round(contract_id: UUID) -> VerificationRound | None:
    """The round of a contract that is not concluded; there is one at most."""
    return VerificationRound.objects.filter(contract=contract_id, conclusion=None).first()


def in_open_round(measurements: Iterable[Measurement]) -> dict[int, PopulationItem]:
    """The item of each measurement whose round is not concluded, by measurement."""
    rows = PopulationItem.objects.filter(
        measurement__in=[row.pk for row in measurements], round__conclusion=None
    ).select_related("round", "sampled__confirmation")
    return {row.measurement_id: row for row in rows}


def left_to_its_round() -> Exists:
    """Whether a measurement's decision follows from its round, so that nobody waits for it: it
    is not in the sample, not drawn from yet, or confirmed already."""
    item = PopulationItem.objects.filter(measurement=OuterRef("pk"), round__conclusion=None)
    return Exists(item.filter(Q(sampled=None) | Q(sampled__confirmation__isnull=False)))


def to_lock(viewer: Viewer) -> list[tuple[ReportingPeriod, int]]:
    """The periods whose submission `viewer` can lock by a plan of samples, and what waits."""
    rows = access.visible(
        Measurement.objects.filter(state=MeasurementState.CHECKED, population_item=None),
        viewer,
        Action.VERIFY_MEASUREMENT,
    )
    counted = dict(
        rows.order_by()
        .values_list("counted_in")
        .annotate(rows=Count("pk"))
        .filter(
            contract__in=VerificationPlan.objects.filter(kind=PlanKind.SAMPLE).values("contract")
        )
    )
    periods = ReportingPeriod.objects.filter(pk__in=counted).select_related("contract")
    busy = set(VerificationRound.objects.filter(conclusion=None).values_list("contract", flat=True))
    return [
        (period, counted[period.pk])
        for period in periods.order_by("contract__code", "number")
        if period.contract_id not in busy
        and plan_terms(plan_for(period.contract, period)).kind is PlanKind.SAMPLE
    ]


def open_rounds(viewer: Viewer) -> list[VerificationRound]:
    """The rounds that wait for `viewer` as verifier: not concluded, or concluded and not signed."""
    rows = access.visible(VerificationRound.objects.all(), viewer, Action.VERIFY_MEASUREMENT)
    return list(rows.filter(report=None).select_related(*_ROUND).order_by("locked_at"))


def undecided(row: VerificationRound) -> int:
    """How much of a round's population has no final decision; a full check counts down to none."""
    rest = PopulationItem.objects.filter(round=row)
    return rest.filter(
        measurement__state__in=(
            MeasurementState.SUBMITTED, MeasurementState.CHECKED, MeasurementState.QUERIED,
        )
    ).count()  # fmt: skip


def conclusion_of(row: VerificationRound) -> RoundConclusion | None:
    """What a round came to."""
    return getattr(row, "conclusion", None)


# --- Reports --------------------------------------------------------------------------------------


def reports(viewer: Viewer, contract: Contract) -> list[VerificationReport]:
    """The signed reports of a contract, newest first."""
    rows = access.visible(VerificationReport.objects.all(), viewer, Action.VIEW_RESULT)
    return list(
        rows.filter(round__contract=contract)
        .select_related("round__period", "round__contract", "signed_by")
        .order_by("-signed_at")
    )


def report_seen(viewer: Viewer, round_id: UUID) -> VerificationReport:
    """One signed report that `viewer` may see."""
    rows = VerificationReport.objects.select_related("round__contract", "round__period")
    return access.get(rows, viewer, Action.VIEW_RESULT, pk=round_id)


def stratum_text(parts: Sequence[str]) -> str:
    """The name of a stratum; the bar and line feeds separate in the digest."""
    return " / ".join(part.replace("|", " ").replace("\n", " ") for part in parts)[:200]
