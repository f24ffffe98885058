"""What the automatic checks look at, read for many measurements in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from cohorts.models import Consent
from cohorts.rules.consent import Entry, Giver, Switch
from contracts.models import Contract, Party
from contracts.selectors import today
from outcomes.models import Closing, Finding, Measurement, Verification
from outcomes.rules import checks, verification
from outcomes.rules.checks import (
    MetricChecks,
    Reading,
    Strictness,
    Subject,
    Twin,
    strictness,
)
from outcomes.rules.points import PersonDates, PlannedPoint, planned
from outcomes.rules.words import Severity, State
from outcomes.selectors.check_settings import check_settings, definition_of
from outcomes.selectors.compared import Comparisons, Proof, proofs, twins
from outcomes.selectors.stored import unpack
from outcomes.selectors.submission import NOT_LIVE, facts, person_dates, terms_today
from outcomes.states import ClosingState, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import PartyRole

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


@dataclass(frozen=True)
class Examined:
    """One measurement with what the checks are told about it, and how strictly it is judged."""

    measurement: Measurement
    subject: Subject
    strict: Strictness
    verified_automatically: bool


def waiting_for_checks(contract: Contract) -> list[int]:
    """Rows that no check has let through yet, those that were stopped before included."""
    rows = Measurement.objects.filter(contract=contract, state=MeasurementState.SUBMITTED)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def standing_in_open_periods(contract: Contract) -> list[int]:
    """Rows that may still be counted for the first time: what other rows say of them matters."""
    signed = Closing.objects.filter(contract=contract, state=ClosingState.SIGNED)
    rows = Measurement.objects.filter(contract=contract).exclude(state__in=NOT_LIVE)
    open_rows = rows.exclude(counted_in__in=signed.values("period"))
    return list(open_rows.order_by("pk").values_list("pk", flat=True))


class Examiner:
    """Reads the facts of one contract for the checks, some measurements at a time.

    What belongs to the contract is read once, and each portion takes a fixed number of queries.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.as_of = today(contract)
        self.zone = ZoneInfo(contract.time_zone)
        self.comparisons = Comparisons(contract)
        self.settings = check_settings(contract)
        plan = planned(terms_today(contract))
        self.plan = {(one.metric.code, one.metric.version, one.point.key): one for one in plan}
        self.together: dict[str, list[PlannedPoint]] = defaultdict(list)
        for one in plan:
            self.together[one.point.key].append(one)
        self.strictness: dict[UUID, Strictness] = {}

    def examined(self, ids: Sequence[int]) -> list[Examined]:
        """The measurements with these ids, with the facts that the rules judge them by."""
        rows = list(
            Measurement.objects.filter(pk__in=ids)
            .select_related("participant__enrolment", "participant__cohort", "metric", "counted_in")
            .order_by("pk")
        )
        people = {row.participant_id for row in rows}
        self.comparisons.read(rows)
        beside = _Beside(
            consents=_consents(people),
            others=_others(self.contract, people),
            twins=twins(self.contract, people),
            proofs=proofs(ids),
        )
        return [self._one(row, beside) for row in rows]

    def _one(self, row: Measurement, beside: _Beside) -> Examined:
        place = self.plan.get((row.metric.code, row.metric.version, row.point_key))
        definition = definition_of(row.metric)
        if row.metric_id not in self.strictness:
            strict = strictness(row.metric.code, definition, self.settings)
            self.strictness[row.metric_id] = strict
        automatic = place is not None and place.verified_automatically
        return Examined(
            row,
            self._subject(row, place, definition, beside),
            self.strictness[row.metric_id],
            automatic and row.metric.register_source,
        )

    def _subject(
        self,
        row: Measurement,
        place: PlannedPoint | None,
        definition: MetricChecks,
        beside: _Beside,
    ) -> Subject:
        person = person_dates(row.participant)
        others = [one for one in beside.others[row.participant_id] if one.pk != row.pk]
        at_point = [one for one in others if one.point == row.point_key]
        proof = beside.proofs.get(row.pk, Proof())
        here = row.metric_id, row.point_key
        return Subject(
            metric=facts(row.metric),
            value=row.value,
            measured_on=row.measured_on,
            recorded_on=row.recorded_at.astimezone(self.zone).date(),
            person=person,
            window=place.window(person) if place else None,
            evidence_source=row.evidence_source,
            evidence_location=row.evidence_location,
            contact_attempts=row.contact_attempts,
            definition=definition,
            as_of=self.as_of,
            other_dates=frozenset(
                one.measured_on for one in at_point if one.metric_id == row.metric_id
            ),
            history=self._history(row.metric.code, person, others),
            peers=self.comparisons.spreads.get(here),
            sameness=self.comparisons.sameness.get((row.submitted_by_id, *here)),
            twins=tuple(beside.twins.get((row.participant_id, row.metric.code), ())),
            missing=self._missing(row, person, at_point),
            evidence_files=proof.files,
            shared_with=proof.shared_with,
            consents=beside.consents.get(row.participant_id, ()),
            repeatable=place is not None and place.repeatable,
            from_register=row.metric.register_source,
            counted_late=row.measured_on < row.counted_in.starts_on,
            corrects=row.supersedes_id is not None,
        )

    def _history(
        self, metric: str, person: PersonDates, others: Iterable[_Other]
    ) -> tuple[Reading, ...]:
        """The other values of the same person and metric, older versions of it included."""
        found = []
        for one in others:
            if one.metric != metric or one.value is None:
                continue
            place = self.plan.get((metric, one.version, one.point))
            due = place.window(person) if place else None
            found.append(
                Reading(one.point, due.due_on if due else None, one.measured_on, one.value)
            )
        return tuple(found)

    def _missing(self, row: Measurement, person: PersonDates, at_point: Iterable[_Other]) -> int:
        """How many metrics of the same visit nobody has entered anything for."""
        entered = {one.metric for one in at_point} | {row.metric.code}
        return sum(
            one.metric.code not in entered and one.asked(person) and not one.excused(person)
            for one in self.together[row.point_key]
        )


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
    return verification.after_answer(
        checks.Finding(one.code, Severity(one.severity), _plain(one.params)) for one in found
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


def _consents(people: set[UUID]) -> dict[UUID, tuple[Entry, ...]]:
    found: dict[UUID, list[Entry]] = defaultdict(list)
    for row in Consent.objects.filter(participant__in=people):
        entry = Entry(Switch(row.switch), row.given, Giver(row.given_by), row.effective_on, row.pk)
        found[row.participant_id].append(entry)
    return {person: tuple(entries) for person, entries in found.items()}


@dataclass(frozen=True, slots=True)
class _Other:
    """A standing row of one of the people in hand."""

    pk: int
    metric_id: UUID
    metric: str
    version: int
    point: str
    measured_on: date
    value: Decimal | None


@dataclass(frozen=True)
class _Beside:
    """What was read beside a portion of measurements."""

    consents: Mapping[UUID, tuple[Entry, ...]]
    others: Mapping[UUID, list[_Other]]
    twins: Mapping[tuple[UUID, str], list[Twin]]
    proofs: Mapping[int, Proof]


def _others(contract: Contract, people: set[UUID]) -> Mapping[UUID, list[_Other]]:
    found: dict[UUID, list[_Other]] = defaultdict(list)
    rows = Measurement.objects.filter(contract=contract, participant__in=people)
    for row in rows.exclude(state__in=NOT_LIVE).values_list(
        "participant", "pk", "metric", "metric__code", "metric__version", "point_key",
        "measured_on", "value",
    ):  # fmt: skip
        found[row[0]].append(_Other(*row[1:]))
    return found
