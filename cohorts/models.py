"""Who is served: cohorts, referrals, participants under codes, enrolment, consent.

Names and personal ids are in Identity and nowhere else, encrypted; erasing them leaves the
pseudonymous rows that payment rests on.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cohorts.states import ExitReason, ReferralState
from contracts.models import Contract, DateRange
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action


class CohortUnit(models.TextChoices):
    PERSON = "person", _("Person")
    FAMILY = "family", _("Family")
    TEAM = "team", _("Team")


class Cohort(models.Model):
    """A group served together under one contract, with its places and criteria."""

    access_path = "contract"
    view_action = Action.VIEW_COHORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="cohorts")
    code_prefix = models.CharField(_("prefix of participant codes"), max_length=4)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_fi = models.CharField(_("title in Finnish"), max_length=200, blank=True)
    title_sv = models.CharField(_("title in Swedish"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=10, choices=CohortUnit, default=CohortUnit.PERSON)
    places = models.PositiveIntegerField(_("places"), validators=(MinValueValidator(1),))
    enrolment_starts_on = models.DateField(_("enrolment starts on"))
    enrolment_ends_on = models.DateField(_("enrolment ends on"))
    criteria = models.JSONField(_("eligibility criteria"), default=dict, blank=True)
    who_counts_en = models.TextField(_("who counts, in English"), blank=True)
    who_counts_fi = models.TextField(_("who counts, in Finnish"), blank=True)
    who_counts_sv = models.TextField(_("who counts, in Swedish"), blank=True)
    last_code_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("contract", "code_prefix")
        constraints = (
            models.UniqueConstraint(fields=("contract", "code_prefix"), name="cohort_prefix_once"),
            models.CheckConstraint(
                condition=Q(enrolment_ends_on__gt=F("enrolment_starts_on")),
                name="cohort_enrolment_window",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract} / {self.code_prefix}"


class IntakePlan(models.Model):
    """How many should be enrolled, in all, by the end of a date."""

    access_path = "cohort__contract"
    view_action = Action.VIEW_COHORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="intake_plan")
    by_on = models.DateField(_("by"))
    planned = models.PositiveIntegerField(_("enrolled in all"))

    class Meta:
        ordering = ("cohort", "by_on")
        constraints = (
            models.UniqueConstraint(fields=("cohort", "by_on"), name="intake_plan_date_once"),
        )

    def __str__(self) -> str:
        return f"{self.cohort} {self.by_on}: {self.planned}"


class Participant(models.Model):
    """A person under a code that says nothing. Exists from referral on, enrolled or not."""

    access_path = "cohort__contract"
    provider_path = "served_by"
    view_action = Action.VIEW_PARTICIPANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="participants")
    code = models.CharField(_("participant code"), max_length=12)
    served_by = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("served by"),
    )
    counts = models.BooleanField(
        _("counts towards outcomes"),
        default=True,
        help_text=_("In a family the child may count and the guardian not."),
    )
    birth_month = models.DateField(
        _("month of birth"),
        null=True,
        blank=True,
        help_text=_("Stored as the first day of the month."),
    )
    school_started_year = models.PositiveSmallIntegerField(
        _("year of starting school"), null=True, blank=True
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("cohort", "code"), name="participant_code_once"),
        )

    def __str__(self) -> str:
        return self.code


class ReferringUnitKind(models.TextChoices):
    CHILD_HEALTH_CLINIC = "child_health_clinic", _("Maternity and child health clinic")
    EARLY_EDUCATION = "early_education", _("Early childhood education")
    SCHOOL = "school", _("School")
    EMPLOYMENT_OFFICE = "employment_office", _("Employment office")
    SOCIAL_SERVICES = "social_services", _("Social services")
    HEALTH_SERVICES = "health_services", _("Health services")
    SELF = "self", _("The person or family")
    OTHER = "other", _("Other")


class Referral(models.Model):
    """How a participant came to the programme, or why not."""

    access_path = "participant__cohort__contract"
    provider_path = "participant__served_by"
    view_action = Action.VIEW_PARTICIPANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="referral"
    )
    unit_kind = models.CharField(
        _("kind of referring unit"), max_length=24, choices=ReferringUnitKind
    )
    unit_name = models.CharField(_("referring unit"), max_length=120, blank=True)
    referred_on = models.DateField(_("referred on"))
    contacted_on = models.DateField(_("contacted on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=ReferralState, default=ReferralState.REFERRED
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-referred_on",)

    def __str__(self) -> str:
        return f"{self.participant}: {self.state}"


class Enrolment(models.Model):
    """A participant's time in the programme; leaving never removes the row from the count."""

    access_path = "participant__cohort__contract"
    provider_path = "participant__served_by"
    view_action = Action.VIEW_PARTICIPANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="enrolment"
    )
    enrolled_on = models.DateField(_("enrolled on"))
    eligibility = models.JSONField(_("answers to the criteria"), default=dict, blank=True)
    started_on = models.DateField(_("service started on"), null=True, blank=True)
    exited_on = models.DateField(_("left on"), null=True, blank=True)
    exit_reason = models.CharField(
        _("way of leaving"), max_length=20, choices=ExitReason, blank=True
    )
    exit_note = models.CharField(_("note"), max_length=300, blank=True)
    exit_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    exit_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    exit_confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("enrolled_on",)
        constraints = (
            models.CheckConstraint(
                condition=Q(exited_on=None) | Q(exited_on__gte=F("enrolled_on")),
                name="exit_after_enrolment",
            ),
            models.CheckConstraint(
                condition=(Q(exited_on=None) & Q(exit_reason=""))
                | (Q(exited_on__isnull=False) & ~Q(exit_reason="")),
                name="exit_has_a_reason",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="enrolment_is_never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.participant} {self.enrolled_on}"


class Household(models.Model):
    """A family or team, under a code."""

    access_path = "cohort__contract"
    view_action = Action.VIEW_PARTICIPANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="households")
    code = models.CharField(_("household code"), max_length=12)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("cohort", "code"), name="household_code_once"),
        )

    def __str__(self) -> str:
        return self.code


