"""Verification by rounds: the plan, the locked population, the draw, the findings, the report.

Every row is final. The database itself makes the seed, after the population is locked, so that
nobody can choose it; a population that was drawn from takes no more rows.
"""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Party, ReportingPeriod
from outcomes.models.measurements import Measurement
from outcomes.rules.sampling import EVERYBODY_BELOW
from sibportal.accounts.roles import Action

FINAL = pgtrigger.Update | pgtrigger.Delete


class PlanKind(models.TextChoices):
    FULL = "full", _("Everything is looked at")
    SAMPLE = "sample", _("A sample is looked at")


class Beyond(models.TextChoices):
    FULL_CHECK = "full_check", _("Everything is looked at")
    ESTIMATE = "estimate", _("The errors are estimated, and the verifier decides")


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted: the rest is verified by the sample")
    FULL_CHECK = "full_check", _("Not accepted: everything is looked at")
    ESTIMATE = "estimate", _("Errors estimated, the rest verified by decision")
    EVERYTHING = "everything", _("Everything was looked at")


class VerificationPlan(models.Model):
    """How a contract's measurements are verified from one period on; the newest version holds.

    Set before the period begins it holds at once, later only once the provider has agreed.
    """

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_CONTRACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="verification_plans"
    )
    version = models.PositiveSmallIntegerField()
    from_period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="+", verbose_name=_("from period")
    )
    kind = models.CharField(_("what is looked at"), max_length=10, choices=PlanKind)
    everybody_below = models.PositiveIntegerField(
        _("everything is looked at below so many people"), default=EVERYBODY_BELOW
    )
    confidence_percent = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(95))
    margin_percent = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(5))
    expected_percent = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(50))
    tolerable_percent = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(5))
    strata = models.JSONField(default=list, help_text="Words of outcomes.rules.sampling.")
    beyond = models.CharField(max_length=10, choices=Beyond, default=Beyond.FULL_CHECK)
    dispute_days = models.PositiveSmallIntegerField(default=14)
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("contract", "version")
        constraints = (
            models.UniqueConstraint(fields=("contract", "version"), name="plan_version_once"),
        )
        triggers = (pgtrigger.Protect(name="verification_plan_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.contract} {self.version}"

    @property
    def set_on(self) -> date:
        """The day of the database's clock, in the contract's time zone."""
        return timezone.localdate(self.set_at, ZoneInfo(self.contract.time_zone))


class PlanAgreement(models.Model):
    """The provider agrees to a plan that was set after its first period had begun."""

    append_only = True
    access_path = "plan__contract"
    view_action = Action.VIEW_CONTRACT

    plan = models.OneToOneField(
        VerificationPlan, on_delete=models.PROTECT, related_name="agreement", primary_key=True
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        triggers = (pgtrigger.Protect(name="plan_agreement_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return str(self.plan)


class VerificationRound(models.Model):
    """The measurements that waited when the verifier locked the submission of a period."""

    append_only = True
    access_path = "contract"
    view_action = Action.VIEW_SAMPLE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="verification_rounds"
    )
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    plan = models.ForeignKey(
        VerificationPlan, on_delete=models.PROTECT, related_name="rounds", null=True
    )
    kind = models.CharField(max_length=10, choices=PlanKind)
    measurement_cut_off = models.BigIntegerField()
    population = models.PositiveIntegerField(help_text="Measurements.")
    people = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="Over the ids and strata of the items.")
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    locked_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("contract", "number")
        constraints = (
            models.UniqueConstraint(fields=("contract", "number"), name="round_number_once"),
        )
        triggers = (pgtrigger.Protect(name="verification_round_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.contract} {self.number}"


class PopulationItem(models.Model):
    """One measurement of a round; a measurement belongs to one round only."""

    append_only = True
    access_path = "round__contract"
    view_action = Action.VIEW_SAMPLE

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(VerificationRound, on_delete=models.PROTECT, related_name="items")
    measurement = models.OneToOneField(
        Measurement, on_delete=models.PROTECT, related_name="population_item"
    )
    stratum = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("id",)
        triggers = (
            pgtrigger.Protect(name="population_item_is_final", operation=FINAL),
            pgtrigger.Trigger(
                name="population_is_closed_once_drawn",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF EXISTS (SELECT FROM outcomes_sampledraw WHERE round_id = NEW.round_id) "
                    "THEN RAISE EXCEPTION 'The sample of this round is drawn.'; END IF; "
                    "RETURN NEW;"
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.round_id} {self.measurement_id}"


class SampleDraw(models.Model):
    """The seed of a round, drawn once by the database, after the whole population is there."""

    append_only = True
    access_path = "round__contract"
    view_action = Action.VIEW_SAMPLE

    round = models.OneToOneField(
        VerificationRound, on_delete=models.PROTECT, related_name="draw", primary_key=True
    )
    seed = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField()
    acceptance_number = models.PositiveIntegerField(
        null=True, help_text="The most errors for the rest to be trusted; none in a full check."
    )
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drawn_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        triggers = (
            pgtrigger.Protect(name="sample_draw_is_final", operation=FINAL),
            pgtrigger.Trigger(
                name="seed_comes_after_the_lock",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF (SELECT count(*) FROM outcomes_populationitem"
                    " WHERE round_id = NEW.round_id) IS DISTINCT FROM"
                    " (SELECT population FROM outcomes_verificationround WHERE id = NEW.round_id) "
                    "THEN RAISE EXCEPTION 'The population is not locked yet.'; END IF; "
                    "NEW.seed = replace(gen_random_uuid()::text || gen_random_uuid()::text,"
                    " '-', ''); RETURN NEW;"
                ),
            ),
        )

    def __str__(self) -> str:
        return str(self.round_id)


class SampleItem(models.Model):
    """One measurement of the population that the verifier looks at itself."""

    append_only = True
    access_path = "item__round__contract"
    view_action = Action.VIEW_SAMPLE

    item = models.OneToOneField(
        PopulationItem, on_delete=models.PROTECT, related_name="sampled", primary_key=True
    )

    class Meta:
        triggers = (
            pgtrigger.Protect(name="sample_item_is_final", operation=FINAL),
            pgtrigger.Trigger(
                name="sample_is_as_large_as_its_draw",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="added"),  # type: ignore[no-untyped-call]
                func=(
                    "IF EXISTS (SELECT FROM outcomes_populationitem item"
                    " JOIN outcomes_sampleitem sampled ON sampled.item_id = item.id"
                    " WHERE item.round_id IN (SELECT of.round_id FROM added"
                    " JOIN outcomes_populationitem of ON of.id = added.item_id)"
                    " GROUP BY item.round_id HAVING count(*) > coalesce((SELECT size"
                    " FROM outcomes_sampledraw draw WHERE draw.round_id = item.round_id), 0)) "
                    "THEN RAISE EXCEPTION 'The sample is drawn.'; END IF; RETURN NULL;"
                ),
            ),
        )

    def __str__(self) -> str:
        return str(self.item_id)


class SampleConfirmation(models.Model):
    """The evidence shows what was reported. Kept from the provider until the round is concluded:
    who is in the sample would show by what is already verified."""

    append_only = True
    access_path = "sampled__item__round__contract"
    view_action = Action.VIEW_SAMPLE

    sampled = models.OneToOneField(
        SampleItem, on_delete=models.PROTECT, related_name="confirmation", primary_key=True
    )
    note = models.TextField(blank=True, max_length=1000)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        triggers = (pgtrigger.Protect(name="sample_confirmation_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return str(self.sampled_id)


class RoundConclusion(models.Model):
    """What a round came to, and what became of the rest of its population."""

    append_only = True
    access_path = "round__contract"
    view_action = Action.VIEW_SAMPLE

    round = models.OneToOneField(
        VerificationRound, on_delete=models.PROTECT, related_name="conclusion", primary_key=True
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    looked_at = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    rest_verified = models.PositiveIntegerField(help_text="Verified by the sample.")
    estimate = models.JSONField(null=True, help_text="Shares as text, numbers, with interval.")
    reason = models.TextField(blank=True, max_length=1000)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    concluded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(verdict="estimate") | ~Q(reason=""),
                name="trust_beyond_acceptance_says_why",
            ),
        )
        triggers = (pgtrigger.Protect(name="round_conclusion_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return f"{self.round_id} {self.verdict}"


class VerificationReport(models.Model):
    """The signed report of a round, frozen as it was read; the digest covers the content."""

    append_only = True
    access_path = "round__contract"
    view_action = Action.VIEW_RESULT

    round = models.OneToOneField(
        VerificationRound, on_delete=models.PROTECT, related_name="report", primary_key=True
    )
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        triggers = (pgtrigger.Protect(name="verification_report_is_final", operation=FINAL),)

    def __str__(self) -> str:
        return str(self.round_id)
