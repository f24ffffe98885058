"""What the automatic checks look at, read for many measurements in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from cohorts.models import Consent
from cohorts.rules.consent import Entry, Giver, Switch
from contracts.models import Contract, Party
from contracts.rules.terms.document import TermsDocument
from outcomes.models import Finding, Measurement, Verification
from outcomes.rules import verification as rules
from outcomes.rules.points import PlannedPoint, planned, window
from outcomes.rules.verification import Subject
from outcomes.rules.words import Severity, State
from outcomes.selectors.stored import unpack
from outcomes.selectors.submission import NOT_LIVE, facts, person_dates
from outcomes.states import MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import PartyRole

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


@dataclass(frozen=True)
class Examined:
    """One measurement with what the checks are told about it."""

    measurement: Measurement
    subject: Subject
    verified_automatically: bool


def waiting_for_checks(contract: Contract) -> list[Measurement]:
    """Rows that no check has let through yet, those that were stopped before included."""
    return list(
        Measurement.objects.filter(contract=contract, state=MeasurementState.SUBMITTED)
        .select_related("participant__enrolment", "metric", "counted_in")
        .order_by("pk")
    )


def examined(
    contract: Contract, terms: TermsDocument, rows: Iterable[Measurement]
) -> list[Examined]:
    """Each row with the facts that the rules judge it by."""
    kept = list(rows)
    people = {row.participant_id for row in kept}
    consents = _consents(people)
    others = _others(contract, people)
    plan = {(one.metric.code, one.metric.version, one.point.key): one for one in planned(terms)}
    zone = ZoneInfo(contract.time_zone)
    found = []
    for row in kept:
        place = plan.get((row.metric.code, row.metric.version, row.point_key))
        subject = _subject(row, place, zone, consents, others)
        automatic = place is not None and place.verified_automatically
        found.append(Examined(row, subject, automatic and row.metric.register_source))
    return found


def open_question(measurement: Measurement) -> Verification | None:
    """The verifier's question that nobody has answered yet."""
    return (
        Verification.objects.filter(
            measurement=measurement, decision="queried", answer__isnull=True
        )
        .order_by("-pk")
        .first()
    )


def state_after_answer(measurement: Measurement) -> State:
    """Where an answered question goes: a row that the checks stopped stays stopped."""
    found = Finding.objects.filter(measurement=measurement)
    return rules.after_answer(
        rules.Finding(one.code, Severity(one.severity), _plain(one.params)) for one in found
    )


def other_party_roles(viewer: Viewer, contract_id: UUID) -> frozenset[str]:
    """What the viewer's own organisations are in a contract besides verifier (decision 11)."""
    organisations = access.memberships(viewer).values("organisation")
    return frozenset(
        Party.objects.filter(contract=contract_id, organisation__in=organisations)
        .exclude(role=PartyRole.VERIFIER)
        .values_list("role", flat=True)
    )


def _plain(params: Mapping[str, object]) -> dict[str, str | int]:
    return {
        name: value if isinstance(value, int) else str(value)
        for name, value in unpack(params).items()
    }


def _subject(
    row: Measurement,
    place: PlannedPoint | None,
    zone: ZoneInfo,
    consents: Mapping[UUID, tuple[Entry, ...]],
    others: Mapping[tuple[UUID, UUID, str], list[Measurement]],
) -> Subject:
    person = person_dates(row.participant)
    beside = others[row.participant_id, row.metric_id, row.point_key]
    return Subject(
        metric=facts(row.metric),
        value=row.value,
        measured_on=row.measured_on,
        recorded_on=row.recorded_at.astimezone(zone).date(),
        person=person,
        window=window(place.point, person) if place else None,
        evidence_source=row.evidence_source,
        evidence_location=row.evidence_location,
        contact_attempts=row.contact_attempts,
        other_dates=frozenset(one.measured_on for one in beside if one.pk != row.pk),
        consents=consents.get(row.participant_id, ()),
        from_register=row.metric.register_source,
        counted_late=row.measured_on < row.counted_in.starts_on,
        corrects=row.supersedes_id is not None,
    )


def _consents(people: set[UUID]) -> dict[UUID, tuple[Entry, ...]]:
    found: dict[UUID, list[Entry]] = defaultdict(list)
    for row in Consent.objects.filter(participant__in=people):
        entry = Entry(Switch(row.switch), row.given, Giver(row.given_by), row.effective_on, row.pk)
        found[row.participant_id].append(entry)
    return {person: tuple(entries) for person, entries in found.items()}


def _others(
    contract: Contract, people: set[UUID]
) -> Mapping[tuple[UUID, UUID, str], list[Measurement]]:
    found: dict[tuple[UUID, UUID, str], list[Measurement]] = defaultdict(list)
    rows = Measurement.objects.filter(contract=contract, participant__in=people)
    for row in rows.exclude(state__in=NOT_LIVE):
        found[row.participant_id, row.metric_id, row.point_key].append(row)
    return found
