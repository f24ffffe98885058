"""Files that show what was measured: kept once, bound to one or many measurements.

What people call a file may hold a name, so the portal gives it one of its own. File and binding
are final; only the content goes, when the data of a person it is about are erased.
"""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cohorts.models import Erasure
from contracts.models import Contract
from outcomes.models.measurements import Measurement
from sibportal.accounts.roles import Action


class EvidenceFile(models.Model):
    """One file of evidence in a contract; `digest` is the SHA-256 of its content."""

    append_only = True
    access_path = "contract"
    provider_path = "links__measurement__participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="evidence_files")
    number = models.PositiveIntegerField(_("number"))
    file = models.FileField(_("file"), upload_to="evidence/%Y/")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("contract", "number")
        constraints = (
            models.UniqueConstraint(fields=("contract", "number"), name="evidence_number_once"),
        )
        indexes = (models.Index(fields=("digest",), name="evidence_by_digest"),)
        triggers = (
            pgtrigger.Protect(
                name="evidence_file_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def file_name(self) -> str:
        """What the file is called when it leaves the portal."""
        return f"evidence-{self.number}{PurePosixPath(str(self.file.name)).suffix}"


class EvidenceLink(models.Model):
    """That a file shows a measurement: what people open, and what decides who may."""

    append_only = True
    access_path = "measurement__contract"
    provider_path = "measurement__participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evidence = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="links")
    measurement = models.ForeignKey(
        Measurement, on_delete=models.PROTECT, related_name="evidence_links"
    )
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    linked_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("measurement", "linked_at")
        constraints = (
            models.UniqueConstraint(
                fields=("measurement", "evidence"), name="evidence_linked_once"
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="evidence_link_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.measurement_id}: {self.evidence_id}"


class EvidenceRemoval(models.Model):
    """That the content of a file is gone, and whose erasure asked for it; digest and links stay."""

    append_only = True
    access_path = "evidence__contract"
    provider_path = "evidence__links__measurement__participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evidence = models.OneToOneField(EvidenceFile, on_delete=models.PROTECT, related_name="removal")
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("removed_at",)
        triggers = (
            pgtrigger.Protect(
                name="evidence_removal_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return str(self.evidence)
