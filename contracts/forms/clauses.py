"""The shape of clauses that an amendment adds: a disruption, other payers, a metric alongside."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.frame import ReasonForm
from contracts.models import Metric
from contracts.rules.terms.document import Disruption
from contracts.rules.terms.words import DisruptionTreatment
from sibportal.web.forms import (
    DateField,
    DecimalField,
    MoneyField,
    WholeNumberField,
    choice_field,
    model_choice_field,
)

TREATMENTS = [
    (
        DisruptionTreatment.EXCLUDE,
        _("The time is left out: nobody misses a measurement in it, and nothing in it counts"),
    ),
    (DisruptionTreatment.EXTEND, _("Measurements are due a number of days later")),
    (DisruptionTreatment.SUBSTITUTE, _("Another outcome of the terms stands in")),
    (DisruptionTreatment.PAY_ACTIVITY, _("An agreed sum is paid for each period instead")),
]
LONGEST_TITLE = 120


def _titled(language: Any) -> forms.CharField:
    return forms.CharField(label=language, required=False, max_length=LONGEST_TITLE)


class DisruptionForm(ReasonForm):
    """What disturbed the plan, when, which outcomes, and how the parties want to treat it."""

    title_en = _titled(_("What happened, in English"))
    title_fi = _titled(_("What happened, in Finnish"))
    title_sv = _titled(_("What happened, in Swedish"))
    from_day = DateField(label=_("From"))
    until = DateField(label=_("Until"), help_text=_("The first day that no longer belongs to it."))
    outcomes = forms.MultipleChoiceField(
        label=_("Outcomes it concerns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one outcome.")},
    )
    treatment = forms.TypedChoiceField(
        label=_("What it does to measuring and payment"),
        choices=TREATMENTS,
        coerce=DisruptionTreatment,
        widget=forms.RadioSelect,
    )
    extend_days = WholeNumberField(
        label=_("Days later"), required=False, help_text=_("Only where measurements are due later.")
    )
    substitute = forms.ChoiceField(
        label=_("Outcome that stands in"),
        required=False,
        help_text=_("Only where another outcome stands in."),
    )
    amount = MoneyField(
        label=_("Sum for each period"),
        required=False,
        help_text=_("Only where an agreed sum is paid instead."),
    )

    field_order = (
        "title_fi", "title_sv", "title_en", "from_day", "until", "outcomes", "treatment",
        "extend_days", "substitute", "amount", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, outcomes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = list(outcomes.items())
        choice_field(self, "outcomes").choices = named
        choice_field(self, "substitute").choices = [("", "–"), *named]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not any(found.get(f"title_{language}") for language in ("en", "fi", "sv")):
            self.add_error("title_fi", _("Write what happened in at least one language."))
        return found

    def disruption(self) -> Disruption:
        """What was typed, as the terms hold it; the key is given by the rules."""
        given = self.cleaned_data
        titles = {language: given[f"title_{language}"] for language in ("en", "fi", "sv")}
        return Disruption(
            key="",
            title={language: text for language, text in titles.items() if text},
            from_day=given["from_day"],
            until=given["until"],
            outcomes=tuple(given["outcomes"]),
            treatment=given["treatment"],
            extend_days=given["extend_days"],
            substitute=given["substitute"],
            amount=given["amount"],
        )


class PayersForm(forms.Form):
    """Who pays which share from a day on: one field per party that pays or is to pay."""

    on = DateField(
        label=_("From"),
        help_text=_("The shares hold for claims whose reporting period ends after this day."),
    )
    document = forms.CharField(
        label=_("Document"),
        max_length=200,
        help_text=_("For example the decision or deed of transfer, with its date."),
    )

    def __init__(
        self, *args: Any, payers: Mapping[str, str], now: Mapping[str, Decimal], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # Who pays today comes first, in the order of the terms.
        self.payers = [*(key for key in now if key in payers), *sorted(set(payers) - set(now))]
        for key in self.payers:
            self.fields[f"share_{key}"] = DecimalField(
                label=_("Share of %(payer)s, per cent") % {"payer": payers[key]},
                required=False,
                decimal_places=4,
                max_digits=7,
                initial=now.get(key),
                help_text=_("Left empty or 0: it pays nothing from this day on."),
            )
        self.order_fields(["on", *(f"share_{key}" for key in self.payers), "document"])

    def shares(self) -> dict[str, Decimal]:
        """The shares in per cent by the party's key; none for a party that pays nothing."""
        return {key: self.cleaned_data[f"share_{key}"] or Decimal(0) for key in self.payers}


class ParallelMetricForm(ReasonForm):
    """A metric to measure alongside the one in doubt."""

    metric = forms.ModelChoiceField(
        queryset=Metric.objects.none(),
        label=_("Metric to measure alongside"),
        empty_label=None,
        error_messages={"required": _("Choose a metric.")},
    )

    field_order = ("metric", "reason")

    def __init__(self, *args: Any, metrics: Any, labels: Mapping[Any, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = model_choice_field(self, "metric")
        field.queryset = metrics
        field.label_from_instance = lambda obj: labels[obj.pk]  # type: ignore[method-assign]
