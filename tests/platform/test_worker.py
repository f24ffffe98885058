"""The fixtures that others build on: a real Celery worker, a real broker, a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sibportal.embedded.processes import wait_until
from tests import database


def test_worker_takes_tasks_from_the_broker_and_works_on_the_database_of_the_test(
    start_worker: Callable[..., Any],
) -> None:
    from sibportal.celery import app

    worker = start_worker()
    seen = app.control.inspect(timeout=5).ping()
    assert seen is not None
    assert len(seen) == 1
    app.send_task("sibportal.jobs.tasks.sweep")
    assert wait_until(lambda: b"succeeded" in worker.log.read_bytes(), seconds=20), (
        worker.log.read_text()
    )
    worker.kill()
    assert app.control.inspect(timeout=1).ping() is None


@pytest.mark.django_db
def test_portal_is_ready_when_the_broker_is_away(client: Client) -> None:
    database.broker().stop()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "broker": "away"})


@pytest.mark.django_db
def test_portal_is_ready_with_database_and_broker(client: Client, celery_broker: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "broker": "ok"})


def test_alive_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_browser_reaches_the_live_server(page: Any) -> None:
    answer = page.goto("/healthz")
    assert answer.status == 200
    assert "ok" in page.content()
