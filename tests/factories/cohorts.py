"""Cohorts and participants for tests: many at once, straight into the tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cohorts.models import Cohort, Enrolment, Participant, Referral, ReferringUnitKind
from cohorts.states import ReferralState
from contracts.models import Contract
from sibportal.kernel.dates import add_months


def make_cohort(contract: Contract, **values: Any) -> Cohort:
    """A cohort of 200 places whose enrolment opens with the contract and lasts two years."""
    defaults = {
        "code_prefix": "TP",
        "title_en": "Young adults",
        "title_fi": "Nuoret aikuiset",
        "title_sv": "Unga vuxna",
        "places": 200,
        "enrolment_starts_on": contract.starts_on,
        "enrolment_ends_on": add_months(contract.starts_on, 24),
    }
    return Cohort.objects.create(contract=contract, **(defaults | values))


def make_participants(
    cohort: Cohort,
    count: int,
    *,
    state: str = ReferralState.ENROLLED,
    referred_on: date | None = None,
    enrolled_on: date | None = None,
    unit_kind: str = ReferringUnitKind.SCHOOL,
    unit_name: str = "Koivula school",
    **values: Any,
) -> list[Participant]:
    """`count` participants with referral, and enrolment where the state says so; four statements.

    `values` are fields of Participant, such as served_by, counts or birth_month.
    """
    enrolled = enrolled_on or cohort.enrolment_starts_on + timedelta(days=30)
    referred = referred_on or enrolled - timedelta(days=14)
    first = cohort.last_code_number + 1
    people = Participant.objects.bulk_create(
        Participant(cohort=cohort, code=f"{cohort.code_prefix}-{number:04d}", **values)
        for number in range(first, first + count)
    )
    cohort.last_code_number = first + count - 1
    cohort.save(update_fields=["last_code_number"])
    Referral.objects.bulk_create(
        Referral(
            participant=person,
            unit_kind=unit_kind,
            unit_name=unit_name,
            referred_on=referred,
            state=state,
        )
        for person in people
    )
    if state == ReferralState.ENROLLED:
        Enrolment.objects.bulk_create(
            Enrolment(participant=person, enrolled_on=enrolled, started_on=enrolled)
            for person in people
        )
    return people
