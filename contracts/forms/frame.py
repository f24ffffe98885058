"""The frame of a contract, its parties, documents and course, as people type them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contracts.models import Currency, KeyCustodian
from contracts.rules.files import EXTENSIONS, LARGEST_FILE
from contracts.rules.frame import FIXED_BY_TERMS, ContractFacts
from contracts.rules.life import LONGEST_REASON, SuspensionCause
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import PartyRole
from sibportal.web.forms import (
    DateField,
    UploadField,
    WholeNumberField,
    choice_field,
    model_choice_field,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

    _OrganisationField = forms.ModelChoiceField[Organisation]
else:
    _OrganisationField = forms.ModelChoiceField

TIME_ZONES = [
    ("Europe/Helsinki", _("Finland (Europe/Helsinki)")),
    ("Europe/Stockholm", _("Sweden (Europe/Stockholm)")),
]

SUSPENSION_CAUSES = [
    (SuspensionCause.TOO_FEW_ENROLLED, _("Too few people have been enrolled")),
    (SuspensionCause.PROVIDER_UNABLE, _("The provider cannot give the service now")),
    (SuspensionCause.DISRUPTION, _("Something outside the contract disturbs it")),
    (SuspensionCause.DISPUTE, _("The parties disagree")),
    (SuspensionCause.OTHER, _("Another cause")),
]


class OrganisationField(_OrganisationField):
    """One of the organisations that the person may name."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "invalid_choice": _("Choose an organisation from the list."),
            "required": _("Choose an organisation."),
        }
        super().__init__(queryset=Organisation.objects.none(), error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> Organisation | None:
        try:
            return super().to_python(value)
        except ValidationError:
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, code="invalid_choice") from None


def _text(label: Text, rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=5000, widget=widget)


def _title(label: Text) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=200)