class HouseholdRole(models.TextChoices):
    CHILD = "child", _("Child")
    GUARDIAN = "guardian", _("Guardian")
    SIBLING = "sibling", _("Sibling")
    TEAM_MEMBER = "team_member", _("Team member")


class HouseholdMembership(models.Model):
    """A participant's time in a household; a child may move from one to another."""

    access_path = "household__cohort__contract"
    provider_path = "participant__served_by"
    view_action = Action.VIEW_PARTICIPANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="household_memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=HouseholdRole)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("valid_from",)
        constraints = (
            ExclusionConstraint(
                name="one_household_at_a_time",
                expressions=(
                    ("participant", RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_until", Value("[)")),
                        RangeOperators.OVERLAPS,
                    ),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.participant} in {self.household}"


class Identity(models.Model):
    """Who a code is. Every personal field is ciphertext under the person's own wrapped key."""

    access_path = "participant__cohort__contract"
    provider_path = "participant__served_by"
    view_action = Action.VIEW_IDENTITY

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="identity"
    )
    wrapped_key = models.CharField(max_length=400)
    name = models.TextField(blank=True)
    personal_id = models.TextField(blank=True)
    contact = models.TextField(blank=True)
    blind_index = models.CharField(max_length=64, blank=True)
    security_ban = models.BooleanField(
        _("security ban on personal data"),
        default=False,
        help_text=_("Turvakielto, skyddade personuppgifter: hides place and contact too."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "identities"
        indexes = (models.Index(fields=("blind_index",), name="identity_blind_index"),)

    def __str__(self) -> str:
        return str(self.participant)


class Erasure(models.Model):
    """That a person's identity was destroyed, when, by whom and why; replayed after a restore."""

    append_only = True
    access_path = "participant__cohort__contract"
    view_action = Action.VIEW_USE_LOG

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="erasure"
    )
    reason = models.CharField(_("reason"), max_length=300)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    erased_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-erased_at",)
        triggers = (
            pgtrigger.Protect(
                name="erasure_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.participant} {self.erased_at}"


class ConsentSwitch(models.TextChoices):
    SERVICE = "service", _("Taking part in the service")
    CONTACT = "contact", _("Being contacted")
    REGISTER_FOLLOW_UP = "register_follow_up", _("Follow-up from registers")
    RESEARCH = "research", _("Research")


class ConsentGiver(models.TextChoices):
    SELF = "self", _("The participant")
    GUARDIAN = "guardian", _("A guardian")


class Consent(models.Model):
    """One switch set on or off by someone on a date; the latest row of a switch holds."""

    append_only = True
    access_path = "participant__cohort__contract"
    provider_path = "participant__served_by"
    view_action = Action.VIEW_PARTICIPANT

    id = models.BigAutoField(primary_key=True)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="consents")
    switch = models.CharField(_("consent"), max_length=20, choices=ConsentSwitch)
    given = models.BooleanField(_("given"))
    given_by = models.CharField(_("given by"), max_length=10, choices=ConsentGiver)
    effective_on = models.DateField(_("from"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("participant", "switch", "effective_on"), name="consent_current"),
        )
        triggers = (
            pgtrigger.Protect(
                name="consent_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.participant} {self.switch}: {self.given}"
