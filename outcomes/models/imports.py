"""Files of measurements."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from outcomes.rules.files import table as files
from outcomes.states import ImportState
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action


class FileKind(models.TextChoices):
    CSV = files.FileKind.CSV.value, _("CSV")
    XLSX = files.FileKind.XLSX.value, _("Excel (.xlsx)")
    ODS = files.FileKind.ODS.value, _("OpenDocument (.ods)")


class Import(models.Model):
    """A file of measurements that was read; nothing of it is saved until confirmed."""

    access_path = "contract"
    provider_path = "provider"
    view_action = Action.SUBMIT_MEASUREMENT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="imports")
    provider = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="In whose name it was uploaded; another service partner does not see it.",
    )
    file_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=4, choices=FileKind, default=FileKind.CSV)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    header = models.JSONField(default=list, help_text="The names of the columns in the file.")
    sample = models.JSONField(default=list, help_text="First rows, until the columns are matched.")
    columns = models.JSONField(
        default=list, help_text="What each column is: a field, or - for what is not read."
    )
    notes = models.JSONField(default=list, help_text="What had to be guessed.")
    rows_good = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_empty = models.PositiveIntegerField(default=0)
    rows_saved = models.PositiveIntegerField(default=0)
    row_errors = models.JSONField(default=list)
    only_good_rows = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-uploaded_at",)

    def __str__(self) -> str:
        return self.file_name
