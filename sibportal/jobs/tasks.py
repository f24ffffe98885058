"""What Celery runs: the named job, and the sweep that finds what no message told about."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from sibportal.jobs import services


@shared_task(name="sibportal.jobs.tasks.run_job")
def run_job(job_id: str) -> None:
    """Do one job, unless somebody else does it or did it."""
    services.claim_and_run(UUID(job_id))


@shared_task(name="sibportal.jobs.tasks.sweep")
def sweep() -> None:
    """Every minute: look for due work, then do what waits or was left behind."""
    services.sweep()
