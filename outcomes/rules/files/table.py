"""What every kind of file is read into: rows of texts, and the trouble of single cells.

A row is known by the line that a spreadsheet or editor shows for it; a column by its place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter

from sibportal.kernel.errors import Issue, RuleViolation

Row = tuple[int, list[str]]
SLACK = 25  # titles above the column names, and the names themselves
MARK_SHEET = "_sib"  # the hidden sheet of a template that says what it was made for
_LETTERS = 26


class FileKind(StrEnum):
    """What was uploaded, known from its content and never from its name."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"


@dataclass(frozen=True)
class Limits:
    """What a file may hold (decision 34); a packed one also once it is unpacked."""

    megabytes: int = 10
    unpacked_megabytes: int = 100
    rows: int = 50_000
    columns: int = 40
    cell: int = 2_000


@dataclass(frozen=True)
class Table:
    """One table of texts. `troubles` says, by line, which cell (by column) cannot be used and why;
    `mark` holds what the hidden sheet of a template says. `notes` say what had to be guessed."""

    kind: FileKind
    rows: Sequence[Row]
    troubles: Mapping[int, Sequence[tuple[int, str]]] = field(default_factory=dict)
    mark: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Issue, ...] = ()
    encoding: str = ""
    delimiter: str = ""


def column_letter(place: int) -> str:
    """The letters over a column: 0 is A, 25 Z, 26 AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_place(letters: str) -> int:
    """The place of a column from its letters: A is 0. The letters are A to Z, at most three."""
    place = 0
    for letter in letters:
        place = place * _LETTERS + ord(letter) - ord("A") + 1
    return place - 1


class Collected:
    """Rows as they are read, within the limits; raises where the file holds more."""

    def __init__(self, limits: Limits, *, at_most: int | None = None) -> None:
        self.limits = limits
        self.rows: list[Row] = []
        self.troubles: dict[int, list[tuple[int, str]]] = {}
        self._most = limits.rows + SLACK if at_most is None else at_most
        self._peeks = at_most is not None
        self._merged = 0

    def add(self, line: int, cells: Mapping[int, str], troubles: Sequence[tuple[int, str]]) -> bool:
        """Keep one row; False where enough has been seen."""
        filled = [place for place, text in cells.items() if text and not text.isspace()]
        last = max(filled[-1:] + [place for place, _code in troubles], default=-1)
        if last < 0:
            return True
        if len(self.rows) >= self._most:
            if self._peeks:
                return False
            raise RuleViolation("outcomes.file_too_many_rows", limit=self.limits.rows)
        if last >= self.limits.columns and self._peeks:
            last = self.limits.columns
        elif last >= self.limits.columns:
            raise RuleViolation("outcomes.file_too_many_columns", limit=self.limits.columns)
        self.rows.append((line, [cells.get(place, "") for place in range(last + 1)]))
        if troubles:
            self.troubles[line] = list(troubles)
        return True

    def merge(self, place: int, first: int, last: int) -> None:
        """Cells from line `first` to `last` are merged into one that begins in column `place`."""
        begin = bisect_left(self.rows, first, key=itemgetter(0))
        end = bisect_right(self.rows, last, key=itemgetter(0))
        self._merged += end - begin
        if self._merged > 2 * self.limits.rows:
            raise RuleViolation("outcomes.file_merged_everywhere")
        for line, _cells in self.rows[begin:end]:
            troubles = self.troubles.setdefault(line, [])
            if len(troubles) < self.limits.columns:
                troubles.append((place, "outcomes.cell_is_merged"))
