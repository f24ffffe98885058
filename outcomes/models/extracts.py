"""Coded rows of a data holder: the file that waits to be confirmed, and the rows that figures were
counted from. Rows lead to nobody without the data holder's own key, and are never changed."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from contracts.models import ReportingPeriod
from outcomes.models.aggregates import FINAL, Aggregate, DataDelivery
from outcomes.rules.aggregates.extract import LONGEST_CODE
from outcomes.rules.aggregates.words import Group
from sibportal.accounts.roles import Action


class AggregateRow(models.Model):
    """One person of a group under the data holder's own code: whether the outcome was reached, or
    how often, or the value."""

    append_only = True
    access_path = "aggregate__contract"
    holder_path = "aggregate__delivery__holder__organisation"
    view_action = Action.VIEW_CODED_ROW

    id = models.BigAutoField(primary_key=True)
    aggregate = models.ForeignKey(Aggregate, on_delete=models.PROTECT, related_name="rows")
    group = models.CharField(max_length=20)
    code = models.CharField(max_length=LONGEST_CODE)
    reached = models.BooleanField(null=True)
    events = models.PositiveIntegerField(null=True)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("aggregate", "group", "code"), name="aggregate_row_once"
            ),
            # Nobody is served and compared with those served at once.
            models.UniqueConstraint(
                fields=("aggregate", "code"),
                condition=Q(group__in=(Group.PARTICIPANTS.value, Group.COMPARISON.value)),
                name="aggregate_row_in_one_group",
            ),
            models.UniqueConstraint(
                fields=("aggregate", "code"),
                condition=Q(group__in=(Group.BEFORE.value, Group.COMPARISON_BEFORE.value)),
                name="aggregate_row_in_one_group_before",
            ),
            models.CheckConstraint(
                condition=Q(reached__isnull=False, events=None, value=None)
                | Q(reached=None, events__isnull=False, value=None)
                | Q(reached=None, events=None, value__isnull=False),
                name="aggregate_row_says_one_thing",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="aggregate_row_has_code"),
        )
        triggers = (pgtrigger.Protect(name="aggregate_row_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.aggregate} {self.group}"


class ExtractFile(models.Model):
    """A file of coded rows without a fault in it that waits to be delivered. It goes when it is
    delivered, when another takes its place, and by itself after some days; its name is not kept."""

    access_path = "delivery__contract"
    holder_path = "delivery__holder__organisation"
    view_action = Action.DELIVER_AGGREGATE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delivery = models.ForeignKey(DataDelivery, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="+")
    outcome_key = models.CharField(max_length=60)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("delivery", "period", "outcome_key"), name="extract_file_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.period} {self.outcome_key}"
