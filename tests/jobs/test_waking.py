"""A message wakes a worker; without a broker nothing is lost and nobody waits or sees an error."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from sibportal.celery import app
from sibportal.embedded.processes import wait_until
from sibportal.jobs import services, waking
from sibportal.jobs.models import Job
from sibportal.jobs.states import JobState
from tests.factories.accounts import make_user
from tests.jobs.conftest import Register


@pytest.fixture(autouse=True)
def _nothing_went_wrong_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "_quiet_until", 0.0)


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_is_logged_and_never_shown(
    register: Register, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The broker of this test process may be running, for an earlier test.
    monkeypatch.setattr(app.conf, "broker_write_url", "redis+socket:///nonexistent")
    register("test.nothing", lambda _job: None)
    before = time.monotonic()
    with transaction.atomic():
        job = services.enqueue("test.nothing", uuid.uuid4())
    assert time.monotonic() - before < 2
    assert "The broker is away" in caplog.text
    services.sweep()
    job.refresh_from_db()
    assert job.state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_for_work_that_was_rolled_back(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sibportal.jobs import registry

    woken: list[uuid.UUID] = []
    monkeypatch.setattr(registry, "_wakers", [woken.append])
    register("test.nothing", lambda _job: None)

    def roll_back() -> None:
        with transaction.atomic():
            services.enqueue("test.nothing", uuid.uuid4())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        roll_back()
    assert woken == []
    kept = services.enqueue("test.nothing", uuid.uuid4())
    assert woken == [kept.pk]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_does_not_answer_is_left_alone_for_a_while(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # accepts and never says a word
        port = deaf.getsockname()[1]
        monkeypatch.setattr(app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
        register("test.nothing", lambda _job: None)
        before = time.monotonic()
        jobs = [services.enqueue("test.nothing", uuid.uuid4()) for _ in range(5)]
    assert time.monotonic() - before < 5
    assert {job.state for job in jobs} == {JobState.WAITING}


def test_a_real_worker_does_what_it_is_woken_for(start_worker: Callable[..., Any]) -> None:
    # A digest without reminders: the one kind of work that needs nothing else.
    job = services.enqueue(services.DIGEST, make_user().pk, "2026-01-15")
    start_worker()
    wait_until(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE, seconds=30)
    assert Job.objects.get(pk=job.pk).attempts == 1
