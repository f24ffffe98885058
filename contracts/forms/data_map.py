"""A line of the data map as people type it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.languages import LONGEST_LINE, LONGEST_TEXT, Texts
from contracts.rules.data_map import DataItemFacts
from sibportal.web.forms import DateField, choice_field

if TYPE_CHECKING:
    from django.forms import BoundField

    from contracts.models import Party

_TEXTS = {
    "item": Texts(_("What is held")),
    "legal_basis": Texts(_("Legal basis"), LONGEST_TEXT),
    "used_by": Texts(_("Who uses it, and for what"), LONGEST_TEXT),
}
_ORDER = (
    "item", "holder_party_id", "holder_name", "system", "legal_basis", "used_by", "valid_from",
    "valid_until",
)  # fmt: skip


class DataItemForm(forms.Form):
    """What is held, by whom, where, on what basis, and who uses it."""

    holder_party_id = forms.TypedChoiceField(
        label=_("Holder among the parties"), required=False, coerce=UUID, empty_value=None
    )
    holder_name = forms.CharField(
        label=_("Another holder"),
        required=False,
        max_length=LONGEST_LINE,
        help_text=_("An organisation that is no party of the contract, for example a school."),
    )
    system = forms.CharField(
        label=_("System or register"),
        max_length=LONGEST_LINE,
        help_text=_("Where it is held. No names or codes of participants anywhere on this page."),
    )
    valid_from = DateField(label=_("Since"))
    valid_until = DateField(
        label=_("Until"), required=False, help_text=_("The first day on which it is held no more.")
    )

    def __init__(
        self,
        *args: Any,
        holders: Iterable[Party],
        of: DataItemFacts | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", asdict(of) if of else None)
        super().__init__(*args, **kwargs)
        for name, text in _TEXTS.items():
            self.fields.update(dict(text.fields(name)))
        choices = [("", _("None of them")), *((str(row.pk), _named(row)) for row in holders)]
        choice_field(self, "holder_party_id").choices = choices

    def rows(self) -> list[list[BoundField]]:
        """The fields in order; those of one text stand beside each other."""
        return [_TEXTS[name].row(self, name) if name in _TEXTS else [self[name]] for name in _ORDER]

    def facts(self) -> DataItemFacts:
        """What the service asks for."""
        return DataItemFacts(**self.cleaned_data)


def _named(party: Party) -> str:
    return f"{party.organisation.name} ({party.get_role_display()})"
