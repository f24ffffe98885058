"""The end of counting for a period, the figures that it froze, and its opening again: by a new
version, once the parties have agreed. What was signed stays as it is."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Party, ReportingPeriod, Terms
from outcomes.models.aggregates import Aggregate
from outcomes.states import CLOSING, ClosingState
from sibportal.accounts.roles import Action
from sibportal.kernel.transitions import listed_transitions


class Closing(models.Model):
    """The end of counting for a period: proposed, then signed; signed is final (decision 3).
    A period that the parties open again gets a closing of its own, the next version.

    What was counted is a function of append-only rows up to the cut-offs.
    """

    access_path = "contract"
    view_action = Action.VIEW_RESULT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="closings")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="closings")
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    reopening = models.OneToOneField(
        "outcomes.ClosingReopening",
        on_delete=models.PROTECT,
        related_name="opened",
        null=True,
        editable=False,
        help_text="What the parties agreed to, where this is not the first version.",
    )
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
    aggregate_cut_off = models.BigIntegerField(null=True)
    aggregate_verification_cut_off = models.BigIntegerField(null=True)
    aggregate_count = models.PositiveIntegerField(null=True, help_text="Deliveries counted.")
    digest = models.CharField(max_length=64, blank=True)
    profiles = models.JSONField(
        default=list,
        help_text="Where a cap per person asks for it: how many people reached what together.",
    )

    class Meta:
        ordering = ("contract", "period", "version")
        constraints = (
            models.UniqueConstraint(fields=("period", "version"), name="closing_version_once"),
            models.UniqueConstraint(
                fields=("period",), condition=Q(state="proposed"), name="one_proposed_closing"
            ),
            models.CheckConstraint(
                condition=Q(version=1, reopening=None) | Q(version__gt=1, reopening__isnull=False),
                name="new_version_after_reopening",
            ),
        )
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
    aggregate = models.ForeignKey(
        Aggregate,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="The register figures that it rests on or is compared with.",
    )
    of_group = models.BooleanField(
        default=False, help_text="Its own figures are of the group, from a register."
    )
    references = models.JSONField(
        default=dict, help_text="What it is compared with: groups and an estimate, sums as text."
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


class ClosingReopening(models.Model):
    """Somebody asks to open a signed closing again; it stays closed until every party consents."""

    append_only = True
    access_path = "closing__contract"
    view_action = Action.VIEW_RESULT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.CharField(_("reason"), max_length=300)
    digest = models.CharField(
        max_length=64, help_text="Of the closing and the reason: what a party consents to."
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("closing", "asked_at")
        triggers = (
            pgtrigger.Protect(
                name="reopening_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.closing}: {self.reason}"


class ReopeningConsent(models.Model):
    """One party's yes to opening a closing again, given by a person who saw this digest."""

    append_only = True
    access_path = "reopening__closing__contract"
    view_action = Action.VIEW_RESULT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reopening = models.ForeignKey(
        ClosingReopening, on_delete=models.PROTECT, related_name="consents"
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    given_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("reopening", "given_at")
        constraints = (
            models.UniqueConstraint(
                fields=("reopening", "party"), name="reopening_consent_once_per_party"
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="reopening_consent_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.reopening} {self.party}"