class ContractForm(forms.Form):
    """The frame of a contract; the texts once per language."""

    organisation = OrganisationField(
        label=_("Payer"), help_text=_("The public body in whose name you begin the contract.")
    )
    code = forms.CharField(
        label=_("Short name"),
        max_length=30,
        help_text=_("2 to 30 letters, digits and hyphens, for example YOUNG-ADULTS-1."),
    )
    title_en = _title(_("Title in English"))
    title_fi = _title(_("Title in Finnish"))
    title_sv = _title(_("Title in Swedish"))
    place = forms.CharField(label=_("Place"), max_length=120)
    starts_on = DateField(label=_("Starts on"))
    ends_on = DateField(
        label=_("Ends on"),
        help_text=_("The first day after the contract, for example 1.1.2030."),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=Currency.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=TIME_ZONES)
    period_months = WholeNumberField(label=_("Months in a reporting period"), initial=3)
    grace_days = WholeNumberField(
        label=_("Days for late entries"),
        initial=30,
        help_text=_("After a reporting period has ended, before it can be closed."),
    )
    case_number = forms.CharField(label=_("Case number"), required=False, max_length=60)
    decided_on = DateField(label=_("Decision date"), required=False)
    small_number_limit = WholeNumberField(
        label=_("Smallest count shown to investors"),
        initial=5,
        help_text=_("Smaller counts of people are hidden from investors and the public."),
    )
    consent_age = WholeNumberField(
        label=_("Age at which the child is asked for consent"), initial=12
    )
    social_problem_en = _text(_("Social problem in English"))
    social_problem_fi = _text(_("Social problem in Finnish"))
    social_problem_sv = _text(_("Social problem in Swedish"))
    target_group_en = _text(_("Target group in English"))
    target_group_fi = _text(_("Target group in Finnish"))
    target_group_sv = _text(_("Target group in Swedish"))
    programme_en = _text(_("Programme in English"))
    programme_fi = _text(_("Programme in Finnish"))
    programme_sv = _text(_("Programme in Swedish"))

    def __init__(
        self,
        *args: Any,
        organisations: QuerySet[Organisation] | None = None,
        of: ContractFacts | None = None,
        is_fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", asdict(of) if of else None)
        super().__init__(*args, **kwargs)
        self.before = of
        if organisations is None:
            del self.fields["organisation"]
        else:
            field = model_choice_field(self, "organisation")
            field.queryset = organisations
            if len(organisations) == 1:
                field.initial = organisations[0]
        for name in FIXED_BY_TERMS if is_fixed else ():
            del self.fields[name]

    def facts(self) -> ContractFacts:
        """What the service asks for."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "organisation"}
        return replace(self.before, **typed) if self.before else ContractFacts(**typed)


class PartyForm(forms.Form):
    """An organisation in a role, from a day on."""

    organisation = OrganisationField(label=_("Organisation"))
    role = forms.ChoiceField(label=_("Role"), choices=PartyRole.choices)
    valid_from = DateField(label=_("From"))
    valid_until = DateField(
        label=_("Until"),
        required=False,
        help_text=_("The first day without the role. Steering members and auditors need one."),
    )
    key = forms.CharField(
        label=_("Key in the terms"),
        required=False,
        max_length=40,
        help_text=_("Lower-case letters, digits, hyphens. Left empty, the role names the party."),
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice_field(self, "organisation").queryset = organisations


class PartyEndForm(forms.Form):
    """When a party's role ends without a successor."""

    valid_until = DateField(label=_("Until"), help_text=_("The first day without the role."))


class SuccessionForm(forms.Form):
    """Who takes over a party's role, when, and by which document."""

    organisation = OrganisationField(label=_("Successor"))
    on = DateField(label=_("Takes over on"))
    document = forms.CharField(
        label=_("Document"),
        max_length=200,
        required=False,
        help_text=_("For example the decision or deed of transfer, with its date."),
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice_field(self, "organisation").queryset = organisations


class DocumentForm(forms.Form):
    """A file for the contract."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("For example Signed contract.")
    )
    file = UploadField(
        label=_("File"),
        max_bytes=LARGEST_FILE,
        extensions=EXTENSIONS,
        help_text=_("PDF, picture (PNG, JPEG) or text document (ODT, DOCX), at most 20 MB."),
    )


class CustodyForm(forms.Form):
    """Where the key to the participant codes lies from a day on."""

    custodian = forms.ChoiceField(
        label=_("Key to the codes"), choices=KeyCustodian.choices, widget=forms.RadioSelect
    )
    valid_from = DateField(label=_("From"))


class ReasonForm(forms.Form):
    """Why something is done to the contract."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("All parties read this. No names or codes of participants."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SuspicionForm(ReasonForm):
    """A metric that somebody doubts, from a day on."""

    metric_code = forms.ChoiceField(label=_("Metric"))
    from_day = DateField(
        label=_("Suspect from"), help_text=_("The first day whose measurements are in doubt.")
    )

    field_order: tuple[str, ...] = ("metric_code", "from_day", "reason")

    def __init__(self, *args: Any, metrics: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "metric_code").choices = metrics


class ResumptionForm(ReasonForm):
    """A suspended contract goes on."""

    on = DateField(label=_("From"))

    field_order: tuple[str, ...] = ("on", "reason")


class SuspensionForm(ResumptionForm):
    """A contract stops for a cause."""

    cause = forms.TypedChoiceField(
        label=_("Cause"),
        choices=SUSPENSION_CAUSES,
        coerce=SuspensionCause,
        widget=forms.RadioSelect,
    )

    field_order = ("cause", "on", "reason")


class AgreeForm(forms.Form):
    """A party's yes to the wording that was shown."""

    party = forms.UUIDField(widget=forms.HiddenInput)
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=_("I have read the terms and may agree in the name of this party"),
        error_messages={"required": _("Read the terms and tick this box to agree.")},
    )


SCOPES: list[tuple[str, Text]] = [
    ("later_measurements", _("Measurements from that day on")),
    ("later_enrolments", _("People who enrol from that day on")),
    ("all_open", _("All that is open and unpaid from that day on")),
]


class AmendmentForm(forms.Form):
    """Whom an amendment concerns, from when, and why."""

    scope = forms.ChoiceField(
        label=_("What the amendment concerns"), choices=SCOPES, widget=forms.RadioSelect
    )
    valid_from = DateField(
        label=_("From"),
        help_text=_("The first day of a reporting period; for later enrolments any day."),
    )
    reason = forms.CharField(
        label=_("Why the terms are amended"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The parties read this, and it is part of what they agree to."),
    )
