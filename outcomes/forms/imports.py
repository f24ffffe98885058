"""The shape of a file that is imported, and of what a person says its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from outcomes.forms.fields import AskedChoice
from outcomes.rules import headers
from outcomes.rules.rows import REQUIRED
from sibportal.web.forms import UploadField

LARGEST_FILE = 10_000_000  # bytes, as the rules have it


class ImportForm(forms.Form):
    """A file of measurements."""

    file = UploadField(
        label=_("File"),
        max_bytes=LARGEST_FILE,
        extensions=(".xlsx", ".ods", ".csv", ".txt"),
        help_text=_(
            "Excel (.xlsx), OpenDocument (.ods) or CSV, at most 10 MB and 50,000 rows. "
            "Nothing is saved before you confirm."
        ),
    )


class MatchForm(forms.Form):
    """What each column of a file is; guesses are filled in."""

    use_required_attribute = False

    def __init__(self, *args: Any, header: Sequence[str], columns: Sequence[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = headers.template(get_language() or "en")
        offered: list[tuple[str, Any]] = [("", _("Not used"))]
        offered += [
            (field, f"{names[field]} *" if field in REQUIRED else names[field])
            for field in headers.HEADERS
        ]
        for place, name in enumerate(header):
            guess = columns[place] if place < len(columns) else ""
            self.fields[f"column-{place}"] = AskedChoice(
                label=name or _("Column without a name"),
                choices=offered,
                initial="" if guess == headers.LEFT_OUT else guess,
            )

    def columns(self) -> list[str]:
        """The field of each column in the order of the file; nothing for those not used."""
        return [self.cleaned_data[name] for name in self.fields]
