"""Reports as PDF files that everybody can read: tagged (PDF/UA-1), the same bytes for the same
content. The content goes in as JSON, so no text of it is ever read as markup."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typst
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

TEMPLATE = settings.BASE_DIR / "templates" / "pdf" / "report.typ"


@dataclass(frozen=True)
class Section:
    """One part of a report: a text, labels with values, a table; any of them may be missing."""

    title: Text
    text: Text = ""
    pairs: tuple[tuple[Text, Text], ...] = ()
    header: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()

    @property
    def labelled(self) -> list[list[tuple[Text, Text]]]:
        """The rows with the name of its column beside each cell, as a narrow page shows them."""
        return [list(zip(self.header, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Report:
    """A whole report, in the reader's language."""

    title: Text
    subtitle: Text
    author: Text
    footer: Text
    sections: tuple[Section, ...]


def rendered(report: Report) -> bytes:
    """The report as a PDF file."""
    content = asdict(report) | {"language": (get_language() or "en").split("-")[0]}
    compiled: bytes = typst.compile(
        str(TEMPLATE),
        sys_inputs={"report": json.dumps(content, default=str, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
    return compiled


def pdf_response(name: str, report: Report) -> HttpResponse:
    """The file, to be kept; browsers do not guess another type."""
    response = HttpResponse(rendered(report), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
