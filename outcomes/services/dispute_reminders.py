"""Reminders to whoever decides disputes about rejected measurements, until they are decided."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from contracts.models import Contract
from contracts.selectors import deciders, today
from outcomes.models import VerificationDispute
from outcomes.rules.rounds import reminded_on
from outcomes.selectors import disputes as read
from outcomes.services.kinds import DISPUTE_REMINDER
from outcomes.services.recipients import people_of
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole, PartyRole
from sibportal.jobs import services as jobs
from sibportal.jobs.models import Reminder

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def keep_dispute_reminders(*, actor: User, contract: Contract) -> int:
    """Remind of each open dispute when it is raised and every week after, call off what has
    ended or is somebody else's to decide; returns how many disputes are open."""
    access.require(actor, Action.CHECK_MEASUREMENT, contract)
    rows = list(read.open_disputes(contract).select_related("party", "verification__measurement"))
    judges = _judges(contract) if rows else {}
    wanted = {(person, row.pk): row for row in rows for person in _called(row, judges)}
    waiting = Reminder.objects.filter(
        contract_id=contract.pk, kind=DISPUTE_REMINDER, sent_at=None, cancelled_at=None
    )
    jobs.call_off(
        [
            pk
            for pk, person, dispute in waiting.values_list("pk", "recipient_id", "subject_id")
            if (person, dispute) not in wanted
        ]
    )
    jobs.remind_all(
        Reminder(
            recipient_id=person,
            kind=DISPUTE_REMINDER,
            contract_id=contract.pk,
            subject_id=row.pk,
            due_on=reminded_on(row.raised_on, today(contract)),
        )
        for (person, _pk), row in wanted.items()
    )
    return len(rows)


def _judges(contract: Contract) -> dict[UUID, list[UUID]]:
    """The people who may decide, by their organisation."""
    parties = deciders(contract)
    roles = {
        role
        for party in parties
        for role in access.member_roles(PartyRole(party.role), Action.DECIDE_DISPUTE)
    }
    return people_of(
        contract, {one.organisation_id for one in parties}, roles - {MemberRole.INTEGRATION}
    )


def _called(row: VerificationDispute, judges: dict[UUID, list[UUID]]) -> set[UUID]:
    """Who is called to one dispute: nobody of the disputing organisation or with a part in it."""
    people = {
        person
        for organisation, members in judges.items()
        if organisation != row.party.organisation_id
        for person in members
    }
    measurement = row.verification.measurement
    return people - {row.raised_by_id, row.verification.verifier_id, measurement.submitted_by_id}
