"""What is owed and to whom: a claim, its lines, and what each payer owes and has paid.

A claim changes its state and the trace of its submission, nothing else. Money is Decimal in the
contract's currency.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Party, ReportingPeriod, Terms
from outcomes.models import Closing
from payments.models.final import FINAL
from payments.states import CLAIM, ClaimKind, ClaimState
from sibportal.accounts.roles import Action
from sibportal.kernel.transitions import listed_transitions


class Claim(models.Model):
    """One calculation of what is owed for one closed period, or of what corrections change once the
    last one is claimed; that one rests on the last closing too."""

    updatable_columns = ("state", "round", "submitted_by", "submitted_at")
    access_path = "contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="claims")
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(
        _("kind"), max_length=12, choices=ClaimKind, default=ClaimKind.PERIOD, editable=False
    )
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="claims")
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="claims")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="claims")
    payee = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    calculation = models.JSONField(_("calculation"))
    inputs = models.JSONField(_("inputs"))
    digest = models.CharField(max_length=64)
    rules_version = models.CharField(max_length=20)
    due_on = models.DateField(_("due on"))
    state = models.CharField(
        _("state"), max_length=12, choices=ClaimState, default=ClaimState.CALCULATED
    )
    round = models.PositiveSmallIntegerField(default=0, help_text="How often it was submitted.")
    calculated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    calculated_at = models.DateTimeField(db_default=Now(), editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("contract", "-number")
        constraints = (
            models.UniqueConstraint(fields=("contract", "number"), name="claim_number_once"),
            models.UniqueConstraint(
                fields=("period",),
                condition=~Q(state="replaced") & Q(kind="period"),
                name="claim_once_per_period",
            ),
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(kind="correction", state__in=("calculated", "submitted", "returned")),
                name="one_open_correction_claim",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0)
                | Q(calculation__root__formula="payments.formula.claim_repaid"),
                name="claim_negative_only_when_repaid",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(
                name="claim_figures_are_final",
                exclude=["state", "round", "submitted_by", "submitted_at"],
            ),
            pgtrigger.FSM(name="claim_state", field="state", transitions=listed_transitions(CLAIM)),
            pgtrigger.Protect(name="claim_is_never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.contract} / {self.number}"


class Line(models.Model):
    """What one payment term gives in one claim, with the whole tree that explains it."""

    append_only = True
    access_path = "claim__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    payment_term_key = models.CharField(max_length=60)
    quantity = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    explanation = models.JSONField(_("explanation"))

    class Meta:
        ordering = ("claim", "position")
        constraints = (
            models.UniqueConstraint(fields=("claim", "position"), name="line_position_once"),
        )
        triggers = (pgtrigger.Protect(name="line_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.claim} {self.payment_term_key}"


class PayerShare(models.Model):
    """What one payer owes of a claim; the shares sum to the claim exactly. Below zero, it is owed
    to the payer, which only terms with clawback bring about."""

    append_only = True
    access_path = "claim__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payer_shares")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)

    class Meta:
        ordering = ("claim", "position")
        constraints = (models.UniqueConstraint(fields=("claim", "payer"), name="payer_share_once"),)
        triggers = (pgtrigger.Protect(name="payer_share_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.claim} {self.payer}"


class Payment(models.Model):
    """Money that a payer has paid on an approved claim, or was repaid (below zero); once per payer,
    and once more for each part that a dispute held back and a decision released."""

    append_only = True
    access_path = "claim__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payments")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    part = models.PositiveSmallIntegerField(default=1)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    reference = models.CharField(_("payment reference"), max_length=60, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("claim", "paid_on")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "payer", "part"), name="payment_once_per_payer_and_part"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="payment_not_zero"),
        )
        triggers = (pgtrigger.Protect(name="payment_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.claim} {self.payer} {self.amount}"
