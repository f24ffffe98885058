"""Where the data of a contract accumulates: what is held, by whom, where, on what basis."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models.frame import Contract
from contracts.models.parties import Party
from sibportal.accounts.roles import Action


class DataItem(models.Model):
    """One line of the data map. A change is a new row that supersedes this one; what is held no
    longer has an end. The holder is a party of the contract, or is named."""

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="data_items")
    item_en = models.CharField(max_length=200, blank=True)
    item_fi = models.CharField(max_length=200, blank=True)
    item_sv = models.CharField(max_length=200, blank=True)
    holder_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    holder_name = models.CharField(_("holder"), max_length=200, blank=True)
    system = models.CharField(_("system"), max_length=200)
    legal_basis_en = models.TextField(blank=True)
    legal_basis_fi = models.TextField(blank=True)
    legal_basis_sv = models.TextField(blank=True)
    used_by_en = models.TextField(blank=True)
    used_by_fi = models.TextField(blank=True)
    used_by_sv = models.TextField(blank=True)
    valid_from = models.DateField(_("since"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("valid_from", "recorded_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(holder_party=None, holder_name__gt="")
                | Q(holder_party__isnull=False, holder_name=""),
                name="data_item_has_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="data_item_ends_after_start",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="data_item_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract}: {self.item_en or self.item_fi or self.item_sv}"


class DataItemWithdrawal(models.Model):
    """A line that should never have been there: it is shown no more, and stays in the history."""

    append_only = True
    access_path = "item__contract"
    view_action = Action.VIEW_CONTRACT

    item = models.OneToOneField(
        DataItem, on_delete=models.PROTECT, related_name="withdrawal", primary_key=True
    )
    reason = models.TextField(_("reason"), max_length=1000)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""), name="data_item_withdrawn_for_a_reason"
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="data_item_withdrawal_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} withdrawn"
