"""What XLSX and ODS have in common: which sheet holds the measurements, and what is read of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from outcomes.rules.files.table import MARK_SHEET, Collected, FileKind, Limits, Row, Table
from outcomes.rules.headers import is_known
from sibportal.kernel.errors import Issue, RuleViolation

PEEKED = 20  # rows among which the column names are looked for
MOST_SHEETS = 60
LEAST_KNOWN = 2  # column names that make a row the header


@dataclass(frozen=True)
class Sheet:
    """One sheet of a document, by its place in it, and its first rows."""

    place: int
    name: str
    hidden: bool
    first: Sequence[Row]

    @property
    def known(self) -> int:
        """How many columns have a name that is known."""
        return sum(map(is_known, self.first[header_place(self.first)][1])) if self.first else 0


Reader = Callable[[Sheet, Collected], None]


def header_place(rows: Sequence[Row]) -> int:
    """The row with the most column names among the first ones; the first row where none has two."""
    counts = [sum(map(is_known, cells)) for _line, cells in rows[:PEEKED]]
    most = max(counts, default=0)
    return counts.index(most) if most >= LEAST_KNOWN else 0


def read_sheets(kind: FileKind, sheets: Sequence[Sheet], reader: Reader, limits: Limits) -> Table:
    """The table of the sheet that holds the measurements. Raises where it cannot be told."""
    mark = next((_mark(one) for one in sheets if one.name == MARK_SHEET), {})
    shown = [one for one in sheets if not one.hidden and one.name != MARK_SHEET]
    chosen = _chosen(shown)
    collected = Collected(limits)
    reader(chosen, collected)
    notes = []
    if len(shown) > 1 and not mark:
        notes.append(Issue("outcomes.sheet_chosen", value=chosen.name[:80]))
    return Table(kind, collected.rows, collected.troubles, mark, tuple(notes))


def _mark(sheet: Sheet) -> dict[str, str]:
    return {cells[0]: cells[1] for _line, cells in sheet.first if len(cells) > 1}


def _chosen(shown: Sequence[Sheet]) -> Sheet:
    """The one sheet with column names that are known; else the only one with anything in it."""
    filled = [one for one in shown if one.first]
    found = [one for one in filled if one.known >= LEAST_KNOWN] or filled
    if not found:
        raise RuleViolation("outcomes.file_empty")
    if len(found) > 1:
        names = ", ".join(one.name[:40] for one in found[:10])
        raise RuleViolation("outcomes.file_several_sheets", sheets=names)
    return found[0]
