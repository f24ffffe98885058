"""The queue keeps its promises: one job, one effect, whatever dies in between."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.models.functions import Now

from sibportal.audit.models import Event
from sibportal.jobs import registry, selectors, services
from sibportal.jobs.models import Job
from sibportal.jobs.states import JobState
from sibportal.kernel.errors import InvalidTransition, RuleViolation
from tests.jobs.conftest import Register

SUBJECT = uuid.UUID(int=7)


def leave_a_mark(job: Job) -> None:
    Event.objects.create(
        actor_name="test", action="job.effect", target_type="job", target_id=str(job.pk)
    )


def marks() -> int:
    return Event.objects.filter(action="job.effect").count()


def let_the_lease_end(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def test_the_same_work_enqueued_twice_is_one_job(job: Job) -> None:
    again = services.enqueue(job.kind, job.subject_id)
    other_input = services.enqueue(job.kind, job.subject_id, digest="other")
    assert again.pk == job.pk
    assert other_input.pk != job.pk
    assert Job.objects.count() == 2


def test_a_kind_that_nobody_handles_is_refused_at_once(db: None) -> None:
    with pytest.raises(LookupError):
        services.enqueue("test.unknown", SUBJECT)


def test_two_apps_cannot_handle_one_kind(register: Register) -> None:
    register("test.mark", leave_a_mark)
    register("test.mark", leave_a_mark)
    with pytest.raises(ValueError, match=r"test\.mark"):
        register("test.mark", lambda _job: None)


@pytest.mark.django_db(transaction=True)
def test_parallel_enqueueing_gives_one_job(register: Register) -> None:
    register("test.mark", leave_a_mark)
    barrier = threading.Barrier(8)
    found: list[uuid.UUID] = []

    def enqueue() -> None:
        barrier.wait()
        found.append(services.enqueue("test.mark", SUBJECT).pk)
        connections.close_all()

    threads = [threading.Thread(target=enqueue) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_workers_have_one_effect(register: Register) -> None:
    register("test.mark", leave_a_mark)
    jobs = [services.enqueue("test.mark", uuid.uuid4()) for _ in range(12)]
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        for job in jobs:
            services.claim_and_run(job.pk)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert marks() == 12
    assert set(Job.objects.values_list("state", "attempts")) == {(JobState.DONE, 1)}


def test_the_effect_and_the_end_of_the_job_commit_together(register: Register, db: None) -> None:
    register("test.mark", leave_a_mark)
    job = services.enqueue("test.mark", SUBJECT)
    services.claim_and_run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert job.finished_at is not None
    assert marks() == 1


def test_a_second_delivery_does_nothing(register: Register, db: None) -> None:
    register("test.mark", leave_a_mark)
    job = services.enqueue("test.mark", SUBJECT)
    for _ in range(3):
        services.claim_and_run(job.pk)
    assert marks() == 1


def test_an_error_undoes_the_effect_and_puts_the_job_off(
    register: Register, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(job: Job) -> None:
        leave_a_mark(job)
        raise OSError("Maija Meikäläinen was not found")

    register("test.break", break_down)
    job = services.enqueue("test.break", SUBJECT)
    services.claim_and_run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error_code) == (JobState.WAITING, 1, "OSError")
    assert job.lease_until is not None
    assert services.claim_next() is None, "not before its time"
    assert marks() == 0
    assert "OSError" in caplog.text
    assert "Maija" not in caplog.text, "the text of an error may hold personal data"


def test_a_poisonous_job_ends_as_failed(register: Register, db: None) -> None:
    tries = []

    def poison(_job: Job) -> None:
        tries.append(1)
        raise ZeroDivisionError

    register("test.poison", poison)
    job = services.enqueue("test.poison", SUBJECT)
    for _ in range(services.MAX_ATTEMPTS + 3):
        let_the_lease_end(job)
        services.claim_and_run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "ZeroDivisionError")
    assert len(tries) == services.MAX_ATTEMPTS


def test_what_the_rules_refuse_is_not_tried_again(register: Register, db: None) -> None:
    def refuse(_job: Job) -> None:
        raise RuleViolation("outcomes.period_not_complete")

    register("test.refuse", refuse)
    job = services.enqueue("test.refuse", SUBJECT)
    services.claim_and_run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "outcomes.period_not_complete")
    assert services.retry(job).state == JobState.WAITING


def test_a_job_whose_worker_died_is_taken_again(job: Job) -> None:
    lost = services.claim(job.pk)
    assert lost is not None
    assert services.claim_next() is None, "its lease still runs"
    let_the_lease_end(job)
    retaken = services.claim_next()
    assert retaken is not None
    assert (retaken.pk, retaken.attempts) == (job.pk, 2)


def test_a_job_that_kills_its_worker_every_time_ends_as_failed(job: Job) -> None:
    for _ in range(services.MAX_ATTEMPTS):
        let_the_lease_end(job)
        assert services.claim(job.pk) is not None
    let_the_lease_end(job)
    assert services.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "worker_lost")


def test_a_worker_that_was_overtaken_leaves_nothing(register: Register, db: None) -> None:
    register("test.mark", leave_a_mark)
    job = services.enqueue("test.mark", SUBJECT)
    slow = services.claim(job.pk)
    let_the_lease_end(job)
    fast = services.claim(job.pk)
    assert slow is not None
    assert fast is not None
    services.run(fast)
    services.run(slow)
    assert marks() == 1


@pytest.mark.django_db(transaction=True)
def test_a_live_worker_keeps_its_job_past_the_lease(register: Register) -> None:
    inside, leave = threading.Event(), threading.Event()

    def slow(job: Job) -> None:
        leave_a_mark(job)
        inside.set()
        assert leave.wait(20)

    register("test.slow", slow)
    job = services.enqueue("test.slow", SUBJECT)

    def work() -> None:
        services.claim_and_run(job.pk)
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    assert inside.wait(20)
    let_the_lease_end(job)
    taken_while_alive = services.claim_next()
    leave.set()
    worker.join()
    job.refresh_from_db()
    assert taken_while_alive is None
    assert (job.state, job.attempts, marks()) == (JobState.DONE, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_progress_shows_before_the_job_has_ended(register: Register) -> None:
    seen: list[tuple[int, int]] = []

    def look(job: Job) -> None:
        other = connections.create_connection("default")
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT progress_done, progress_total FROM jobs_job WHERE id = %s", [job.pk]
            )
            seen.append(cursor.fetchone())
        other.close()

    def count(job: Job) -> None:
        services.progress(job, done=250, total=1000)
        look(job)

    register("test.count", count)
    job = services.enqueue("test.count", SUBJECT)
    services.claim_and_run(job.pk)
    job.refresh_from_db()
    assert seen == [(250, 1000)]
    assert (job.state, job.progress_done) == (JobState.DONE, 250)


@pytest.mark.django_db(transaction=True)
def test_a_job_cancelled_in_the_middle_leaves_nothing(register: Register) -> None:
    def cancelled_meanwhile(job: Job) -> None:
        leave_a_mark(job)
        thread = threading.Thread(target=cancel, args=[job])
        thread.start()
        thread.join()

    def cancel(job: Job) -> None:
        services.cancel(job)
        connections.close_all()

    register("test.cancelled", cancelled_meanwhile)
    job = services.enqueue("test.cancelled", SUBJECT)
    services.claim_and_run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert marks() == 0


def test_a_job_that_is_over_cannot_be_cancelled(job: Job) -> None:
    services.claim_and_run(job.pk)
    with pytest.raises(InvalidTransition):
        services.cancel(job)


def test_the_sweep_finds_due_work_and_does_all_of_it(register: Register, db: None) -> None:
    register("test.mark", leave_a_mark)

    def broken() -> None:
        connection.cursor().execute("SELECT no_such_column")

    def discover() -> None:
        for number in range(3):
            services.enqueue("test.mark", uuid.UUID(int=number))

    registry.register_sweep(broken)
    registry.register_sweep(discover)
    services.sweep()
    services.sweep()
    assert marks() == 3
    newest = selectors.latest_job("test.mark", uuid.UUID(int=2))
    assert newest is not None
    assert newest.state == JobState.DONE


def test_a_sweep_out_of_time_leaves_the_rest_to_the_next(register: Register, db: None) -> None:
    register("test.mark", leave_a_mark)
    services.enqueue("test.mark", SUBJECT)
    services.sweep(seconds=0)
    assert marks() == 0
    services.sweep()
    assert marks() == 1
