"""Joining and leaving the programme. Leaving never removes anybody from the count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from cohorts.models import Enrolment, Participant, Referral
from cohorts.rules import eligibility
from cohorts.rules import enrolment as rules
from cohorts.rules.referral import check_birth_month
from cohorts.selectors import places_taken
from cohorts.services._shared import in_force, lock_contract, record, refuse, texts
from cohorts.states import REFERRAL, ExitReason, ReferralState
from contracts.selectors import today
from sibportal.accounts import access
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.jobs.services import cancel_reminders
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.transitions import advance


@dataclass(frozen=True)
class EnrolmentFacts:
    """When somebody joins, and the answers to the cohort's criteria (keys of the criteria)."""

    enrolled_on: date
    started_on: date | None = None
    birth_month: date | None = None
    risk_factors: frozenset[str] = frozenset()
    questions: Mapping[str, bool] = field(default_factory=dict)


@transaction.atomic
def enrol_participant(*, actor: User, participant: Participant, facts: EnrolmentFacts) -> Enrolment:
    """Enrol a referred person who meets the criteria, while there are places."""
    access.require(actor, Action.ENROL_PARTICIPANT, participant)
    contract = lock_contract(participant)
    participant = Participant.objects.select_related("cohort").get(pk=participant.pk)
    referral = Referral.objects.get(participant=participant)
    state = advance(REFERRAL, referral.state, ReferralState.ENROLLED)
    birth_month = facts.birth_month or participant.birth_month
    answers = eligibility.Answers(birth_month, facts.risk_factors, facts.questions)
    day = today(contract)
    refuse(
        in_force(contract)
        + check_birth_month(birth_month, as_of=day)
        + _check_criteria(participant, answers, facts.enrolled_on)
        + _check_dates(participant, referral, facts, day)
    )
    if birth_month is not None:
        participant.birth_month = birth_month.replace(day=1)
        participant.save(update_fields=["birth_month"])
    enrolment = Enrolment.objects.create(
        participant=participant,
        enrolled_on=facts.enrolled_on,
        started_on=facts.started_on,
        eligibility={
            "risk_factors": sorted(facts.risk_factors),
            "questions": dict(facts.questions),
        },
    )
    referral.state, referral.decided_on = state, facts.enrolled_on
    referral.save(update_fields=["state", "decided_on"])
    record(actor, "participant.enrolled", participant, after={"enrolled_on": facts.enrolled_on})
    return enrolment


@transaction.atomic
def start_service(*, actor: User, participant: Participant, started_on: date) -> Enrolment:
    """Record the day on which the service started for an enrolled participant."""
    access.require(actor, Action.ENROL_PARTICIPANT, participant)
    contract = lock_contract(participant)
    enrolment = _enrolment(participant)
    dates = rules.EnrolmentDates(enrolment.enrolled_on, started_on=started_on)
    issues = rules.check_start(dates, as_of=today(contract))
    if enrolment.started_on is not None:
        known = {"on": enrolment.started_on}
        issues.append(Issue("cohorts.already_started", "started_on", started_on.isoformat(), known))
    refuse(issues)
    enrolment.started_on = started_on
    enrolment.save(update_fields=["started_on"])
    record(actor, "participant.started", participant, after={"started_on": started_on})
    return enrolment


@transaction.atomic
def exit_participant(
    *, actor: User, participant: Participant, exited_on: date, reason: str, note: str = ""
) -> Enrolment:
    """Record that somebody left. A death calls off every reminder about them at once."""
    access.require(actor, Action.ENROL_PARTICIPANT, participant)
    contract = lock_contract(participant)
    enrolment = _enrolment(participant)
    issues = rules.check_exit(
        enrolled_on=enrolment.enrolled_on,
        exited_on=exited_on,
        reason=reason,
        already_exited_on=enrolment.exited_on,
        as_of=today(contract),
    )
    refuse(issues + texts(contract, note=note))
    enrolment.exited_on, enrolment.exit_reason = exited_on, reason
    enrolment.exit_note, enrolment.exit_recorded_by = note.strip(), actor
    enrolment.save(update_fields=["exited_on", "exit_reason", "exit_note", "exit_recorded_by"])
    if reason == ExitReason.DEATH:
        cancel_reminders(subject_id=participant.pk)
    record(
        actor,
        "participant.left",
        participant,
        after={"exited_on": exited_on, "exit_reason": reason},
    )
    return enrolment


@transaction.atomic
def confirm_exit(*, actor: User, participant: Participant) -> Enrolment:
    """The verifier's word that an exit is as recorded; only then can it be neutral to the count."""
    access.require(actor, Action.CONFIRM_EXIT, participant)
    lock_contract(participant)
    enrolment = _enrolment(participant)
    refuse(
        rules.check_exit_confirmation(
            exited_on=enrolment.exited_on,
            confirmed=enrolment.exit_confirmed_at is not None,
            recorded_by=enrolment.exit_recorded_by_id,
            confirmed_by=actor.pk,
        )
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(
        exit_confirmed_by=actor, exit_confirmed_at=Now()
    )
    enrolment.refresh_from_db()
    record(
        actor, "participant.exit_confirmed", participant, after={"exited_on": enrolment.exited_on}
    )
    return enrolment


def _enrolment(participant: Participant) -> Enrolment:
    found = Enrolment.objects.filter(participant=participant).first()
    if found is None:
        raise RuleViolation("cohorts.not_enrolled")
    return found


def _check_criteria(
    participant: Participant, answers: eligibility.Answers, enrolled_on: date
) -> list[Issue]:
    """The criteria are about those who count; a guardian comes in with the child."""
    if not participant.counts:
        return []
    criteria = eligibility.parse_criteria(participant.cohort.criteria)
    return eligibility.check(answers, criteria, as_of=enrolled_on)


def _check_dates(
    participant: Participant, referral: Referral, facts: EnrolmentFacts, day: date
) -> list[Issue]:
    cohort = participant.cohort
    window = rules.CohortWindow(
        period=Period(cohort.enrolment_starts_on, cohort.enrolment_ends_on),
        places=cohort.places,
        enrolled=places_taken(cohort) if participant.counts else 0,
    )
    dates = rules.EnrolmentDates(facts.enrolled_on, referral.referred_on, facts.started_on)
    # Nothing is measured of somebody who is not enrolled, so no measurement can be earlier.
    return rules.check_enrolment(dates, window, first_measured_on=None, as_of=day)
