"""Append-only records of what was done (Event) and whose data was read (UseLog).

This app knows nobody: targets are named by type and id, contracts by id, without foreign keys,
so that the record outlives what it speaks of.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """One thing that somebody, or the system, did. Never holds names of participants."""

    append_only = True

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=80)
    target_id = models.CharField(max_length=64)
    contract_id = models.UUIDField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("contract_id", "-at", "-id"), name="event_by_contract"),
            models.Index(fields=("target_type", "target_id"), name="event_by_target"),
        )
        triggers = (
            pgtrigger.Protect(name="event_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.target_type}:{self.target_id}"


class UseLog(models.Model):
    """Who used a participant's data, for what purpose (Act 703/2023: the client may ask)."""

    append_only = True

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    organisation_names = models.CharField(max_length=500, blank=True)
    participant_id = models.UUIDField()
    contract_id = models.UUIDField()
    what = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("participant_id", "-id"), name="use_log_by_participant"),)
        triggers = (
            pgtrigger.Protect(
                name="use_log_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.participant_id}"
