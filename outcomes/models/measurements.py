"""Measurements: never changed or deleted.

The application's role may insert them and move their state, nothing else; a correction is a new
row that supersedes the old one (decision 9).
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cohorts.models import Participant
from contracts.models import Contract, Metric, ReportingPeriod
from outcomes.states import MEASUREMENT, MeasurementState
from sibportal.accounts.roles import Action
from sibportal.kernel.transitions import listed_transitions


class Door(models.TextChoices):
    FORM = "form", _("Form")
    CSV = "csv", _("CSV file")
    FILE = "file", _("Spreadsheet")
    API = "api", _("REST")


class Measurement(models.Model):
    """One value of one metric for one participant at one measurement point.

    `id` grows with every insert and is the cut-off sequence of a closing; `uuid` is public.
    """

    updatable_columns = ("state",)
    access_path = "contract"
    provider_path = "participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="measurements")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="measurements"
    )
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="measurements")
    point_key = models.CharField(_("measurement point"), max_length=80)
    measured_on = models.DateField(_("measured on"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)
    not_reached_reason = models.CharField(
        _("why the participant was not reached"), max_length=300, blank=True
    )
    contact_attempts = models.PositiveSmallIntegerField(_("contact attempts"), default=0)
    evidence_source = models.CharField(_("source of evidence"), max_length=120, blank=True)
    evidence_location = models.CharField(
        _("where the evidence is held"), max_length=200, blank=True
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    counted_in = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="measurements"
    )
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
    )
    correction_reason = models.CharField(_("reason for the correction"), max_length=300, blank=True)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=MeasurementState,
        default=MeasurementState.SUBMITTED,
    )
    door = models.CharField(max_length=4, choices=Door)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=(Q(value__isnull=False) & Q(not_reached_reason=""))
                | (Q(value=None) & ~Q(not_reached_reason="")),
                name="measurement_value_or_reason",
            ),
            models.UniqueConstraint(
                fields=("participant", "metric", "point_key", "measured_on"),
                condition=~Q(state__in=("superseded", "rejected")),
                name="measurement_once",
            ),
        )
        indexes = (
            models.Index(fields=("contract", "state", "id"), name="measurement_queue"),
            models.Index(fields=("contract", "metric", "point_key"), name="measurement_by_point"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="recorded_by_the_database_clock",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="NEW.recorded_at = now(); NEW.state = 'submitted'; RETURN NEW;",
            ),
            pgtrigger.ReadOnly(name="only_the_state_changes", exclude=["state"]),
            pgtrigger.FSM(
                name="measurement_state",
                field="state",
                transitions=listed_transitions(MEASUREMENT),
            ),
            pgtrigger.Protect(name="measurement_is_never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.participant} {self.metric} {self.measured_on}"
