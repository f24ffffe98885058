"""Setting up a cohort: places, enrolment window, criteria and the intake plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from cohorts.models import Cohort, CohortUnit, IntakePlan
from cohorts.rules.eligibility import check_change, parse_criteria, to_document
from cohorts.rules.intake import PlanStep, check_places, check_plan, check_window
from cohorts.rules.pseudonym import check_prefix
from cohorts.selectors import enrolled_by_criteria, places_taken, plan
from cohorts.services._shared import lock_cohort, record, refuse
from contracts.models import Contract
from sibportal.accounts import access
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation

_PLAIN = (
    "code_prefix", "unit", "places", "enrolment_starts_on", "enrolment_ends_on",
    "title_en", "title_fi", "title_sv", "who_counts_en", "who_counts_fi", "who_counts_sv",
)  # fmt: skip


@dataclass(frozen=True)
class CohortFacts:
    """What a cohort is set up with; `enrolment_ends_on` is the day after the last."""

    code_prefix: str
    places: int
    enrolment_starts_on: date
    enrolment_ends_on: date
    unit: str = CohortUnit.PERSON
    title_en: str = ""
    title_fi: str = ""
    title_sv: str = ""
    who_counts_en: str = ""
    who_counts_fi: str = ""
    who_counts_sv: str = ""
    criteria: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def create_cohort(*, actor: User, contract: Contract, facts: CohortFacts) -> Cohort:
    """Set up a cohort under a contract; RuleViolation names every field to mend."""
    access.require(actor, Action.MANAGE_COHORT, contract)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    issues, criteria = _check(facts, enrolled=0)
    if Cohort.objects.filter(contract=contract, code_prefix=facts.code_prefix).exists():
        issues.append(Issue("cohorts.prefix_taken", "code_prefix", facts.code_prefix))
    refuse(issues)
    cohort = Cohort.objects.create(
        contract=contract, criteria=criteria, **{name: getattr(facts, name) for name in _PLAIN}
    )
    record(actor, "cohort.created", cohort, after=_shown(cohort))
    return cohort


@transaction.atomic
def update_cohort(*, actor: User, cohort: Cohort, facts: CohortFacts) -> Cohort:
    """Change a cohort; criteria are frozen by the first enrolment, the prefix by the first code."""
    access.require(actor, Action.MANAGE_COHORT, cohort)
    cohort = lock_cohort(cohort)
    before = _shown(cohort)
    issues, criteria = _check(facts, enrolled=places_taken(cohort))
    if facts.code_prefix != cohort.code_prefix:
        issues += _check_new_prefix(cohort, facts.code_prefix)
    if criteria != _normal(cohort.criteria):
        issues += check_change(enrolled_by_criteria(cohort))
    refuse(issues)
    for name in _PLAIN:
        setattr(cohort, name, getattr(facts, name))
    cohort.criteria = criteria
    cohort.save(update_fields=[*_PLAIN, "criteria"])
    record(actor, "cohort.changed", cohort, before=before, after=_shown(cohort))
    return cohort


@transaction.atomic
def set_intake_plan(*, actor: User, cohort: Cohort, steps: Sequence[PlanStep]) -> list[PlanStep]:
    """Replace the intake plan of a cohort by these steps."""
    access.require(actor, Action.MANAGE_COHORT, cohort)
    cohort = lock_cohort(cohort)
    before, after = plan(cohort), list(steps)
    if before == after:
        return after
    window = Period(cohort.enrolment_starts_on, cohort.enrolment_ends_on)
    refuse(check_plan(after, window=window, places=cohort.places))
    IntakePlan.objects.filter(cohort=cohort).delete()
    IntakePlan.objects.bulk_create(
        IntakePlan(cohort=cohort, by_on=step.by_on, planned=step.planned) for step in after
    )
    record(
        actor,
        "cohort.intake_planned",
        cohort,
        before={step.by_on.isoformat(): step.planned for step in before},
        after={step.by_on.isoformat(): step.planned for step in after},
    )
    return after


def _check(facts: CohortFacts, *, enrolled: int) -> tuple[list[Issue], dict[str, Any]]:
    issues = check_prefix(facts.code_prefix)
    issues += check_window(facts.enrolment_starts_on, facts.enrolment_ends_on)
    issues += check_places(facts.places, enrolled=enrolled)
    if not (facts.title_en or facts.title_fi or facts.title_sv):
        issues.append(Issue("cohorts.title_needed", "title_en"))
    try:
        criteria = _normal(facts.criteria)
    except RuleViolation as violation:
        return [*issues, *violation.issues], {}
    return issues, criteria


def _normal(document: Mapping[str, Any]) -> dict[str, Any]:
    return to_document(parse_criteria(document))


def _check_new_prefix(cohort: Cohort, prefix: str) -> list[Issue]:
    if cohort.last_code_number:
        return [Issue("cohorts.prefix_in_use", "code_prefix", prefix)]
    others = Cohort.objects.filter(contract=cohort.contract_id, code_prefix=prefix)
    if others.exclude(pk=cohort.pk).exists():
        return [Issue("cohorts.prefix_taken", "code_prefix", prefix)]
    return []


def _shown(cohort: Cohort) -> dict[str, object]:
    names = ("code_prefix", "unit", "places", "enrolment_starts_on", "enrolment_ends_on")
    return {name: getattr(cohort, name) for name in names} | {"criteria": cohort.criteria}
