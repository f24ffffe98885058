"""What was agreed and between whom: contract, parties, terms, metrics, reporting periods.

`Terms.document` is the single truth about outcomes and payment (decision 1); its meaning is in
contracts/rules/terms.
"""

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

from contracts.states import ContractState, TermsState
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action, PartyRole


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


class Party(models.Model):
    """Which organisation plays which role in one contract, and when (decision 13)."""

    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(_("role"), max_length=20, choices=PartyRole)
    key = models.SlugField(
        _("key in the terms"),
        max_length=40,
        help_text=_("How the terms name this party, for example payer or co-payer."),
    )
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    predecessor = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successor",
    )
    succession_document = models.CharField(
        _("document of the succession"), max_length=200, blank=True
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("role", "valid_from", "key")
        verbose_name_plural = "parties"
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="party_ends_after_start",
            ),
            ExclusionConstraint(
                name="party_role_once_at_a_time",
                expressions=(
                    ("contract", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_until", Value("[)")),
                        RangeOperators.OVERLAPS,
                    ),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} ({self.role})"


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


class Terms(models.Model):
    """One version of the terms; immutable in the database once agreed."""

    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveSmallIntegerField(_("version"))
    document = models.JSONField(_("document"))
    digest = models.CharField(max_length=64)
    mechanism = models.CharField(
        _("mechanism"),
        max_length=40,
        blank=True,
        help_text=_("The form these terms were drafted with."),
    )
    state = models.CharField(
        _("state"), max_length=12, choices=TermsState, default=TermsState.DRAFT
    )
    valid_from = models.DateField(_("in force from"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(db_default=Now(), editable=False)
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("contract", "-version")
        verbose_name_plural = "terms"
        constraints = (
            models.UniqueConstraint(fields=("contract", "version"), name="terms_version_once"),
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(state__in=("draft", "proposed")),
                name="terms_one_open_version",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="agreed_terms_are_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="agreed"),
            ),
            pgtrigger.Protect(name="terms_are_never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.contract} v{self.version}"


class Agreement(models.Model):
    """One party's yes to one exact wording of the terms (decision 12)."""

    append_only = True
    access_path = "terms__contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="agreements")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="agreements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    agreed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("agreed_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("terms", "party", "digest"), name="agreement_once_per_party"
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="agreement_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.party} / {self.terms}"


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


class KeyCustodian(models.TextChoices):
    CONTROLLER = "controller", _("In the portal, held by the controller")
    PROVIDER = "provider", _("In the portal, held by the provider")
    ELSEWHERE = "elsewhere", _("Outside the portal: codes only")


class KeyCustody(models.Model):
    """Where the key from participant codes to people lies, from a date on (decision 19)."""

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="key_custodies")
    custodian = models.CharField(_("key to the codes"), max_length=12, choices=KeyCustodian)
    valid_from = models.DateField(_("from"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-valid_from", "-recorded_at")
        triggers = (
            pgtrigger.Protect(
                name="key_custody_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract}: {self.custodian}"
