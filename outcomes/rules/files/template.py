"""The workbook that a provider fills in: a row for everything due, and no room for guesses.

What is given is locked, what is asked is checked while it is typed, and a hidden sheet says for
which contract, terms and period it was made. Nothing of that is trusted when it comes back.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any

import xlsxwriter

from outcomes.rules import headers
from outcomes.rules.files.table import MARK_SHEET
from outcomes.rules.files.writing import writable
from outcomes.rules.words import MetricKind
from sibportal.kernel.errors import Issue, RuleViolation

VERSION = "1"
GIVEN = ("participant", "asked", "metric", "point", "days")
ASKED = (
    "measured_on", "value", "evidence_source", "evidence_location", "not_reached_reason",
    "contact_attempts", "note",
)  # fmt: skip
COLUMNS = (*GIVEN, *ASKED)
SPAN = ("first_day", "last_day")  # beside the value, where days are counted
DATES = frozenset({"measured_on", *SPAN})
EXTRA_ROWS = 200  # for what is not on the list, such as another event of the same kind
_WIDTHS = dict(zip(COLUMNS, (14, 34, 22, 16, 24, 14, 12, 26, 26, 26, 12, 30), strict=True))
_FIRST = 2  # under the hidden keys and the names
_HIGHEST = 9_999_999_999


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One thing to measure: what is given, and what a value may be."""

    participant: str
    metric: str
    point: str
    asked: str
    days: str
    kind: MetricKind
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True)
class Mark:
    """What a template was made for."""

    contract: str
    terms: str
    period: str

    def pairs(self) -> Mapping[str, str]:
        """As the hidden sheet holds it."""
        return {
            "template": VERSION,
            "contract": self.contract,
            "terms": self.terms,
            "period": self.period,
        }


@dataclass(frozen=True)
class Words:
    """What the workbook says, in the language of the person."""

    sheet: str
    instructions_sheet: str
    instructions: Sequence[str]
    yes: str
    no: str
    reasons: Sequence[str]
    refused: str
    date_asked: str
    value_asked: str


@dataclass(frozen=True)
class Frame:
    """The days on which the contract can be measured, and the day the template was made."""

    starts_on: date
    last_on: date
    made_on: date


def asked_columns(kinds: Iterable[MetricKind]) -> tuple[str, ...]:
    """What is filled in for metrics of these kinds."""
    place = ASKED.index("value") + 1
    span = SPAN if MetricKind.DAYS in kinds else ()
    return (*ASKED[:place], *span, *ASKED[place:])


def mark_issues(found: Mapping[str, str], expected: Mark) -> list[Issue]:
    """What is to be said about the template that a file was made from; raises where it is foreign.

    A file without a mark is none of ours and may be what it likes.
    """
    if not found:
        return []
    if found.get("contract") != expected.contract:
        raise RuleViolation("outcomes.template_of_another_contract")
    if found.get("template") != VERSION:
        return [Issue("outcomes.template_of_another_version")]
    if found.get("terms") != expected.terms:
        return [Issue("outcomes.template_of_older_terms")]
    return []


