"""What surrounds entering measurements: attempts to reach somebody, and drafts of a visit."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cohorts.models import Participant
from sibportal.accounts.roles import Action


class ContactWay(models.TextChoices):
    PHONE = "phone", _("Phone")
    MESSAGE = "message", _("Message")
    VISIT = "visit", _("Visit")
    LETTER = "letter", _("Letter")


class ContactResult(models.TextChoices):
    NO_ANSWER = "no_answer", _("No answer")
    AGREED = "agreed", _("A time was agreed")
    NOT_KEPT = "not_kept", _("An agreed time was not kept")
    DECLINED = "declined", _("Declined to be measured")
    UNKNOWN = "unknown", _("Contact details were wrong")


class ContactAttempt(models.Model):
    """One attempt to reach a participant for a measurement point."""

    append_only = True
    access_path = "participant__cohort__contract"
    provider_path = "participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.BigAutoField(primary_key=True)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="contact_attempts"
    )
    point_key = models.CharField(_("measurement point"), max_length=80)
    attempted_on = models.DateField(_("date of the attempt"))
    way = models.CharField(_("way"), max_length=10, choices=ContactWay)
    result = models.CharField(_("what came of it"), max_length=10, choices=ContactResult)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("attempted_on", "id")
        indexes = (models.Index(fields=("participant", "point_key"), name="contact_attempts_at"),)
        triggers = (
            pgtrigger.Protect(
                name="contact_attempt_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.participant} {self.attempted_on}: {self.result}"


class EntryDraft(models.Model):
    """What somebody has typed of one visit and not submitted: no measurement, seen by nobody else.

    Gone with the submission, or after a month.
    """

    access_path = "participant__cohort__contract"
    provider_path = "participant__served_by"
    view_action = Action.SUBMIT_MEASUREMENT

    id = models.BigAutoField(primary_key=True)
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="entry_drafts"
    )
    point_key = models.CharField(_("measurement point"), max_length=80)
    typed = models.JSONField(default=dict)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-saved_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("written_by", "participant", "point_key"), name="entry_draft_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.participant} {self.point_key}"
