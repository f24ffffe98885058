"""Figures from outside that a calculation needs: entered by one person, checked by another."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from payments.models.final import FINAL
from sibportal.accounts.roles import Action


class SuppliedKind(models.TextChoices):
    SERVICE_COST = "service_cost", _("Cost of the service")
    OTHER_FUNDING = "other_funding", _("Other funding of the same service")
    INDEX = "index", _("Value of an index")


class SuppliedFigure(models.Model):
    """A cost, other funding or an index value of [from_day, until), with where it is from."""

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="supplied_figures"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=SuppliedKind)
    index_key = models.CharField(_("index"), max_length=60, blank=True)
    value = models.DecimalField(_("amount or value"), max_digits=18, decimal_places=6)
    from_day = models.DateField(_("from"))
    until = models.DateField(_("until"))
    source = models.CharField(_("source"), max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("contract", "kind", "index_key", "from_day", "recorded_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(until__gt=F("from_day")), name="supplied_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(value__gt=0), name="supplied_above_zero"),
        )
        triggers = (pgtrigger.Protect(name="supplied_figure_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.contract} {self.kind} {self.from_day}"


class FigureCheck(models.Model):
    """Another person's yes or no to a supplied figure, against its source."""

    append_only = True
    access_path = "figure__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    figure = models.OneToOneField(SuppliedFigure, on_delete=models.PROTECT, related_name="checked")
    accepted = models.BooleanField(_("accepted"))
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("checked_at",)
        triggers = (pgtrigger.Protect(name="figure_check_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.figure} {self.accepted}"
