"""Families and teams: who belongs to which, from when until when."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from cohorts.models import Household, HouseholdMembership, HouseholdRole, Participant
from cohorts.rules.enrolment import check_membership
from cohorts.selectors import current_stay
from cohorts.services._shared import lock_cohort, record, refuse
from contracts.selectors import today
from sibportal.accounts import access
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation


@transaction.atomic
def join_household(
    *,
    actor: User,
    participant: Participant,
    household: Household | None,
    role: str,
    valid_from: date,
) -> HouseholdMembership:
    """Put a participant into a household of the same cohort, or into a new one."""
    access.require(actor, Action.ENROL_PARTICIPANT, participant)
    cohort = lock_cohort(participant.cohort)
    issues = _not_in_future("valid_from", valid_from, today(cohort.contract))
    if role not in HouseholdRole.values:
        issues.append(Issue("cohorts.household_role_unknown", "role", role))
    if household is not None:
        access.require(actor, Action.ENROL_PARTICIPANT, household)
        if household.cohort_id != cohort.pk:
            issues.append(Issue("cohorts.household_of_other_cohort", "household"))
    stays = HouseholdMembership.objects.filter(participant=participant)
    refuse(
        issues
        + check_membership(
            valid_from, None, [Period(stay.valid_from, stay.valid_until) for stay in stays]
        )
    )
    if household is None:
        number = Household.objects.filter(cohort=cohort).count() + 1
        household = Household.objects.create(
            cohort=cohort, code=f"{cohort.code_prefix}-H{number:03d}"
        )
    membership = HouseholdMembership.objects.create(
        household=household, participant=participant, role=role, valid_from=valid_from
    )
    after = {"household": household.code, "role": role, "valid_from": valid_from}
    record(actor, "household.joined", participant, after=after)
    return membership


@transaction.atomic
def leave_household(
    *, actor: User, participant: Participant, valid_until: date
) -> HouseholdMembership:
    """End the stay of a participant in the household of today; `valid_until` is the day after."""
    access.require(actor, Action.ENROL_PARTICIPANT, participant)
    cohort = lock_cohort(participant.cohort)
    day = today(cohort.contract)
    stay = current_stay(participant, day)
    if stay is None:
        raise RuleViolation("cohorts.no_household")
    issues = _not_in_future("valid_until", valid_until, day)
    refuse(issues + check_membership(stay.valid_from, valid_until, []))
    stay.valid_until = valid_until
    stay.save(update_fields=["valid_until"])
    after = {"household": stay.household.code, "valid_until": valid_until}
    record(actor, "household.left", participant, after=after)
    return stay


def _not_in_future(field: str, day: date, as_of: date) -> list[Issue]:
    if day <= as_of:
        return []
    return [Issue("cohorts.date_in_future", field, day.isoformat())]
