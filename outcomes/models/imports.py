"""Files of measurements."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from contracts.models import Contract
from outcomes.states import ImportState
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action


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
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    rows_good = models.PositiveIntegerField()
    row_errors = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.READ)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-uploaded_at",)

    def __str__(self) -> str:
        return self.file_name
