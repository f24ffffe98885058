"""Fields for a text that is written once per language (decision 33)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.forms import BoundField
    from django_stubs_ext import StrOrPromise as Text

LONGEST_LINE, LONGEST_TEXT = 200, 2000
_LANGUAGES = (("en", _("in English")), ("fi", _("in Finnish")), ("sv", _("in Swedish")))


@dataclass(frozen=True)
class Texts:
    """What one text is called, how long it may be, and whether every language needs it."""

    label: Text
    longest: int = LONGEST_LINE
    required: bool = False

    def fields(self, name: str) -> Iterator[tuple[str, forms.CharField]]:
        """One field per language."""
        widget = forms.Textarea(attrs={"rows": 3}) if self.longest > LONGEST_LINE else None
        for code, language in _LANGUAGES:
            label = format_lazy("{}, {}", self.label, language)
            field = forms.CharField(
                label=label, required=self.required, max_length=self.longest, widget=widget
            )
            yield f"{name}_{code}", field

    def row(self, form: forms.Form, name: str) -> list[BoundField]:
        """Its fields in a form, to stand beside each other."""
        return [form[f"{name}_{code}"] for code, _language in _LANGUAGES]
