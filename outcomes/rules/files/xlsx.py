"""An XLSX file (ECMA-376, part 1, chapter 18): values, and the address of what is no plain value.

A formula, an error and a merged cell are trouble: what they would stand for is not guessed. Dates
are numbers with a date format, counted from 1900 (with its wrong leap day) or from 1904.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from outcomes.rules.files.packed import Attributes, Enough, Package, PartHandler
from outcomes.rules.files.sheets import MOST_SHEETS, PEEKED, Sheet, read_sheets
from outcomes.rules.files.table import Collected, FileKind, Limits, Table, column_place
from sibportal.kernel.errors import RuleViolation

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_LETTERS = re.compile(r"[A-Z]{1,3}")
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,8})?")
# Formats that the standard numbers itself: 14-22 and 45-47 everywhere, the others in Asia.
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_LAST_SERIAL = 2_958_465  # 31.12.9999
_WRONG_LEAP_DAY = 60  # 1900 was no leap year
_MOST_MERGED = 10_000


@dataclass
class _Book:
    """What the parts around the sheets say."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, part, hidden
    shared: list[str] = field(default_factory=list)
    date_styles: frozenset[int] = frozenset()
    from_1904: bool = False


def read_xlsx(package: Package, limits: Limits) -> Table:
    """The table of an XLSX file. Raises RuleViolation where it cannot be used."""
    book = _read_book(package, limits)
    sheets = []
    for place, (name, part, hidden) in enumerate(book.sheets):
        collected = Collected(limits, at_most=PEEKED)
        package.read(part, _SheetPart(book, collected))
        sheets.append(Sheet(place, name, hidden, collected.rows))

    def reader(sheet: Sheet, collected: Collected) -> None:
        package.read(book.sheets[sheet.place][1], _SheetPart(book, collected))

    return read_sheets(FileKind.XLSX, sheets, reader, limits)


def _read_book(package: Package, limits: Limits) -> _Book:
    names, targets = _WorkbookPart(), _RelationsPart()
    package.read(_WORKBOOK, names)
    package.read(_RELATIONS, targets)
    book = _Book(from_1904=names.from_1904)
    for name, relation, hidden in names.found:
        part = targets.found.get(relation, "")
        part = part.removeprefix("/") if part.startswith("/") else f"xl/{part}"
        if part in package.names and "worksheets/" in part:
            book.sheets.append((name, part, hidden))
    if len(book.sheets) > MOST_SHEETS:
        raise RuleViolation("outcomes.file_damaged")
    if "xl/styles.xml" in package.names:
        styles = _StylesPart()
        package.read("xl/styles.xml", styles)
        book.date_styles = styles.dates()
    if "xl/sharedStrings.xml" in package.names:
        strings = _SharedPart(limits)
        package.read("xl/sharedStrings.xml", strings)
        book.shared = strings.found
    return book


class _WorkbookPart(PartHandler):
    """The names of the sheets and which are hidden."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, bool]] = []
        self.from_1904 = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            relation = next((to for key, to in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.found.append((attributes.get("name", ""), relation, hidden))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in {"1", "true"}


class _RelationsPart(PartHandler):
    """Which part each relation means."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            self.found[attributes.get("Id", "")] = attributes.get("Target", "")


