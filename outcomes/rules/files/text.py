"""A CSV file: encoding and delimiter are found, rows are numbered as an editor shows them."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from outcomes.rules.files.table import SLACK, FileKind, Limits, Row, Table
from outcomes.rules.headers import is_known
from outcomes.rules.reading import has_control_characters
from sibportal.kernel.errors import Issue, RuleViolation

DELIMITERS = (";", ",", "\t")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096


def read_text(data: bytes, limits: Limits) -> Table:
    """The table of a CSV file. Raises RuleViolation where it cannot be used."""
    text, encoding, notes = _decode(data)
    _require_text(text)
    delimiter = _delimiter(text)
    rows: list[Row] = []
    for line, cells in _records(text, delimiter):
        if len(cells) > limits.columns:
            cells = _without_empty_end(cells)
        if len(cells) > limits.columns:
            raise RuleViolation("outcomes.file_too_many_columns", limit=limits.columns)
        if len(rows) >= limits.rows + SLACK:
            raise RuleViolation("outcomes.file_too_many_rows", limit=limits.rows)
        rows.append((line, cells))
    if not rows:
        raise RuleViolation("outcomes.file_empty")
    return Table(FileKind.CSV, rows, notes=notes, encoding=encoding, delimiter=delimiter)


def _decode(data: bytes) -> tuple[str, str, tuple[Issue, ...]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_strictly(data, encoding), encoding, ()
    sample = data[:_SAMPLE]
    if b"\0" in sample:
        encoding = _utf_16_by_zeros(sample)
        return _decode_strictly(data, encoding), encoding, (_guess(encoding),)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        # Every byte is a letter in latin-1, so this cannot fail; the reader is told to look.
        return data.decode("latin-1"), "latin-1", (_guess("latin-1"),)


def _require_text(text: str) -> None:
    if not text.strip():
        raise RuleViolation("outcomes.file_empty")
    if "\0" in text:
        raise RuleViolation("outcomes.file_has_nul")
    if has_control_characters(text):
        raise RuleViolation("outcomes.file_not_text")


def _decode_strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise RuleViolation("outcomes.file_encoding_broken", encoding=encoding) from error


def _utf_16_by_zeros(sample: bytes) -> str:
    """Western text in UTF-16 has a zero in nearly every second byte, and in no other."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 4 and even == 0:
        return "utf-16-le"
    if even > len(sample) // 4 and odd == 0:
        return "utf-16-be"
    raise RuleViolation("outcomes.file_has_nul")


def _guess(encoding: str) -> Issue:
    return Issue("outcomes.encoding_guessed", params={"encoding": encoding})


def _delimiter(text: str) -> str:
    """The delimiter that gives the header line the most columns we know."""
    header = text.lstrip().splitlines()[0]

    def known(delimiter: str) -> int:
        return sum(is_known(cell.strip(' "')) for cell in header.split(delimiter))

    return max(DELIMITERS, key=lambda one: (known(one), header.count(one)))


def _records(text: str, delimiter: str) -> Iterator[Row]:
    """Rows with something in them, each with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RuleViolation("outcomes.file_quotes_broken", line=line) from error
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells
