"""The shape of closing a period: signed by the verifier, or forced with a reason."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from outcomes.forms.fields import AskedField


class ForceClosingForm(forms.Form):
    """An official's reason for closing a period that is not complete."""

    reason = AskedField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Everybody in the contract reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SignForm(forms.Form):
    """The digest that the verifier saw: nobody signs figures that they did not see."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class AskReopeningForm(forms.Form):
    """Why a signed closing has to be opened again."""

    reason = AskedField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Everybody in the contract reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConsentForm(forms.Form):
    """A party's yes to what was asked, as it was shown."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(
        label=_("I have read the reason and may consent in the name of this party"),
        error_messages={"required": _("Read the reason and tick this box to consent.")},
    )
