"""Signed closings whose claims are due, and a worker that is killed while it calculates them."""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connections, transaction
from django.db.models.functions import Now

from contracts.models import Contract
from outcomes.models import Closing
from outcomes.states import ClosingState
from payments.models import Claim, PayerShare
from sibportal.audit.models import Event
from sibportal.celery import app
from sibportal.embedded.processes import wait_until
from sibportal.jobs.models import Job
from sibportal.jobs.states import JobState
from tests.conftest import WorkerProcess
from tests.factories.payments import make_closing, make_payable_contract, rate_card
from tests.worlds import Town

PERIODS = 4
LONGEST_STRIKE = 0.8  # seconds from waking the worker to killing it
WAIT = 90


def contract_over(town: Town) -> Contract:
    """A rate card over four half-years that are past; nothing of it is closed."""
    return make_payable_contract(town, **rate_card())


def sign_everything(contract: Contract, town: Town) -> None:
    """Four signed closings: four claims are due, and each builds on the one before."""
    with transaction.atomic():
        for number in range(1, PERIODS + 1):
            make_closing(contract, town, {"work": (10 * number, 200)}, number=number)


def sweep() -> None:
    """What beat sends every minute."""
    app.send_task("sibportal.jobs.tasks.sweep")


def pass_the_lease() -> int:
    """A minute goes by: a lost worker's lease ends. Returns how many jobs had lost theirs."""
    return Job.objects.filter(state=JobState.RUNNING).update(
        lease_until=Now() - timedelta(seconds=1)
    )


def due() -> int:
    """Signed closings without a claim."""
    return Closing.objects.filter(state=ClosingState.SIGNED, claims=None).count()


def drain() -> None:
    """Sweep until every due claim is calculated, as beat would."""
    end = time.monotonic() + WAIT
    while due() and time.monotonic() < end:
        sweep()
        wait_until(lambda: due() == 0, seconds=5)


def strike_at_random(
    worker: WorkerProcess, town: Town, *, kills: int, seed: int, options: tuple[str, ...] = ()
) -> int:
    """Sign closings and kill the worker at a random moment after waking it, `kills` times.

    Returns how often the kill hit a job that was running.
    """
    chance = random.Random(seed)
    struck = 0
    for _kill in range(kills):
        with transaction.atomic():  # a sweep between the two would propose closings of its own
            sign_everything(contract_over(town), town)
        sweep()
        time.sleep(chance.uniform(0, LONGEST_STRIKE))
        worker.kill()
        struck += pass_the_lease()
        worker.start(*options)
        drain()
        assert_calculated_exactly_once()
    return struck


def left_after_a_while() -> list[tuple[str, str, int]]:
    """The jobs that are not done although minutes went by: kind, state, attempts.

    A live worker whose lease the test ended before its time may have been overtaken by one that
    then found it at work: the job waits for the end of the new lease.
    """
    end = time.monotonic() + WAIT
    left = Job.objects.exclude(state=JobState.DONE)
    while not wait_until(lambda: not left.exists(), seconds=10) and time.monotonic() < end:
        pass_the_lease()
        sweep()
    return list(left.values_list("kind", "state", "attempts"))


def assert_calculated_exactly_once() -> None:
    """Every signed closing has one claim, whole, in order, told once; no job is left or failed."""
    assert due() == 0
    closings = Closing.objects.filter(state=ClosingState.SIGNED).count()
    claims = list(Claim.objects.select_related("period").order_by("contract", "number"))
    assert len(claims) == closings == len({claim.closing_id for claim in claims})
    assert all(claim.number == claim.period.number for claim in claims)
    assert {str(claim.amount) for claim in claims} == {"10000.00"}
    assert PayerShare.objects.count() == len(claims)
    assert Event.objects.filter(action="claim.calculated").count() == len(claims)
    assert left_after_a_while() == []
    assert Job.objects.filter(kind="payments.calculate_claim").count() == len(claims)


@contextlib.contextmanager
def held(statement: str, *params: object) -> Iterator[None]:
    """Hold what the statement locks, as the owner over a connection of its own."""
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])
    serving = connections["default"].settings_dict["NAME"]
    with psycopg.connect(address._replace(path=f"/{serving}").geturl()) as own:
        own.execute(statement.encode(), params)
        yield
        own.rollback()


def waiting_for_a_lock(statement: str) -> bool:
    """Whether somebody's statement that begins so is waiting for a row."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            " AND starts_with(query, %s)",
            [statement],
        )
        found: Any = cursor.fetchone()
    return bool(found[0])
