"""Figures of whole groups from registers: what was agreed on their delivery, what was delivered,
who signed it, and what the verifier decided. Nothing here is ever changed; a correction is a new
row that replaces the old one."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Party, ReportingPeriod
from outcomes.models.checks import Decision, FindingSeverity
from sibportal.accounts.roles import Action

FINAL = pgtrigger.Update | pgtrigger.Delete


class DataDelivery(models.Model):
    """What a data holder delivers, when and by which permit, as the parties have agreed.

    `outcomes` are keys of the terms; `periods` numbers of reporting periods, all of them where none
    is named. A later row that supersedes this one holds instead of it.
    """

    append_only = True
    access_path = "contract"
    holder_path = "holder__organisation"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="deliveries")
    holder = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="deliveries")
    outcomes = models.JSONField()
    periods = models.JSONField(default=list)
    lag_days = models.PositiveSmallIntegerField(_("days after the end of a period"))
    permit_reference = models.CharField(_("permit"), max_length=200)
    permit_valid_from = models.DateField(_("permit valid from"))
    permit_valid_until = models.DateField(_("permit valid until"), null=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    method_en = models.TextField(_("method in English"), blank=True, max_length=1000)
    method_fi = models.TextField(_("method in Finnish"), blank=True, max_length=1000)
    method_sv = models.TextField(_("method in Swedish"), blank=True, max_length=1000)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("contract", "agreed_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(permit_valid_until=None)
                | Q(permit_valid_until__gt=F("permit_valid_from")),
                name="permit_ends_after_start",
            ),
        )
        triggers = (pgtrigger.Protect(name="data_delivery_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.contract}: {self.permit_reference}"


class AggregateDoor(models.TextChoices):
    FORM = "form", _("Form")
    FILE = "file", _("File of coded rows")
    API = "api", _("REST")


class Aggregate(models.Model):
    """The figures of one outcome and period, from the contract's start to the period's end.

    `id` grows with every insert and is the cut-off sequence of a closing; `uuid` is public. The
    digest covers the groups too, and is what the second person signs.
    """

    append_only = True
    access_path = "contract"
    holder_path = "delivery__holder__organisation"
    view_action = Action.VIEW_AGGREGATE

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="aggregates")
    delivery = models.ForeignKey(DataDelivery, on_delete=models.PROTECT, related_name="aggregates")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="aggregates")
    outcome_key = models.CharField(max_length=60)
    design = models.CharField(_("how the comparison group was formed"), max_length=12, blank=True)
    method = models.TextField(_("method"), blank=True, max_length=1000)
    estimate = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    estimate_low = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    estimate_high = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    file_digest = models.CharField(
        _("SHA-256 of the data holder's own file"), max_length=64, blank=True
    )
    digest = models.CharField(max_length=64)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    correction_reason = models.CharField(_("reason for the correction"), max_length=300, blank=True)
    door = models.CharField(max_length=4, choices=AggregateDoor)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    delivered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("period", "outcome_key"),
                condition=Q(supersedes=None),
                name="aggregate_once",
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(correction_reason=""),
                name="aggregate_correction_says_why",
            ),
        )
        triggers = (pgtrigger.Protect(name="aggregate_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.period} {self.outcome_key}"


class AggregateGroup(models.Model):
    """One group of delivered figures, in [from_day, until)."""

    append_only = True
    access_path = "aggregate__contract"
    holder_path = "aggregate__delivery__holder__organisation"
    view_action = Action.VIEW_AGGREGATE

    id = models.BigAutoField(primary_key=True)
    aggregate = models.ForeignKey(Aggregate, on_delete=models.PROTECT, related_name="groups")
    group = models.CharField(max_length=20)
    from_day = models.DateField()
    until = models.DateField()
    people = models.PositiveIntegerField()
    reached = models.PositiveIntegerField(null=True, help_text="People who reached it.")
    events = models.PositiveIntegerField(null=True, help_text="Times it was reached.")
    total = models.DecimalField(
        max_digits=24, decimal_places=6, null=True, help_text="Sum of a quantity."
    )
    deviation = models.DecimalField(
        max_digits=20, decimal_places=6, null=True, help_text="Standard deviation between people."
    )
    rows_digest = models.CharField(
        max_length=64, blank=True, default="", help_text="Of the coded rows it was counted from."
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("aggregate", "group"), name="aggregate_group_once"),
            models.CheckConstraint(
                condition=Q(until__gt=F("from_day")), name="aggregate_group_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(reached=None) | Q(reached__lte=F("people")),
                name="aggregate_group_reached_of_people",
            ),
        )
        triggers = (pgtrigger.Protect(name="aggregate_group_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.aggregate} {self.group}"


class AggregateSignature(models.Model):
    """The data holder's second person confirms the figures that were on the page."""

    append_only = True
    access_path = "aggregate__contract"
    holder_path = "aggregate__delivery__holder__organisation"
    view_action = Action.VIEW_AGGREGATE

    id = models.BigAutoField(primary_key=True)
    aggregate = models.OneToOneField(Aggregate, on_delete=models.PROTECT, related_name="signature")
    digest = models.CharField(max_length=64)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        triggers = (pgtrigger.Protect(name="aggregate_signature_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return str(self.aggregate)


class AggregateFinding(models.Model):
    """What is worth a look in delivered figures: a code and its parameters."""

    append_only = True
    access_path = "aggregate__contract"
    holder_path = "aggregate__delivery__holder__organisation"
    view_action = Action.VIEW_AGGREGATE

    id = models.BigAutoField(primary_key=True)
    aggregate = models.ForeignKey(Aggregate, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=12, choices=FindingSeverity)
    params = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        triggers = (pgtrigger.Protect(name="aggregate_finding_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.code} ({self.severity})"


class AggregateVerification(models.Model):
    """One decision of the verifier on signed figures; the latest holds."""

    append_only = True
    access_path = "aggregate__contract"
    holder_path = "aggregate__delivery__holder__organisation"
    view_action = Action.VIEW_AGGREGATE

    id = models.BigAutoField(primary_key=True)
    aggregate = models.ForeignKey(Aggregate, on_delete=models.PROTECT, related_name="verifications")
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    note = models.TextField(_("question or reason"), blank=True, max_length=1000)
    decided_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decision="verified") | ~Q(note=""),
                name="aggregate_question_and_rejection_say_why",
            ),
        )
        triggers = (pgtrigger.Protect(name="aggregate_verification_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.aggregate}: {self.decision}"


class AggregateAnswer(models.Model):
    """The data holder's answer to a verifier's question."""

    append_only = True
    access_path = "verification__aggregate__contract"
    holder_path = "verification__aggregate__delivery__holder__organisation"
    view_action = Action.VIEW_AGGREGATE

    id = models.BigAutoField(primary_key=True)
    verification = models.OneToOneField(
        AggregateVerification, on_delete=models.PROTECT, related_name="answer"
    )
    text = models.TextField(_("answer"), max_length=1000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        triggers = (pgtrigger.Protect(name="aggregate_answer_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return str(self.verification)
