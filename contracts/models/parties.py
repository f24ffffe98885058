"""Which organisation plays which role, and where the key to the participant codes lies."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models.frame import Contract, DateRange
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action, PartyRole


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
