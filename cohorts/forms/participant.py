"""The forms along a participant's way: referral, enrolment, consent, household, exit, identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import (
    ConsentGiver,
    ConsentSwitch,
    Household,
    HouseholdRole,
    ReferringUnitKind,
)
from cohorts.rules.eligibility import Criteria
from cohorts.services import EnrolmentFacts, IdentityFacts, ReferralFacts
from cohorts.states import ExitReason, ReferralState, UsePurpose
from sibportal.accounts.models import Organisation
from sibportal.kernel.errors import RuleViolation
from sibportal.web.forms import DateField, WholeNumberField, choice_field, model_choice_field
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    pass
from cohorts.forms.fields import LinesField, MonthField


class ReferralForm(forms.Form):
    """A referral: no name, no personal id."""

    unit_kind = forms.ChoiceField(
        label=_("Who refers"), choices=[("", _("Choose")), *ReferringUnitKind.choices]
    )
    unit_name = forms.CharField(
        label=_("Referring unit"),
        max_length=120,
        required=False,
        help_text=_("The clinic, school or office. Never a person's name."),
    )
    referred_on = DateField(label=_("Referred on"))
    birth_month = MonthField(
        label=_("Month of birth"),
        required=False,
        help_text=_("For example 3.2014. The day is not kept."),
    )
    school_started_year = WholeNumberField(
        label=_("Year of starting school"), required=False, min_value=1900, max_value=2199
    )
    served_by = forms.ModelChoiceField(
        label=_("Served by"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Not decided yet"),
    )
    does_not_count = forms.BooleanField(
        label=_("Does not count towards outcomes"),
        required=False,
        help_text=_("For example a guardian who comes with a child."),
    )

    def __init__(self, *args: Any, providers: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self, "served_by", providers)

    def facts(self) -> ReferralFacts:
        """What the service takes."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("served_by", "does_not_count")
        }
        return ReferralFacts(**values, counts=not self.cleaned_data["does_not_count"])


def choose_among(form: forms.Form, name: str, organisations: Sequence[Organisation]) -> None:
    """Offer these organisations, or take the field away where there are none."""
    field = model_choice_field(form, name)
    field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
    if not organisations:
        del form.fields[name]


