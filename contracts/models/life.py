"""What happens to a contract as a whole after it came into force."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models.frame import Contract
from sibportal.accounts.roles import Action


class ContractTurn(models.Model):
    """The contract was suspended, resumed or ended, for a cause, from a day (rules.life)."""

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="turns")
    turn = models.CharField(max_length=12)
    cause = models.CharField(_("cause"), max_length=24, blank=True)
    on = models.DateField(_("from"))
    reason = models.TextField(_("reason"), max_length=1000)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-recorded_at",)
        triggers = (
            pgtrigger.Protect(
                name="contract_turn_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract} {self.turn} {self.on}"


class MetricSuspicion(models.Model):
    """From a day on, somebody doubts what a metric says; lines that rest on it wait."""

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="suspicions")
    metric_code = models.CharField(_("metric"), max_length=60)
    from_day = models.DateField(_("from"))
    reason = models.TextField(_("reason"), max_length=1000)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-raised_at",)
        triggers = (
            pgtrigger.Protect(
                name="metric_suspicion_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract} {self.metric_code} {self.from_day}"


class SuspicionCleared(models.Model):
    """Another person has looked into it: the metric may be relied on again."""

    append_only = True
    access_path = "suspicion__contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    suspicion = models.OneToOneField(
        MetricSuspicion, on_delete=models.PROTECT, related_name="cleared"
    )
    reason = models.TextField(_("reason"), max_length=1000)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    cleared_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-cleared_at",)
        triggers = (
            pgtrigger.Protect(
                name="suspicion_cleared_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.suspicion} cleared"