def write_template(
    rows: Sequence[AskedRow], *, words: Words, mark: Mark, frame: Frame, language: str
) -> bytes:
    """The workbook as XLSX. `rows` of one metric and point stand together."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    book.set_properties({"created": datetime.combine(frame.made_on, time())})
    sheet = book.add_worksheet(words.sheet)
    ordered = sorted(rows, key=lambda one: (one.metric, one.point, one.participant))
    columns = (*GIVEN, *asked_columns([one.kind for one in ordered]))
    _dress(sheet, columns, len(ordered))
    _fill(book, sheet, columns, ordered, language)
    _check_what_is_typed(sheet, columns, ordered, words, frame)
    instruct(book, words.instructions_sheet, words.instructions)
    _hide(book, mark)
    book.close()
    return target.getvalue()


def _dress(sheet: Any, columns: Sequence[str], count: int) -> None:
    """Widths, names that stay in sight, and locks on what is given."""
    for place, field in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(field, _WIDTHS["measured_on"]))
    sheet.freeze_panes(_FIRST, 1)
    sheet.autofilter(_FIRST - 1, 0, _FIRST + max(count, 1) - 1, len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_FIRST - 1)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True})


def _fill(
    book: Any, sheet: Any, columns: Sequence[str], rows: Sequence[AskedRow], language: str
) -> None:
    """Keys, names, a row for everything due, and some rows more that are open."""
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 2, "valign": "top"})
    given = book.add_format({"font_color": "#3b4350", "bg_color": "#eef0f3"})
    open_ = book.add_format({"locked": False, "border": 4})
    day = book.add_format({"locked": False, "border": 4, "num_format": "d.m.yyyy"})
    names = headers.template(language)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_row(1, 32)
    for place, field in enumerate(columns):
        sheet.write_string(0, place, field)
    for place, field in enumerate(columns):
        sheet.write_string(1, place, names[field], head)
    for line, one in enumerate(rows, start=_FIRST):
        texts = (one.participant, one.asked, one.metric, one.point, one.days)
        for place, text in enumerate(texts):
            sheet.write_string(line, place, writable(text), given)
        for place, field in enumerate(columns[len(GIVEN) :], start=len(GIVEN)):
            counts = field not in SPAN or one.kind is MetricKind.DAYS
            dress = (day if field in DATES else open_) if counts else given
            sheet.write_blank(line, place, None, dress)
    for line in range(_FIRST + len(rows), _FIRST + len(rows) + EXTRA_ROWS):
        for place, field in enumerate(columns):
            sheet.write_blank(line, place, None, day if field in DATES else open_)


def _check_what_is_typed(
    sheet: Any, columns: Sequence[str], rows: Sequence[AskedRow], words: Words, frame: Frame
) -> None:
    """Lists, dates and numbers that the spreadsheet program checks as they are typed."""
    last = _FIRST + len(rows) + EXTRA_ROWS - 1
    wrong = {"error_title": words.sheet[:32], "error_message": words.refused[:255]}

    def check(field: str, begin: int, end: int, rule: dict[str, Any]) -> None:
        place = columns.index(field)
        sheet.data_validation(begin, place, end, place, {"ignore_blank": True} | wrong | rule)

    check("measured_on", _FIRST, last, {
        "validate": "date", "criteria": "between", "minimum": frame.starts_on,
        "maximum": frame.last_on, "input_title": words.sheet[:32],
        "input_message": words.date_asked[:255],
    })  # fmt: skip
    for field in SPAN if SPAN[0] in columns else ():
        check(field, _FIRST, last, {
            "validate": "date", "criteria": "<=", "value": frame.last_on,
        })  # fmt: skip
    check("not_reached_reason", _FIRST, last, {
        "validate": "list", "source": list(words.reasons), "show_error": False,
    })  # fmt: skip
    check("contact_attempts", _FIRST, last, {
        "validate": "integer", "criteria": "between", "minimum": 0, "maximum": 99,
    })  # fmt: skip
    begin = _FIRST
    for _metric, group in groupby(rows, key=lambda one: one.metric):
        same = list(group)
        check("value", begin, begin + len(same) - 1, _value_rule(same[0], words))
        begin += len(same)


def _value_rule(one: AskedRow, words: Words) -> dict[str, Any]:
    if one.kind is MetricKind.YES_NO:
        return {"validate": "list", "source": [words.yes, words.no]}
    counted = one.kind in {MetricKind.COUNT, MetricKind.DAYS}
    low = one.minimum if one.minimum is not None else Decimal(0 if counted else -_HIGHEST)
    high = one.maximum if one.maximum is not None else Decimal(_HIGHEST)
    return {
        "validate": "integer" if counted else "decimal",
        "criteria": "between",
        "minimum": f"{low:f}",
        "maximum": f"{high:f}",
        "input_title": words.sheet[:32],
        "input_message": words.value_asked[:255],
    }


def instruct(book: Any, name: str, instructions: Sequence[str]) -> None:
    """A locked sheet of sentences, the first one as its heading."""
    sheet = book.add_worksheet(name)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    heading = book.add_format({"bold": True, "font_size": 14})
    sheet.set_column(0, 0, 90)
    for line, text in enumerate(instructions):
        sheet.write_string(line, 0, text, wrapped if line else heading)
    sheet.protect()


def _hide(book: Any, mark: Mark) -> None:
    sheet = book.add_worksheet(MARK_SHEET)
    for line, (name, text) in enumerate(mark.pairs().items()):
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, text)
    sheet.very_hidden()
