"""How many people approve for a payer, who did, for whom, and who sent a claim back.

Everything here is inserted once and never changed; a later rule or a revocation is a new row.
"""

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
from payments.states import ApprovalStepKind
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action


class ApprovalPolicy(models.Model):
    """From a day on, how many people of a payer check and accept its share, by its amount."""

    append_only = True
    view_action = Action.VIEW_ORGANISATION

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="approval_policies"
    )
    valid_from = models.DateField(_("valid from"))
    basis = models.CharField(_("rests on"), max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("organisation", "-valid_from", "-recorded_at")
        triggers = (pgtrigger.Protect(name="approval_policy_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.organisation} {self.valid_from}"


class ApprovalTier(models.Model):
    """What an approval policy asks from one amount on."""

    append_only = True
    view_action = Action.VIEW_ORGANISATION

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    policy = models.ForeignKey(ApprovalPolicy, on_delete=models.PROTECT, related_name="tiers")
    from_amount = models.DecimalField(_("from"), max_digits=14, decimal_places=2)
    factual_checks = models.PositiveSmallIntegerField(_("factual checks"))
    acceptances = models.PositiveSmallIntegerField(_("acceptances"))

    class Meta:
        ordering = ("policy", "from_amount")
        constraints = (
            models.UniqueConstraint(fields=("policy", "from_amount"), name="approval_tier_once"),
            models.CheckConstraint(
                condition=models.Q(factual_checks__gte=1, acceptances__gte=1, from_amount__gte=0),
                name="approval_tier_takes_two_people",
            ),
        )
        triggers = (pgtrigger.Protect(name="approval_tier_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.policy} {self.from_amount}"


class ApprovalStep(models.Model):
    """A step that one payer takes in one round; fixed when the claim is submitted."""

    append_only = True
    access_path = "claim__contract"
    view_action = Action.VIEW_CLAIM

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="approval_steps")
    round = models.PositiveSmallIntegerField()
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField(_("step"))
    kind = models.CharField(_("kind"), max_length=16, choices=ApprovalStepKind)
    policy = models.ForeignKey(
        ApprovalPolicy, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        ordering = ("claim", "round", "payer", "step")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "round", "payer", "step"), name="required_step_once"
            ),
        )
        triggers = (pgtrigger.Protect(name="approval_step_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.claim} {self.payer} {self.step}"


class Delegation(models.Model):
    """An approver who is away lets a colleague approve claims in their place, between two days."""

    append_only = True
    view_action = Action.VIEW_ORGANISATION

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="delegations"
    )
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    last_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("organisation", "-starts_on")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(principal=models.F("deputy")), name="deputy_is_another"
            ),
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("starts_on")), name="delegation_has_days"
            ),
        )
        triggers = (pgtrigger.Protect(name="delegation_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.principal} {self.starts_on}"


class DelegationRevocation(models.Model):
    """A delegation that was called back before its last day."""

    append_only = True
    view_action = Action.VIEW_ORGANISATION

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delegation = models.OneToOneField(
        Delegation, on_delete=models.PROTECT, related_name="revocation"
    )
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("delegation",)
        triggers = (pgtrigger.Protect(name="revocation_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return str(self.delegation)


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
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
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
            models.UniqueConstraint(
                fields=("claim", "round", "on_behalf_of"), name="approval_once_per_principal"
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
