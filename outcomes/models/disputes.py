"""A provider's disputes about rejected measurements, and how they were decided.

The shape is that of disputes about claims: raised in time, decided by the contract's expert or
its steering group, each step a row of its own.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Party
from outcomes.models.checks import Verification
from sibportal.accounts.roles import Action

FINAL = pgtrigger.Update | pgtrigger.Delete


class Ruling(models.TextChoices):
    STANDS = "stands", _("The rejection stands")
    OVERTURNED = "overturned", _("The measurement is verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class VerificationDispute(models.Model):
    """A provider does not accept a rejection, and says why."""

    append_only = True
    access_path = "verification__measurement__contract"
    provider_path = "verification__measurement__participant__served_by"
    view_action = Action.VIEW_DISPUTE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verification = models.OneToOneField(
        Verification, on_delete=models.PROTECT, related_name="dispute"
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), max_length=1000)
    raised_on = models.DateField()
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("raised_at",)
        triggers = (pgtrigger.Protect(name="verification_dispute_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return str(self.verification)


class DisputeRuling(models.Model):
    """How a dispute about a rejection ended."""

    append_only = True
    access_path = "dispute__verification__measurement__contract"
    provider_path = "dispute__verification__measurement__participant__served_by"
    view_action = Action.VIEW_DISPUTE

    dispute = models.OneToOneField(
        VerificationDispute, on_delete=models.PROTECT, related_name="ruling", primary_key=True
    )
    outcome = models.CharField(_("decision"), max_length=10, choices=Ruling)
    reason = models.TextField(_("reason"), max_length=1000)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    ruled_on = models.DateField()
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ruled_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        triggers = (pgtrigger.Protect(name="dispute_ruling_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.dispute} {self.outcome}"
