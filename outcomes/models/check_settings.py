"""How strict a contract's automatic checks are: the latest row of a check and metric holds."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from sibportal.accounts.roles import Action


class CheckLevel(models.TextChoices):
    BLOCKS = "blocks", _("Blocks")
    LOOK = "look", _("Needs a look")
    INFORMATION = "information", _("Information")
    OFF = "off", _("Off")


class CheckSetting(models.Model):
    """A contract's word on one check, for all metrics or for one; it holds for later checks."""

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.BigAutoField(primary_key=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="check_settings")
    code = models.CharField(max_length=60)
    metric_code = models.CharField(max_length=60, blank=True)
    severity = models.CharField(_("severity"), max_length=12, choices=CheckLevel)
    parameters = models.JSONField(default=dict, help_text="Figures as text, by name.")
    reason = models.CharField(_("reason"), max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("contract", "code"), name="check_setting_in_force"),)
        triggers = (
            pgtrigger.Protect(
                name="check_setting_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.metric_code}: {self.severity}"
