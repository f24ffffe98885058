"""What can be measured: versioned definitions, independent of any contract."""

from __future__ import annotations

import uuid

import pgtrigger
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class MetricKind(models.TextChoices):
    YES_NO = "yes_no", _("Yes or no")
    NUMBER = "number", _("Number")
    COUNT = "count", _("Whole number")
    DAYS = "days", _("Days")


class MetricDirection(models.TextChoices):
    HIGHER = "higher", _("More is better")
    LOWER = "lower", _("Less is better")


class Metric(models.Model):
    """A versioned definition of something measured, independent of any contract (decision 2)."""

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
    instrument = models.CharField(_("instrument"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    register_source = models.BooleanField(
        _("comes from a register"),
        default=False,
        help_text=_("Terms may let a register source count without an item-by-item check."),
    )

    class Meta:
        ordering = ("code", "version")
        constraints = (
            models.UniqueConstraint(fields=("code", "version"), name="metric_version_once"),
        )
        triggers = (
            pgtrigger.Protect(
                name="metric_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
