"""Entering a visit: everything measured of one participant on one day, in one transaction.

Drafts keep what was typed and hold nothing that looks like a personal id; attempts to reach
somebody are rows of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from cohorts.models import Participant
from cohorts.rules.personal_id import contains_personal_id
from outcomes import selectors
from outcomes.models import ContactAttempt, ContactResult, ContactWay, Door, EntryDraft
from outcomes.rules.points import planned
from outcomes.services.submission import (
    MeasurementInput,
    SubmissionOutcome,
    submit_measurements,
)
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User

DRAFTS_KEPT = timedelta(days=30)
MOST_DRAFTED = 100  # fields
LONGEST_DRAFTED = 1000  # signs of one field


@transaction.atomic
def submit_visit(
    *, actor: User, participant: Participant, point: str, rows: Sequence[MeasurementInput]
) -> SubmissionOutcome:
    """Submit the rows of one visit by form, all or none, and drop its draft.

    Raises RowsRefused. Where attempts were recorded, they are what a row without a value counts.
    """
    access.require(actor, Action.SUBMIT_MEASUREMENT, participant)
    recorded = len(selectors.contact_attempts(participant, point))
    counted = [
        replace(row, contact_attempts=str(recorded)) if recorded and not row.has_result else row
        for row in rows
    ]
    saved = submit_measurements(
        actor=actor, contract=participant.cohort.contract, rows=counted, door=Door.FORM
    )
    drop_draft(actor=actor, participant=participant, point=point)
    return saved


@transaction.atomic
def save_draft(
    *, actor: User, participant: Participant, point: str, typed: Mapping[str, str]
) -> EntryDraft:
    """Keep what `actor` has typed of a visit. What looks like a personal id is not kept."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, participant)
    today = selectors.today(participant.cohort.contract)
    kept = {
        name: text[:LONGEST_DRAFTED]
        for name, text in list(typed.items())[:MOST_DRAFTED]
        if not contains_personal_id(text, as_of=today)
    }
    place: dict[str, Any] = {
        "written_by": actor,
        "participant": participant,
        "point_key": point,
    }
    known = EntryDraft.objects.filter(**place).values_list("typed", flat=True).first() or {}
    # Fields that this form does not show stay as they were.
    beside = {name: text for name, text in known.items() if name not in typed}
    draft, _made = EntryDraft.objects.update_or_create(**place, defaults={"typed": beside | kept})
    return draft


@transaction.atomic
def drop_draft(*, actor: User, participant: Participant, point: str) -> None:
    """Forget what `actor` has typed of a visit."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, participant)
    EntryDraft.objects.filter(written_by=actor, participant=participant, point_key=point).delete()


def forget_old_drafts() -> None:
    """Delete drafts that nobody has touched for a month."""
    EntryDraft.objects.filter(saved_at__lt=timezone.now() - DRAFTS_KEPT).delete()


@transaction.atomic
def record_contact_attempt(
    *,
    actor: User,
    participant: Participant,
    point: str,
    attempted_on: date,
    way: str,
    result: str,
) -> ContactAttempt:
    """Record one attempt to reach a participant for a measurement point; it is final."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, participant)
    contract = participant.cohort.contract
    issues = []
    today, enrolled_on = selectors.today(contract), participant.enrolment.enrolled_on
    if attempted_on > today:
        issues.append(_issue("outcomes.attempt_in_future", attempted_on, today=today))
    elif attempted_on < enrolled_on:
        issues.append(_issue("outcomes.attempt_too_early", attempted_on, enrolled_on=enrolled_on))
    if way not in ContactWay.values:
        issues.append(Issue("outcomes.attempt_way_unknown", "attempt_way", way))
    if result not in ContactResult.values:
        issues.append(Issue("outcomes.attempt_result_unknown", "attempt_result", result))
    if point not in {one.point.key for one in planned(selectors.terms_today(contract))}:
        issues.append(Issue("outcomes.point_unknown", "point", point, {"known": ""}))
    if issues:
        raise RuleViolation(issues)
    row = ContactAttempt.objects.create(
        participant=participant,
        point_key=point,
        attempted_on=attempted_on,
        way=way,
        result=result,
        recorded_by=actor,
    )
    audit.record(
        actor=actor,
        action="contact.attempted",
        target=participant,
        contract_id=contract.pk,
        after={"point": point, "on": attempted_on.isoformat(), "way": way, "result": result},
    )
    return row


def _issue(code: str, day: date, **params: date) -> Issue:
    return Issue(code, "attempted_on", day.isoformat(), dict(params))
