"""What can be measured: versioned definitions, independent of any contract."""

from __future__ import annotations

import uuid

import pgtrigger
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sibportal.accounts.roles import PartyRole


class MetricKind(models.TextChoices):
    YES_NO = "yes_no", _("Yes or no")
    NUMBER = "number", _("Number")
    COUNT = "count", _("Whole number")
    DAYS = "days", _("Days")


class MetricDirection(models.TextChoices):
    HIGHER = "higher", _("More is better")
    LOWER = "lower", _("Less is better")


class MetricUse(models.TextChoices):
    PAYMENT = "payment", _("Payment may rest on it")
    FOLLOW_UP = "follow_up", _("Followed only; never paid on")


class EvidenceRequired(models.TextChoices):
    NONE = "none", _("No evidence is asked for")
    REFERENCE = "reference", _("A note of where it is held")
    FILE = "file", _("A file")


class Metric(models.Model):
    """A versioned definition of something measured, independent of any contract (decision 2).

    `description` says what counts and `excluded` what does not; `scale` what the ends mean;
    `owner` whose instrument it is and under which licence. `largest_change` between two points of
    one person, `never_falls` and `outlier_check` are what automatic checks of its values ask.
    `library_version` is the entry of the shipped library that the row was taken from.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title_en = models.CharField(max_length=200)
    title_fi = models.CharField(max_length=200)
    title_sv = models.CharField(max_length=200)
    description_en = models.TextField(blank=True)
    description_fi = models.TextField(blank=True)
    description_sv = models.TextField(blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=MetricKind)
    direction = models.CharField(max_length=10, choices=MetricDirection)
    unit_en = models.CharField(max_length=40, blank=True)
    unit_fi = models.CharField(max_length=40, blank=True)
    unit_sv = models.CharField(max_length=40, blank=True)
    minimum = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0, validators=(MaxValueValidator(4),))
    excluded_en = models.TextField(blank=True)
    excluded_fi = models.TextField(blank=True)
    excluded_sv = models.TextField(blank=True)
    scale_en = models.TextField(blank=True)
    scale_fi = models.TextField(blank=True)
    scale_sv = models.TextField(blank=True)
    instrument_en = models.CharField(max_length=200, blank=True)
    instrument_fi = models.CharField(max_length=200, blank=True)
    instrument_sv = models.CharField(max_length=200, blank=True)
    owner_en = models.TextField(blank=True)
    owner_fi = models.TextField(blank=True)
    owner_sv = models.TextField(blank=True)
    source_en = models.CharField(max_length=200, blank=True)
    source_fi = models.CharField(max_length=200, blank=True)
    source_sv = models.CharField(max_length=200, blank=True)
    measured_by_role = models.CharField(max_length=20, choices=PartyRole, blank=True)
    measured_by_en = models.CharField(max_length=200, blank=True)
    measured_by_fi = models.CharField(max_length=200, blank=True)
    measured_by_sv = models.CharField(max_length=200, blank=True)
    measured_when_en = models.CharField(max_length=200, blank=True)
    measured_when_fi = models.CharField(max_length=200, blank=True)
    measured_when_sv = models.CharField(max_length=200, blank=True)
    meaningful_change = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    meaningful_change_source_en = models.TextField(blank=True)
    meaningful_change_source_fi = models.TextField(blank=True)
    meaningful_change_source_sv = models.TextField(blank=True)
    use = models.CharField(max_length=10, choices=MetricUse, default=MetricUse.PAYMENT)
    evidence_required = models.CharField(
        max_length=10, choices=EvidenceRequired, default=EvidenceRequired.NONE
    )
    largest_change = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    never_falls = models.BooleanField(default=False)
    outlier_check = models.BooleanField(default=True)
    library_version = models.PositiveSmallIntegerField(null=True, blank=True)
    register_source = models.BooleanField(
        _("comes from a register"),
        default=False,
        help_text=_("Terms may let a register source count without an item-by-item check."),
    )

    class Meta:
        ordering = ("code", "version")
        constraints = (
            models.UniqueConstraint(fields=("code", "version"), name="metric_version_once"),
            models.UniqueConstraint(
                fields=("code", "library_version"), name="metric_library_version_once"
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="metric_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
