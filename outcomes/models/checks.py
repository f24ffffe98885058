"""What the automatic checks said, what the verifier decided, and the provider's answers."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from outcomes.models.measurements import Measurement
from sibportal.accounts.roles import Action


class FindingSeverity(models.TextChoices):
    BLOCKS = "blocks", _("Blocks")
    LOOK = "look", _("Needs a look")
    INFORMATION = "information", _("Information")


class Finding(models.Model):
    """What an automatic check said about one measurement: a code and its parameters."""

    append_only = True
    access_path = "measurement__contract"
    provider_path = "measurement__participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.BigAutoField(primary_key=True)
    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=12, choices=FindingSeverity)
    params = models.JSONField(default=dict)
    found_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        triggers = (
            pgtrigger.Protect(
                name="finding_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} ({self.severity})"


class Decision(models.TextChoices):
    VERIFIED = "verified", _("Verified")
    QUERIED = "queried", _("Question to the provider")
    REJECTED = "rejected", _("Rejected")


class Basis(models.TextChoices):
    ITEM = "item", _("Looked at itself")
    SAMPLE = "sample", _("By sample")
    AUTOMATIC = "automatic", _("Automatic: the terms trust this register")
    RULING = "ruling", _("Decided in a dispute")


class Verification(models.Model):
    """One decision on one measurement; the latest holds."""

    append_only = True
    access_path = "measurement__contract"
    provider_path = "measurement__participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.BigAutoField(primary_key=True)
    measurement = models.ForeignKey(
        Measurement, on_delete=models.PROTECT, related_name="verifications"
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.ITEM)
    note = models.TextField(_("question or reason"), blank=True, max_length=1000)
    found_value = models.DecimalField(
        _("what the evidence shows"),
        max_digits=14,
        decimal_places=4,
        null=True,
        help_text="With a rejection; the measurement itself is never changed.",
    )
    decided_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decision="verified") | ~Q(note=""),
                name="question_and_rejection_say_why",
            ),
            models.CheckConstraint(
                condition=Q(decision="rejected") | Q(found_value=None),
                name="only_a_rejection_finds_another_value",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="verification_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        )

    def __str__(self) -> str:
        return f"{self.measurement_id}: {self.decision}"


class Answer(models.Model):
    """The provider's answer to a verifier's question."""

    append_only = True
    access_path = "verification__measurement__contract"
    provider_path = "verification__measurement__participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.BigAutoField(primary_key=True)
    verification = models.OneToOneField(
        Verification, on_delete=models.PROTECT, related_name="answer"
    )
    text = models.TextField(_("answer"), max_length=1000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        triggers = (
            pgtrigger.Protect(
                name="answer_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return str(self.verification)
