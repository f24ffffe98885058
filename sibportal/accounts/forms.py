"""Shape of what people type about organisations, members, tokens and themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sibportal.accounts.models import Country, Language
from sibportal.accounts.roles import MemberRole, OrganisationKind
from sibportal.accounts.services.membership import Invitee
from sibportal.web.forms import DateField

PERSON_ROLES = [choice for choice in MemberRole.choices if choice[0] != MemberRole.INTEGRATION]
TOKEN_DAYS = [(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("One year"))]


class OrganisationFilterForm(forms.Form):
    """Narrows the list of organisations; unknown values narrow nothing."""

    search = forms.CharField(label=_("Name or business id"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *OrganisationKind.choices]
    )


class OrganisationForm(forms.Form):
    """A new organisation and its first administrator."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    country = forms.ChoiceField(label=_("Country"), choices=Country.choices)
    business_id = forms.CharField(
        label=_("Business id"),
        max_length=20,
        help_text=_("In Finland such as 9999990-9, in Sweden such as 999900-0004."),
    )
    administrator_name = forms.CharField(label=_("Name of the administrator"), max_length=150)
    administrator_email = forms.EmailField(
        label=_("E-mail address of the administrator"),
        max_length=254,
        help_text=_("Gets an invitation, and invites the others. It cannot be you."),
    )
    administrator_language = forms.ChoiceField(
        label=_("Language of the administrator"), choices=Language.choices
    )

    def arguments(self) -> dict[str, Any]:
        """What the service asks for."""
        data = dict(self.cleaned_data)
        administrator = Invitee(
            name=data.pop("administrator_name"),
            email=data.pop("administrator_email"),
            language=data.pop("administrator_language"),
        )
        return {**data, "administrator": administrator}


class RenameForm(forms.Form):
    """Another name for the organisation."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200)


class RolesForm(forms.Form):
    """Which roles a member has, and until when."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=PERSON_ROLES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )
    valid_until = DateField(
        label=_("Ends on"),
        required=False,
        help_text=_("The first day without access. Leave empty if there is none."),
    )


class InvitationForm(RolesForm):
    """A new member."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    field_order = ("name", "email", "language", "roles", "valid_until")


class ServiceAccountForm(forms.Form):
    """An account for a program."""

    name = forms.CharField(
        label=_("Name of the service account"),
        max_length=150,
        help_text=_("Which program uses it, for example Client records."),
    )


class TokenForm(forms.Form):
    """A token for a REST client."""

    name = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("So that you can tell tokens apart.")
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=TOKEN_DAYS, coerce=int)


class ProfileForm(forms.Form):
    """What people change about themselves."""

    name = forms.CharField(label=_("Name"), max_length=150)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    receives_reminders = forms.BooleanField(
        label=_("Send me reminders by e-mail"),
        required=False,
        help_text=_("At most one mail a day, without anybody's names."),
    )
