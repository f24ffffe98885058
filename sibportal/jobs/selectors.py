"""Reads of the jobs app, for the authorised pages of the domain apps."""

from __future__ import annotations

from uuid import UUID

from sibportal.jobs.models import Job


def latest_job(kind: str, subject_id: UUID) -> Job | None:
    """The newest job of `kind` about a subject: its state and progress for a page."""
    return Job.objects.filter(kind=kind, subject_id=subject_id).order_by("-created_at").first()
