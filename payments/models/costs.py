"""What a late payment and an early end cost, as it was worked out on the day."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, ContractTurn, Terms
from payments.models.claims import Payment
from payments.models.final import FINAL
from sibportal.accounts.roles import Action


class LateInterest(models.Model):
    """Interest that a payer owes because its payment came late; a figure of its own, which no
    payment contains."""

    append_only = True
    access_path = "payment__claim__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="late_interest")
    due_on = models.DateField(_("due on"))
    days = models.PositiveIntegerField(_("days late"))
    percent = models.DecimalField(_("per cent a year"), max_digits=9, decimal_places=4)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    explanation = models.JSONField(_("explanation"))
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("recorded_at",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="late_interest_above_zero"),
        )
        triggers = (pgtrigger.Protect(name="late_interest_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.payment} + {self.amount}"


class ExitSettlement(models.Model):
    """What the terms say is owed because the contract ended early, besides what was claimed."""

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.OneToOneField(
        Contract, on_delete=models.PROTECT, related_name="exit_settlement"
    )
    turn = models.OneToOneField(ContractTurn, on_delete=models.PROTECT, related_name="+")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    inputs = models.JSONField(_("inputs"))
    explanation = models.JSONField(_("explanation"))
    digest = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("recorded_at",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gte=0), name="settlement_never_negative"),
        )
        triggers = (pgtrigger.Protect(name="exit_settlement_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.contract} {self.amount}"
