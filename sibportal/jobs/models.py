"""The queue itself: a Job row is the truth about background work, Celery only wakes.

A Reminder is a message that will be sent, once, unless its reason goes away first.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from sibportal.jobs.states import JobState


class Job(models.Model):
    """One piece of work, unique by kind, subject and digest of its input."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=JobState, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(fields=("kind", "subject_id", "digest"), name="job_once"),
        )
        indexes = (
            models.Index(
                fields=("created_at",),
                condition=models.Q(state__in=("waiting", "running")),
                name="job_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class Reminder(models.Model):
    """A message to one person about something due. Holds ids only, never a participant's name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    kind = models.CharField(max_length=60)
    contract_id = models.UUIDField()
    subject_id = models.UUIDField()
    subject_key = models.CharField(max_length=120, blank=True)
    due_on = models.DateField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due_on",)
        constraints = (
            models.UniqueConstraint(
                fields=("recipient", "kind", "subject_id", "subject_key", "due_on"),
                name="reminder_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"
