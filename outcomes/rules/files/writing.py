"""Rows as a file that a spreadsheet opens and does not run: every cell is written as plain text.

XLSX by XlsxWriter; ODS is four small parts, for which no kept library is needed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

import xlsxwriter

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def write_xlsx(name: str, rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet of texts; the first row is bold and stays in sight."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 39, 18)
    for line, cells in enumerate(rows):
        for place, text in enumerate(cells):
            sheet.write_string(line, place, writable(text), None if line else bold)
    book.close()
    return target.getvalue()


def write_ods(name: str, rows: Iterable[Sequence[str]]) -> bytes:
    """The same as an OpenDocument spreadsheet."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        # The type comes first and unpacked, so that programs know the file by its first bytes.
        packed.writestr("mimetype", ODS_TYPE, zipfile.ZIP_STORED)
        packed.writestr("META-INF/manifest.xml", _MANIFEST)
        with packed.open("content.xml", "w") as part:
            opening = (
                f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES}>'
                "<office:body><office:spreadsheet>"
                f'<table:table table:name="{escape(name)}">'
            )
            part.write(opening.encode())
            for cells in rows:
                part.write(
                    f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>".encode()
                )
            part.write(
                b"</table:table></office:spreadsheet></office:body></office:document-content>"
            )
    return target.getvalue()


def writable(text: str) -> str:
    """A text without the signs that no spreadsheet file may hold."""
    return _UNWRITABLE.sub("", text)


def _ods_cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    lines = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in writable(text).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def _spaced(line: str) -> str:
    """Text of one line; OpenDocument folds spaces unless they are elements."""
    return re.sub(" {2,}", lambda gap: f'<text:s text:c="{len(gap[0])}"/>', escape(line))
