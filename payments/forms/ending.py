"""The shape of ending a contract."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.rules.life import LONGEST_REASON
from contracts.rules.terms.words import TerminationCause
from sibportal.web.forms import DateField

CAUSES = [
    (TerminationCause.TOO_FEW_ENROLLED, _("Too few people have been enrolled")),
    (TerminationCause.PAYER_ENDS, _("The payer ends it")),
    (TerminationCause.PROVIDER_FAILS, _("The provider does not keep the contract")),
    (TerminationCause.INVESTOR_ENDS, _("The investor ends it")),
    (TerminationCause.FORCE_MAJEURE, _("It has become impossible through nobody's fault")),
    (TerminationCause.MUTUAL, _("All parties agree to end it")),
]


class EndForm(forms.Form):
    """Why, when and with which reason a contract ends; over its last day, no cause is asked."""

    cause = forms.TypedChoiceField(
        label=_("Cause"), choices=CAUSES, coerce=TerminationCause, widget=forms.RadioSelect
    )
    on = DateField(label=_("Ends on"), help_text=_("The first day without the contract."))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("All parties read this. No names or codes of participants."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    sure = forms.BooleanField(
        label=_("I understand that a contract that has ended cannot be opened again"),
        error_messages={"required": _("Tick this box to end the contract.")},
    )

    def __init__(self, *args: Any, is_over: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_over:
            del self.fields["cause"]

    def answers(self) -> dict[str, Any]:
        """What the service asks for."""
        given = self.cleaned_data
        return {
            "cause": given.get("cause"),
            "on": given["on"],
            "reason": given["reason"],
            "seen": given["seen"],
        }
