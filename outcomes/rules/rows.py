"""A file of measurements, from bytes to rows: CSV, XLSX or ODS.

Refuses early: size while it streams, then what it is, its columns and shape; a bad file raises
RuleViolation and a bad row is kept as an error beside the good ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from outcomes.rules import headers
from outcomes.rules.candidate import Candidate
from outcomes.rules.files.ods import read_ods
from outcomes.rules.files.packed import Package
from outcomes.rules.files.sheets import header_place
from outcomes.rules.files.table import FileKind, Limits, Row, Table, column_letter
from outcomes.rules.files.text import read_text
from outcomes.rules.files.xlsx import read_xlsx
from outcomes.rules.headers import HEADERS, LEFT_OUT
from sibportal.kernel.errors import Issue, RuleViolation

REQUIRED = ("participant", "metric", "point", "measured_on", "value")
# What a template gives: a row with nothing else was not filled in.
GIVEN = frozenset({"participant", "metric", "point"})
SMALL_BYTES = 150_000
SMALL_UNPACKED_BYTES = 2_000_000
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

__all__ = [
    "FileKind",
    "FileRow",
    "Limits",
    "Opened",
    "ParsedFile",
    "RowError",
    "open_file",
    "parse",
]


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of the file as texts; `line` is where a spreadsheet or editor shows it."""

    line: int
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one row of the file."""

    line: int
    issue: Issue


@dataclass(frozen=True)
class Opened:
    """A file whose columns are known by name, not yet by meaning."""

    table: Table
    header: tuple[str, ...]
    body: Sequence[Row]

    def guesses(self) -> list[str]:
        """The field that each column's name means; nothing where it is not known."""
        return [headers.guess(name) for name in self.header]


@dataclass(frozen=True)
class ParsedFile:
    """What was read. `notes` say what had to be guessed, for the reader to confirm; `empty` rows
    were given by a template and not filled in; `columns` tell the field of each column."""

    rows: tuple[FileRow, ...]
    errors: tuple[RowError, ...]
    kind: FileKind
    columns: tuple[str, ...]
    empty: int = 0
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[Issue, ...] = ()

    def address(self, line: int, field: str) -> str:
        """Where a field of a row stands, such as B17; nothing where the file has no such column."""
        return f"{column_letter(self.columns.index(field))}{line}" if field in self.columns else ""


def parse(content: bytes | Iterable[bytes], limits: Limits | None = None) -> ParsedFile:
    """Read a file whose columns have the usual names. Raises RuleViolation: unusable."""
    limits = limits or Limits()
    opened = open_file(content, limits)
    columns = opened.guesses()
    issues = column_issues(opened.header, columns)
    if issues:
        raise RuleViolation(issues)
    return to_rows(opened, columns, limits)


def open_file(content: bytes | Iterable[bytes], limits: Limits | None = None) -> Opened:
    """Read a file, given whole or in chunks, as a table with its column names."""
    limits = limits or Limits()
    data = _collect(content, limits)
    table = _table(data, limits)
    place = header_place(table.rows)
    header = [cell.strip() for cell in table.rows[place][1]]
    while header and not header[-1]:
        header.pop()
    return Opened(table, tuple(header), table.rows[place + 1 :])


def column_issues(header: Sequence[str], columns: Sequence[str]) -> list[Issue]:
    """Everything that keeps these columns from being read."""
    issues: list[Issue] = []
    for place, (name, field) in enumerate(zip(header, columns, strict=True)):
        if not field and name:
            issues.append(Issue("outcomes.header_unknown", value=name[:80]))
        elif field in columns[:place] and field not in {"", LEFT_OUT}:
            issues.append(Issue("outcomes.header_twice", field=field, value=name))
    issues += [
        Issue("outcomes.header_missing", field=name, params={"column": _shown(name)})
        for name in REQUIRED
        if name not in columns
    ]
    return issues


def matched(header: Sequence[str], columns: Sequence[str]) -> list[str]:
    """What a person says that each column is; what is not said is not read. Raises RuleViolation
    where a field is missing or named twice."""
    said = [one or LEFT_OUT for one in columns][: len(header)]
    said += [LEFT_OUT] * (len(header) - len(said))
    fields = [one for one in said if one != LEFT_OUT]
    issues = [
        Issue("outcomes.column_twice", params={"column": _shown(name)})
        for name in HEADERS
        if fields.count(name) > 1
    ]
    issues += [
        Issue("outcomes.column_unmatched", params={"column": _shown(name)})
        for name in REQUIRED
        if name not in fields
    ]
    if issues:
        raise RuleViolation(issues)
    return said


