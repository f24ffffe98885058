"""What investors commit and pay in, and what of each payment falls to them."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from payments.models.claims import Payment
from payments.models.final import FINAL
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action


class Commitment(models.Model):
    """What an investor has bound itself to put into a contract."""

    append_only = True
    access_path = "contract"
    investor_path = "investor"
    view_action = Action.VIEW_CAPITAL

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="commitments")
    investor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="commitments")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    committed_on = models.DateField(_("committed on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("contract", "committed_on")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="commitment_above_zero"),
        )
        triggers = (pgtrigger.Protect(name="commitment_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.investor} {self.amount}"


class CapitalPayment(models.Model):
    """Money an investor has paid in under a commitment."""

    append_only = True
    access_path = "commitment__contract"
    investor_path = "commitment__investor"
    view_action = Action.VIEW_CAPITAL

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="capital_payments"
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("commitment", "paid_on")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="capital_payment_above_zero"),
        )
        triggers = (pgtrigger.Protect(name="capital_payment_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.commitment} {self.paid_on}"


class Allocation(models.Model):
    """The part of a payment that falls to one investor; the parts sum to the payment."""

    append_only = True
    access_path = "payment__claim__contract"
    investor_path = "investor"
    view_action = Action.VIEW_CAPITAL

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    investor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="allocations")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    allocated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("payment", "investor")
        constraints = (
            models.UniqueConstraint(fields=("payment", "investor"), name="allocation_once"),
        )
        triggers = (pgtrigger.Protect(name="allocation_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.payment} {self.investor}"
