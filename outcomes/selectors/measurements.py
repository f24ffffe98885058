"""Reads of measurements, imports and results for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Max, Model, OuterRef, Q, QuerySet, Subquery

from cohorts.models import Participant
from cohorts.rules.pseudonym import normalise_code
from contracts.models import Contract
from outcomes.models import (
    AggregateVerification,
    Closing,
    Decision,
    Finding,
    FindingSeverity,
    Measurement,
    Result,
    Verification,
)
from outcomes.rules import disclosure
from outcomes.selectors.samples import left_to_its_round
from outcomes.selectors.versions import standing_closings
from outcomes.states import ClosingState, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

MEASUREMENT_ORDERS: Mapping[str, tuple[str, ...]] = {
    "newest": ("-id",),
    "oldest": ("id",),
    "participant": ("participant__code", "measured_on"),
    "measured": ("-measured_on", "-id"),
}


@dataclass(frozen=True)
class ShownResult:
    """A result as one viewer may see it; hidden figures are None."""

    result: Result
    numerator: int | None
    denominator: int | None
    measured: int | None
    hidden: bool


def contract_seen(viewer: Viewer, contract_id: UUID, action: Action) -> Contract:
    """One contract on which `viewer` may do `action`."""
    return access.get(Contract.objects.all(), viewer, action, pk=contract_id)


def measurements(viewer: Viewer, contract: Contract | None = None) -> QuerySet[Measurement]:
    """The measurements that `viewer` may see, newest first."""
    rows = access.visible(Measurement.objects.all(), viewer, Action.VIEW_MEASUREMENT)
    if contract is not None:
        rows = rows.filter(contract=contract)
    return rows.select_related(
        "participant", "metric", "contract", "submitted_by", "counted_in"
    ).order_by("-id")


def measurement_counts(viewer: Viewer, contract: Contract) -> dict[str, int]:
    """How many measurements of a contract are in each state, of those `viewer` may see."""
    rows = access.visible(
        Measurement.objects.filter(contract=contract), viewer, Action.VIEW_MEASUREMENT
    )
    return dict(rows.order_by().values_list("state").annotate(rows=Count("pk")))


def may(viewer: Viewer, action: Action, obj: Model) -> bool:
    """Whether to show the button; the service behind it asks again."""
    return access.allowed(viewer, action, obj)


def measurement(viewer: Viewer, measurement_id: UUID) -> Measurement:
    """One measurement that `viewer` may see, by its public id."""
    rows = Measurement.objects.select_related(
        "participant__enrolment", "participant__cohort", "metric", "contract", "submitted_by",
        "counted_in", "supersedes", "superseded_by",
    )  # fmt: skip
    return access.get(rows, viewer, Action.VIEW_MEASUREMENT, uuid=measurement_id)


def participant_for_entry(viewer: Viewer, participant_id: UUID) -> Participant:
    """One participant that `viewer` may report on."""
    rows = Participant.objects.filter(enrolment__isnull=False).select_related(
        "enrolment", "cohort__contract"
    )
    return access.get(rows, viewer, Action.SUBMIT_MEASUREMENT, pk=participant_id)


def awaiting_verification(
    viewer: Viewer, contract: Contract | None = None
) -> QuerySet[Measurement]:
    """What the automatic checks let through and `viewer` can decide on, oldest first."""
    rows = access.visible(
        Measurement.objects.filter(state=MeasurementState.CHECKED),
        viewer,
        Action.VERIFY_MEASUREMENT,
    )
    rows = rows.exclude(left_to_its_round())
    if contract is not None:
        rows = rows.filter(contract=contract)
    look = Count("findings", filter=Q(findings__severity=FindingSeverity.LOOK))
    return (
        rows.select_related("participant", "metric", "contract", "submitted_by", "counted_in")
        .annotate(to_look_at=look)
        .order_by("id")
    )


def waiting_by_contract(viewer: Viewer) -> list[tuple[UUID, str, int]]:
    """How much waits for `viewer` in each contract: id, short name, count."""
    rows = access.visible(
        Measurement.objects.filter(state=MeasurementState.CHECKED),
        viewer,
        Action.VERIFY_MEASUREMENT,
    )
    rows = rows.exclude(left_to_its_round())
    counted = rows.order_by().values_list("contract", "contract__code").annotate(rows=Count("pk"))
    return sorted(counted, key=lambda row: row[1])


def questions(viewer: Viewer, contract: Contract | None = None) -> QuerySet[Measurement]:
    """Measurements whose question `viewer` can answer, oldest question first."""
    asked = Verification.objects.filter(
        measurement=OuterRef("pk"), decision=Decision.QUERIED
    ).order_by("-pk")
    rows = access.visible(
        Measurement.objects.filter(state=MeasurementState.QUERIED),
        viewer,
        Action.SUBMIT_MEASUREMENT,
    )
    if contract is not None:
        rows = rows.filter(contract=contract)
    return (
        rows.select_related("participant", "metric", "contract")
        .annotate(
            question=Subquery(asked.values("note")[:1]),
            asked_at=Subquery(asked.values("decided_at")[:1]),
        )
        .order_by("asked_at")
    )


def stopped(viewer: Viewer, contract: Contract | None = None) -> QuerySet[Measurement]:
    """Submitted rows that a check stopped and that `viewer` can mend, oldest first."""
    rows = access.visible(
        Measurement.objects.filter(
            state=MeasurementState.SUBMITTED, findings__severity=FindingSeverity.BLOCKS
        ),
        viewer,
        Action.SUBMIT_MEASUREMENT,
    )
    if contract is not None:
        rows = rows.filter(contract=contract)
    return rows.select_related("participant", "metric", "contract").distinct().order_by("id")


def findings(measurement: Measurement) -> list[Finding]:
    """What the automatic checks said, in the order they said it."""
    return list(Finding.objects.filter(measurement=measurement))


def decisions(measurement: Measurement) -> QuerySet[Verification]:
    """The decisions on a measurement with their answers, oldest first."""
    return (
        Verification.objects.filter(measurement=measurement)
        .select_related("verifier", "answer__answered_by")
        .order_by("pk")
    )


def code_or_nothing(given: str) -> str:
    """What was given, if it has the shape of a participant code; never a name."""
    code = normalise_code(given)
    short = len(code) <= 12 and any(sign.isdigit() for sign in code)
    return code if short and not any(sign.isspace() for sign in code) else ""


def progress_mark(contract: Contract) -> str:
    """A mark that changes whenever something happens that may complete a period."""
    last = Measurement.objects.filter(contract=contract).aggregate(last=Max("pk"))["last"]
    decided = Verification.objects.filter(measurement__contract=contract)
    delivered = AggregateVerification.objects.filter(aggregate__contract=contract)
    lasts = (last, *(rows.aggregate(last=Max("pk"))["last"] for rows in (decided, delivered)))
    return ":".join(str(one or 0) for one in lasts)


def results(
    viewer: Viewer, contract: Contract | None = None, also: Closing | None = None
) -> QuerySet[Result]:
    """The frozen results that `viewer` may see, latest closing first: of the version of each
    closing that holds, and of one that was opened again where it is asked for."""
    wanted = Q(closing__in=standing_closings())
    if also is not None:
        wanted |= Q(closing=also)
    signed = Result.objects.filter(wanted, closing__state=ClosingState.SIGNED)
    rows = access.visible(signed, viewer, Action.VIEW_RESULT)
    if contract is not None:
        rows = rows.filter(closing__contract=contract)
    return rows.select_related(
        "closing__period", "closing__contract", "closing__terms", "aggregate"
    ).order_by("-closing__period__number", "-closing__version", "outcome_key")


def sees_small_numbers(viewer: Viewer, contract: Contract) -> bool:
    """Whether small counts are shown: to those who see the participants anyway (decision 22)."""
    return access.allowed(viewer, Action.VIEW_COUNTS, contract)


def shown_results(
    rows: list[Result], contract: Contract, *, small_numbers: bool
) -> list[ShownResult]:
    """Results of one contract, newest first, as they may be shown, release by release; a version
    of a closing that was opened again was a release too."""
    if small_numbers:
        return [
            ShownResult(row, row.cumulative_numerator, row.denominator, row.measured, hidden=False)
            for row in rows
        ]
    published: dict[str, list[int | None]] = {}
    found = []
    asked = {row.pk for row in rows}
    every = [*rows, *_of_former_versions(rows)]
    for row in sorted(every, key=lambda one: (one.closing.period.number, one.closing.version)):
        earlier = published.setdefault(row.outcome_key, [])
        count = disclosure.protect_release(
            earlier, row.cumulative_numerator, row.denominator, contract.small_number_limit
        )
        earlier.append(count.count)
        if row.pk in asked:
            found.append(_protected(row, count.count, contract.small_number_limit))
    return found[::-1]


def _of_former_versions(rows: list[Result]) -> list[Result]:
    """The results that were released before those of a later version of the same closing."""
    opened = {row.closing.period_id for row in rows if row.closing.version > 1}
    if not opened:
        return []
    former = Result.objects.filter(closing__period__in=opened, closing__state=ClosingState.SIGNED)
    known = former.exclude(pk__in=[row.pk for row in rows])
    return list(known.select_related("closing__period"))


def _protected(row: Result, numerator: int | None, limit: int) -> ShownResult:
    small = disclosure.is_small(row.denominator, limit)
    measured = disclosure.protect(row.measured, row.denominator, limit, uniform_from=0)
    return ShownResult(
        row,
        None if small else numerator,
        None if small else row.denominator,
        None if small else measured.count,
        hidden=small or numerator is None,
    )
