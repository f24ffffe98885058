"""The shape of what verifiers decide and providers answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from outcomes.forms.fields import AskedField
from outcomes.models import Decision
from sibportal.web.forms import choice_field


class DecisionForm(forms.Form):
    """The verifier's decision on one measurement."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=(
            (Decision.VERIFIED, _("Verify: the evidence shows it")),
            (Decision.QUERIED, _("Ask the provider")),
            (Decision.REJECTED, _("Reject: the evidence does not show it")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    note = forms.CharField(
        label=_("Question or reason"),
        required=False,
        help_text=_("Needed when you ask or reject. The provider reads it. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    """The provider's answer to a question."""

    text = AskedField(
        label=_("Your answer"),
        help_text=_("The verifier reads it. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TickedForm(forms.Form):
    """Measurements ticked in the verifier's list."""

    measurement = forms.TypedMultipleChoiceField(coerce=UUID, required=False)

    def __init__(self, *args: Any, offered: Iterable[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one), str(one)) for one in offered]
        choice_field(self, "measurement").choices = choices