def _shown(field: str) -> dict[str, str]:
    return {language: names[0] for language, names in HEADERS[field].items()}


def is_small(content: bytes) -> bool:
    """Whether a file is read in a moment: what it unpacks to counts too."""
    if len(content) > SMALL_BYTES:
        return False
    if not content.startswith(_ZIP):
        return True
    try:
        return Package(content, Limits()).unpacked <= SMALL_UNPACKED_BYTES
    except RuleViolation:
        return True  # it is refused at once


def to_rows(opened: Opened, columns: Sequence[str], limits: Limits | None = None) -> ParsedFile:
    """The rows of a file, once it is known what each column is."""
    limits = limits or Limits()
    reader = _RowReader(columns, opened.table.troubles, limits)
    for line, cells in opened.body:
        reader.take(line, cells)
    if not reader.rows and not reader.errors:
        code = "outcomes.file_not_filled_in" if reader.empty else "outcomes.file_without_rows"
        raise RuleViolation(code)
    table = opened.table
    return ParsedFile(
        rows=tuple(reader.rows),
        errors=tuple(reader.errors),
        kind=table.kind,
        columns=tuple(columns),
        empty=reader.empty,
        encoding=table.encoding,
        delimiter=table.delimiter,
        notes=table.notes,
    )


def _collect(content: bytes | Iterable[bytes], limits: Limits) -> bytes:
    collected = bytearray()
    for chunk in (content,) if isinstance(content, bytes) else content:
        collected += chunk
        if len(collected) > limits.megabytes * 1024 * 1024:
            raise RuleViolation("outcomes.file_too_large", limit=limits.megabytes)
    return bytes(collected)


def _table(data: bytes, limits: Limits) -> Table:
    """What a file is, from its first bytes and the parts it has, and its table."""
    if data.startswith(_OLE):
        protected = _ENCRYPTED_PACKAGE in data
        raise RuleViolation(
            "outcomes.file_is_protected" if protected else "outcomes.file_is_old_spreadsheet"
        )
    if not data.startswith(_ZIP):
        return read_text(data, limits)
    package = Package(data, limits)
    if "xl/workbook.xml" in package.names:
        return read_xlsx(package, limits)
    if "content.xml" in package.names:
        return read_ods(package, limits)
    raise RuleViolation("outcomes.file_is_no_spreadsheet")


class _RowReader:
    """Sorts the rows of a file into readable ones, bad ones and those that were not filled in."""

    def __init__(
        self,
        columns: Sequence[str],
        troubles: Mapping[int, Sequence[tuple[int, str]]],
        limits: Limits,
    ) -> None:
        self.rows: list[FileRow] = []
        self.errors: list[RowError] = []
        self.empty = 0
        self._columns, self._troubles, self._limits = columns, troubles, limits
        self._read = [
            (place, field) for place, field in enumerate(columns) if field not in {"", LEFT_OUT}
        ]
        self._width = len(columns)

    def take(self, line: int, cells: list[str]) -> None:
        """Sort in one row; a second row of column names, as templates have it, is passed by and
        not counted."""
        wrong = self._wrong_cells(line, cells)
        if wrong:
            self.errors += [RowError(line, issue) for issue in wrong]
            return
        if any(cell.strip() for cell in cells[self._width :]):
            params = {"found": len(cells), "expected": self._width}
            self.errors.append(RowError(line, Issue("outcomes.row_too_many_cells", params=params)))
            return
        filled = len(cells)
        given = {
            field: text
            for place, field in self._read
            if place < filled and (text := cells[place].strip())
        }
        if given.keys() <= GIVEN:
            self.empty += bool(given)
        elif not all(headers.column_of(text) == field for field, text in given.items()):
            self.rows.append(FileRow(line, Candidate(**given)))
        if len(self.rows) + self.empty > self._limits.rows:
            raise RuleViolation("outcomes.file_too_many_rows", limit=self._limits.rows)

    def _wrong_cells(self, line: int, cells: list[str]) -> list[Issue]:
        """Cells of columns that are read and hold no plain value, or too much of it."""
        found = []
        for place, code in self._troubles.get(line, ()):
            field = self._columns[place] if place < self._width else ""
            if field not in {"", LEFT_OUT}:
                value = cells[place][:80] if place < len(cells) else ""
                found.append(Issue(code, field=field, value=value))
        limit = self._limits.cell
        for place, field in self._read:
            if place < len(cells) and len(cells[place]) > limit:
                found.append(Issue("outcomes.text_too_long", field=field, params={"limit": limit}))
        return found
