"""Versions of the terms and the parties' yes to them.

`Terms.document` is the single truth about outcomes and payment (decision 1); its meaning is in
contracts/rules/terms.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models.frame import Contract
from contracts.models.parties import Party
from contracts.states import TermsState
from sibportal.accounts.roles import Action


class Terms(models.Model):
    """One version of the terms; immutable in the database once agreed.

    A version after the first is an amendment of `base`: its scope, day and reason stand in the
    document, under the digest. What was drafted is kept in `drafted` from the day on which it is
    laid before the parties; `document` is then that, worked into the base by the scope.
    """

    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveSmallIntegerField(_("version"))
    base = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    document = models.JSONField(_("document"))
    drafted = models.JSONField(_("as drafted"), null=True, blank=True)
    digest = models.CharField(max_length=64)
    mechanism = models.CharField(
        _("mechanism"),
        max_length=40,
        blank=True,
        help_text=_("The form these terms were drafted with."),
    )
    state = models.CharField(
        _("state"), max_length=12, choices=TermsState, default=TermsState.DRAFT
    )
    valid_from = models.DateField(_("in force from"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(db_default=Now(), editable=False)
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("contract", "-version")
        verbose_name_plural = "terms"
        constraints = (
            models.UniqueConstraint(fields=("contract", "version"), name="terms_version_once"),
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(state="draft"),
                name="terms_one_draft",
            ),
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(state="proposed"),
                name="terms_one_proposed",
            ),
            models.CheckConstraint(
                condition=Q(base=None) | Q(version__gt=1),
                name="terms_first_version_amends_nothing",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="agreed_terms_are_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="agreed"),
            ),
            pgtrigger.Protect(name="terms_are_never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.contract} v{self.version}"

    @property
    def amendment(self) -> Mapping[str, Any]:
        """What this version says about itself: base, scope, day and reason; empty for the first."""
        found: Mapping[str, Any] = self.document.get("amendment", {})
        return found


class Agreement(models.Model):
    """One party's yes to one exact wording of the terms (decision 12)."""

    append_only = True
    access_path = "terms__contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="agreements")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="agreements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    agreed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("agreed_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("terms", "party", "digest"), name="agreement_once_per_party"
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="agreement_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.party} / {self.terms}"
