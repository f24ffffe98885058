"""What is assumed on the page before signing; all of it travels in the address, so that the same
page can be printed again. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from contracts.rules.terms.document import Outcome
from payments.rules.assumed import times_each
from payments.rules.inputs import Flow
from payments.rules.risk import Belief
from payments.rules.what_if import Circumstances
from sibportal.kernel.errors import RuleViolation
from sibportal.web.forms import DateField, DecimalField, MoneyField, WholeNumberField
from sibportal.web.localised import choose
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from payments.selectors.foresight import Asked, Start

MOST_PEOPLE = 100_000
SHARE = {"min_value": Decimal(0), "max_value": Decimal(100), "decimal_places": 2}


class ForesightForm(forms.Form):
    """Assumptions: how many people, what would happen anyway, what is expected, the capital."""

    def __init__(self, start: Start, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data if data is not None else _initial(start))
        self.start = start
        self.fields["people"] = WholeNumberField(
            label=_("People who count"), min_value=1, max_value=MOST_PEOPLE
        )
        for number, one in enumerate(start.asked):
            self._ask(number, one)
        if any(one.has_comparison for one in start.asked):
            self.fields["comparison_people"] = WholeNumberField(
                label=_("People in the comparison group"), min_value=1, max_value=MOST_PEOPLE
            )
        if start.needs_cost:
            self.fields["cost"] = MoneyField(label=_("Verified cost of the service in all"))
        if start.has_investors:
            self.fields["capital"] = MoneyField(
                label=_("Capital that investors pay in"), required=False
            )
            self.fields["capital_on"] = DateField(
                label=_("Day on which the capital is paid in"), required=False
            )

    def _ask(self, number: int, one: Asked) -> None:
        kind: dict[str, Any] = dict(SHARE) if one.is_share else {"decimal_places": 4}
        unit = level_unit(one.outcome)
        self._question(f"without_{number}", _("Without the service"), unit, kind)
        if not one.is_chance:
            return
        self._question(f"expected_{number}", _("With the service, as expected"), unit, kind)
        label, hint = _("How much people differ"), _("Standard deviation between people.")
        if one.is_share:
            label = _("How far off that may be")
            hint = _("Standard deviation in percentage points; 0 where the share is certain.")
        spread = {"min_value": Decimal(0), "decimal_places": 4}
        self._question(f"spread_{number}", label, hint, spread)

    def _question(self, name: str, label: str, hint: str, kind: dict[str, Any]) -> None:
        field = DecimalField(label=label, help_text=hint, required=False, **kind)
        # Each is asked, and the page says what it cannot tell without an answer.
        field.is_question = True  # type: ignore[attr-defined]
        self.fields[name] = field

    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields of each outcome under its title, then what concerns everybody."""
        for number, one in enumerate(self.start.asked):
            names = [f"{name}_{number}" for name in ("without", "expected", "spread")]
            yield str(choose(one.outcome.title)), [self[n] for n in names if n in self.fields]
        names = ["people", "comparison_people", "cost", "capital", "capital_on"]
        yield _("People and money"), [self[name] for name in names if name in self.fields]

    def without(self) -> dict[str, Decimal]:
        """What each outcome is without the service, where that is answered."""
        return self._levels("without")

    def expected(self) -> dict[str, Belief] | None:
        """What is expected of each outcome; None while one is unanswered."""
        levels = self._levels("expected")
        found = {}
        for number, one in enumerate(self.start.asked):
            if not one.is_chance:
                continue
            if one.outcome.key not in levels:
                return None
            spread = self.cleaned_data.get(f"spread_{number}") or Decimal(0)
            found[one.outcome.key] = Belief(levels[one.outcome.key], spread)
        return found

    def no_effect(self) -> dict[str, Belief] | None:
        """The case in which the service changes nothing; None while a level is unanswered."""
        levels = self.without()
        found = {}
        for number, one in enumerate(self.start.asked):
            if one.outcome.key not in levels:
                return None
            # Doubt about a share is doubt about the service; people differ either way.
            spread = None if one.is_share else self.cleaned_data.get(f"spread_{number}")
            found[one.outcome.key] = Belief(levels[one.outcome.key], spread or Decimal(0))
        return found

    def circumstances(self) -> Circumstances:
        """Cost, capital and grace, as the rules read them."""
        capital = self.cleaned_data.get("capital")
        day = self.cleaned_data.get("capital_on") or self.start.first_day
        return Circumstances(
            service_cost=self.cleaned_data.get("cost"),
            capital=(Flow(day, capital),) if capital else (),
            grace_days=self.start.grace_days,
        )

    def attach(self, violation: RuleViolation) -> None:
        """Show what the rules refused: a spread at its own field, else above the form."""
        names = {
            f"spread.{one.outcome.key}": f"spread_{number}"
            for number, one in enumerate(self.start.asked)
        }
        for issue in violation.issues:
            self.add_error(names.get(issue.field), issue_sentence(issue))

    def _levels(self, name: str) -> dict[str, Decimal]:
        found = {}
        for number, one in enumerate(self.start.asked):
            level = self.cleaned_data.get(f"{name}_{number}")
            if level is not None:
                found[one.outcome.key] = level
        return found


def level_unit(outcome: Outcome) -> str:
    """What a level of an outcome is written in."""
    if outcome.quantity:
        return _("on average for one person")
    if times_each(outcome) > 1:
        return _("per cent of the times that everybody can count")
    return _("per cent of people")


def _initial(start: Start) -> dict[str, Any]:
    """What the terms themselves suggest, as if somebody had typed it."""
    found: dict[str, Any] = {
        "people": start.people,
        "comparison_people": start.people,
        "cost": start.cost,
        "capital": start.capital,
        "capital_on": start.first_day.isoformat(),
    }
    for number, one in enumerate(start.asked):
        found |= {
            f"without_{number}": one.without,
            f"expected_{number}": one.expected,
            f"spread_{number}": one.spread,
        }
    return {name: "" if value is None else str(value) for name, value in found.items()}
