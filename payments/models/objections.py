"""Disputes about a line of a claim, how they ended, and what they changed of each payer's part.

A line and a share are never changed: a dispute takes from what a payer pays now, and a decision
gives back, each as a row of its own.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Party
from payments.models.claims import Claim, Line
from payments.models.final import FINAL
from payments.states import ObjectionOutcome
from sibportal.accounts.roles import Action


class Objection(models.Model):
    """A party disputes a line of a claim, with a reason; the clock of that part stops."""

    append_only = True
    access_path = "claim__contract"
    view_action = Action.VIEW_OBJECTION

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="objections")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="objections")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), max_length=2000)
    raised_on = models.DateField()
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("claim", "raised_at")
        constraints = (
            models.UniqueConstraint(fields=("line", "party"), name="objection_once_per_party"),
        )
        triggers = (pgtrigger.Protect(name="objection_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.line} {self.party}"


class ObjectionDecision(models.Model):
    """How an objection ended: decided by an expert or the steering group, or withdrawn."""

    append_only = True
    access_path = "objection__claim__contract"
    view_action = Action.VIEW_OBJECTION

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(_("outcome"), max_length=10, choices=ObjectionOutcome)
    amount = models.DecimalField(
        _("amount of the line"), max_digits=14, decimal_places=2, null=True
    )
    reason = models.TextField(_("reason"), max_length=2000)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("objection",)
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome=ObjectionOutcome.CHANGED, amount__gte=0)
                | (~Q(outcome=ObjectionOutcome.CHANGED) & Q(amount=None)),
                name="decided_amount_where_changed",
            ),
        )
        triggers = (pgtrigger.Protect(name="objection_decision_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.objection} {self.outcome}"


class ShareChange(models.Model):
    """What raising or ending a dispute takes off what one payer pays now, or gives back to it."""

    append_only = True
    access_path = "objection__claim__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="share_changes")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    is_release = models.BooleanField()
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)

    class Meta:
        ordering = ("objection", "is_release", "payer")
        constraints = (
            models.UniqueConstraint(
                fields=("objection", "payer", "is_release"), name="share_change_once"
            ),
            models.CheckConstraint(
                condition=Q(is_release=True, amount__gte=0) | Q(is_release=False, amount__lte=0),
                name="share_change_has_its_sign",
            ),
        )
        triggers = (pgtrigger.Protect(name="share_change_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.objection} {self.payer} {self.amount}"
