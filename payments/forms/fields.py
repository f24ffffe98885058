"""The form field for one entry of the terms, by its type. Nothing is required, it may stay open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts.rules.terms import document as terms
from contracts.rules.terms.fields import TEXT
from contracts.rules.terms.reading import Field
from payments.forms.questions import Ask
from payments.forms.words import UNDECIDED, label
from sibportal.kernel.money import CURRENCIES
from sibportal.web.forms import DateField, DecimalField, WholeNumberField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

    Choices = Sequence[tuple[str, Text]]

DIGITS, PLACES = 18, 6
LONGEST_TITLE, LONGEST_TEXT = 200, 300
GONE = _("Choose again: what was chosen here is no longer on the page.")
NOTHING_YET = _("There is nothing to choose yet. Add it to its list on this page first.")

# Where an entry names something by its key: the list that it chooses from.
REFERENCES: Mapping[tuple[type[Any], str], str] = {
    (terms.Outcome, "points"): "points",
    (terms.FollowUp, "points"): "points",
    (terms.Condition, "baseline_point"): "points",
    (terms.Quantity, "baseline_point"): "points",
    (terms.Composite, "parts"): "successes",
    (terms.Weight, "part"): "successes",
    (terms.Restriction, "reached"): "successes",
    (terms.Restriction, "not_reached"): "successes",
    (terms.Restriction, "cohorts"): "cohorts",
    (terms.Measure, "outcome"): "outcomes",
    (terms.Measure, "per"): "outcomes",
    (terms.ExpectedPath, "outcome"): "outcomes",
    (terms.Disruption, "outcomes"): "outcomes",
    (terms.Disruption, "substitute"): "outcomes",
    (terms.Measure, "figure"): "figures",
    (terms.FigurePart, "figure"): "figures",
    (terms.Gate, "figure"): "figures",
    (terms.FallbackStep, "figure"): "figures",
    (terms.Valuation, "index"): "indexes",
    (terms.Price, "index"): "indexes",
    (terms.PayerPart, "party"): "payers",
    (terms.PersonCap, "terms"): "payment_terms",
    (terms.Guarantee, "tranche"): "tranches",
}
MONEY = frozenset(
    {"amount", "cost", "premium_amount", "cap", "floor", "period_cap", "capital", "unit_cost"}
)
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "kr": "kr"}
_CROWNS = frozenset({"SEK", "NOK", "DKK", "ISK"})
_LETTERS = re.compile(r"[^\W\d_]+|[€$£]")


class AmountField(DecimalField):
    """An amount in the contract's currency, which may be written with it; another is refused."""

    default_error_messages: ClassVar[dict[str, Text]] = {
        "invalid": _("Write an amount, for example 1 250,50."),
        "other_currency": _("The contract is in %(currency)s. Give the amount in %(currency)s."),
    }

    def __init__(self, currency: str, **kwargs: Any) -> None:
        super().__init__(decimal_places=PLACES, max_digits=DIGITS, **kwargs)
        self.currency = currency

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        written = str(value or "")
        for word in _LETTERS.findall(written):
            meant = _SYMBOLS.get(word.lower(), word.upper())
            if meant == self.currency or (meant == "kr" and self.currency in _CROWNS):
                written = written.replace(word, "")
            elif meant in CURRENCIES or meant in {*_SYMBOLS.values()}:
                params = {"currency": self.currency}
                message = self.error_messages["other_currency"]
                raise ValidationError(message, code="other_currency", params=params)
        return super().to_python(written)


@dataclass(frozen=True, slots=True)
class Options:
    """What the editor can choose from, and what the contract has fixed already."""

    currency: str
    metrics: Choices
    payers: Choices
    cohorts: Choices = ()
    has_agreed: bool = False


Chosen = Mapping[str, "Choices"]


def field_for(
    owner: type[Any], entry: Field, ask: Ask, options: Options, lists: Chosen
) -> forms.Field:
    """The field of a leaf; `lists` are the rows that can be named, by the list they are in."""
    named = REFERENCES.get((owner, entry.name))
    said: dict[str, Any] = {"label": ask.label, "help_text": ask.hint, "required": False}
    if named is not None:
        return _reference(entry, ask, lists.get(named, ()), said)
    if entry.kind is terms.MetricReference:
        return _choice([("", ask.none or UNDECIDED[1]), *options.metrics], said)
    if entry.kind is bool:
        return forms.BooleanField(**said)
    if entry.kind is date:
        return DateField(**said)
    if entry.kind is int:
        return WholeNumberField(**said)
    if entry.kind is Decimal:
        return decimal_for(owner, entry.name, options.currency, said)
    if issubclass(entry.kind, StrEnum):
        return _choice(_words(entry, ask), said)
    longest = LONGEST_TEXT if entry.mark == TEXT else 60
    return forms.CharField(max_length=longest, **said)


def is_money(owner: type[Any], name: str) -> bool:
    """Whether an entry is an amount in the contract's currency."""
    return name in MONEY or (owner is terms.ShareStep and name == "up_to")


def is_percent(name: str) -> bool:
    return name.endswith("percent")


def decimal_for(owner: type[Any], name: str, currency: str, said: dict[str, Any]) -> forms.Field:
    """A number in its unit: money, per cent, or what is measured."""
    if is_money(owner, name):
        return AmountField(currency, **{**said, "label": _with_unit(said["label"], currency)})
    if is_percent(name):
        said = {**said, "label": _with_unit(said["label"], "%")}
    return DecimalField(decimal_places=PLACES, max_digits=DIGITS, **said)


def _with_unit(label: Text, unit: Text) -> str:
    return f"{label} ({unit})"


def _reference(entry: Field, ask: Ask, rows: Choices, said: dict[str, Any]) -> forms.Field:
    if entry.kind is str:
        return _choice([("", ask.none or UNDECIDED[1]), *rows], said)
    if not rows:
        said = {**said, "help_text": NOTHING_YET}
    return forms.MultipleChoiceField(
        choices=rows, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": GONE}, **said,
    )  # fmt: skip


def _choice(choices: Choices, said: dict[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, error_messages={"invalid_choice": GONE}, **said)


def _words(entry: Field, ask: Ask) -> Choices:
    """The words of a vocabulary; an empty choice where the terms may leave it open."""
    words = [(word.value, label(word)) for word in entry.kind]
    if ask.none:
        return [("", ask.none), *words]
    return [UNDECIDED, *words] if entry.is_optional else words


def preset_of(field: forms.Field) -> str:
    """What a field says before anybody has answered."""
    choices = list(getattr(field, "choices", ()))
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField):
        return str(choices[0][0]) if choices else ""
    return ""
