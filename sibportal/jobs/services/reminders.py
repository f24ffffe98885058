"""Reminders: kept per person and thing due, sent as one mail a day, called off with their reason.

The mail says how many things are due in which contract and where to sign in, nothing about anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone, translation

from sibportal.jobs import registry
from sibportal.jobs.mail import send_mail
from sibportal.jobs.models import Job, Reminder
from sibportal.jobs.services.queue import enqueue

DIGEST = "jobs.reminder_digest"
FIRST_HOUR = 7  # nobody is reminded in the night
PORTION = 5_000  # reminders in one statement


@dataclass(frozen=True)
class DueLine:
    """What one line of the mail says: a contract's short name and what is due in it."""

    contract: str
    text: str


def remind(
    *,
    recipient_id: UUID,
    kind: str,
    contract_id: UUID,
    subject_id: UUID,
    due_on: date,
    subject_key: str = "",
) -> None:
    """Keep one reminder; the same one twice is one. `kind` must have a registered text."""
    reminder = Reminder(
        recipient_id=recipient_id,
        kind=kind,
        contract_id=contract_id,
        subject_id=subject_id,
        subject_key=subject_key,
        due_on=due_on,
    )
    remind_all([reminder])


def remind_all(reminders: Iterable[Reminder]) -> None:
    """Keep many reminders, thousands in a statement; the same rules as for one."""
    wanted = list(reminders)
    for kind in {one.kind for one in wanted}:
        registry.reminder_text(kind)
    Reminder.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=PORTION)


def cancel_reminders(
    *, subject_id: UUID, kind: str | None = None, subject_key: str | None = None
) -> int:
    """Call off what has not been sent about a subject; returns how many there were."""
    waiting = _unsent().filter(subject_id=subject_id)
    if kind is not None:
        waiting = waiting.filter(kind=kind)
    if subject_key is not None:
        waiting = waiting.filter(subject_key=subject_key)
    return waiting.update(cancelled_at=Now())


def call_off(reminders: Collection[UUID]) -> int:
    """Call off those of these reminders that have not been sent; returns how many there were."""
    if not reminders:
        return 0
    return _unsent().filter(pk__in=reminders).update(cancelled_at=Now())


def enqueue_reminder_digests() -> None:
    """One job per person and day with something due; a later reminder waits for the next day."""
    now = timezone.localtime()
    if now.hour < FIRST_HOUR:
        return
    for recipient_id in _due(now.date()).values_list("recipient", flat=True).distinct():
        enqueue(DIGEST, recipient_id, now.date().isoformat())


def send_reminder_digest(job: Job) -> None:
    """Send one person what is due up to the day of the job, in their language, and mark it sent."""
    recipient = get_user_model().objects.filter(pk=job.subject_id).first()
    reminders = list(
        _due(date.fromisoformat(job.digest))
        .filter(recipient=job.subject_id)
        .select_for_update(of=("self",))
    )
    if recipient is None or not reminders:
        return
    rows = Reminder.objects.filter(pk__in=[reminder.pk for reminder in reminders])
    if not (recipient.is_active and recipient.receives_reminders):
        rows.update(cancelled_at=Now())
        return
    rows.update(sent_at=Now())
    with translation.override(recipient.language):
        lines = _lines(reminders)
    context = {"lines": lines, "portal_url": f"{settings.SIB_BASE_URL}/"}
    send_mail(recipient, "reminder_digest", context)


def _lines(reminders: list[Reminder]) -> list[DueLine]:
    counts = Counter((reminder.contract_id, reminder.kind) for reminder in reminders)
    codes = registry.contract_codes({contract_id for contract_id, _kind in counts})
    lines = [
        DueLine(codes.get(contract_id, ""), registry.reminder_text(kind)(count))
        for (contract_id, kind), count in counts.items()
    ]
    return sorted(lines, key=lambda line: (line.contract, line.text))


def _unsent() -> QuerySet[Reminder]:
    return Reminder.objects.filter(sent_at=None, cancelled_at=None)


def _due(on: date) -> QuerySet[Reminder]:
    return _unsent().filter(due_on__lte=on).order_by()
