"""The shape of a visit as people type it: one date, one place of evidence, a value per metric.

Values stay text: the rules read them. A field is named by what it holds, the metric's code and the
number of the event, as `value-days-housed-2`; where one metric is asked for, without its code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Metric, MetricKind
from outcomes.forms.fields import AskedChoice, AskedField
from outcomes.forms.measurements import SPAN_LABELS, YES_NO, value_hint
from outcomes.models import ContactResult, ContactWay
from outcomes.rules.candidate import Candidate
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.web.forms import DateField
from sibportal.web.localised import localised

if TYPE_CHECKING:
    from outcomes.selectors import Visit
    from outcomes.services import RowsRefused

MOST_EVENTS = 12
SHARED = ("measured_on", "evidence_source", "evidence_location", "note")
RESULT = ("value", "first_day", "last_day")
NOT_REACHED = ("not_reached_reason", "contact_attempts")


def _day_input() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "w-s", "autocomplete": "off", "inputmode": "numeric"})


@dataclass(frozen=True)
class Block:
    """The fields of one event of one metric, as they are drawn together."""

    metric: Metric
    number: int
    names: Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One row to submit, and the field of the form that each of its texts came from."""

    candidate: Candidate
    names: Mapping[str, str]


class VisitForm(forms.Form):
    """Everything measured of one participant at one point on one day."""

    use_required_attribute = False

    measured_on = AskedField(
        label=_("Date of measurement"),
        max_length=40,
        help_text=_("Day.month.year, for example 12.11.2026."),
        widget=_day_input(),
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
        help_text=_("Only for what has no result."),
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

    def __init__(
        self,
        data: Any = None,
        *,
        visit: Visit,
        typed: Mapping[str, str] | None = None,
        companions: Sequence[str] = (),
        unit: str = "",
    ) -> None:
        self.visit, self.unit = visit, unit
        self.companions = tuple(companions)
        self.single = len(visit.items) == 1
        super().__init__(data)
        given = data if data is not None else self._as_fields(typed or {})
        self.initial = dict(given) if data is None else {}
        self.blocks = [
            self._block(item.metric, number)
            for item in visit.items
            for number in range(1, 2 + self._more_events(item.metric, given))
        ]
        self.order_fields(
            ["measured_on", *(name for one in self.blocks for name in one.names.values())]
        )
        if companions:
            said = _("The same for all of %(unit)s: also %(codes)s")
            self.fields["whole_unit"] = forms.BooleanField(
                label=said % {"unit": unit, "codes": ", ".join(companions)}, required=False
            )
        if data is None:
            self.fields["measured_on"].widget.attrs["autofocus"] = True

    def typed(self) -> dict[str, str]:
        """What was typed, by names that do not depend on how many metrics are asked for."""
        return {full: str(self.data.get(name, ""))[:2000] for full, name in self._names().items()}

    def unjudged(self) -> VisitForm:
        """The same as it was typed, without a word on what may be wrong in it."""
        return VisitForm(
            visit=self.visit, typed=self.typed(), companions=self.companions, unit=self.unit
        )

    def with_another(self, code: str) -> dict[str, str]:
        """The same with one more event of a metric."""
        numbers = [one.number for one in self.blocks if one.metric.code == code]
        more = {f"value:{code}:{max(numbers) + 1}": ""} if numbers else {}
        return self.typed() | more

    def rows(self) -> list[Row]:
        """A row for each event of each metric; of the companions too where it is the whole unit's.

        Where something else was reported, what is empty was not measured this time.
        """
        others = self.companions if self.cleaned_data.get("whole_unit") else ()
        codes = (self.visit.participant.code, *others)
        return [row for code in codes for row in self._rows_of(code)]

    def place(self, refused: RowsRefused, rows: Sequence[Row]) -> RuleViolation:
        """The refusals with each at the field that it came from, once."""
        found: dict[tuple[str, str, str], Issue] = {}
        for position, issues in refused.rows.items():
            row = rows[position]
            for issue in issues:
                name = row.names.get(issue.field, issue.field)
                if row.candidate.participant == self.visit.participant.code:
                    found["", issue.code, name] = replace(issue, field=name)
                else:
                    of = {"participant": row.candidate.participant, "metric": row.candidate.metric}
                    said = Issue("outcomes.companion_refused", "whole_unit", "", of)
                    found[row.candidate.participant, "", name] = said
        return RuleViolation(found.values())

    def _block(self, metric: Metric, number: int) -> Block:
        kinds = ["value"]
        if number > 1:
            kinds.insert(0, "measured_on")
        if metric.kind == MetricKind.DAYS:
            kinds += ["first_day", "last_day"]
        if not self.single:
            kinds += ["evidence_source", "evidence_location"]
        names = {kind: self._name(kind, metric.code, number) for kind in kinds}
        for kind, name in names.items():
            self.fields[name] = _own_field(kind, metric)
        if not self.single:
            title = str(localised(metric, "title")) or metric.code
            self.fields[names["value"]].label = f"{title} {number}" if number > 1 else title
        return Block(metric, number, names)

    def _name(self, kind: str, code: str, number: int) -> str:
        parts = [kind, *([] if self.single else [code]), *([str(number)] if number > 1 else [])]
        return "-".join(parts)

    def _names(self) -> dict[str, str]:
        """Each field of the form by its full name, which always tells metric and number."""
        shared = (*SHARED, *NOT_REACHED, "whole_unit")
        found = {name: name for name in shared if name in self.fields}
        for block in self.blocks:
            for kind, name in block.names.items():
                found[f"{kind}:{block.metric.code}:{block.number}"] = name
        return found

    def _as_fields(self, typed: Mapping[str, str]) -> dict[str, str]:
        found = {}
        for full, text in typed.items():
            kind, *of = full.split(":")
            if not of:
                found[kind] = text
            elif of[0] in {item.metric.code for item in self.visit.items}:
                found[self._name(kind, of[0], int(of[1]))] = text
        return found

    def _more_events(self, metric: Metric, given: Mapping[str, Any]) -> int:
        """How many events beyond the first are in what was given."""
        more = 0
        while more < MOST_EVENTS - 1 and self._name("value", metric.code, more + 2) in given:
            more += 1
        return more

    def _rows_of(self, code: str) -> Iterator[Row]:
        filled = [one for one in self.blocks if self._is_filled(one)]
        empty = [one for one in self.blocks if one not in filled and one.number == 1]
        why = self._text("not_reached_reason")
        for block in filled:
            # A reason beside nothing but results is a mistake, which the rules name.
            yield self._row(code, block, reason="" if empty else why)
        if not why:
            # Nothing at all was typed: to say so once is enough.
            empty = empty[:1] if not filled else []
        for block in empty:
            yield self._row(code, block, reason=why)

    def _row(self, code: str, block: Block, *, reason: str) -> Row:
        names = {
            name: block.names[name] if self._own(block, name) else name
            for name in (*RESULT, "measured_on", "evidence_source", "evidence_location")
        }
        texts = {kind: self._text(name) for kind, name in names.items()}
        candidate = Candidate(
            participant=code,
            metric=block.metric.code,
            point=self.visit.point.key,
            **texts,
            not_reached_reason=reason,
            contact_attempts=self._text("contact_attempts"),
            note=self._text("note"),
        )
        return Row(candidate, names)

    def _own(self, block: Block, kind: str) -> bool:
        """Whether the block's own field counts: always where only it asks, else if filled."""
        if kind not in block.names:
            return False
        return kind in (*RESULT, "measured_on") or bool(self._text(block.names[kind]))

    def _is_filled(self, block: Block) -> bool:
        return any(self._text(block.names.get(kind, "")) for kind in RESULT)

    def _text(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "").strip()


def _own_field(kind: str, metric: Metric) -> forms.Field:
    if kind == "value" and metric.kind == MetricKind.YES_NO:
        return AskedChoice(label=_("Result"), choices=YES_NO, widget=forms.RadioSelect)
    if kind == "value":
        mode = "numeric" if metric.kind in (MetricKind.COUNT, MetricKind.DAYS) else "decimal"
        attrs = {"class": "w-m", "inputmode": mode, "autocomplete": "off"}
        return AskedField(
            label=_("Result"), help_text=value_hint(metric), widget=forms.TextInput(attrs=attrs)
        )
    labels = {
        "measured_on": _("Date of this event"),
        **SPAN_LABELS,
        "evidence_source": _("Other source of evidence"),
        "evidence_location": _("Held elsewhere, where"),
    }
    if kind in ("evidence_source", "evidence_location"):
        return forms.CharField(label=labels[kind], required=False, max_length=200)
    return AskedField(label=labels[kind], max_length=40, widget=_day_input())


class AttemptForm(forms.Form):
    """One attempt to reach a participant; its fields stand in the form of the visit."""

    attempted_on = DateField(label=_("Date of the attempt"))
    attempt_way = forms.ChoiceField(label=_("Way"), choices=ContactWay.choices)
    attempt_result = forms.ChoiceField(label=_("What came of it"), choices=ContactResult.choices)
