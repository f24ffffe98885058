"""From referral to the decision: a person gets a code, is contacted, and declines or does not fit.

Enrolment, the other end of this way, is in enrolments.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cohorts.models import Cohort, Participant, Referral
from cohorts.rules.pseudonym import next_code
from cohorts.rules.referral import check_birth_month, check_referral, check_step
from cohorts.selectors import acting_roles, providers
from cohorts.services._shared import (
    in_force,
    lock_cohort,
    lock_contract,
    record,
    refuse,
    texts,
)
from cohorts.states import REFERRAL, ReferralState
from contracts.selectors import today
from sibportal.accounts import access
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import Action, PartyRole
from sibportal.kernel.errors import Issue
from sibportal.kernel.transitions import advance

DECISIONS = (ReferralState.DECLINED, ReferralState.UNSUITABLE)


@dataclass(frozen=True)
class ReferralFacts:
    """Who refers, when, and the little that must be known before a code exists. No names."""

    unit_kind: str
    referred_on: date
    unit_name: str = ""
    birth_month: date | None = None
    school_started_year: int | None = None
    counts: bool = True


@transaction.atomic
def refer_participant(
    *,
    actor: User,
    cohort: Cohort,
    facts: ReferralFacts,
    served_by: Organisation | None = None,
) -> Participant:
    """Take a referral in and give the person the cohort's next code."""
    access.require(actor, Action.REFER_PARTICIPANT, cohort)
    cohort = lock_cohort(cohort)
    day = today(cohort.contract)
    issues = in_force(cohort.contract)
    issues += check_referral(
        facts.referred_on, enrolment_starts_on=cohort.enrolment_starts_on, as_of=day
    )
    issues += check_birth_month(facts.birth_month, as_of=day)
    issues += texts(cohort.contract, unit_name=facts.unit_name)
    issues += _check_provider(cohort, served_by)
    refuse(issues)
    code, cohort.last_code_number = next_code(cohort.code_prefix, cohort.last_code_number)
    cohort.save(update_fields=["last_code_number"])
    participant = Participant.objects.create(
        cohort=cohort,
        code=code,
        served_by=served_by or _own_service_partner(actor, cohort),
        counts=facts.counts,
        birth_month=facts.birth_month.replace(day=1) if facts.birth_month else None,
        school_started_year=facts.school_started_year,
    )
    Referral.objects.create(
        participant=participant,
        unit_kind=facts.unit_kind,
        unit_name=facts.unit_name,
        referred_on=facts.referred_on,
    )
    record(actor, "participant.referred", participant, after={"referred_on": facts.referred_on})
    return participant


@transaction.atomic
def contact_referral(*, actor: User, participant: Participant, contacted_on: date) -> Referral:
    """Record the first contact, or that somebody who had declined is asked again."""
    access.require(actor, Action.ENROL_PARTICIPANT, participant)
    contract = lock_contract(participant)
    referral = Referral.objects.get(participant=participant)
    before = referral.state
    referral.state = advance(REFERRAL, referral.state, ReferralState.CONTACTED)
    refuse(
        check_step(
            "contacted_on", contacted_on, referred_on=referral.referred_on, as_of=today(contract)
        )
    )
    referral.contacted_on, referral.decided_on, referral.reason = contacted_on, None, ""
    referral.save(update_fields=["state", "contacted_on", "decided_on", "reason"])
    record(
        actor,
        "referral.contacted",
        participant,
        before={"state": before},
        after={"state": referral.state, "contacted_on": contacted_on},
    )
    return referral


@transaction.atomic
def decline_referral(
    *, actor: User, participant: Participant, decision: str, decided_on: date, reason: str
) -> Referral:
    """Record that a person declined or turned out unsuitable, with the reason in plain words."""
    access.require(actor, Action.ENROL_PARTICIPANT, participant)
    contract = lock_contract(participant)
    referral = Referral.objects.get(participant=participant)
    issues = check_step(
        "decided_on", decided_on, referred_on=referral.referred_on, as_of=today(contract)
    )
    if decision not in DECISIONS:
        issues.append(Issue("cohorts.decision_unknown", "decision", decision))
    if not reason.strip():
        issues.append(Issue("cohorts.reason_needed", "reason"))
    refuse(issues + texts(contract, reason=reason))
    before = referral.state
    referral.state = advance(REFERRAL, referral.state, ReferralState(decision))
    referral.decided_on, referral.reason = decided_on, reason.strip()
    referral.save(update_fields=["state", "decided_on", "reason"])
    record(
        actor,
        f"referral.{decision}",
        participant,
        before={"state": before},
        after={"state": referral.state, "decided_on": decided_on},
    )
    return referral


@transaction.atomic
def set_service_partner(
    *, actor: User, participant: Participant, served_by: Organisation | None
) -> Participant:
    """Say which provider serves a participant; a service partner sees only its own."""
    access.require(actor, Action.ENROL_PARTICIPANT, participant)
    lock_contract(participant)
    participant = Participant.objects.select_related("cohort__contract").get(pk=participant.pk)
    refuse(_check_provider(participant.cohort, served_by))
    before = participant.served_by_id
    participant.served_by = served_by
    participant.save(update_fields=["served_by"])
    record(
        actor,
        "participant.provider_changed",
        participant,
        before={"served_by": str(before) if before else None},
        after={"served_by": str(served_by.pk) if served_by else None},
    )
    return participant


def _check_provider(cohort: Cohort, served_by: Organisation | None) -> list[Issue]:
    """Only an organisation that provides the service in this contract today can serve."""
    if served_by is None or served_by in providers(cohort.contract):
        return []
    return [Issue("cohorts.not_a_provider", "served_by")]


def _own_service_partner(actor: User, cohort: Cohort) -> Organisation | None:
    """Whoever refers as a service partner alone serves the person, or would lose sight of them."""
    roles = acting_roles(actor, Action.REFER_PARTICIPANT, cohort.contract)
    if roles != {PartyRole.SERVICE_PARTNER}:
        return None
    parties = access.acting_parties(actor, Action.REFER_PARTICIPANT, cohort.contract)
    return Organisation.objects.filter(pk__in=parties.values("organisation")).first()
