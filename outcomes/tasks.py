"""The background work of outcomes: each handler acts as the portal itself and calls one service."""

from __future__ import annotations

from functools import partial

from contracts.models import Contract
from outcomes import services
from outcomes.models import Import
from sibportal.accounts.services import system_user
from sibportal.jobs import services as jobs
from sibportal.jobs.models import Job


def check_measurements(job: Job) -> None:
    """Let the automatic checks look at what waits in a contract."""
    contract = Contract.objects.get(pk=job.subject_id)
    services.check_measurements(actor=system_user(), contract=contract)


def compare_measurements(job: Job) -> None:
    """Ask again what depends on other rows, of a contract whose day has begun."""
    contract = Contract.objects.get(pk=job.subject_id)
    services.compare_measurements(actor=system_user(), contract=contract)


def remove_erased_evidence(job: Job) -> None:
    """Delete the files about somebody whose identity was erased."""
    contract = Contract.objects.get(pk=job.subject_id)
    services.remove_erased_evidence(actor=system_user(), contract=contract)


def propose_closing(job: Job) -> None:
    """Propose the oldest open period of a contract if it is complete."""
    contract = Contract.objects.get(pk=job.subject_id)
    services.propose_closing(actor=system_user(), contract=contract)


def keep_reminders(job: Job) -> None:
    """Keep the reminders of a contract true to what is due."""
    contract = Contract.objects.get(pk=job.subject_id)
    services.keep_reminders(actor=system_user(), contract=contract)
    services.keep_delivery_reminders(actor=system_user(), contract=contract)
    services.keep_dispute_reminders(actor=system_user(), contract=contract)


def read_import(job: Job) -> None:
    """Read a file of measurements and examine its rows."""
    row = Import.objects.get(pk=job.subject_id)
    services.examine_import(actor=row.uploaded_by, import_=row, progress=partial(_show, job))


def save_import(job: Job) -> None:
    """Save the rows of a file that somebody confirmed."""
    row = Import.objects.get(pk=job.subject_id)
    actor = row.confirmed_by or row.uploaded_by
    services.save_import(actor=actor, import_=row, progress=partial(_show, job))


def _show(job: Job, done: int, total: int) -> None:
    jobs.progress(job, done=done, total=total)
