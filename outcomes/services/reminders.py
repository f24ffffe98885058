"""Reminders to the provider's case workers about due measurements, and calling them off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from cohorts.models import Consent
from cohorts.rules.consent import Entry, Giver, Switch, reminders_allowed
from contracts.models import Contract, Party
from outcomes import selectors
from outcomes.models import Measurement
from outcomes.rules.points import PointStatus
from outcomes.selectors.due import DueItem
from outcomes.services.kinds import DUE_REMINDER
from outcomes.services.recipients import people_of
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole, PartyRole
from sibportal.jobs import services as jobs
from sibportal.jobs.models import Reminder

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def keep_reminders(*, actor: User, contract: Contract) -> int:
    """Remind of what is due, call off what no longer is; returns how many are due."""
    access.require(actor, Action.CHECK_MEASUREMENT, contract)
    due = selectors.open_items([contract])
    allowed = _may_be_reminded(contract, due)
    due = [one for one in due if one.participant.pk in allowed]
    wanted = {(one.participant.pk, one.key) for one in due}
    _call_off(_waiting(contract), lambda place: place not in wanted)
    workers = _case_workers(contract)
    kept = _kept(contract)
    places = (
        (worker, one.participant.pk, one.key, _remind_on(one))
        for one in due
        for worker in workers.get(one.participant.served_by_id, ())
    )
    jobs.remind_all(
        Reminder(
            recipient_id=worker,
            kind=DUE_REMINDER,
            contract_id=contract.pk,
            subject_id=participant,
            subject_key=key,
            due_on=due_on,
        )
        for worker, participant, key, due_on in places
        if (worker, participant, key, due_on) not in kept
    )
    return len(due)


def _remind_on(item: DueItem) -> date:
    """When the window opens, and once more when it has closed without an entry."""
    if item.window is None:
        return date.max
    overdue = item.status == PointStatus.OVERDUE
    return item.window.closes_on if overdue else item.window.opens_on


def call_off_measured(contract: Contract, rows: Iterable[Measurement]) -> None:
    """Call off the reminders about what has just been measured."""
    measured = {(row.participant_id, f"{row.metric.code}:{row.point_key}") for row in rows}
    about = _waiting(contract).filter(subject_id__in={person for person, _key in measured})
    _call_off(about, lambda place: place in measured)


def _waiting(contract: Contract) -> QuerySet[Reminder]:
    return Reminder.objects.filter(
        contract_id=contract.pk, kind=DUE_REMINDER, sent_at=None, cancelled_at=None
    )


def _call_off(waiting: QuerySet[Reminder], ended: Callable[[tuple[UUID, str]], bool]) -> None:
    rows = waiting.order_by().values_list("pk", "subject_id", "subject_key")
    jobs.call_off([pk for pk, person, key in rows if ended((person, key))])


def _kept(contract: Contract) -> set[tuple[UUID, UUID, str, date]]:
    return set(
        Reminder.objects.filter(contract_id=contract.pk, kind=DUE_REMINDER).values_list(
            "recipient_id", "subject_id", "subject_key", "due_on"
        )
    )


def _case_workers(contract: Contract) -> dict[UUID | None, tuple[UUID, ...]]:
    """Whom to remind about a participant, by the organisation that serves it.

    Without a service partner of its own, the lead provider's case workers.
    """
    on = selectors.today(contract)
    parties = Party.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=on), contract=contract, valid_from__lte=on
    ).filter(role__in=(PartyRole.LEAD_PROVIDER, PartyRole.SERVICE_PARTNER))
    roles = dict(parties.order_by("-role").values_list("organisation_id", "role"))
    found: dict[UUID | None, list[UUID]] = defaultdict(list)
    for organisation_id, people in people_of(contract, roles, {MemberRole.CASE_WORKER}).items():
        found[organisation_id] += people
        if roles[organisation_id] == PartyRole.LEAD_PROVIDER:
            found[None] += people
    return {key: tuple(users) for key, users in found.items()}


def _may_be_reminded(contract: Contract, due: Iterable[DueItem]) -> set[UUID]:
    """Participants about whom staff may be reminded: not the dead, not who refused contact."""
    people = {one.participant.pk: one.participant for one in due}
    entries: dict[UUID, list[Entry]] = defaultdict(list)
    for row in Consent.objects.filter(participant__in=people, switch=Switch.CONTACT):
        entry = Entry(Switch(row.switch), row.given, Giver(row.given_by), row.effective_on, row.pk)
        entries[row.participant_id].append(entry)
    on = selectors.today(contract)
    return {
        pk
        for pk, person in people.items()
        if reminders_allowed(
            entries[pk],
            on=on,
            exit_reason=person.enrolment.exit_reason,
            exited_on=person.enrolment.exited_on,
        )
    }
