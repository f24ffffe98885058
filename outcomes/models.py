"""What happened and whether it is true: measurements, verification, closing, results.

Measurements are never changed or deleted: the application's role may insert them and move their
state, nothing else; a correction is a new row that supersedes the old one (decision 9).
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
from contracts.models import Contract, Metric, ReportingPeriod, Terms
from outcomes.states import (
    CLOSING,
    MEASUREMENT,
    ClosingState,
    ImportState,
    MeasurementState,
)
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action


def listed_transitions(table: dict[str, frozenset[str]]) -> list[tuple[str, str]]:
    """A table of states as the pairs that the database lets through."""
    return [(str(old), str(new)) for old, targets in table.items() for new in sorted(targets)]


class Door(models.TextChoices):
    FORM = "form", _("Form")
    CSV = "csv", _("CSV file")
    API = "api", _("REST")


class Import(models.Model):
    """A file of measurements that was read; nothing of it is saved until confirmed."""

    access_path = "contract"
    provider_path = "provider"
    view_action = Action.SUBMIT_MEASUREMENT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="imports")
    provider = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="In whose name it was uploaded; another service partner does not see it.",
    )
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    rows_good = models.PositiveIntegerField()
    row_errors = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.READ)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-uploaded_at",)

    def __str__(self) -> str:
        return self.file_name


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


class FindingSeverity(models.TextChoices):
    BLOCKS = "blocks", _("Blocks")
    LOOK = "look", _("Needs a look")
    INFORMATION = "information", _("Information")


class Finding(models.Model):
    """What an automatic check said about one measurement: a code and its parameters."""

    append_only = True
    access_path = "measurement__contract"
    provider_path = "measurement__participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.BigAutoField(primary_key=True)
    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=12, choices=FindingSeverity)
    params = models.JSONField(default=dict)
    found_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        triggers = (
            pgtrigger.Protect(
                name="finding_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} ({self.severity})"


class Decision(models.TextChoices):
    VERIFIED = "verified", _("Verified")
    QUERIED = "queried", _("Question to the provider")
    REJECTED = "rejected", _("Rejected")


class Basis(models.TextChoices):
    ITEM = "item", _("Looked at itself")
    SAMPLE = "sample", _("By sample")
    AUTOMATIC = "automatic", _("Automatic: the terms trust this register")


class Verification(models.Model):
    """One decision on one measurement; the latest holds."""

    append_only = True
    access_path = "measurement__contract"
    provider_path = "measurement__participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.BigAutoField(primary_key=True)
    measurement = models.ForeignKey(
        Measurement, on_delete=models.PROTECT, related_name="verifications"
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.ITEM)
    note = models.TextField(_("question or reason"), blank=True, max_length=1000)
    decided_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decision="verified") | ~Q(note=""),
                name="question_and_rejection_say_why",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="verification_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        )

    def __str__(self) -> str:
        return f"{self.measurement_id}: {self.decision}"


class Answer(models.Model):
    """The provider's answer to a verifier's question."""

    append_only = True
    access_path = "verification__measurement__contract"
    provider_path = "verification__measurement__participant__served_by"
    view_action = Action.VIEW_MEASUREMENT

    id = models.BigAutoField(primary_key=True)
    verification = models.OneToOneField(
        Verification, on_delete=models.PROTECT, related_name="answer"
    )
    text = models.TextField(_("answer"), max_length=1000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        triggers = (
            pgtrigger.Protect(
                name="answer_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return str(self.verification)


class Closing(models.Model):
    """The end of counting for a period: proposed, then signed; signed is final (decision 3).

    What was counted is a function of append-only rows up to the two cut-offs.
    """

    access_path = "contract"
    view_action = Action.VIEW_RESULT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="closings")
    period = models.OneToOneField(ReportingPeriod, on_delete=models.PROTECT, related_name="closing")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=ClosingState, default=ClosingState.PROPOSED)
    reason = models.CharField(
        _("reason for closing an incomplete period"), max_length=300, blank=True
    )
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    signed_at = models.DateTimeField(null=True)
    measurement_cut_off = models.BigIntegerField(null=True)
    verification_cut_off = models.BigIntegerField(null=True)
    row_count = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    profiles = models.JSONField(
        default=list,
        help_text="Where a cap per person asks for it: how many people reached what together.",
    )

    class Meta:
        ordering = ("contract", "period")
        triggers = (
            pgtrigger.Protect(
                name="signed_closing_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="signed"),
            ),
            pgtrigger.FSM(
                name="closing_state",
                field="state",
                transitions=listed_transitions(CLOSING),
            ),
        )

    def __str__(self) -> str:
        return f"{self.period}: {self.state}"


class Result(models.Model):
    """The frozen figure of one outcome at one closing, for the period and to date."""

    append_only = True
    access_path = "closing__contract"
    view_action = Action.VIEW_RESULT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="results")
    outcome_key = models.CharField(max_length=60)
    numerator = models.PositiveIntegerField(help_text="People who reached it in this period.")
    events = models.PositiveIntegerField(help_text="Times it was reached in this period.")
    cumulative_numerator = models.PositiveIntegerField(help_text="People, to date.")
    cumulative_events = models.PositiveIntegerField(help_text="Times, to date.")
    denominator = models.PositiveIntegerField(help_text="People in the denominator, to date.")
    measured = models.PositiveIntegerField(help_text="People measured (n), to date.")
    estimate = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    interval_low = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    interval_high = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    method = models.CharField(max_length=30)
    total = models.DecimalField(
        max_digits=24, decimal_places=6, null=True, help_text="Sum of a quantity in this period."
    )
    cumulative_total = models.DecimalField(
        max_digits=24, decimal_places=6, null=True, help_text="Sum of a quantity, to date."
    )
    cells = models.JSONField(
        default=list,
        help_text="Where a price depends on it: the figures of each cohort, as text.",
    )

    class Meta:
        ordering = ("closing", "outcome_key")
        constraints = (
            models.UniqueConstraint(fields=("closing", "outcome_key"), name="result_once"),
        )
        triggers = (
            pgtrigger.Protect(
                name="result_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.closing} {self.outcome_key}"
