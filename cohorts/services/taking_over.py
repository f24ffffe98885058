"""Taking a whole intake over in one step: referrals, decisions, enrolments and consents of many.

For a programme that runs already when it comes to the portal. Every row is judged by the rules
that the single steps ask; one that cannot stand refuses all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cohorts.models import Cohort, Consent, Enrolment, Participant, Referral
from cohorts.rules import consent as consent_rules
from cohorts.rules import eligibility
from cohorts.rules import enrolment as enrolment_rules
from cohorts.rules.pseudonym import next_code
from cohorts.rules.referral import check_birth_month, check_referral, check_step
from cohorts.selectors import places_taken, providers
from cohorts.services._shared import in_force, lock_cohort, record, refuse, texts
from cohorts.services.enrolments import EnrolmentFacts
from cohorts.services.referrals import ReferralFacts, _own_service_partner
from cohorts.states import ReferralState
from contracts.models import Contract
from contracts.selectors import today
from sibportal.accounts import access
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import Action
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue

NEEDED = (Action.REFER_PARTICIPANT, Action.ENROL_PARTICIPANT, Action.RECORD_CONSENT)


@dataclass(frozen=True)
class IntakeFacts:
    """One person's way in so far. A decision needs its day and reason; `consents` holds yeses
    from the day of enrolment on, as (switch, given by)."""

    referral: ReferralFacts
    served_by: Organisation | None = None
    contacted_on: date | None = None
    declined_as: ReferralState | None = None
    decided_on: date | None = None
    reason: str = ""
    enrolment: EnrolmentFacts | None = None
    consents: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def take_over_intake(
    *, actor: User, cohort: Cohort, rows: Sequence[IntakeFacts]
) -> list[Participant]:
    """Give everybody the cohort's next code, in the order given; RuleViolation saves nobody."""
    for action in NEEDED:
        access.require(actor, action, cohort)
    cohort = lock_cohort(cohort)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=cohort.contract_id)
    refuse(in_force(contract) + _issues(cohort, contract, rows))
    people = _people(cohort, rows, _own_service_partner(actor, cohort))
    cohort.save(update_fields=["last_code_number"])
    Participant.objects.bulk_create(people)
    pairs = list(zip(people, rows, strict=True))
    Referral.objects.bulk_create(_referral(person, row) for person, row in pairs)
    Enrolment.objects.bulk_create(
        Enrolment(
            participant=person,
            enrolled_on=facts.enrolled_on,
            started_on=facts.started_on,
            eligibility={
                "risk_factors": sorted(facts.risk_factors),
                "questions": dict(facts.questions),
            },
        )
        for person, row in pairs
        if (facts := row.enrolment) is not None
    )
    Consent.objects.bulk_create(
        Consent(
            participant=person,
            switch=switch,
            given=True,
            given_by=giver,
            effective_on=row.enrolment.enrolled_on,
            recorded_by=actor,
        )
        for person, row in pairs
        if row.enrolment is not None
        for switch, giver in row.consents
    )
    enrolled = sum(row.enrolment is not None for row in rows)
    after = {"referred": len(people), "enrolled": enrolled}
    record(actor, "cohort.intake_taken_over", cohort, after=after)
    return people


def _people(
    cohort: Cohort, rows: Sequence[IntakeFacts], partner: Organisation | None
) -> list[Participant]:
    people = []
    for row in rows:
        code, cohort.last_code_number = next_code(cohort.code_prefix, cohort.last_code_number)
        born = row.referral.birth_month
        people.append(
            Participant(
                cohort=cohort,
                code=code,
                served_by=row.served_by or partner,
                counts=row.referral.counts,
                birth_month=born.replace(day=1) if born else None,
                school_started_year=row.referral.school_started_year,
            )
        )
    return people


def _referral(person: Participant, row: IntakeFacts) -> Referral:
    state, decided_on = ReferralState.REFERRED, row.decided_on
    if row.enrolment is not None:
        state, decided_on = ReferralState.ENROLLED, row.enrolment.enrolled_on
    elif row.declined_as is not None:
        state = row.declined_as
    elif row.contacted_on is not None:
        state = ReferralState.CONTACTED
    return Referral(
        participant=person,
        unit_kind=row.referral.unit_kind,
        unit_name=row.referral.unit_name,
        referred_on=row.referral.referred_on,
        contacted_on=row.contacted_on,
        decided_on=decided_on,
        state=state,
        reason=row.reason.strip(),
    )


def _issues(cohort: Cohort, contract: Contract, rows: Sequence[IntakeFacts]) -> list[Issue]:
    day, taken, known = today(contract), places_taken(cohort), providers(contract)
    criteria = eligibility.parse_criteria(cohort.criteria)
    issues: list[Issue] = []
    for row in rows:
        issues += _referral_issues(cohort, contract, row, day)
        if row.served_by is not None and row.served_by not in known:
            issues.append(Issue("cohorts.not_a_provider", "served_by"))
        if row.enrolment is not None:
            issues += _enrolment_issues(cohort, row, row.enrolment, taken, day)
            issues += _criteria_issues(row, row.enrolment, criteria)
            issues += _consent_issues(contract, row, row.enrolment, day)
            taken += row.referral.counts
    return issues


def _referral_issues(
    cohort: Cohort, contract: Contract, row: IntakeFacts, day: date
) -> list[Issue]:
    referred_on = row.referral.referred_on
    issues = check_referral(referred_on, enrolment_starts_on=cohort.enrolment_starts_on, as_of=day)
    issues += check_birth_month(row.referral.birth_month, as_of=day)
    issues += texts(contract, unit_name=row.referral.unit_name, reason=row.reason)
    for name in ("contacted_on", "decided_on"):
        step = getattr(row, name)
        if step is not None:
            issues += check_step(name, step, referred_on=referred_on, as_of=day)
    if row.declined_as is not None and not (row.reason.strip() and row.decided_on):
        issues.append(Issue("cohorts.reason_needed", "reason"))
    return issues


def _enrolment_issues(
    cohort: Cohort, row: IntakeFacts, facts: EnrolmentFacts, taken: int, day: date
) -> list[Issue]:
    window = enrolment_rules.CohortWindow(
        period=Period(cohort.enrolment_starts_on, cohort.enrolment_ends_on),
        places=cohort.places,
        enrolled=taken if row.referral.counts else 0,
    )
    dates = enrolment_rules.EnrolmentDates(
        facts.enrolled_on, row.referral.referred_on, facts.started_on
    )
    return enrolment_rules.check_enrolment(dates, window, first_measured_on=None, as_of=day)


def _criteria_issues(
    row: IntakeFacts, facts: EnrolmentFacts, criteria: eligibility.Criteria
) -> list[Issue]:
    if not row.referral.counts:
        return []
    answers = eligibility.Answers(row.referral.birth_month, facts.risk_factors, facts.questions)
    return eligibility.check(answers, criteria, as_of=facts.enrolled_on)


def _consent_issues(
    contract: Contract, row: IntakeFacts, facts: EnrolmentFacts, day: date
) -> list[Issue]:
    issues: list[Issue] = []
    for switch, giver in row.consents:
        entry = consent_rules.Entry(
            consent_rules.Switch(switch), True, consent_rules.Giver(giver), facts.enrolled_on
        )
        issues += consent_rules.check(
            entry,
            birth_month=row.referral.birth_month,
            as_of=day,
            consent_age=contract.consent_age,
        )
    return issues
