"""The shape of figures from outside and of checking them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.models import SuppliedKind
from payments.rules.supplied import SuppliedKind as Kind
from sibportal.web.forms import DateField, DecimalField, choice_field


class SuppliedFigureForm(forms.Form):
    """A cost, other funding or an index value, with its time and source."""

    kind = forms.ChoiceField(label=_("What"), choices=SuppliedKind.choices)
    index_key = forms.ChoiceField(
        label=_("Index"), required=False, help_text=_("Only for the value of an index.")
    )
    value = DecimalField(label=_("Amount or value"), decimal_places=6, max_digits=18)
    from_day = DateField(label=_("From"))
    until = DateField(label=_("Until"), help_text=_("The first day that no longer belongs to it."))
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("For example the account statement or the publisher of the index."),
    )

    def __init__(self, *args: Any, indexes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if indexes:
            choice_field(self, "index_key").choices = [("", "–"), *indexes]
        else:
            del self.fields["index_key"]
            kinds = [choice for choice in SuppliedKind.choices if choice[0] != Kind.INDEX]
            choice_field(self, "kind").choices = kinds


class FigureCheckForm(forms.Form):
    """Accepted or not, after a look at the source."""

    accepted = forms.TypedChoiceField(
        label=_("Does the figure agree with its source?"),
        choices=[("yes", _("Yes, it may be used")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason, if not"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
