"""The shape of a file of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.rules.files import EXTENSIONS, LARGEST_FILE
from sibportal.web.forms import UploadField, choice_field

# Names of types, not only endings: a phone then offers its camera and sends a picture we can read.
TAKEN = "image/jpeg,image/png,application/pdf,.odt,.docx"


class EvidenceField(UploadField):
    """A file or a picture taken with the phone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_bytes=LARGEST_FILE,
            extensions=EXTENSIONS,
            help_text=_("A picture (JPEG, PNG), PDF, ODT or DOCX, at most 20 MB."),
            **kwargs,
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": TAKEN}


class EvidenceForm(forms.Form):
    """A file that shows a measurement, and others of the same visit."""

    file = EvidenceField(label=_("File"))
    also = forms.TypedMultipleChoiceField(
        label=_("It also shows"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Other measurements of this participant at the same point."),
    )

    def __init__(self, *args: Any, others: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            choices = [(str(pk), title) for pk, title in others]
            choice_field(self, "also").choices = choices
        else:
            del self.fields["also"]


class VisitFileForm(forms.Form):
    """A file that shows everything entered of a visit, where there is one already."""

    evidence_file = EvidenceField(label=_("File with the evidence"), required=False)
