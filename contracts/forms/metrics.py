"""The definition of a metric as people type it: what is measured, its value, by whom, what for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.languages import LONGEST_TEXT, Texts
from contracts.models import EvidenceRequired, MetricDirection, MetricKind, MetricUse
from contracts.rules.metrics import MetricFacts
from sibportal.accounts.roles import PartyRole
from sibportal.web.forms import DecimalField, WholeNumberField

if TYPE_CHECKING:
    from django.forms import BoundField
    from django_stubs_ext import StrOrPromise as Text

_TEXTS = {
    "title": Texts(_("Title"), required=True),
    "description": Texts(_("What is measured and what counts"), LONGEST_TEXT),
    "excluded": Texts(_("What does not count"), LONGEST_TEXT),
    "unit": Texts(_("Unit"), 40),
    "scale": Texts(_("What the ends of the scale mean"), LONGEST_TEXT),
    "instrument": Texts(_("Instrument")),
    "owner": Texts(_("Whose instrument it is, and its licence"), LONGEST_TEXT),
    "source": Texts(_("Source")),
    "measured_by": Texts(_("More on who measures")),
    "measured_when": Texts(_("Usual measurement points")),
    "meaningful_change_source": Texts(_("Where that change comes from"), LONGEST_TEXT),
}
_SECTIONS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (_("What is measured"), ("code", "title", "description", "excluded")),
    (_("Value"), ("kind", "direction", "minimum", "maximum", "decimals", "unit", "scale")),
    (
        _("How it is measured"),
        (
            "instrument", "owner", "source", "register_source", "measured_by_role",
            "measured_by", "measured_when",
        ),
    ),
    (
        _("What it is used for"),
        ("use", "evidence_required", "meaningful_change", "meaningful_change_source"),
    ),
    (_("Automatic checks"), ("largest_change", "never_falls", "outlier_check")),
)  # fmt: skip


class MetricForm(forms.Form):
    """The definition of something measured; of a known metric, its next version."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        help_text=_("Lower-case letters, digits and hyphens. A known code begins a new version."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=MetricKind.choices)
    direction = forms.ChoiceField(label=_("Direction"), choices=MetricDirection.choices)
    minimum = DecimalField(label=_("Smallest possible value"), required=False, decimal_places=4)
    maximum = DecimalField(label=_("Largest possible value"), required=False, decimal_places=4)
    decimals = WholeNumberField(label=_("Decimals"), initial=0)
    register_source = forms.BooleanField(
        label=_("The value comes from a register"),
        required=False,
        help_text=_("Terms may let a register source count without an item-by-item check."),
    )
    measured_by_role = forms.ChoiceField(
        label=_("Who measures"),
        required=False,
        choices=[("", _("Nobody among the parties")), *PartyRole.choices],
    )
    use = forms.ChoiceField(label=_("Use"), choices=MetricUse.choices, widget=forms.RadioSelect)
    evidence_required = forms.ChoiceField(
        label=_("Evidence of each measurement"),
        choices=EvidenceRequired.choices,
        widget=forms.RadioSelect,
    )
    meaningful_change = DecimalField(
        label=_("Smallest change that means something"),
        required=False,
        decimal_places=4,
        help_text=_("For one person, in the metric's unit."),
    )
    largest_change = DecimalField(
        label=_("Largest likely change between two points"),
        required=False,
        decimal_places=4,
        help_text=_("A larger change, up or down, is shown to whoever verifies."),
    )
    never_falls = forms.BooleanField(
        label=_("May never fall back"),
        required=False,
        help_text=_("For example a completed degree: it stays completed."),
    )
    outlier_check = forms.BooleanField(
        label=_("Look for values that differ much from the person's own and others'"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, of: MetricFacts | None = None, **kwargs: Any) -> None:
        first = {"use": MetricUse.PAYMENT, "evidence_required": EvidenceRequired.NONE}
        kwargs.setdefault("initial", asdict(of) if of else first)
        super().__init__(*args, **kwargs)
        for name, text in _TEXTS.items():
            self.fields.update(dict(text.fields(name)))
        self.of = of
        if of:
            del self.fields["code"]

    def sections(self) -> Iterator[tuple[Text, list[list[BoundField]]]]:
        """The fields under headings; those of one text stand beside each other."""
        for title, names in _SECTIONS:
            yield title, [self._row(name) for name in names if name != "code" or not self.of]

    def _row(self, name: str) -> list[BoundField]:
        return _TEXTS[name].row(self, name) if name in _TEXTS else [self[name]]

    def facts(self) -> MetricFacts:
        """What the service asks for."""
        code = {"code": self.of.code} if self.of else {}
        return MetricFacts(**(code | self.cleaned_data))
