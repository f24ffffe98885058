"""What leaves the portal as a file: nothing of it runs, in a browser or in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO

from django.http import FileResponse, HttpResponse

_FORMULA_SIGNS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")
_BLANK = " \N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"


def safe_cell(value: object) -> object:
    """A value for a CSV or spreadsheet cell that no program will run.

    Numbers stay numbers (also negative ones) and dates become ISO text. A text that begins like a
    formula, after spaces too, gets an apostrophe before it.
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(_BLANK).startswith(_FORMULA_SIGNS) else text


def attachment(name: str, content_type: str, content: bytes) -> FileResponse:
    """A file as it was uploaded: saved by the browser, never shown or run in the portal's pages."""
    return FileResponse(
        BytesIO(content), as_attachment=True, filename=name, content_type=content_type
    )


def csv_response(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file that spreadsheets in Finland and Sweden open as a table, and do not run."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(response, delimiter=";")
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return response


def file_response(name: str, content_type: str, content: bytes) -> HttpResponse:
    """A finished file to save; browsers are told not to guess what it is."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
