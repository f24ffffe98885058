"""The shape of agreements on register data, of the figures that come of it, and of what is decided
on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contracts.rules.terms.words import ComparisonDesign
from outcomes.forms.imports import ImportForm
from outcomes.forms.verification import DecisionForm
from outcomes.models import Decision
from outcomes.rules.aggregates.figures import Delivered, GroupFigures, SignedEstimate
from outcomes.rules.aggregates.needs import Need
from outcomes.rules.aggregates.words import EARLIER, Group
from outcomes.services import DeliveryFacts, Figures
from sibportal.web.forms import DateField, DecimalField, WholeNumberField, choice_field

if TYPE_CHECKING:
    from django.forms import BoundField

    from contracts.models import Party
    from outcomes.models import DataDelivery
    from sibportal.kernel.dates import Period

DAY = timedelta(days=1)
LANGUAGES = (("en", _("in English")), ("fi", _("in Finnish")), ("sv", _("in Swedish")))
GROUPS = {
    Group.PARTICIPANTS: _("Participants"),
    Group.BEFORE: _("The participants before the service"),
    Group.COMPARISON: _("Comparison group"),
    Group.COMPARISON_BEFORE: _("Comparison group before"),
}
DESIGNS = {
    ComparisonDesign.RANDOMISED: _("Chosen by lot"),
    ComparisonDesign.MATCHED: _("Matched to the participants"),
}


class DeliveryForm(forms.Form):
    """Who delivers which figures, when, and by which permit."""

    holder = forms.TypedChoiceField(label=_("Data holder"), coerce=UUID)
    outcomes = forms.MultipleChoiceField(
        label=_("Figures of these outcomes"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The terms need register figures for them."),
    )
    periods = forms.CharField(
        label=_("Only for these periods"),
        required=False,
        max_length=200,
        help_text=_(
            "Numbers, such as 2, 4, 6. Empty: every period. Terms that pay in every period need"
            " figures in every period."
        ),
    )
    lag_days = WholeNumberField(
        label=_("Days after the end of a period"),
        help_text=_("Until the register is complete and the figures are made."),
    )
    permit_reference = forms.CharField(label=_("Permit"), max_length=200)
    permit_valid_from = DateField(label=_("Permit valid from"))
    permit_valid_until = DateField(
        label=_("Permit valid until"),
        required=False,
        help_text=_("The first day on which it is valid no more."),
    )
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)

    def __init__(
        self,
        *args: Any,
        holders: Iterable[Party],
        outcomes: Mapping[str, str],
        of: DataDelivery | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", _agreed(of) if of else None)
        super().__init__(*args, **kwargs)
        named = [(str(one.pk), one.organisation.name) for one in holders]
        choice_field(self, "holder").choices = named
        choice_field(self, "outcomes").choices = list(outcomes.items())
        for code, language in LANGUAGES:
            self.fields[f"method_{code}"] = forms.CharField(
                label=format_lazy("{} {}", _("How the figures are made"), language),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def clean_periods(self) -> tuple[int, ...]:
        """Numbers of periods, apart by commas or spaces."""
        words = self.cleaned_data["periods"].replace(",", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 5 for word in words):
            raise ValidationError(_("Write numbers of periods, such as 2, 4, 6."))
        return tuple(dict.fromkeys(int(word) for word in words))

    def facts(self) -> DeliveryFacts:
        """What the service asks for."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "holder"}
        return DeliveryFacts(**given | {"outcomes": tuple(given["outcomes"])})


def _agreed(of: DataDelivery) -> dict[str, Any]:
    names = (
        "outcomes", "lag_days", "permit_reference", "permit_valid_from", "permit_valid_until",
        "legal_basis", "method_en", "method_fi", "method_sv",
    )  # fmt: skip
    found = {name: getattr(of, name) for name in names}
    return found | {"holder": of.holder_id, "periods": ", ".join(map(str, of.periods))}