class _StylesPart(PartHandler):
    """Which cell styles show a number as a date."""

    def __init__(self) -> None:
        self._own: dict[int, str] = {}
        self._cells: list[int] = []
        self._inside = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._own[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._cells.append(int(attributes.get("numFmtId", "0")))

    def closed(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def dates(self) -> frozenset[int]:
        """The numbers of the styles."""
        return frozenset(place for place, one in enumerate(self._cells) if self._is_date(one))

    def _is_date(self, number: int) -> bool:
        code = self._own.get(number)
        if code is None:
            return number in _DATE_FORMATS
        plain = _NOT_CODE.sub("", code).casefold().partition(";")[0]
        return "d" in plain or "y" in plain


class _SharedPart(PartHandler):
    """The table of texts that cells refer to; readings of Asian signs are left out."""

    def __init__(self, limits: Limits) -> None:
        self.found: list[str] = []
        self._limits = limits
        self._pieces: list[str] | None = None
        self._length = 0
        self._phonetic = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self.found.append("")
            self._length = 0
            if len(self.found) > self._limits.rows * self._limits.columns:
                raise RuleViolation("outcomes.file_unpacks_too_large")
        elif name == "rPh":
            self._phonetic = True
        elif name == "t" and not self._phonetic:
            self._pieces = []

    def text(self, content: str) -> None:
        if self._pieces is not None and self._length <= self._limits.cell:
            self._pieces.append(content)
            self._length += len(content)

    def closed(self, name: str) -> None:
        if name == "rPh":
            self._phonetic = False
        elif name == "t" and self._pieces is not None:
            self.found[-1] += "".join(self._pieces)
            self._pieces = None


class _SheetPart(PartHandler):
    """The cells of one sheet, row by row."""

    def __init__(self, book: _Book, collected: Collected) -> None:
        self._book, self._collected = book, collected
        self._line, self._shown_line = 0, ""
        self._place = -1
        self._cells: dict[int, str] = {}
        self._troubles: list[tuple[int, str]] = []
        self._type = self._style = ""
        self._formula = False
        self._pieces: list[str] | None = None
        self._length = 0
        self._given = ""
        self._merged = 0

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t"}:
            self._pieces, self._length = [], 0
        elif name == "row":
            line = int(attributes.get("r", self._line + 1))
            if line <= self._line:
                raise ValueError("Rows out of order.")
            self._line, self._shown_line, self._place = line, str(line), -1
            self._cells, self._troubles = {}, []
        elif name == "f":
            self._formula = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, content: str) -> None:
        if self._pieces is not None and self._length <= self._collected.limits.cell:
            self._pieces.append(content)
            self._length += len(content)

    def closed(self, name: str) -> None:
        if name in {"v", "t"} and self._pieces is not None:
            self._given += "".join(self._pieces)
            self._pieces = None
        elif name == "c":
            self._end_cell()
        elif name == "row" and not self._collected.add(self._line, self._cells, self._troubles):
            raise Enough

    def _begin_cell(self, attributes: Attributes) -> None:
        address = attributes.get("r")
        place = self._place + 1
        if address:
            letters = address.rstrip("0123456789")
            if address[len(letters) :] != self._shown_line:
                raise ValueError("A cell that is elsewhere.")
            place = _place(letters)
        if place <= self._place:
            raise ValueError("Cells out of order.")
        self._place = place
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._given, self._formula = "", False

    def _end_cell(self) -> None:
        if self._formula:
            self._troubles.append((self._place, "outcomes.cell_is_formula"))
        elif self._type == "e":
            self._troubles.append((self._place, "outcomes.cell_is_error"))
        elif self._given:
            self._cells[self._place] = self._value()
            return
        if self._given:
            self._cells[self._place] = self._given

    def _value(self) -> str:
        given = self._given
        if self._type == "s":
            return self._book.shared[int(given)]
        if self._type != "n":
            return given
        if int(self._style) in self._book.date_styles:
            return _day(given, from_1904=self._book.from_1904)
        return number_text(given)

    def _merge(self, ref: str) -> None:
        """Merged cells come after the rows: look up which of those they touch."""
        first, _colon, last = ref.partition(":")
        begin, end = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last)
        if begin is None or end is None:
            raise ValueError("A merged range without its corners.")
        self._merged += 1
        if self._merged > _MOST_MERGED:
            raise RuleViolation("outcomes.file_damaged")
        self._collected.merge(column_place(begin[1]), int(begin[2]), int(end[2]))


@lru_cache(maxsize=20_000)
def _place(letters: str) -> int:
    if _LETTERS.fullmatch(letters) is None:
        raise ValueError("No such column.")
    return column_place(letters)


def number_text(given: str) -> str:
    """A number as it was typed: 0.1 and not 0.10000000000000001."""
    if _PLAIN_NUMBER.fullmatch(given):
        return given
    number = float(given)
    shortest = Decimal(repr(number))
    if not shortest.is_finite():
        raise ValueError("Not a number.")
    return f"{shortest:f}".removesuffix(".0")


def _day(given: str, *, from_1904: bool) -> str:
    """The date that a serial number shows, as ISO text; other numbers stay what they are."""
    serial = int(float(given))
    if not 1 <= serial <= _LAST_SERIAL:
        return number_text(given)
    if from_1904:
        return (date(1904, 1, 1) + timedelta(days=serial)).isoformat()
    if serial == _WRONG_LEAP_DAY:
        return number_text(given)
    before = date(1899, 12, 31) if serial < _WRONG_LEAP_DAY else date(1899, 12, 30)
    return (before + timedelta(days=serial)).isoformat()
