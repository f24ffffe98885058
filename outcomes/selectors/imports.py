"""Reads of imported files, and of what a template of a contract must say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.models import Contract, ReportingPeriod
from contracts.selectors import terms_in_force, today
from outcomes.models import Import
from outcomes.rules.files.template import Mark
from outcomes.selectors.due import DueItem, due_list
from outcomes.states import ImportState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.jobs.models import Job
from sibportal.jobs.selectors import latest_job
from sibportal.jobs.states import JobState

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

OPEN_JOB = (JobState.WAITING, JobState.RUNNING)
MATCHED = (ImportState.READ, ImportState.CONFIRMED)


@dataclass(frozen=True)
class Work:
    """What a worker does with a file: how many rows of how many, or that it gave up."""

    done: int
    total: int
    failed: str


def import_seen(viewer: Viewer, import_id: UUID) -> Import:
    """One file that `viewer` may see, without its content."""
    rows = Import.objects.select_related("contract", "uploaded_by").defer("content")
    return access.get(rows, viewer, Action.SUBMIT_MEASUREMENT, pk=import_id)


def same_file(import_: Import) -> Import | None:
    """An earlier upload of the very same file that was saved."""
    return (
        Import.objects.filter(
            contract=import_.contract_id, digest=import_.digest, state=ImportState.CONFIRMED
        )
        .exclude(pk=import_.pk)
        .defer("content", "row_errors")
        .order_by("-uploaded_at")
        .first()
    )


def matched_before(import_: Import, header: list[str]) -> list[str]:
    """What the columns were when this provider last brought a file with the same names."""
    earlier = Import.objects.filter(
        contract=import_.contract_id,
        provider=import_.provider_id,
        header=header,
        state__in=MATCHED,
    ).exclude(columns=[])
    found = (
        earlier.exclude(pk=import_.pk).order_by("-uploaded_at").values_list("columns", flat=True)
    )
    return list(found.first() or [])


def is_kept(import_: Import) -> bool:
    """Whether the file itself is still there."""
    return Import.objects.filter(pk=import_.pk).exclude(content=b"").exists()


def work_on(import_: Import, *kinds: str) -> Work | None:
    """The background work on a file that is not over, or that failed; None where there is none."""
    for kind in kinds:
        job = latest_job(kind, import_.pk)
        if job is not None and job.state in (*OPEN_JOB, JobState.FAILED):
            return Work(
                job.progress_done,
                job.progress_total,
                job.error_code if job.state == JobState.FAILED else "",
            )
    return None


def open_jobs(import_: Import, *kinds: str) -> list[Job]:
    """The jobs about a file that wait or run."""
    return list(Job.objects.filter(kind__in=kinds, subject_id=import_.pk, state__in=OPEN_JOB))


def template_mark(contract: Contract, period: int | None = None) -> Mark:
    """What a template of an authorised contract made today says that it was made for."""
    terms = terms_in_force(contract, today(contract))
    return Mark(str(contract.pk), terms.digest if terms else "", str(period or ""))


def begun_periods(contract: Contract) -> list[ReportingPeriod]:
    """The reporting periods of an authorised contract that have begun, latest first."""
    rows = ReportingPeriod.objects.filter(contract=contract, starts_on__lte=today(contract))
    return list(rows.order_by("-number"))


def due_in(viewer: Viewer, contract: Contract, period: ReportingPeriod | None) -> list[DueItem]:
    """What `viewer` can report on now or soon; of one period what is due on a day in it."""
    due = due_list(viewer, contract)
    if period is None:
        return due
    return [
        one for one in due if one.window and period.starts_on <= one.window.due_on < period.ends_on
    ]
