"""One small outcomes contract with everybody who works on measurements; all of it invented."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cohorts.models import Cohort, Consent, Enrolment, Participant, Referral
from cohorts.states import ReferralState
from contracts.models import (
    Contract,
    Metric,
    MetricDirection,
    MetricKind,
    Party,
    ReportingPeriod,
    Terms,
)
from contracts.rules.terms import digest, parse
from contracts.states import ContractState, TermsState
from outcomes.models import Decision, Door, Measurement, Verification
from outcomes.rules.candidate import Candidate
from outcomes.states import MeasurementState
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from sibportal.accounts.services import system_user
from sibportal.kernel.dates import add_months
from tests.factories.accounts import make_membership, make_organisation, make_user

_codes = itertools.count(1)
TITLE = {"en": "Title", "fi": "Otsikko", "sv": "Rubrik"}


@dataclass
class Scene:
    """A contract in force with agreed terms, its people, and its participants."""

    contract: Contract
    cohort: Cohort
    work: Metric
    health: Metric
    ben: User  # case worker of the lead provider
    cleo: User  # verifier
    pia: User  # preparer of the payer
    dag: User  # reader of the investor
    eve: User  # outsider
    system: User
    provider: Organisation
    participants: list[Participant] = field(default_factory=list)

    @property
    def periods(self) -> list[ReportingPeriod]:
        return list(self.contract.periods.order_by("number"))

    @property
    def enrolled_on(self) -> date:
        return self.contract.starts_on + timedelta(days=40)

    @property
    def after_on(self) -> date:
        """The due day of the point `after`."""
        return add_months(self.enrolled_on, 12)

    def candidate(self, person: int | Participant, **values: Any) -> Candidate:
        """A good row about permanent work after the service; any text can be changed."""
        participant = self.participants[person] if isinstance(person, int) else person
        texts = {
            "participant": participant.code,
            "metric": self.work.code,
            "point": "after",
            "measured_on": self.after_on.isoformat(),
            "value": "yes",
            "evidence_source": "Contract of employment",
            "evidence_location": "Client folder",
        }
        return Candidate(**{**texts, **{name: str(value) for name, value in values.items()}})


def terms_document(**changes: Any) -> dict[str, Any]:
    """Terms on permanent work and better health together, in the terms format."""
    reasons = (
        "death", "moved_away", "taken_into_care", "guardian_withdrew", "turned_18",
        "transferred", "dropped_out",
    )  # fmt: skip
    document: dict[str, Any] = {
        "schema_version": 1,
        "currency": "SEK",
        "rounding": "half_up",
        "counting": {
            "denominator": "enrolled",
            "minimum_cohort": 0,
            "exits": dict.fromkeys(reasons, "failure"),
        },
        "late_facts": "next_open_period",
        "points": [
            {"key": "start", "title": TITLE, "anchor": "enrolment", "tolerance_after_days": 30},
            {
                "key": "after", "title": TITLE, "anchor": "enrolment", "offset_months": 12,
                "tolerance_before_days": 60, "tolerance_after_days": 60,
            },
        ],
        "outcomes": [
            {
                "key": "work", "title": TITLE, "metric": {"code": "permanent-work", "version": 1},
                "points": ["after"], "condition": {"kind": "is_true"},
            },
            {
                "key": "health", "title": TITLE,
                "metric": {"code": "self-rated-health", "version": 1}, "points": ["after"],
                "condition": {
                    "kind": "change_at_least", "value": "1", "baseline_point": "start",
                },
            },
            {
                "key": "together", "title": TITLE,
                "composite": {
                    "rule": "all_of", "parts": ["work", "health"], "scope": "per_person",
                },
            },
        ],
        "payment_terms": [
            {
                "key": "cost_plus_premium", "title": TITLE,
                "measure": {"kind": "rate", "outcome": "together"},
                "gate": {"kind": "threshold", "operator": "at_least", "value": "50"},
                "price": {
                    "kind": "cost_plus_premium", "cost": "6000000.00", "premium_percent": "8",
                    "basis": "cost",
                },
                "timing": "cumulative",
            },
        ],
        "claim": {
            "cap": "6480000.00", "payers": [{"party": "payer", "share_percent": "100"}],
            "payee": "investor", "payment_days": 30,
        },
    }  # fmt: skip
    return document | changes


def make_scene(*, participants: int = 3, document: dict[str, Any] | None = None) -> Scene:
    """A contract that began thirty months ago, with half-year periods and people enrolled early."""
    number = next(_codes)
    starts_on = add_months(timezone.localdate().replace(day=1), -30)
    pia, ben, cleo, dag, eve = (make_user() for _person in range(5))
    contract = Contract.objects.create(
        code=f"SCENE-{number}",
        title_en="Young adults to work",
        place="Koivula",
        starts_on=starts_on,
        ends_on=add_months(starts_on, 48),
        currency="SEK",
        period_months=6,
        state=ContractState.ACTIVE,
        created_by=pia,
    )
    provider = _parties(contract, {"pia": pia, "ben": ben, "cleo": cleo, "dag": dag, "eve": eve})
    _periods(contract)
    work, health = _metrics()
    _terms(contract, pia, document or terms_document())
    cohort = Cohort.objects.create(
        contract=contract,
        code_prefix="TP",
        places=max(participants, 1),
        enrolment_starts_on=starts_on,
        enrolment_ends_on=add_months(starts_on, 12),
    )
    scene = Scene(contract, cohort, work, health, ben, cleo, pia, dag, eve, system_user(), provider)
    add_participants(scene, participants)
    return scene


def add_participants(scene: Scene, number: int, **enrolment: Any) -> list[Participant]:
    """Enrolled participants with consents, made in bulk."""
    first = len(scene.participants) + 1
    people = Participant.objects.bulk_create(
        Participant(cohort=scene.cohort, code=f"TP-{place:04d}")
        for place in range(first, first + number)
    )
    on = scene.enrolled_on
    Referral.objects.bulk_create(
        Referral(
            participant=person, unit_kind="school", referred_on=on, state=ReferralState.ENROLLED
        )
        for person in people
    )
    Enrolment.objects.bulk_create(
        Enrolment(participant=person, **({"enrolled_on": on, "started_on": on} | enrolment))
        for person in people
    )
    Consent.objects.bulk_create(
        Consent(
            participant=person, switch=switch, given=True, given_by="self", effective_on=on,
            recorded_by=scene.ben,
        )
        for person in people
        for switch in ("service", "contact", "register_follow_up")
    )  # fmt: skip
    scene.participants += people
    return people


def submitted(scene: Scene, rows: Sequence[dict[str, Any]]) -> list[Measurement]:
    """Measurements made in bulk past the services; each row gives person, metric, …"""
    return Measurement.objects.bulk_create(
        Measurement(
            **{
                "contract": scene.contract,
                "metric": scene.work,
                "point_key": "after",
                "measured_on": scene.after_on,
                "evidence_source": "Register",
                "counted_in": scene.periods[0],
                "door": Door.FORM,
                "submitted_by": scene.ben,
                **row,
            }
        )
        for row in rows
    )


def verified(scene: Scene, rows: Sequence[dict[str, Any]]) -> list[Measurement]:
    """The same, verified."""
    made = submitted(scene, rows)
    ids = [row.pk for row in made]
    Measurement.objects.filter(pk__in=ids).update(state=MeasurementState.CHECKED)
    Measurement.objects.filter(pk__in=ids).update(state=MeasurementState.VERIFIED)
    Verification.objects.bulk_create(
        Verification(measurement=row, verifier=scene.cleo, decision=Decision.VERIFIED)
        for row in made
    )
    return made


def _parties(contract: Contract, people: dict[str, User]) -> Organisation:
    parts = {
        "pia": (PartyRole.PAYER, MemberRole.PREPARER, OrganisationKind.MUNICIPALITY, "payer"),
        "ben": (PartyRole.LEAD_PROVIDER, MemberRole.CASE_WORKER, OrganisationKind.PROVIDER, "lp"),
        "cleo": (PartyRole.VERIFIER, MemberRole.VERIFIER, OrganisationKind.EVALUATOR, "verifier"),
        "dag": (PartyRole.INVESTOR, MemberRole.READER, OrganisationKind.INVESTOR, "investor"),
    }
    organisations: dict[str, Organisation] = {}
    for name, (party_role, member_role, kind, key) in parts.items():
        organisation = make_organisation(kind=kind)
        organisations[name] = organisation
        make_membership(user=people[name], organisation=organisation, role=member_role)
        Party.objects.create(
            contract=contract, organisation=organisation, role=party_role, key=key,
            valid_from=contract.starts_on,
        )  # fmt: skip
    elsewhere = make_organisation(kind=OrganisationKind.MUNICIPALITY)
    for role in MemberRole:
        make_membership(user=people["eve"], organisation=elsewhere, role=role)
    return organisations["ben"]


def _periods(contract: Contract) -> None:
    for number in range(8):
        ReportingPeriod.objects.create(
            contract=contract,
            number=number + 1,
            starts_on=add_months(contract.starts_on, 6 * number),
            ends_on=add_months(contract.starts_on, 6 * number + 6),
        )


def _metrics() -> tuple[Metric, Metric]:
    def metric(code: str, kind: MetricKind, **values: Any) -> Metric:
        found, _made = Metric.objects.get_or_create(
            code=code,
            version=1,
            defaults={
                "title_en": code, "title_fi": code, "title_sv": code, "kind": kind,
                "direction": MetricDirection.HIGHER, **values,
            },
        )  # fmt: skip
        return found

    work = metric("permanent-work", MetricKind.YES_NO)
    health = metric("self-rated-health", MetricKind.NUMBER, minimum=1, maximum=5, decimals=1)
    return work, health


def _terms(contract: Contract, drafted_by: User, document: dict[str, Any]) -> Terms:
    return Terms.objects.create(
        contract=contract,
        version=1,
        document=document,
        digest=digest(parse(document)),
        state=TermsState.AGREED,
        valid_from=contract.starts_on,
        drafted_by=drafted_by,
        agreed_at=timezone.now(),
    )
