"""The shape of one measurement as people type it; what it means is decided by the rules.

Values stay text: form, file and REST are read by the same rules, so that all give one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Metric, MetricKind
from outcomes.forms.fields import AskedChoice, AskedField
from outcomes.models import Measurement
from outcomes.rules.candidate import Candidate
from outcomes.rules.reading import read_date, without_noughts
from outcomes.rules.spans import told_apart
from sibportal.web.localised import localised

SPAN_LABELS = {"first_day": _("or first day"), "last_day": _("and last day")}
YES_NO = (("yes", _("Yes")), ("no", _("No")))


def _date_input() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "w-s", "autocomplete": "off", "inputmode": "numeric"})


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
        if metric.kind == MetricKind.DAYS:
            for name, label in SPAN_LABELS.items():
                self.fields[name] = AskedField(label=label, max_length=40, widget=_date_input())
            self.order_fields(["value", *SPAN_LABELS])

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
    names: Sequence[str] = ("evidence_source", "evidence_location", "not_reached_reason")
    days = measurement.metric.kind == MetricKind.DAYS
    first, last, note = told_apart(measurement.note) if days else ("", "", measurement.note)
    return {
        # Where the days are told, their number follows from them.
        "value": "" if first else shown,
        "first_day": _day_shown(first),
        "last_day": _day_shown(last),
        "note": note,
        "measured_on": formats.plain_day(measurement.measured_on),
        "contact_attempts": str(measurement.contact_attempts or ""),
        **{name: getattr(measurement, name) for name in names},
    }


def _day_shown(text: str) -> str:
    from sibportal.web import formats

    day = read_date(text)
    return formats.plain_day(day) if day else ""
