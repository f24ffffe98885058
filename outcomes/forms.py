"""The shape of what people send about outcomes; what it means is decided by the rules.

Values stay text: form, file and REST are read by the same rules, so that all give one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Metric, MetricKind
from outcomes.models import Decision, Measurement
from outcomes.rules.reading import without_noughts
from outcomes.rules.validation import Candidate
from sibportal.web.forms import UploadField
from sibportal.web.localised import localised

LARGEST_FILE = 10_000_000  # bytes, as the rules have it
YES_NO = (("yes", _("Yes")), ("no", _("No")))


def _date_input() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "w-s", "autocomplete": "off", "inputmode": "numeric"})


class AskedField(forms.CharField):
    """A text that is asked for; whether it may be left empty here is for the rules to say."""

    def validate(self, value: str) -> None:
        """Accept anything: the rules name everything that is missing at once."""


class AskedChoice(forms.ChoiceField):
    """The same for a choice; what is chosen must be one that was offered."""

    def validate(self, value: str) -> None:
        """Accept no choice, for those who were not reached."""
        if value:
            super().validate(value)


class MeasurementForm(forms.Form):
    """One measurement of one participant; metric and point come from the due list."""

    use_required_attribute = False

    value = AskedField(label=_("Result"))
    measured_on = AskedField(
        label=_("Date of measurement"),
        max_length=40,
        help_text=_("Day.month.year, for example 12.11.2026."),
        widget=_date_input(),
    )
    evidence_source = AskedField(
        label=_("Source of evidence"),
        help_text=_("What shows it, for example a contract of employment or a test form."),
    )
    evidence_location = AskedField(
        label=_("Where the evidence is held"),
        help_text=_("A folder or system. Never a person's name."),
    )
    not_reached_reason = forms.CharField(
        label=_("Why the participant was not reached"),
        required=False,
        help_text=_("Only where there is no result."),
    )
    contact_attempts = forms.CharField(
        label=_("Contact attempts"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"class": "w-s", "inputmode": "numeric"}),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        help_text=_("For the verifier. No names, no personal ids."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, metric: Metric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        if metric.kind == MetricKind.YES_NO:
            self.fields["value"] = AskedChoice(
                label=field.label, choices=YES_NO, widget=forms.RadioSelect
            )
            return
        field.widget = forms.TextInput(
            attrs={"class": "w-m", "inputmode": "decimal", "autocomplete": "off"}
        )
        field.help_text = value_hint(metric)

    def candidate(self, *, participant: str, metric: str, point: str) -> Candidate:
        """What was typed, as the same row that a file or REST gives."""
        return Candidate(participant=participant, metric=metric, point=point, **self.typed())

    def typed(self) -> dict[str, str]:
        """The fields of a row as texts."""
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


class CorrectionForm(MeasurementForm):
    """A measurement that replaces an earlier one, with the reason."""

    correction_reason = forms.CharField(
        label=_("Reason for the correction"),
        help_text=_("The earlier value stays visible beside it."),
        error_messages={"required": _("Write why it is corrected.")},
    )


class ImportForm(forms.Form):
    """A file of measurements."""

    file = UploadField(
        label=_("CSV file"),
        max_bytes=LARGEST_FILE,
        extensions=(".csv", ".txt"),
        help_text=_("At most 10 MB and 50,000 rows. Nothing is saved before you confirm."),
    )


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
        self.fields["measurement"].choices = choices  # type: ignore[attr-defined]


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


def value_hint(metric: Metric) -> str:
    """What may be written as the value of a metric."""
    low, high = metric.minimum, metric.maximum
    unit = localised(metric, "unit").value
    params: dict[str, object] = {"unit": unit, "low": low, "high": high}
    if low is not None and high is not None:
        params |= {"low": without_noughts(low), "high": without_noughts(high)}
        return (_("From %(low)s to %(high)s %(unit)s") % params).rstrip()
    return unit


def prefilled(measurement: Measurement) -> dict[str, str]:
    """The fields of an earlier measurement, as a form shows them."""
    from sibportal.web import formats

    value = measurement.value
    if value is None:
        shown = ""
    elif measurement.metric.kind == MetricKind.YES_NO:
        shown = "yes" if value else "no"
    else:
        shown = formats.plain_number(value.normalize() + 0)
    names: Sequence[str] = (
        "evidence_source", "evidence_location", "not_reached_reason", "note",
    )  # fmt: skip
    return {
        "value": shown,
        "measured_on": formats.plain_day(measurement.measured_on),
        "contact_attempts": str(measurement.contact_attempts or ""),
        **{name: getattr(measurement, name) for name in names},
    }
