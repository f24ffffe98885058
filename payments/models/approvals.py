"""Who approved a claim, and who sent it back; inserted once, never changed."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models import Party
from payments.models.claims import Claim
from payments.models.final import FINAL
from sibportal.accounts.roles import Action


class Approval(models.Model):
    """One official's yes to one payer's share; nobody approves twice, the maker never."""

    append_only = True
    access_path = "claim__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="approvals")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField(_("step"))
    round = models.PositiveSmallIntegerField()
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(max_length=64)
    approved_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("claim", "round", "payer", "step")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "round", "payer", "step"), name="approval_step_once"
            ),
            models.UniqueConstraint(
                fields=("claim", "round", "approver"), name="approval_once_per_person"
            ),
        )
        triggers = (pgtrigger.Protect(name="approval_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.claim} {self.payer} {self.step}"


class ClaimReturn(models.Model):
    """A claim sent back to its maker, with a reason; its approvals no longer count."""

    append_only = True
    access_path = "claim__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="returns")
    round = models.PositiveSmallIntegerField()
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"), max_length=1000)
    returned_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("claim", "round")
        constraints = (
            models.UniqueConstraint(fields=("claim", "round"), name="claim_return_once"),
        )
        triggers = (pgtrigger.Protect(name="claim_return_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.claim} {self.round}"
