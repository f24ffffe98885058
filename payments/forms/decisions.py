"""Shape of what people enter about approval: rules, deputies, decision drafts and objections."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.rules.approval import FLOOR, MOST_PEOPLE, Tier
from payments.states import ObjectionOutcome, Vat
from sibportal.accounts.models import User
from sibportal.web.forms import (
    DateField,
    DecimalField,
    MoneyField,
    WholeNumberField,
    choice_field,
    model_choice_field,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise as Text

TIERS = 3
NO_NAMES = _("The parties of the contract read this. No names or codes of participants.")


def _reason(label: Text, help_text: Text = NO_NAMES) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PolicyForm(forms.Form):
    """How many people approve, from which amount on. The first row is for every amount; the others
    are left empty where they are not needed."""

    valid_from = DateField(
        label=_("Valid from"), help_text=_("Claims submitted before keep their steps.")
    )
    basis = forms.CharField(
        label=_("Rests on"),
        help_text=_("The decision or accounting rule, for example “Accounting rules, section 12”."),
        max_length=200,
    )

    def __init__(self, *args: Any, tiers: Sequence[Tier] = (FLOOR,), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(TIERS):
            old = tiers[place] if place < len(tiers) else None
            self._add_tier(place, old)

    def _add_tier(self, place: int, old: Tier | None) -> None:
        if place:
            self.fields[f"tiers[{place}].from_amount"] = MoneyField(
                label=_("Step %(number)s: from this share") % {"number": place + 1},
                help_text=_("In the currency of the contract. Leave empty if not needed."),
                required=False,
                initial=old.from_amount if old else None,
            )
        people: tuple[tuple[str, Text], ...] = (
            ("factual_checks", _("People who check the facts")),
            ("acceptances", _("People who accept")),
        )
        for name, label in people:
            self.fields[f"tiers[{place}].{name}"] = WholeNumberField(
                label=label,
                required=not place,
                min_value=1,
                max_value=MOST_PEOPLE,
                initial=getattr(old, name) if old else None,
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for place in range(1, TIERS):
            names = [f"tiers[{place}].{name}" for name in Tier.__slots__]
            filled = [name for name in names if given.get(name) is not None]
            for name in names:
                if filled and name not in filled and name not in self.errors:
                    self.add_error(name, _("Fill in the whole row, or leave it empty."))
            earlier = given.get(f"tiers[{place - 1}].acceptances")
            if filled and earlier is None and not self.errors:
                self.add_error(names[0], _("Fill in the row above first."))
        return given

    def tiers(self) -> list[Tier]:
        """The rows that are filled in."""
        found = []
        for place in range(TIERS):
            checks = self.cleaned_data.get(f"tiers[{place}].factual_checks")
            accepts = self.cleaned_data.get(f"tiers[{place}].acceptances")
            amount = self.cleaned_data.get(f"tiers[{place}].from_amount", Decimal(0))
            if checks is not None and accepts is not None:
                found.append(Tier(amount, checks, accepts))
        return found


class DelegationForm(forms.Form):
    """Who approves in one's place, and when."""

    deputy = forms.ModelChoiceField(
        label=_("Deputy"),
        help_text=_("Somebody of your organisation. They approve in their own name, for you."),
        queryset=User.objects.none(),
        empty_label=_("Choose"),
    )
    starts_on = DateField(label=_("First day"))
    last_on = DateField(label=_("Last day"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("In a word, for example “Annual leave”. Nothing about health."),
        max_length=200,
    )

    def __init__(self, *args: Any, deputies: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice_field(self, "deputy").queryset = deputies


class RevokeForm(forms.Form):
    """Nothing to fill in: the question is on the page."""


class DecisionForm(forms.Form):
    """What a payer's decision says beside the figures of the claim."""

    case_number = forms.CharField(label=_("Case number"), max_length=60)
    section = forms.CharField(label=_("Section"), help_text=_("For example “§ 24”."), max_length=40)
    decided_on = DateField(label=_("Date of the decision"))
    decision_maker = forms.CharField(
        label=_("Decision maker"),
        help_text=_("Name and office, for example “Maija Malli, director of services”."),
        max_length=150,
    )
    invoice_number = forms.CharField(label=_("Invoice number"), max_length=60, required=False)
    order_number = forms.CharField(label=_("Order number"), max_length=60, required=False)
    vat_treatment = forms.ChoiceField(label=_("Value added tax"), choices=Vat.choices)
    vat_rate_percent = DecimalField(
        label=_("VAT rate, per cent"),
        help_text=_("Only where the payment is taxable."),
        max_digits=5,
        required=False,
    )


class ObjectionForm(forms.Form):
    """Which line a party disputes, and why."""

    line = forms.ChoiceField(
        label=_("Line"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Somebody has disputed this line already.")},
    )
    party = forms.ChoiceField(label=_("In the name of"))
    reason = _reason(_("Why do you object?"))

    def __init__(
        self,
        *args: Any,
        lines: Sequence[tuple[str, str]],
        parties: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "line").choices = lines
        if len(parties) > 1:
            choice_field(self, "party").choices = parties
        else:  # whoever speaks for one party is not asked for which
            del self.fields["party"]
        if len(lines) == 1:
            self.fields["line"].initial = lines[0][0]


class OutcomeForm(forms.Form):
    """How a dispute is decided."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (ObjectionOutcome.STANDS.value, ObjectionOutcome.STANDS.label),
            (ObjectionOutcome.CHANGED.value, ObjectionOutcome.CHANGED.label),
        ],
        widget=forms.RadioSelect,
    )
    amount = MoneyField(
        label=_("Amount of the line"),
        help_text=_(
            "Only where the line is changed. What lies above the claimed amount comes with the"
            " next claim."
        ),
        required=False,
    )
    reason = _reason(_("Reasons"))


class WithdrawForm(forms.Form):
    """Why an objection is taken back."""

    reason = _reason(_("Reason"))
