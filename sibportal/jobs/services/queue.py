"""The queue: rows in PostgreSQL are the truth, a message to Celery only wakes a worker.

A worker claims a job in one transaction (so that attempts count even when it dies) and does it in
a second one, in which the effect and "done" commit together. While it works it holds an advisory
lock, which PostgreSQL drops with its connection: a job that is running, past its short lease and
unlocked has lost its worker, and the next sweep takes it. The number of the attempt is the fence:
a worker that was overtaken finds another number and rolls back.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from sibportal.jobs import registry
from sibportal.jobs.models import Job
from sibportal.jobs.states import JOB, JobState
from sibportal.kernel.errors import DomainError
from sibportal.kernel.transitions import advance

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # only bridges the gap between claiming a job and locking it
MAX_ATTEMPTS = 5
SWEEP_SECONDS = 45.0  # a sweep stops taking new jobs before the next one starts


class Overtaken(Exception):  # noqa: N818 - the name is what happened
    """The job was cancelled, or another worker has it: nothing of this attempt may remain."""


def enqueue(kind: str, subject_id: UUID, digest: str = "") -> Job:
    """Make sure that there is one job of `kind` about a subject with this input, and wake a worker.

    Insert or nothing: a job that exists, whatever its state, is returned as it is. `digest` (at
    most 64 characters) tells apart inputs that deserve a job of their own.
    """
    registry.handler_for(kind)
    Job.objects.bulk_create(
        [Job(kind=kind, subject_id=subject_id, digest=digest)], ignore_conflicts=True
    )
    job = Job.objects.get(kind=kind, subject_id=subject_id, digest=digest)
    if job.state == JobState.WAITING:
        wake(job)
    return job


def wake(job: Job) -> None:
    """Tell a worker about `job` once the transaction has committed; never fails."""
    transaction.on_commit(partial(registry.wake, job.pk), robust=True)


def claim_next(kinds: Iterable[str] | None = None) -> Job | None:
    """Take the oldest job that waits or has lost its worker; None where there is none."""
    due = _due() if kinds is None else _due().filter(kind__in=list(kinds))
    seen: list[UUID] = []
    while True:
        with transaction.atomic(durable=True):
            job = due.exclude(pk__in=seen).first()
            if job is None:
                return None
            seen.append(job.pk)
            if _take(job):
                return job


def claim(job_id: UUID) -> Job | None:
    """Take this job; None where it does not wait, or another worker has it."""
    with transaction.atomic(durable=True):
        job = _due().filter(pk=job_id).first()
        return job if job is not None and _take(job) else None


def run(job: Job) -> None:
    """Do a claimed job: the handler's effect and the end of the job commit together, or neither."""
    try:
        with transaction.atomic(durable=True):
            if not _hold(job):
                return
            registry.handler_for(job.kind)(job)
            finish(job)
    except Overtaken:
        logger.info("Job %s was cancelled or overtaken", job.pk)
    except DomainError as error:
        # The rules will say the same next time.
        fail(job, error.code, final=True)
    except Exception as error:
        _log(f"Job {job.pk} ({job.kind}), attempt {job.attempts}", error)
        fail(job, type(error).__name__)


def claim_and_run(job_id: UUID) -> None:
    """Do one job, unless somebody else does it or did it."""
    job = claim(job_id)
    if job is not None:
        run(job)


def finish(job: Job) -> None:
    """Mark a claimed job as done in the transaction of its effect; Overtaken if it is not ours."""
    advance(JOB, job.state, JobState.DONE)
    ended = _ours(job).update(state=JobState.DONE, lease_until=None, finished_at=Now())
    if not ended:
        raise Overtaken
    job.state = JobState.DONE


def fail(job: Job, error_code: str, *, final: bool = False) -> None:
    """Give a claimed job back to be tried later, or end it as failed after the last attempt.

    `error_code` is a code or the name of an exception, never its text: that may hold personal data.
    """
    target = JobState.FAILED if final or job.attempts >= MAX_ATTEMPTS else JobState.WAITING
    advance(JOB, job.state, target)
    values = {"state": target, "error_code": error_code[:120]}
    if target == JobState.FAILED:
        _ours(job).update(**values, lease_until=None, finished_at=Now())
        logger.error("Job %s (%s) failed: %s", job.pk, job.kind, error_code)
    else:
        later = timedelta(minutes=job.attempts**2)
        _ours(job).update(**values, lease_until=Now() + later)
    job.state = target


def progress(job: Job, *, done: int, total: int) -> None:
    """Show how far a running job is, at once: over a connection of its own, not with the effect.

    Raises Overtaken where the job was cancelled, so that nobody works on in vain.
    """
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with own.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_job SET progress_done = %s, progress_total = %s"
                " WHERE id = %s AND state = %s AND attempts = %s",
                [done, total, job.pk, JobState.RUNNING, job.attempts],
            )
            if not cursor.rowcount:
                raise Overtaken
    finally:
        own.close()


@transaction.atomic
def cancel(job: Job) -> Job:
    """End a job that is not over; a worker in the middle of it rolls back in the end."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    locked.state = advance(JOB, locked.state, JobState.CANCELLED)
    locked.lease_until = None
    locked.save(update_fields=["state", "lease_until"])
    return locked


@transaction.atomic
def retry(job: Job) -> Job:
    """Let a failed job be tried again from the start."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    locked.state = advance(JOB, locked.state, JobState.WAITING)
    locked.attempts, locked.error_code, locked.finished_at = 0, "", None
    locked.save(update_fields=["state", "attempts", "error_code", "finished_at"])
    wake(locked)
    return locked


def sweep(seconds: float = SWEEP_SECONDS) -> None:
    """Look for what has become due, then do jobs until none is left or the time is over."""
    end = time.monotonic() + seconds
    for discover in registry.sweeps():
        try:
            with transaction.atomic(durable=True):
                discover()
        except Exception as error:
            _log(f"Looking for due work in {discover.__module__}", error)
    while time.monotonic() < end and (job := claim_next()) is not None:
        run(job)


def _due() -> QuerySet[Job]:
    """Jobs to take, oldest first; of waiting ones `lease_until` says not before when."""
    return (
        Job.objects.select_for_update(skip_locked=True)
        .filter(state__in=(JobState.WAITING, JobState.RUNNING))
        .filter(Q(lease_until=None) | Q(lease_until__lt=Now()))
        .order_by("created_at")
    )


def _take(job: Job) -> bool:
    """Claim a locked row; False where its worker still lives or it has been tried too often."""
    if job.state == JobState.RUNNING:
        if not _hold(job):
            return False
        if job.attempts >= MAX_ATTEMPTS:
            fail(job, "worker_lost")
            return False
        job.state = advance(JOB, job.state, JobState.WAITING)
    job.state = advance(JOB, job.state, JobState.RUNNING)
    job.attempts += 1
    Job.objects.filter(pk=job.pk).update(
        state=job.state, attempts=job.attempts, lease_until=Now() + LEASE
    )
    return True


def _hold(job: Job) -> bool:
    """Take the job's advisory lock until the transaction ends; False where a live worker has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"job:{job.pk}"]
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _ours(job: Job) -> QuerySet[Job]:
    """The row, as long as it is still in the attempt that this worker claimed."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def _log(what: str, error: Exception) -> None:
    """Log where an error arose, without its text: that may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    logger.error("%s: %s at %s", what, type(error).__name__, places)
