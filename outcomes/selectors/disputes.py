"""Reads about disputes on rejected measurements: what can be disputed, and who decides."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from contracts.models import Contract, Party
from contracts.selectors import deciders, today
from outcomes.models import (
    Decision,
    Measurement,
    Verification,
    VerificationDispute,
    VerificationRound,
)
from outcomes.rules import rounds as rules
from outcomes.selectors.samples import plan_for, plan_terms
from outcomes.states import MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

_DISPUTE = (
    "verification__measurement__contract", "verification__measurement__participant",
    "verification__measurement__metric", "verification__verifier", "party__organisation",
    "raised_by", "ruling__party__organisation", "ruling__ruled_by",
)  # fmt: skip


def rejection(measurement: Measurement) -> Verification | None:
    """The decision that rejected a measurement, while the rejection stands."""
    if measurement.state != MeasurementState.REJECTED:
        return None
    rows = Verification.objects.filter(measurement=measurement, decision=Decision.REJECTED)
    return rows.select_related("dispute").order_by("-pk").first()


def last_day(rejected: Verification) -> date:
    """The last day on which the provider may dispute a rejection."""
    contract = rejected.measurement.contract
    decided = timezone.localdate(rejected.decided_at, ZoneInfo(contract.time_zone))
    terms = plan_terms(plan_for(contract, rejected.measurement.counted_in))
    return rules.dispute_deadline(decided, terms.dispute_days)


def disputable_until(viewer: Viewer, measurement: Measurement) -> date | None:
    """Until when `viewer` may dispute the rejection of a measurement; None where not at all."""
    rejected = rejection(measurement)
    if rejected is None or getattr(rejected, "dispute", None) is not None:
        return None
    if not access.allowed(viewer, Action.RAISE_DISPUTE, measurement):
        return None
    day = last_day(rejected)
    return day if today(measurement.contract) <= day else None


def measurement_to_dispute(viewer: Viewer, measurement_id: UUID) -> Measurement:
    """A measurement whose rejection `viewer` may dispute; NotVisible, NotAllowed."""
    rows = Measurement.objects.select_related("contract", "participant", "metric", "counted_in")
    found = access.get(rows, viewer, Action.VIEW_MEASUREMENT, uuid=measurement_id)
    access.require(viewer, Action.RAISE_DISPUTE, found)
    return found


def disputing_party(viewer: Viewer, measurement: Measurement) -> Party | None:
    """The party in whose name `viewer` disputes: the one that serves the participant, else own."""
    own = access.acting_parties(viewer, Action.RAISE_DISPUTE, measurement.contract)
    served = own.filter(organisation=measurement.participant.served_by_id)
    found: Party | None = served.first() or own.first()
    return found


def dispute_seen(viewer: Viewer, dispute_id: UUID, action: Action) -> VerificationDispute:
    """One dispute on which `viewer` may do `action`; NotVisible, NotAllowed."""
    rows = VerificationDispute.objects.select_related(*_DISPUTE)
    found = access.get(rows, viewer, Action.VIEW_DISPUTE, pk=dispute_id)
    access.require(viewer, action, found)
    return found


def dispute_to_withdraw(viewer: Viewer, dispute_id: UUID) -> VerificationDispute:
    """A dispute that the viewer's own party has raised; NotVisible, NotAllowed."""
    found = dispute_seen(viewer, dispute_id, Action.RAISE_DISPUTE)
    if not is_own(viewer, found):
        raise NotAllowed(action=str(Action.RAISE_DISPUTE))
    return found


def is_own(viewer: Viewer, dispute: VerificationDispute) -> bool:
    """Whether `viewer` acts for the party that raised a dispute."""
    contract = dispute.verification.measurement.contract
    own = access.acting_parties(viewer, Action.RAISE_DISPUTE, contract)
    return own.filter(organisation=dispute.party.organisation_id).exists()


def disputes(viewer: Viewer, contract: Contract) -> list[VerificationDispute]:
    """The disputes of a contract that `viewer` may read about, newest first."""
    rows = access.visible(VerificationDispute.objects.all(), viewer, Action.VIEW_DISPUTE)
    rows = rows.filter(verification__measurement__contract=contract)
    return list(rows.select_related(*_DISPUTE).order_by("-raised_at"))


def judging_party(viewer: Viewer, dispute: VerificationDispute) -> Party | None:
    """The party in whose name `viewer` decides a dispute: called to it, with no part in it."""
    own = _judging_for(viewer, dispute.verification.measurement.contract)
    return _without_part(own, dispute)


def to_decide(viewer: Viewer) -> list[VerificationDispute]:
    """The open disputes that `viewer` is called to decide, oldest first."""
    rows = access.visible(VerificationDispute.objects.all(), viewer, Action.DECIDE_DISPUTE)
    own_matter = (
        Q(raised_by=viewer)
        | Q(verification__verifier=viewer)
        | Q(verification__measurement__submitted_by=viewer)
    )
    found = list(rows.filter(~own_matter, ruling=None).select_related(*_DISPUTE))
    contracts = {one.verification.measurement.contract for one in found}
    parties = {contract: _judging_for(viewer, contract) for contract in contracts}
    return [
        one
        for one in sorted(found, key=lambda one: one.raised_at)
        if _without_part(parties[one.verification.measurement.contract], one)
    ]


def _judging_for(viewer: Viewer, contract: Contract) -> list[Party]:
    """The parties called to decide disputes of a contract for which `viewer` may speak."""
    own = set(
        access.acting_parties(viewer, Action.DECIDE_DISPUTE, contract).values_list("pk", flat=True)
    )
    return [party for party in deciders(contract) if party.pk in own]


def _without_part(parties: list[Party], dispute: VerificationDispute) -> Party | None:
    for party in parties:
        if party.organisation_id != dispute.party.organisation_id:
            return party
    return None


def open_disputes(contract: Contract) -> QuerySet[VerificationDispute]:
    """The disputes of an authorised contract that wait for their decision."""
    return VerificationDispute.objects.filter(
        verification__measurement__contract=contract, ruling=None
    )


def open_in_round(row: VerificationRound) -> int:
    """How many disputes about items of a round's sample wait for their decision."""
    found = VerificationDispute.objects.filter(
        ruling=None,
        verification__measurement__population_item__round=row,
        verification__measurement__population_item__sampled__isnull=False,
    )
    return found.count()


def newer_row(measurement: Measurement) -> bool:
    """Whether another standing row has taken the place of a rejected one."""
    rows = Measurement.objects.filter(
        participant=measurement.participant_id,
        metric=measurement.metric_id,
        point_key=measurement.point_key,
        measured_on=measurement.measured_on,
    ).exclude(pk=measurement.pk)
    return rows.exclude(state__in=(MeasurementState.SUPERSEDED, MeasurementState.REJECTED)).exists()
