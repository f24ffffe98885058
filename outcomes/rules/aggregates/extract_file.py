"""A data holder's file of coded rows: opened like a file of measurements, its columns known by
their fixed names, and nothing in it that was not asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from outcomes.rules import rows as files
from outcomes.rules.aggregates import extract
from outcomes.rules.aggregates.extract import MOST_ROWS, Asked, Extract, GivenRow, Wrong
from outcomes.rules.files.table import column_letter
from outcomes.rules.headers import EXTRACT, extract_column
from sibportal.kernel.errors import Issue, RuleViolation


def columns(asked: Asked) -> tuple[str, str, str]:
    """The columns of a file, in the template's order."""
    return "group", "code", str(asked.column)


def read_file(content: bytes, asked: Asked) -> Extract:
    """The rows of a file and what is wrong in them. RuleViolation: the file cannot be used."""
    given, wrong = open_rows(content, asked)
    read = extract.read(given, asked)
    return Extract(read.rows, tuple(sorted((*wrong, *read.wrong), key=lambda one: one.line)))


def open_rows(content: bytes, asked: Asked) -> tuple[list[GivenRow], list[Wrong]]:
    """The rows of a file as texts, and cells that hold none. RuleViolation: unusable."""
    opened = _open(content)
    found = [extract_column(name) for name in opened.header]
    issues = _columns_wrong(opened.header, found, columns(asked))
    if issues:
        raise RuleViolation(issues)
    wrong: list[Wrong] = []
    given: list[GivenRow] = []
    for line, cells in opened.body:
        texts = {name: cells[place] for place, name in enumerate(found) if place < len(cells)}
        bad = [
            *_cells_wrong(opened.table.troubles.get(line, ()), cells, found, asked.as_of),
            *_more_cells(cells, len(found)),
        ]
        wrong += [Wrong(line, issue) for issue in bad]
        if not bad and any(text.strip() for text in texts.values()):
            result = texts.get(str(asked.column), "")
            given.append(GivenRow(texts.get("group", ""), texts.get("code", ""), result, line))
    if not given and not wrong:
        raise RuleViolation("outcomes.file_without_rows")
    return given, wrong


def _open(content: bytes) -> files.Opened:
    try:
        return files.open_file(content)
    except RuleViolation as refused:
        if refused.code == "outcomes.file_too_many_rows":  # two halves are no delivery
            raise RuleViolation("outcomes.extract_too_many_rows", limit=MOST_ROWS) from refused
        raise


def _columns_wrong(
    header: Sequence[str], found: Sequence[str], wanted: Sequence[str]
) -> list[Issue]:
    """A column that nobody asked for may hold anything, a name too: it is named by its letter."""
    issues = []
    for place, name in enumerate(found):
        letter = column_letter(place)
        if name not in wanted:
            issues.append(Issue("outcomes.extract_column_unknown", params={"letter": letter}))
        elif name in found[:place]:
            issues.append(Issue("outcomes.header_twice", value=header[place]))
    issues += [
        Issue("outcomes.header_missing", params={"column": _names(name)})
        for name in wanted
        if name not in found
    ]
    return issues


def _names(column: str) -> Mapping[str, str]:
    return {language: names[0] for language, names in EXTRACT[column].items()}


def _cells_wrong(
    troubles: Sequence[tuple[int, str]], cells: Sequence[str], found: Sequence[str], as_of: date
) -> list[Issue]:
    """Cells that hold no plain value, such as a formula; a code is never repeated."""
    issues = []
    for place, code in troubles:
        name = found[place] if place < len(found) else ""
        is_shown = place < len(cells) and name not in {"", "code"}
        value = extract.shown(cells[place], as_of) if is_shown else ""
        issues.append(Issue(code, name, value))
    return issues


def _more_cells(cells: Sequence[str], width: int) -> list[Issue]:
    if not any(cell.strip() for cell in cells[width:]):
        return []
    params = {"found": len(cells), "expected": width}
    return [Issue("outcomes.row_too_many_cells", params=params)]
