"""A real Celery worker that is killed in the middle: every due claim is calculated exactly once.

The long campaign is tests/torture/test_worker_kills.py.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from outcomes.models import Measurement
from outcomes.states import MeasurementState
from payments.models import Claim
from sibportal.accounts.roles import PartyRole
from sibportal.embedded.processes import wait_until
from sibportal.jobs.models import Job
from sibportal.jobs.states import JobState
from tests import database
from tests.conftest import WorkerProcess
from tests.factories.outcomes import make_scene
from tests.jobs import importing, killing
from tests.worlds import build_people

StartWorker = Callable[..., WorkerProcess]


def test_a_worker_killed_with_half_a_claim_written_leaves_it_to_the_next(
    start_worker: StartWorker,
) -> None:
    town = build_people()
    contract = killing.contract_over(town)
    killing.sign_everything(contract, town)
    worker = start_worker()
    with killing.held("LOCK TABLE payments_payershare IN SHARE MODE"):
        killing.sweep()
        insert = 'INSERT INTO "payments_payershare"'
        assert wait_until(lambda: killing.waiting_for_a_lock(insert), seconds=30)
        assert Job.objects.get(kind="payments.calculate_claim").state == JobState.RUNNING
        worker.kill()
    assert Claim.objects.count() == 0
    assert killing.pass_the_lease() == 1
    worker.start()
    killing.drain()
    killing.assert_calculated_exactly_once()
    first = Job.objects.filter(kind="payments.calculate_claim").earliest("created_at")
    assert first.attempts == 2


def test_a_worker_killed_while_it_commits_calculates_nothing_twice(
    start_worker: StartWorker,
) -> None:
    town = build_people()
    contract = killing.contract_over(town)
    killing.sign_everything(contract, town)
    worker = start_worker()
    payer = contract.parties.get(role=PartyRole.PAYER)
    # The foreign key to the payer is looked at last of all, in the commit.
    with killing.held("SELECT 1 FROM contracts_party WHERE id = %s FOR UPDATE", payer.pk):
        killing.sweep()
        assert wait_until(lambda: killing.waiting_for_a_lock("COMMIT"), seconds=30)
        assert Claim.objects.count() == 0
        worker.kill()
    killing.pass_the_lease()
    worker.start()
    killing.drain()
    killing.assert_calculated_exactly_once()


def test_a_worker_killed_at_any_moment_calculates_every_due_claim_exactly_once(
    start_worker: StartWorker,
) -> None:
    seed = secrets.randbelow(10**6)
    print(f"seed {seed}")
    town = build_people()
    killing.strike_at_random(start_worker(), town, kills=3, seed=seed)
    assert Claim.objects.count() == 3 * killing.PERIODS


def test_a_worker_killed_at_any_moment_of_an_import_saves_all_rows_once_or_none(
    start_worker: StartWorker,
) -> None:
    seed = secrets.randbelow(10**6)
    print(f"seed {seed}")
    scene = importing.scene_for_imports()
    assert importing.strike_imports(start_worker(), scene, kills=3, seed=seed) > 0


def test_two_workers_do_not_calculate_one_claim_twice(start_worker: StartWorker) -> None:
    town = build_people()
    contracts = [killing.contract_over(town) for _contract in range(2)]
    for number in range(2):
        start_worker("-n", f"worker{number}@%h")
    for contract in contracts:
        killing.sign_everything(contract, town)
    for _twice in range(4):
        killing.sweep()
    killing.drain()
    killing.assert_calculated_exactly_once()


@pytest.mark.skipif(database.EXTERNAL_BROKER in os.environ, reason="a broker not ours to stop")
def test_who_reports_while_the_broker_is_away_is_served_and_the_sweep_catches_up(
    start_worker: StartWorker, caplog: pytest.LogCaptureFixture
) -> None:
    scene = make_scene()
    ben = Client()
    ben.force_login(scene.ben)
    address = reverse("outcomes:measurement-submit", args=[scene.participants[0].pk])
    day = scene.after_on
    typed = {
        "value": "yes", "measured_on": f"{day.day}.{day.month}.{day.year}",
        "evidence_source": "Contract of employment", "evidence_location": "Client folder",
    }  # fmt: skip
    database.broker().stop()
    answer = ben.post(f"{address}?metric=permanent-work&point=after", typed)
    assert answer.status_code == 302
    assert "The broker is away" in caplog.text
    row = Measurement.objects.get()
    assert row.state == MeasurementState.SUBMITTED
    assert Job.objects.get().state == JobState.WAITING
    database.broker().start()
    start_worker()
    killing.sweep()
    assert wait_until(lambda: _state(row) == MeasurementState.CHECKED, seconds=60)


def _state(row: Measurement) -> str:
    row.refresh_from_db(fields=["state"])
    return row.state
