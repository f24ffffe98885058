"""A CSV file of measurements, from bytes to rows, and safe cells on the way out.

Refuses early: size while it streams, then encoding, header and shape; a bad file raises
RuleViolation and a bad row is kept as an error beside the good ones.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from outcomes.rules.headers import HEADERS, column_of
from outcomes.rules.reading import has_control_characters
from outcomes.rules.validation import Candidate
from sibportal.kernel.errors import Issue, RuleViolation

DELIMITERS = (";", ",", "\t")
REQUIRED = ("participant", "metric", "point", "measured_on", "value")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


@dataclass(frozen=True)
class Limits:
    """What a file may hold (decision 34)."""

    megabytes: int = 10
    rows: int = 50_000
    columns: int = 40
    cell: int = 2_000


@dataclass(frozen=True)
class FileRow:
    """One row of the file as texts; `line` is where a spreadsheet or editor shows it."""

    line: int
    candidate: Candidate


@dataclass(frozen=True)
class RowError:
    """What is wrong in one row of the file."""

    line: int
    issue: Issue


@dataclass(frozen=True)
class ParsedFile:
    """What was read. `notes` say what had to be guessed, for the reader to confirm."""

    rows: tuple[FileRow, ...]
    errors: tuple[RowError, ...]
    encoding: str
    delimiter: str
    notes: tuple[Issue, ...] = ()


def parse(content: bytes | Iterable[bytes], limits: Limits | None = None) -> ParsedFile:
    """Read a file, given whole or in chunks. Raises RuleViolation where it cannot be used."""
    limits = limits or Limits()
    data = _collect(content, limits)
    text, encoding, notes = _decode(data)
    _require_text(text)
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    header = next(records, None)
    if header is None:
        raise RuleViolation("outcomes.file_empty")
    columns = _columns(header[1], limits)
    rows: list[FileRow] = []
    errors: list[RowError] = []
    for count, (line, cells) in enumerate(records, start=1):
        if count > limits.rows:
            raise RuleViolation("outcomes.file_too_many_rows", limit=limits.rows)
        problem = _shape(cells, columns, limits)
        if problem is not None:
            errors.append(RowError(line, problem))
        else:
            rows.append(FileRow(line, _candidate(cells, columns)))
    if not rows and not errors:
        raise RuleViolation("outcomes.file_without_rows")
    return ParsedFile(tuple(rows), tuple(errors), encoding, delimiter, notes)


def _collect(content: bytes | Iterable[bytes], limits: Limits) -> bytes:
    collected = bytearray()
    for chunk in (content,) if isinstance(content, bytes) else content:
        collected += chunk
        if len(collected) > limits.megabytes * 1024 * 1024:
            raise RuleViolation("outcomes.file_too_large", limit=limits.megabytes)
    if collected.startswith(_SPREADSHEETS):
        raise RuleViolation("outcomes.file_is_spreadsheet")
    return bytes(collected)


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
        return sum(column_of(cell.strip(' "')) is not None for cell in header.split(delimiter))

    return max(DELIMITERS, key=lambda one: (known(one), header.count(one)))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
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


def _columns(header: list[str], limits: Limits) -> list[str]:
    """The field of each column; raises with every header that cannot be used."""
    if len(header) > limits.columns:
        raise RuleViolation("outcomes.file_too_many_columns", limit=limits.columns)
    while header and not header[-1].strip():
        header = header[:-1]
    issues: list[Issue] = []
    columns: list[str] = []
    for name in header:
        column = column_of(name)
        if column is None:
            issues.append(Issue("outcomes.header_unknown", value=name.strip()[:80]))
        elif column in columns:
            issues.append(Issue("outcomes.header_twice", field=column, value=name.strip()))
        columns.append(column or "")
    issues += [
        Issue("outcomes.header_missing", field=name, params={"column": HEADERS[name]["en"][0]})
        for name in REQUIRED
        if name not in columns
    ]
    if issues:
        raise RuleViolation(issues)
    return columns


def _shape(cells: list[str], columns: list[str], limits: Limits) -> Issue | None:
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Issue(
            "outcomes.row_too_many_cells",
            params={"found": len(cells), "expected": len(columns)},
        )
    for name, cell in zip(columns, cells, strict=False):
        if len(cell) > limits.cell:
            return Issue("outcomes.text_too_long", field=name, params={"limit": limits.cell})
    return None


def _candidate(cells: list[str], columns: list[str]) -> Candidate:
    known = {one.name for one in fields(Candidate)}
    given = zip(columns, cells, strict=False)
    return Candidate(**{name: cell.strip() for name, cell in given if name in known})
