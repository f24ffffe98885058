"""The workbook for coded rows of a register: three columns, checked while they are typed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from outcomes.rules import headers
from outcomes.rules.aggregates.extract import MOST_ROWS, MOST_TIMES, Asked, Column, group_name
from outcomes.rules.aggregates.extract_file import columns
from outcomes.rules.files.template import instruct
from outcomes.rules.files.writing import writable

_HIGHEST = Decimal(10**12)


@dataclass(frozen=True)
class Words:
    """What the workbook says, in the language of the person."""

    sheet: str
    instructions_sheet: str
    instructions: Sequence[str]
    yes: str
    no: str
    refused: str


def write_extract_template(asked: Asked, *, words: Words, made_on: date, language: str) -> bytes:
    """The workbook as XLSX; codes are texts, so that a leading zero stays."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    book.set_properties({"created": datetime.combine(made_on, time())})
    sheet = book.add_worksheet(words.sheet)
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bottom": 2})
    names = headers.extract_names(language)
    for place, (field, width) in enumerate(zip(columns(asked), (30, 24, 16), strict=True)):
        sheet.set_column(place, place, width, text if field == "code" else None)
        sheet.write_string(0, place, writable(names[field]), head)
    sheet.freeze_panes(1, 0)
    wrong = {"error_title": words.sheet[:32], "error_message": words.refused[:255]}
    groups = [group_name(group, language) for group in asked.need.groups]
    for place, rule in ((0, {"validate": "list", "source": groups}), (2, _result(asked, words))):
        sheet.data_validation(1, place, MOST_ROWS, place, {"ignore_blank": True} | wrong | rule)
    instruct(book, words.instructions_sheet, words.instructions)
    book.close()
    return target.getvalue()


def _result(asked: Asked, words: Words) -> dict[str, Any]:
    """What the spreadsheet program takes in the last column."""
    if asked.column is Column.REACHED:
        return {"validate": "list", "source": [words.yes, words.no]}
    low, high = asked.values.minimum, asked.values.maximum
    if asked.column is Column.EVENTS:
        low, high = Decimal(0), Decimal(MOST_TIMES)
    return {
        "validate": "integer" if asked.column is Column.EVENTS else "decimal",
        "criteria": "between",
        "minimum": f"{-_HIGHEST if low is None else low:f}",
        "maximum": f"{_HIGHEST if high is None else high:f}",
    }
