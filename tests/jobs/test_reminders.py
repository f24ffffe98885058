"""Reminders: one mail a day with counts and a link, and none about what is no longer due."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from sibportal.accounts.models import User
from sibportal.jobs import registry, services
from sibportal.jobs.models import Reminder
from tests.factories.accounts import make_user
from tests.jobs.conftest import Register

CONTRACT, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
PARTICIPANT = uuid.UUID(int=9)
TODAY = date(2026, 3, 12)


@pytest.fixture
def texts(register: Register) -> None:
    registry.register_reminder("test.due", lambda count: f"{count} measurements are due")
    registry.register_reminder("test.claims", lambda count: f"{count} claims wait")
    registry.register_contract_codes(lambda ids: {id_: f"C-{id_.int}" for id_ in ids})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the time of day in Helsinki."""

    def set_to(day: date, hour: int) -> None:
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=2)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(TODAY, 9)
    return set_to


@pytest.fixture
def ben(db: None, texts: None, clock: Any) -> User:
    return make_user(name="Ben Example", email="ben@example.org")


def remind(recipient: User, **values: Any) -> None:
    defaults: dict[str, Any] = {
        "recipient_id": recipient.pk,
        "kind": "test.due",
        "contract_id": CONTRACT,
        "subject_id": PARTICIPANT,
        "due_on": TODAY,
    }
    services.remind(**(defaults | values))


def send() -> list[Any]:
    mail.outbox.clear()
    services.enqueue_reminder_digests()
    while (job := services.claim_next([services.DIGEST])) is not None:
        services.run(job)
    return list(mail.outbox)


def test_a_person_gets_one_mail_with_counts_and_a_link(ben: User) -> None:
    remind(ben, subject_key="m1")
    remind(ben, subject_key="m2")
    remind(ben, kind="test.claims", contract_id=OTHER)
    (sent,) = send()
    assert sent.to == ["ben@example.org"]
    assert "- C-1: 2 measurements are due\n- C-2: 1 claims wait\n" in sent.body
    assert "http://localhost/" in sent.body
    assert str(PARTICIPANT) not in sent.body
    assert Reminder.objects.filter(sent_at=None).count() == 0


def test_the_same_reminder_twice_is_one(ben: User) -> None:
    for _ in range(3):
        remind(ben)
    assert Reminder.objects.count() == 1


def test_nobody_gets_two_mails_a_day(ben: User, clock: Any) -> None:
    remind(ben)
    assert len(send()) == 1
    assert send() == []
    remind(ben, subject_key="later")
    assert send() == [], "it waits for tomorrow"
    clock(TODAY + timedelta(days=1), 9)
    assert len(send()) == 1


def test_nobody_is_reminded_at_night_or_before_the_day(ben: User, clock: Any) -> None:
    remind(ben)
    remind(ben, subject_key="tomorrow", due_on=TODAY + timedelta(days=1))
    clock(TODAY, 5)
    assert send() == []
    clock(TODAY, 7)
    (sent,) = send()
    assert "1 measurements are due" in sent.body


def test_what_is_called_off_is_not_sent(ben: User) -> None:
    remind(ben)
    remind(ben, subject_id=uuid.UUID(int=10))
    assert services.cancel_reminders(subject_id=PARTICIPANT) == 1
    (sent,) = send()
    assert "1 measurements are due" in sent.body


def test_calling_off_can_name_one_kind_or_one_point(ben: User) -> None:
    remind(ben, subject_key="m1")
    remind(ben, subject_key="m2")
    remind(ben, kind="test.claims")
    assert services.cancel_reminders(subject_id=PARTICIPANT, subject_key="m1") == 1
    assert services.cancel_reminders(subject_id=PARTICIPANT, kind="test.claims") == 1
    assert Reminder.objects.filter(cancelled_at=None).count() == 1


@pytest.mark.parametrize("change", [{"receives_reminders": False}, {"is_active": False}])
def test_who_wants_none_or_has_left_gets_none(ben: User, change: dict[str, bool]) -> None:
    User.objects.filter(pk=ben.pk).update(**change)
    remind(ben)
    assert send() == []
    assert Reminder.objects.get().cancelled_at is not None


def test_each_person_gets_their_own(ben: User) -> None:
    bea = make_user(email="bea@example.org")
    remind(ben)
    remind(bea, subject_key="hers")
    assert sorted(sent.to[0] for sent in send()) == ["bea@example.org", "ben@example.org"]


def test_a_kind_without_a_text_is_refused_at_once(ben: User) -> None:
    with pytest.raises(LookupError):
        remind(ben, kind="test.unknown")
