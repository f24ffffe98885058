"""The shape of a change to one automatic check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outcomes.models import CheckLevel
from outcomes.rules.checks import Check
from sibportal.web import formats
from sibportal.web.forms import DecimalField, choice_field
from sibportal.web.messages import sentence

LEVELS = (
    (CheckLevel.BLOCKS, _("Blocks: the provider must correct it")),
    (CheckLevel.LOOK, _("Needs a look: the verifier sees it first")),
    (CheckLevel.INFORMATION, _("Information: it is told and nothing more")),
    (CheckLevel.OFF, _("Off: the check is not run")),
)


class CheckForm(forms.Form):
    """How a finding is treated, the figures of the check, and why."""

    metric = forms.ChoiceField(label=_("For which metric"), required=False)
    severity = forms.ChoiceField(
        label=_("A finding"),
        choices=LEVELS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how a finding is treated.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Every party of the contract can read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why it is changed.")},
    )

    def __init__(
        self,
        *args: Any,
        check: Check,
        metrics: Sequence[tuple[str, str]],
        now: Mapping[str, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.figures = [one.name for one in check.parameters]
        choices = [("", _("All metrics")), *metrics]
        choice_field(self, "metric").choices = choices
        for one in check.parameters:
            figure = now.get(one.name)
            hint = _("Now %(figure)s. Leave it empty to keep what the metric or the portal says.")
            self.fields[one.name] = DecimalField(
                label=sentence(f"outcomes.check_figure.{one.name}"),
                decimal_places=one.decimals,
                required=False,
                min_value=one.lowest,
                max_value=one.highest,
                help_text=""
                if figure is None
                else hint % {"figure": formats.number(figure.normalize() + 0)},
            )
        self.order_fields(["metric", "severity", *self.figures, "reason"])

    def given(self) -> dict[str, str]:
        """The figures as text; empty where one is left to the metric or the portal."""
        cleaned = self.cleaned_data
        return {
            name: "" if cleaned.get(name) is None else str(cleaned[name]) for name in self.figures
        }
