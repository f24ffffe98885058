"""Two variants of terms and assumed outcomes side by side; posted, calculated and forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from contracts.rules.terms import TermsDocument
from contracts.rules.terms.document import Outcome, ReturnCap
from contracts.rules.terms.units import MONEY, PERCENT, figure_unit
from payments.forms.foresight import level_unit
from payments.forms.questions import ASKS, Several
from payments.rules.assumed import Assumed, complete_in, groups_of, times_each
from payments.rules.inputs import Group
from payments.rules.what_if import Circumstances, TriedValue, claim_periods, tried_values
from sibportal.kernel.errors import RuleViolation
from sibportal.web import formats
from sibportal.web.forms import DecimalField, MoneyField, WholeNumberField
from sibportal.web.localised import choose
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from payments.selectors.foresight import Start

VARIANTS = ("a", "b")
MOST_PEOPLE = 100_000
MOST_ROWS = 12
HUNDRED = Decimal(100)
MONEY_ENTRIES = frozenset(
    {
        "amount", "cost", "premium_amount", "cap", "floor", "period_cap", "unit_cost",
    }
)  # fmt: skip
FIGURE_ENTRIES = frozenset(
    {"value", "reached", "above", "up_to", "at", "dead_band_from", "dead_band_to"}
)


@dataclass(frozen=True)
class Row:
    """One line of a table of the form: what it is, what holds now, and a field per variant."""

    title: str
    now: str
    fields: list[forms.BoundField]


class WhatIfForm(forms.Form):
    """For each variant the numbers of the terms (empty: as they are) and the outcomes to date at
    the end of periods (empty: evenly between the ones that are filled in)."""

    def __init__(
        self, start: Start, payers: Mapping[str, str], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=_initial(start))
        self.start, self.payers = start, payers
        self.tried = tried_values(start.written)
        self.rows = _shown_periods(len(start.periods))
        for variant in VARIANTS:
            self._ask(variant)
        for number, one in enumerate(start.asked):
            if groups_of(start.terms, one.outcome):
                self.fields[f"without_{number}"] = DecimalField(
                    label=_("%(outcome)s: without the service")
                    % {"outcome": choose(one.outcome.title)},
                    help_text=level_unit(one.outcome),
                    decimal_places=4,
                )
        if start.needs_cost:
            self.fields["cost"] = MoneyField(label=_("Verified cost of the service in all"))

    def _ask(self, variant: str) -> None:
        name = _variant_name(variant)
        self.fields[f"{variant}_people"] = WholeNumberField(
            label=f"{_('People who count')}, {name}", min_value=1, max_value=MOST_PEOPLE
        )
        for number, value in enumerate(self.tried):
            self.fields[f"{variant}_value_{number}"] = DecimalField(
                label=f"{value_title(value, self.payers)}, {name}",
                required=False,
                decimal_places=6,
                max_digits=18,
            )
        for number, one in enumerate(self.start.asked):
            for period in self.rows:
                place = _("period %(number)s") % {"number": period + 1}
                self.fields[f"{variant}_reached_{number}_{period}"] = DecimalField(
                    label=f"{choose(one.outcome.title)}, {place}, {name}",
                    required=False,
                    decimal_places=0 if one.is_share else 4,
                    max_digits=18,
                    min_value=Decimal(0) if one.is_share else None,
                )

    # What the page shows --------------------------------------------------------------------
    def values(self) -> list[Row]:
        """A row for each number of the terms."""
        return [
            Row(
                value_title(value, self.payers),
                _now(value, self.start.terms),
                [self[f"{variant}_value_{number}"] for variant in VARIANTS],
            )
            for number, value in enumerate(self.tried)
        ]

    def people(self) -> Row:
        """How many people count."""
        return Row(_("People who count"), "", [self[f"{name}_people"] for name in VARIANTS])

    def outcomes(self) -> Iterator[tuple[str, str, list[Row]]]:
        """For each outcome its unit and a row for each period."""
        for number, one in enumerate(self.start.asked):
            rows = [
                Row(
                    formats.last_day(self.start.periods[period].end or self.start.first_day),
                    "",
                    [self[f"{variant}_reached_{number}_{period}"] for variant in VARIANTS],
                )
                for period in self.rows
            ]
            yield str(choose(one.outcome.title)), _counted_in(one.outcome), rows

    def common(self) -> list[forms.BoundField]:
        """What holds for both variants."""
        names = [name for name in self.fields if name == "cost" or name.startswith("without_")]
        return [self[name] for name in names]

    # What was answered ----------------------------------------------------------------------
    def changes(self, variant: str) -> dict[str, Decimal | int]:
        """The numbers of the terms that a variant changes, by path."""
        found: dict[str, Decimal | int] = {}
        for number, value in enumerate(self.tried):
            given = self.cleaned_data.get(f"{variant}_value_{number}")
            if given is not None and given != value.value:
                found[value.path] = given
        return found

    def figures(self, variant: str) -> list[dict[str, Assumed]]:
        """What is assumed at the end of each period, to date."""
        people = self.cleaned_data[f"{variant}_people"]
        count = len(self.start.periods)
        series = {
            one.outcome.key: self._series(variant, number, count)
            for number, one in enumerate(self.start.asked)
        }
        groups = {
            one.outcome.key: self._groups(number, one.outcome, people)
            for number, one in enumerate(self.start.asked)
        }
        return [
            {
                one.outcome.key: _assumed(
                    one.outcome, people, series[one.outcome.key][period], groups[one.outcome.key]
                )
                for one in self.start.asked
            }
            for period in range(count)
        ]

    def circumstances(self) -> Circumstances:
        """What is assumed besides outcomes."""
        return Circumstances(
            service_cost=self.cleaned_data.get("cost"), grace_days=self.start.grace_days
        )

    def clean(self) -> dict[str, Any]:
        """Figures to date neither fall nor exceed the people who can bring them."""
        cleaned = super().clean() or self.cleaned_data
        for variant in VARIANTS:
            people = cleaned.get(f"{variant}_people")
            for number, one in enumerate(self.start.asked):
                if people and one.is_share:
                    self._check(variant, number, people * times_each(one.outcome))
        return cleaned

    def attach(self, variant: str, violation: RuleViolation) -> None:
        """Show what the rules refused at the number it is about, else above the form."""
        names = {value.path: number for number, value in enumerate(self.tried)}
        for issue in violation.issues:
            number = names.get(issue.field)
            field = None if number is None else f"{variant}_value_{number}"
            self.add_error(field, issue_sentence(issue))

    def _check(self, variant: str, number: int, most: int) -> None:
        before = Decimal(0)
        for period in self.rows:
            name = f"{variant}_reached_{number}_{period}"
            given = self.cleaned_data.get(name)
            if given is None:
                continue
            if given > most:
                self.add_error(name, _("At most %(most)s can be reached.") % {"most": most})
            elif given < before:
                self.add_error(name, _("A figure to date does not fall."))
            before = given

    def _series(self, variant: str, number: int, count: int) -> list[Decimal]:
        known = {-1: Decimal(0)}
        for period in self.rows:
            given = self.cleaned_data.get(f"{variant}_reached_{number}_{period}")
            if given is not None:
                known[period] = given
        return [_between(known, period) for period in range(count)]

    def _groups(self, number: int, outcome: Outcome, people: int) -> dict[str, Group]:
        level = self.cleaned_data.get(f"without_{number}")
        if level is None:
            return {}
        if outcome.quantity:
            group = Group(people, total=level * people)
        else:
            group = Group(people, reached=int(level * people * times_each(outcome) / HUNDRED))
        return dict.fromkeys(groups_of(self.start.terms, outcome), group)


def value_title(value: TriedValue, payers: Mapping[str, str]) -> str:
    """What a number of the terms is called, with the rows of lists that it stands in."""
    parts = [str(choose(value.title))] if value.title else []
    for owner, entry, place in value.places:
        ask = ASKS.get((owner, entry))
        # A payment term and a payer have a name of their own.
        if isinstance(ask, Several) and owner is not TermsDocument and entry != "payers":
            parts.append(f"{ask.noun} {place}")
    if value.party:
        parts.append(payers.get(value.party, value.party))
    ask = ASKS.get((value.owner, value.entry))
    parts.append(str(ask.label) if ask else value.entry.replace("_", " ").capitalize())
    return ": ".join(parts)


def _now(value: TriedValue, terms: TermsDocument) -> str:
    """What the terms say now, with its unit."""
    if value.entry.endswith("percent") or value.owner is ReturnCap:
        return formats.percentage(value.value)
    if value.entry in MONEY_ENTRIES:
        return formats.money(value.value, terms.currency, cents=True)
    if value.entry in FIGURE_ENTRIES and value.path.startswith("payment_terms["):
        term = terms.payment_terms[int(value.path.partition("[")[2].partition("]")[0])]
        unit = figure_unit(terms, term.measure, term.compare, term.valuation)
        if unit == PERCENT:
            return formats.percentage(value.value)
        if unit == MONEY:
            return formats.money(value.value, terms.currency, cents=True)
    return formats.number(value.value)


def _variant_name(variant: str) -> str:
    return _("variant 1") if variant == "a" else _("variant 2")


def _counted_in(outcome: Outcome) -> str:
    if outcome.quantity:
        return _("Sum to date")
    return _("Times to date") if times_each(outcome) > 1 else _("People to date")


def _assumed(outcome: Outcome, people: int, value: Decimal, groups: Mapping[str, Group]) -> Assumed:
    if outcome.quantity:
        return Assumed(people, total=value, groups=groups)
    return Assumed(people, reached=int(value), groups=groups)


def _between(known: Mapping[int, Decimal], period: int) -> Decimal:
    """The figure at a period: given, on the line between two given ones, or the last one."""
    before = max(place for place in known if place <= period)
    after = min((place for place in known if place >= period), default=before)
    if after == before:
        return known[before]
    part = Decimal(period - before) / (after - before)
    return known[before] + (known[after] - known[before]) * part


def _shown_periods(count: int) -> list[int]:
    """Which periods the form asks about; the last one always."""
    every = -(-count // MOST_ROWS)
    return [period for period in range(count) if (count - 1 - period) % every == 0]


def _initial(start: Start) -> dict[str, Any]:
    """Both variants begin alike: as the terms are, with what the parties expect at the end."""
    found: dict[str, Any] = {"cost": start.cost}
    periods = claim_periods(start.periods)
    rows = _shown_periods(len(periods))
    for variant in VARIANTS:
        found[f"{variant}_people"] = start.people
        for number, one in enumerate(start.asked):
            level = one.expected if one.expected is not None else one.without
            if level is None:
                level = Decimal(50) if one.is_share else Decimal(0)
            end = complete_in(start.terms, one.outcome.key, periods) - 1
            row = next(period for period in rows if period >= end)
            found[f"{variant}_reached_{number}_{row}"] = _whole(one.outcome, level, start.people)
    for number, one in enumerate(start.asked):
        found[f"without_{number}"] = one.without
    return found


def _whole(outcome: Outcome, level: Decimal, people: int) -> Decimal:
    if outcome.quantity:
        return level * people
    return Decimal(int(level * people * times_each(outcome) / HUNDRED))