class FiguresForm(forms.Form):
    """The figures of one outcome and period, group by group; what is missing the rules say. Of
    groups that are counted from coded rows only the days are asked."""

    def __init__(
        self,
        *args: Any,
        need: Need,
        span: Period,
        of: Delivered | None = None,
        is_correction: bool = False,
        counted: Collection[Group] = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", _known(need, span, of))
        super().__init__(*args, **kwargs)
        self.need, self.counted = need, counted
        for group in need.groups:
            may_be_left = need.may_estimate and group not in need.always and group not in counted
            self._group(group, may_be_left=may_be_left)
        if need.may_estimate:
            self._estimate()
        self._rest()
        if counted:
            del self.fields["file_digest"]  # of the file that was uploaded
        if is_correction:
            self.fields["correction_reason"] = _question(
                forms.CharField(
                    label=_("Why the figures are corrected"), max_length=300, required=False
                )
            )

    def _group(self, group: Group, *, may_be_left: bool) -> None:
        """The fields of one group; whether it may be left out is for the rules to say."""
        if group not in self.counted:
            self._figures(group)
        self.fields[f"{group}.from_day"] = DateField(label=_("From"))
        self.fields[f"{group}.until"] = DateField(label=_("Last day"))
        spare = {f"{group}.deviation"} if group is not Group.PARTICIPANTS else set()
        for name, field in self.fields.items():
            if name.startswith(f"{group}.") and not may_be_left and name not in spare:
                _question(field)

    def _figures(self, group: Group) -> None:
        self.fields[f"{group}.people"] = WholeNumberField(label=_("People"), required=False)
        if self.need.is_quantity:
            self.fields[f"{group}.total"] = DecimalField(
                label=_("Sum"), required=False, decimal_places=6, max_digits=24
            )
            self.fields[f"{group}.deviation"] = DecimalField(
                label=_("Standard deviation"), required=False, decimal_places=6, max_digits=20
            )
        else:
            label = _("Of them reached it")
            self.fields[f"{group}.reached"] = WholeNumberField(label=label, required=False)
        if self.need.counts_events:
            self.fields[f"{group}.events"] = WholeNumberField(label=_("Times"), required=False)

    def _estimate(self) -> None:
        for name, label in (
            ("estimate", _("Estimated effect")),
            ("estimate_low", _("From")),
            ("estimate_high", _("To")),
        ):
            self.fields[name] = DecimalField(
                label=label, required=False, decimal_places=6, max_digits=20
            )

    def _rest(self) -> None:
        if {Group.COMPARISON, Group.COMPARISON_BEFORE} & set(self.need.groups):
            self.fields["design"] = forms.ChoiceField(
                label=_("How the comparison group was formed"),
                choices=[("", _("Choose")), *((str(key), text) for key, text in DESIGNS.items())],
                required=False,
            )
        self.fields["method"] = forms.CharField(
            label=_("Method"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("How the figures were made, where it differs from the agreement."),
        )
        self.fields["note"] = forms.CharField(
            label=_("Note"), required=False, max_length=500, help_text=_("No names.")
        )
        self.fields["file_digest"] = forms.CharField(
            label=_("SHA-256 of your own file"),
            required=False,
            max_length=80,
            help_text=_("So that it can be shown later which file the figures come from."),
        )

    def parts(self) -> list[tuple[Any, list[BoundField]]]:
        """The groups with their names and fields, in order."""
        return [
            (GROUPS[group], [self[name] for name in self.fields if name.startswith(f"{group}.")])
            for group in self.need.groups
        ]

    def effect(self) -> list[BoundField]:
        """The estimate and its interval, where one is allowed."""
        names = ("estimate", "estimate_low", "estimate_high")
        return [self[name] for name in names if name in self.fields]

    def others(self) -> list[BoundField]:
        """Everything that is neither of a group nor the estimate."""
        names = ("design", "method", "note", "file_digest", "correction_reason")
        return [self[name] for name in names if name in self.fields]

    def given(self) -> Figures:
        """What the service asks for."""
        told = self.cleaned_data
        value = told.get("estimate")
        estimate = None
        if value is not None:
            estimate = SignedEstimate(value, told["estimate_low"], told["estimate_high"])
        texts = ("method", "design", "note", "file_digest", "correction_reason")
        return Figures(
            groups=tuple(one for group in self.need.groups if (one := self._given(group))),
            days={group: self._days(group) for group in self.counted},
            estimate=estimate,
            **{name: told.get(name, "") for name in texts},
        )

    def _given(self, group: Group) -> GroupFigures | None:
        """One group; None where nothing of it was filled in."""
        names = ("people", "reached", "events", "total", "deviation")
        found: dict[str, Any] = {name: self.cleaned_data.get(f"{group}.{name}") for name in names}
        if found["people"] is None:
            return None
        from_day, until = self._days(group)
        return GroupFigures(group=group, from_day=from_day, until=until, **found)

    def _days(self, group: Group) -> tuple[date, date]:
        """The first day, and the one after the last."""
        last: date = self.cleaned_data[f"{group}.until"]
        return self.cleaned_data[f"{group}.from_day"], last + DAY


def _question(field: forms.Field) -> forms.Field:
    field.is_question = True  # type: ignore[attr-defined]
    return field


def _known(need: Need, span: Period, of: Delivered | None) -> dict[str, Any]:
    """The days that follow from the contract, or what was delivered before."""
    found: dict[str, Any] = {}
    for group in need.groups:
        end = span.end or span.start
        starts, ends = span.start, end
        if group in EARLIER:
            starts, ends = span.start - (end - span.start), span.start
        found |= {f"{group}.from_day": starts, f"{group}.until": ends - DAY}
        if one := of.group(group) if of else None:
            names = ("people", "reached", "events", "total", "deviation", "from_day")
            found |= {f"{group}.{name}": _shown(getattr(one, name)) for name in names}
            found[f"{group}.until"] = one.until - DAY
    if of is None:
        return found
    found |= {name: getattr(of, name) for name in ("design", "method", "note", "file_digest")}
    if of.estimate is not None:
        given = of.estimate
        found |= {"estimate": given.value, "estimate_low": given.low, "estimate_high": given.high}
    return found


def _shown(value: Any) -> Any:
    return value.normalize() if hasattr(value, "normalize") else value


class ExtractForm(ImportForm):
    """A file of coded rows."""


class SignFiguresForm(forms.Form):
    """The digest of the figures that were on the page."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class FiguresDecisionForm(DecisionForm):
    """The verifier's decision on register figures."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "decision").choices = (
            (Decision.VERIFIED, _("Accept: they may count")),
            (Decision.QUERIED, _("Ask the data holder")),
            (Decision.REJECTED, _("Reject: they cannot be relied on")),
        )
        self.fields["note"].help_text = _(
            "Needed when you ask or reject. The data holder reads it. No names."
        )
