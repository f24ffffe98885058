"""Reminders to a data holder's people about figures that are due, and calling them off."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from contracts.models import Contract
from outcomes.rules.aggregates.words import DeliveryStatus
from outcomes.selectors import aggregates as read
from outcomes.selectors.aggregates import Expected
from outcomes.services.kinds import DELIVERY_REMINDER
from outcomes.services.recipients import people_of
from sibportal.accounts import access
from sibportal.accounts.roles import Action, PartyRole
from sibportal.jobs import services as jobs
from sibportal.jobs.models import Reminder

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def keep_delivery_reminders(*, actor: User, contract: Contract) -> int:
    """Remind when a period is over and once more on the last day, call off what was delivered;
    returns how many deliveries are open."""
    access.require(actor, Action.CHECK_MEASUREMENT, contract)
    expected = read.schedule(list(read.standing_agreements(contract)))
    is_open = {(one.delivery.pk, _key(one)): one for one in expected if one.is_open}
    waiting = Reminder.objects.filter(
        contract_id=contract.pk, kind=DELIVERY_REMINDER, sent_at=None, cancelled_at=None
    )
    for subject_id, key in waiting.values_list("subject_id", "subject_key").distinct():
        if (subject_id, key) not in is_open:
            jobs.cancel_reminders(subject_id=subject_id, kind=DELIVERY_REMINDER, subject_key=key)
    people = _people(contract, {one.delivery.holder.organisation_id for one in is_open.values()})
    for (delivery_id, key), one in is_open.items():
        late = one.status is DeliveryStatus.LATE
        for recipient in people.get(one.delivery.holder.organisation_id, ()):
            jobs.remind(
                recipient_id=recipient,
                kind=DELIVERY_REMINDER,
                contract_id=contract.pk,
                subject_id=delivery_id,
                subject_key=key,
                due_on=one.due_on if late else one.period.ends_on,
            )
    return len(is_open)


def _key(one: Expected) -> str:
    return f"{one.period.number}:{one.outcome}"


def _people(contract: Contract, organisations: set[UUID]) -> dict[UUID, list[UUID]]:
    """Whoever may deliver for each of these organisations."""
    roles = access.member_roles(PartyRole.DATA_HOLDER, Action.DELIVER_AGGREGATE)
    return people_of(contract, organisations, roles)
