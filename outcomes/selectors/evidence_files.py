"""The files behind measurements: what may be opened, what was removed, what is to go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from cohorts.models import Erasure
from contracts.models import Contract
from outcomes.models import EvidenceFile, EvidenceLink, Measurement
from outcomes.selectors.submission import NOT_LIVE
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


def evidence_links(
    viewer: Viewer, measurement: Measurement | None = None
) -> QuerySet[EvidenceLink]:
    """The files that `viewer` may open, with what they show; `erased` says that one is gone."""
    rows = access.visible(EvidenceLink.objects.all(), viewer, Action.VIEW_MEASUREMENT)
    if measurement is not None:
        rows = rows.filter(measurement=measurement)
    gone = Erasure.objects.filter(
        participant__measurements__evidence_links__evidence=OuterRef("evidence")
    )
    return (
        rows.select_related("evidence__contract", "measurement", "linked_by")
        .annotate(erased=Exists(gone))
        .order_by("measurement", "evidence__number")
    )


def evidence_link(viewer: Viewer, link_id: UUID) -> EvidenceLink:
    """One file that `viewer` may open, by what it shows."""
    rows = EvidenceLink.objects.select_related("evidence__contract", "measurement__contract")
    return access.get(rows, viewer, Action.VIEW_MEASUREMENT, pk=link_id)


def measurements_to_show(viewer: Viewer, ids: Iterable[UUID]) -> list[Measurement]:
    """The measurements with these public ids that `viewer` may bind a file to."""
    rows = access.visible(
        Measurement.objects.filter(uuid__in=list(ids)), viewer, Action.SUBMIT_MEASUREMENT
    )
    return list(rows.select_related("participant__erasure").order_by("pk"))


def same_visit(viewer: Viewer, measurement: Measurement) -> list[Measurement]:
    """The other standing values of a participant at the same point that a file may show."""
    rows = Measurement.objects.filter(
        participant=measurement.participant_id,
        point_key=measurement.point_key,
        value__isnull=False,
    ).exclude(pk=measurement.pk)
    standing = rows.exclude(state__in=NOT_LIVE).select_related("metric")
    return list(access.visible(standing, viewer, Action.SUBMIT_MEASUREMENT).order_by("pk"))


def same_evidence(measurements: Sequence[Measurement], digest: str) -> EvidenceFile | None:
    """A file with this content that already shows all of these measurements."""
    found = EvidenceFile.objects.filter(digest=digest, removal=None)
    for one in measurements:
        found = found.filter(Exists(EvidenceLink.objects.filter(
            evidence=OuterRef("pk"), measurement=one
        )))  # fmt: skip
    return found.first()


def people_of_evidence(evidence: EvidenceFile) -> list[UUID]:
    """The participants that a file is about, each once."""
    rows = EvidenceLink.objects.filter(evidence=evidence).order_by("measurement__participant")
    return list(rows.values_list("measurement__participant", flat=True).distinct())


def is_removed(evidence: EvidenceFile) -> bool:
    """Whether the content is gone, or is to go because somebody's identity was erased."""
    gone = Erasure.objects.filter(participant__in=people_of_evidence(evidence))
    return hasattr(evidence, "removal") or gone.exists()


def evidence_to_remove(contract: Contract) -> QuerySet[EvidenceFile]:
    """The files about somebody whose identity was erased, and whose content is still there."""
    gone = EvidenceLink.objects.filter(
        evidence=OuterRef("pk"), measurement__participant__erasure__isnull=False
    )
    return EvidenceFile.objects.filter(Exists(gone), contract=contract, removal=None)


def contracts_with_erased_evidence() -> list[tuple[UUID, UUID]]:
    """Where something is to be removed: the contract and the erasure that asks for it."""
    rows = EvidenceLink.objects.filter(
        measurement__participant__erasure__isnull=False, evidence__removal=None
    )
    places = rows.values_list("evidence__contract", "measurement__participant__erasure")
    return list(places.order_by().distinct())
