"""The frame of a contract: its dates, files and calendar."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.states import ContractState
from sibportal.accounts.roles import Action


class Currency(models.TextChoices):
    EUR = "EUR", _("Euro (EUR)")
    SEK = "SEK", _("Swedish krona (SEK)")


class DateRange(Func):
    """daterange(start, end, '[)'); an open end is NULL."""

    function = "daterange"


class Contract(models.Model):
    """One outcomes contract: its frame. What is paid for which outcome is in its Terms."""

    access_path = ""
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("short name"), max_length=30, unique=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_fi = models.CharField(_("title in Finnish"), max_length=200, blank=True)
    title_sv = models.CharField(_("title in Swedish"), max_length=200, blank=True)
    programme_en = models.TextField(_("programme in English"), blank=True)
    programme_fi = models.TextField(_("programme in Finnish"), blank=True)
    programme_sv = models.TextField(_("programme in Swedish"), blank=True)
    target_group_en = models.TextField(_("target group in English"), blank=True)
    target_group_fi = models.TextField(_("target group in Finnish"), blank=True)
    target_group_sv = models.TextField(_("target group in Swedish"), blank=True)
    social_problem_en = models.TextField(_("social problem in English"), blank=True)
    social_problem_fi = models.TextField(_("social problem in Finnish"), blank=True)
    social_problem_sv = models.TextField(_("social problem in Swedish"), blank=True)
    place = models.CharField(_("place"), max_length=120)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), help_text=_("The day after the last day."))
    currency = models.CharField(_("currency"), max_length=3, choices=Currency)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Helsinki")
    case_number = models.CharField(_("case number"), max_length=60, blank=True)
    decided_on = models.DateField(_("decision date"), null=True, blank=True)
    period_months = models.PositiveSmallIntegerField(
        _("months in a reporting period"),
        default=3,
        validators=(MinValueValidator(1), MaxValueValidator(12)),
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days for late entries after a period"),
        default=30,
        validators=(MaxValueValidator(365),),
    )
    small_number_limit = models.PositiveSmallIntegerField(
        _("smallest count shown to investors"),
        default=5,
        validators=(MinValueValidator(3),),
    )
    consent_age = models.PositiveSmallIntegerField(
        _("age at which the child is asked for consent"), default=12
    )
    state = models.CharField(
        _("state"), max_length=12, choices=ContractState, default=ContractState.DRAFT
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="contract_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        return self.code


class ContractDocument(models.Model):
    """A file that belongs to the contract, such as the signed contract or a succession deed."""

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to="contracts/%Y/")
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-uploaded_at",)
        triggers = (
            pgtrigger.Protect(
                name="contract_document_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        )

    def __str__(self) -> str:
        return self.title


class ReportingPeriod(models.Model):
    """A stretch of the contract's calendar, [starts_on, ends_on), that is closed as one."""

    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="periods")
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))

    class Meta:
        ordering = ("contract", "number")
        constraints = (
            models.UniqueConstraint(fields=("contract", "number"), name="period_number_once"),
            ExclusionConstraint(
                name="periods_do_not_overlap",
                expressions=(
                    ("contract", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", Value("[)")),
                        RangeOperators.OVERLAPS,
                    ),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract} / {self.number}"

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.ends_on - timedelta(days=1)
