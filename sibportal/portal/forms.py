"""Forms of the public pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class FeedbackForm(forms.Form):
    """What a visitor wants to say; an address only if they want an answer."""

    message = forms.CharField(
        label=_("What would you like to tell us?"),
        help_text=_("For example what you could not do, and on which page."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Only if you want an answer. We answer within 14 days."),
        required=False,
    )
