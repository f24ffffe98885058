"""What a payer's decision says about a claim: the draft that is printed and signed."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Party
from payments.models.claims import Claim
from payments.models.final import FINAL
from payments.states import Vat
from sibportal.accounts.roles import Action


class DecisionDraft(models.Model):
    """One version of a payer's decision draft; a change is the next version."""

    append_only = True
    access_path = "claim__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decision_drafts")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    case_number = models.CharField(_("case number"), max_length=60)
    section = models.CharField(_("section"), max_length=40)
    decided_on = models.DateField(_("date of the decision"))
    decision_maker = models.CharField(_("decision maker"), max_length=150)
    invoice_number = models.CharField(_("invoice number"), max_length=60, blank=True)
    order_number = models.CharField(_("order number"), max_length=60, blank=True)
    vat_treatment = models.CharField(_("value added tax"), max_length=16, choices=Vat)
    vat_rate_percent = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=2, null=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("claim", "payer", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "payer", "version"), name="decision_draft_version_once"
            ),
            models.CheckConstraint(
                condition=Q(vat_treatment=Vat.TAXABLE, vat_rate_percent__isnull=False)
                | (~Q(vat_treatment=Vat.TAXABLE) & Q(vat_rate_percent=None)),
                name="vat_rate_where_taxable",
            ),
        )
        triggers = (pgtrigger.Protect(name="decision_draft_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.claim} {self.payer} {self.version}"
