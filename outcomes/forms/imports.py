"""The shape of a file that is imported."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sibportal.web.forms import UploadField

LARGEST_FILE = 10_000_000  # bytes, as the rules have it


class ImportForm(forms.Form):
    """A file of measurements."""

    file = UploadField(
        label=_("CSV file"),
        max_bytes=LARGEST_FILE,
        extensions=(".csv", ".txt"),
        help_text=_("At most 10 MB and 50,000 rows. Nothing is saved before you confirm."),
    )