class ProviderForm(forms.Form):
    """Which provider serves the participant."""

    served_by = forms.ModelChoiceField(
        label=_("Served by"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Not decided yet"),
    )

    def __init__(self, *args: Any, providers: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self, "served_by", providers)


class ContactForm(forms.Form):
    """The first contact."""

    contacted_on = DateField(label=_("Contacted on"))


class DeclineForm(forms.Form):
    """Declined, or unsuitable, and why."""

    decision = forms.ChoiceField(
        label=_("What happened"),
        widget=forms.RadioSelect,
        choices=(
            (ReferralState.DECLINED, _("The person or family declined")),
            (ReferralState.UNSUITABLE, _("The programme does not suit")),
        ),
    )
    decided_on = DateField(label=_("Decided on"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("In a few words. No names, no personal ids.")
    )


class EnrolForm(forms.Form):
    """Enrolment with the answers to the cohort's criteria."""

    enrolled_on = DateField(label=_("Enrolled on"))
    started_on = DateField(label=_("Service started on"), required=False)
    birth_month = MonthField(
        label=_("Month of birth"),
        required=False,
        help_text=_("For example 3.2014. The day is not kept."),
    )
    risk_factors = forms.MultipleChoiceField(
        label=_("Risk factors"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, criteria: Criteria, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        factors = choice_field(self, "risk_factors")
        factors.choices = [(one.key, one.wording(language)) for one in criteria.risk_factors]
        if not criteria.risk_factors:
            del self.fields["risk_factors"]
        for question in criteria.questions:
            self.fields[f"question_{question.key}"] = forms.ChoiceField(
                label=question.wording(language),
                error_messages={"required": sentence("cohorts.criterion_unanswered")},
                widget=forms.RadioSelect,
                choices=(("yes", _("Yes")), ("no", _("No"))),
            )

    def at_questions(self, violation: RuleViolation) -> RuleViolation:
        """The same violation with the issues about a question at its field in this form."""
        keys = {question.key for question in self.criteria.questions}
        return RuleViolation(
            replace(issue, field=f"question_{issue.field}") if issue.field in keys else issue
            for issue in violation.issues
        )

    def facts(self) -> EnrolmentFacts:
        """What the service takes; an unanswered question is left out."""
        answers = {
            question.key: self.cleaned_data[f"question_{question.key}"]
            for question in self.criteria.questions
        }
        return EnrolmentFacts(
            enrolled_on=self.cleaned_data["enrolled_on"],
            started_on=self.cleaned_data["started_on"],
            birth_month=self.cleaned_data["birth_month"],
            risk_factors=frozenset(self.cleaned_data.get("risk_factors", ())),
            questions={key: answer == "yes" for key, answer in answers.items() if answer},
        )


class StartForm(forms.Form):
    """The first day of the service."""

    started_on = DateField(label=_("Service started on"))


class ExitForm(forms.Form):
    """Leaving the programme."""

    exited_on = DateField(label=_("Left on"))
    exit_reason = forms.ChoiceField(
        label=_("Way of leaving"), choices=[("", _("Choose")), *ExitReason.choices]
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("For the verifier. No names, no personal ids."),
    )


class ConsentForm(forms.Form):
    """One switch set on or off."""

    switch = forms.ChoiceField(label=_("Consent"), choices=ConsentSwitch)
    given = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=(("yes", _("Yes, given")), ("no", _("No, refused or withdrawn"))),
    )
    given_by = forms.ChoiceField(
        label=_("Who answered"), widget=forms.RadioSelect, choices=ConsentGiver
    )
    effective_on = DateField(label=_("From"))


class HouseholdJoinForm(forms.Form):
    """Belonging to a household from a day on."""

    household = forms.ModelChoiceField(
        label=_("Household or team"),
        queryset=Household.objects.none(),
        required=False,
        empty_label=_("A new one"),
    )
    role = forms.ChoiceField(label=_("Role"), choices=HouseholdRole)
    valid_from = DateField(label=_("From"))

    def __init__(self, *args: Any, households: Sequence[Household], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = model_choice_field(self, "household")
        field.queryset = Household.objects.filter(pk__in=[one.pk for one in households])


class HouseholdLeaveForm(forms.Form):
    """The end of a stay."""

    valid_until = DateField(
        label=_("Until"), help_text=_("The first day on which the person no longer belongs to it.")
    )


class IdentityForm(forms.Form):
    """Name, personal id and contact details. What is stored is never shown in the form."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    personal_id = forms.CharField(
        label=_("Personal identity code"),
        max_length=20,
        required=False,
        help_text=_("Always optional. With it the portal can see if somebody is listed twice."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-m"}),
    )
    contact = LinesField(label=_("Contact details"), max_length=500)
    security_ban = forms.BooleanField(
        label=_("Security ban on personal data"),
        required=False,
        help_text=_(
            "Contact details stored before are deleted, and the referring unit is not shown."
        ),
    )

    def facts(self) -> IdentityFacts:
        """What the service takes."""
        return IdentityFacts(**self.cleaned_data)


class PurposeForm(forms.Form):
    """Why a name is opened; kept in the use log."""

    purpose = forms.ChoiceField(
        label=_("What do you need it for?"), widget=forms.RadioSelect, choices=UsePurpose
    )


class ErasureForm(forms.Form):
    """Why an identity is destroyed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For example the decision and its case number. No names, no personal ids."),
    )
    understood = forms.BooleanField(
        label=_("I understand that this cannot be undone"), required=True
    )


class ParticipantFilterForm(forms.Form):
    """Search and filter of the participants of a cohort."""

    search = forms.CharField(label=_("Code"), max_length=12, required=False)
    unit = forms.ChoiceField(label=_("Referring unit"), required=False)

    def __init__(self, *args: Any, units: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = choice_field(self, "unit")
        field.choices = [("", _("All units")), *((unit, unit) for unit in units)]
