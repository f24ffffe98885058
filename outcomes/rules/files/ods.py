"""An ODS file (OpenDocument 1.2, part 1, chapter 9): the same reading as of XLSX.

Equal cells and rows are stored once with a count, so that a small file may stand for a million
columns: a count beyond the limits is refused where the cell holds anything.
"""

from __future__ import annotations

from collections.abc import Callable

from outcomes.rules.files.packed import Attributes, Package, PartHandler
from outcomes.rules.files.sheets import MOST_SHEETS, PEEKED, Sheet, read_sheets
from outcomes.rules.files.table import Collected, FileKind, Limits, Table
from outcomes.rules.files.xlsx import number_text
from sibportal.kernel.errors import RuleViolation

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_CELLS = {"table:table-cell", "table:covered-table-cell"}
_TEXT = {"text:p", "text:span", "text:a", "text:s", "text:tab", "text:line-break"}
_COVERED = "table:covered-table-cell"
_SPANS = ("table:number-columns-spanned", "table:number-rows-spanned")
_LONGEST_TEXT = 10_000  # more than any cell may hold: the row is refused then
_NUMBERS = {"float", "percentage", "currency"}


def read_ods(package: Package, limits: Limits) -> Table:
    """The table of an ODS file. Raises RuleViolation where it cannot be used."""
    if _MANIFEST in package.names:
        manifest = _ManifestPart()
        package.read(_MANIFEST, manifest, prefixed=True)
        if manifest.encrypted:
            raise RuleViolation("outcomes.file_is_protected")
    first = _ContentPart(lambda _place: Collected(limits, at_most=PEEKED))
    package.read(_CONTENT, first, prefixed=True)
    sheets = [
        Sheet(place, name, hidden, collected.rows if collected else ())
        for place, (name, hidden, collected) in enumerate(first.found)
    ]

    def reader(sheet: Sheet, wanted: Collected) -> None:
        part = _ContentPart(lambda place: wanted if place == sheet.place else None)
        package.read(_CONTENT, part, prefixed=True)

    return read_sheets(FileKind.ODS, sheets, reader, limits)


class _ManifestPart(PartHandler):
    """Whether the document is locked with a password."""

    encrypted = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "manifest:encryption-data":
            self.encrypted = True


class _ContentPart(PartHandler):
    """The sheets one after another: `collect` gives where the rows of each go, or None."""

    def __init__(self, collect: Callable[[int], Collected | None]) -> None:
        self.found: list[tuple[str, bool, Collected | None]] = []
        self._collect = collect
        self._collected: Collected | None = None
        self._style = ""
        self._hidden: set[str] = set()
        self._line = 1
        self._repeated = 1
        self._cells: dict[int, str] = {}
        self._troubles: list[tuple[int, str]] = []
        self._place = 0
        self._cell: Attributes | None = None
        self._covered = False
        self._pieces: list[str] = []
        self._length = 0
        self._in_text = 0
        self._aside = 0

    def opened(self, name: str, attributes: Attributes) -> None:
        if self._cell is not None:
            self._inside(name, attributes)
        elif name in _CELLS:
            self._cell, self._covered = attributes, name == _COVERED
            self._pieces, self._length = [], 0
        elif name == "table:table-row":
            self._repeated = _count(attributes.get("table:number-rows-repeated"))
            self._cells, self._troubles, self._place = {}, [], 0
        elif name == "table:table":
            self._begin_table(attributes)
        elif name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden.add(self._style)

    def text(self, content: str) -> None:
        if self._in_text and not self._aside and self._length <= _LONGEST_TEXT:
            self._pieces.append(content)
            self._length += len(content)

    def closed(self, name: str) -> None:
        if self._cell is not None and name not in _CELLS:
            self._leave(name)
        elif self._cell is not None:
            if self._collected is not None:
                self._end_cell(self._cell, self._collected.limits.columns)
            self._cell = None
        elif name == "table:table-row" and self._collected is not None:
            self._end_row(self._collected)

    def _begin_table(self, attributes: Attributes) -> None:
        if len(self.found) >= MOST_SHEETS:
            raise RuleViolation("outcomes.file_damaged")
        self._collected = self._collect(len(self.found))
        hidden = attributes.get("table:style-name", "") in self._hidden
        self.found.append((attributes.get("table:name", ""), hidden, self._collected))
        self._line = 1

    def _inside(self, name: str, attributes: Attributes) -> None:
        """Text of the cell itself; remarks and drawings in it are passed by."""
        if name in _CELLS:
            raise ValueError("A table inside a cell.")
        if name not in _TEXT or self._aside:
            self._aside += 1
        elif name == "text:p":
            if self._pieces:
                self._pieces.append("\n")
            self._in_text += 1
        elif name == "text:s":
            self._pieces.append(" " * min(_count(attributes.get("text:c")), 100))
        elif name not in {"text:span", "text:a"}:
            self._pieces.append(" ")

    def _leave(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
        elif name == "text:p":
            self._in_text -= 1

    def _end_cell(self, cell: Attributes, columns: int) -> None:
        count = _count(cell.get("table:number-columns-repeated"))
        text = self._value(cell)
        code = ""
        if "table:formula" in cell:
            code = "outcomes.cell_is_formula"
        elif self._covered or any(cell.get(span, "1") != "1" for span in _SPANS):
            code = "outcomes.cell_is_merged"
        if text.strip() or code:
            # One place beyond the limit is enough for the row to be refused.
            for place in range(self._place, min(self._place + count, columns + 1)):
                self._cells[place] = text
                if code:
                    self._troubles.append((place, code))
        self._place = min(self._place + count, columns)

    def _value(self, cell: Attributes) -> str:
        kind = cell.get("office:value-type", "")
        if kind in _NUMBERS:
            return number_text(cell.get("office:value", ""))
        if kind == "date":
            return cell.get("office:date-value", "")[:10]
        if kind == "boolean":
            return "1" if cell.get("office:boolean-value") == "true" else "0"
        return cell.get("office:string-value") or "".join(self._pieces)

    def _end_row(self, collected: Collected) -> None:
        if not self._cells:
            self._line += self._repeated
            return
        for _copy in range(self._repeated):
            if not collected.add(self._line, self._cells, self._troubles):
                self._collected = None
                return
            self._line += 1


def _count(given: str | None) -> int:
    """How often something is repeated: at least once."""
    return max(1, int(given)) if given else 1
