"""Spreadsheets of measurements: what is read, what is told with its cell, and what is refused."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import python_calamine

from outcomes.rules import rows
from outcomes.rules.files import template, writing
from outcomes.rules.files.table import column_letter, column_place
from outcomes.rules.rows import Limits
from outcomes.rules.words import MetricKind
from sibportal.kernel.errors import RuleViolation
from tests.factories import sheets
from tests.factories.sheets import HEADER, SHEET, ods_of, packed, row, with_part, xlsx

DAY = date(2026, 3, 1)
GOOD = row(1, DAY)
AFTERNOON = datetime(2026, 3, 1, 14, 30)  # noqa: DTZ001 - a spreadsheet knows no time zone


def refusal(content: bytes, limits: Limits | None = None) -> list[str]:
    with pytest.raises(RuleViolation) as refused:
        rows.parse(content, limits)
    return [issue.code for issue in refused.value.issues]


def troubles(content: bytes) -> dict[str, str]:
    """The address of each cell that cannot be used, and why."""
    read = rows.parse(content)
    return {read.address(one.line, one.issue.field): one.issue.code for one in read.errors}


def values(content: bytes) -> list[str]:
    return [one.candidate.value for one in rows.parse(content).rows]


def test_csv_xlsx_and_ods_give_the_same_rows_and_an_independent_reader_agrees() -> None:
    table = [HEADER, GOOD, row(2, DAY, "no", evidence_source="Kaste & <co>, å  ä ö")]
    read = [rows.parse(make(*table)).rows for make in (sheets.csv, xlsx, sheets.ods)]
    assert read[0] == read[1] == read[2]
    assert read[0][1].candidate.evidence_source == "Kaste & <co>, å  ä ö"
    for make in (xlsx, sheets.ods):
        book = python_calamine.load_workbook(io.BytesIO(make(*table)))
        seen = book.get_sheet_by_index(0).to_python()
        assert [str(cell) for cell in seen[2]] == [str(cell) for cell in table[2]]


def test_numbers_dates_and_yes_are_read_as_they_are_shown() -> None:
    def dress(book: Any) -> None:
        sheet = book.worksheets[0]
        sheet["D3"].number_format = "d.m.yyyy"
        sheet["D4"].number_format = '[Red]"day" d/m'

    content = xlsx(
        HEADER, row(1, DAY, 0.1), row(2, 46082.5, True), row(3, 46082, 1e-3),
        row(4, AFTERNOON, 12.0), row(5, "1.3.2026", "12,5"),
        dress=dress,
    )  # fmt: skip
    assert values(content) == ["0.1", "1", "0.001", "12", "12,5"]
    days = {one.candidate.measured_on for one in rows.parse(content).rows}
    assert days == {"2026-03-01", "1.3.2026"}


def test_dates_counted_from_1904_are_read_so() -> None:
    def dress(book: Any) -> None:
        book.epoch = openpyxl.utils.datetime.MAC_EPOCH

    read = rows.parse(xlsx(HEADER, GOOD, dress=dress))
    assert read.rows[0].candidate.measured_on == "2026-03-01"


def test_a_formula_an_error_and_a_merged_cell_are_told_by_their_address() -> None:
    def dress(book: Any) -> None:
        sheet = book.worksheets[0]
        sheet["D2"] = "=TODAY()"
        sheet["E3"] = "#N/A"
        sheet.merge_cells("A4:A5")

    content = xlsx(HEADER, *(row(person, DAY) for person in range(1, 6)), dress=dress)
    assert troubles(content) == {
        "D2": "outcomes.cell_is_formula", "E3": "outcomes.cell_is_error",
        "A4": "outcomes.cell_is_merged", "A5": "outcomes.cell_is_merged",
    }  # fmt: skip
    assert [one.line for one in rows.parse(content).rows] == [6]


def test_open_documents_tell_the_same_troubles() -> None:
    def cells(*texts: str) -> str:
        return "".join(
            text if text.startswith("<") else
            f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"
            for text in texts
        )  # fmt: skip

    formula = '<table:table-cell table:formula="of:=1" office:value-type="float" office:value="1"/>'
    wide = (
        '<table:table-cell table:number-columns-spanned="2"><text:p>yes</text:p></table:table-cell>'
        "<table:covered-table-cell/>"
    )
    dated = (
        '<table:table-cell office:value-type="date" office:date-value="2026-03-01T14:00:00"/>'
        '<table:table-cell office:value-type="float" office:value="0.10000000000000001">'
        "<office:annotation><text:p>A remark</text:p></office:annotation><text:p>0,1</text:p>"
        "</table:table-cell>"
    )
    lines = [
        cells(*HEADER), cells("TP-0001", "m", "p", "2026-03-01", formula, "x"),
        cells("TP-0002", "m", "p", "2026-03-01", wide), cells("TP-0003", "m", "p", dated, "x"),
    ]  # fmt: skip
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    content = ods_of(f'<table:table table:name="A">{body}</table:table>')
    assert troubles(content) == {
        "E2": "outcomes.cell_is_formula", "E3": "outcomes.cell_is_merged",
        "F3": "outcomes.cell_is_merged",
    }  # fmt: skip
    (read,) = rows.parse(content).rows
    assert (read.candidate.measured_on, read.candidate.value) == ("2026-03-01", "0.1")


def test_titles_above_hidden_sheets_and_other_sheets_do_not_matter() -> None:
    def dress(book: Any) -> None:
        sheet = book.worksheets[0]
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Autumn 2026"
        hidden = book.create_sheet("Old")
        hidden.append(HEADER)
        hidden.sheet_state = "hidden"
        book.create_sheet("Remarks").append(["Ask Ada"])

    read = rows.parse(xlsx(HEADER, GOOD, dress=dress))
    assert [one.line for one in read.rows] == [4]
    assert [note.code for note in read.notes] == ["outcomes.sheet_chosen"]
    two = xlsx(HEADER, GOOD, dress=lambda book: book.copy_worksheet(book.worksheets[0]))
    assert refusal(two) == ["outcomes.file_several_sheets"]


def test_a_sheet_that_is_hidden_in_an_open_document_is_not_read() -> None:
    style = (
        '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    )
    assert refusal(ods_of('<table:table table:style-name="h"/>', style)) == ["outcomes.file_empty"]


def sheet_of(rows_xml: str) -> bytes:
    """A workbook whose only sheet holds this."""
    return with_part(xlsx(HEADER), SHEET, lambda _old: (
        f"{sheets.DECLARED}<worksheet><sheetData>{rows_xml}</sheetData></worksheet>".encode()
    ))  # fmt: skip


def wide_ods(count: int, text: str) -> bytes:
    cell = (
        f'<table:table-cell table:number-columns-repeated="{count}" office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )
    return ods_of(f"<table:table><table:table-row>{cell}</table:table-row></table:table>")


def long_ods(count: int) -> bytes:
    cell = "<table:table-cell><text:p>x</text:p></table:table-cell>"
    line = f'<table:table-row table:number-rows-repeated="{count}">{cell}</table:table-row>'
    return ods_of(f"<table:table>{line}</table:table>")


def locked_zip() -> bytes:
    """The mark of a password on every part."""
    content = bytearray(xlsx(HEADER, GOOD))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + place] |= 1
    return bytes(content)


REFUSED: dict[str, tuple[bytes, str]] = {
    "xls": (b"\xd0\xcf\x11\xe0" + b"Workbook" * 9, "file_is_old_spreadsheet"),
    "password": (
        b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "file_is_protected"
    ),
    "locked zip": (locked_zip(), "file_is_protected"),
    "locked ods": (
        packed({"content.xml": "x", "META-INF/manifest.xml": (
            '<m:x xmlns:m="m"><manifest:encryption-data xmlns:manifest="n"/></m:x>'
        )}), "file_is_protected",
    ),
    "word processor": (packed({"word/document.xml": "<a/>"}), "file_is_no_spreadsheet"),
    "cut short": (xlsx(HEADER, GOOD)[:900], "file_damaged"),
    "entities": (
        with_part(xlsx(HEADER, GOOD), SHEET, lambda old: sheets.BILLION.encode() + old),
        "file_damaged",
    ),
    "outside": (
        packed({"content.xml": sheets.DECLARED + sheets.OUTSIDE + "<x>&a;</x>"}), "file_damaged",
    ),
    "unknown encoding": (
        packed({"content.xml": "<?xml version='1.0' encoding='UTu-8'?><x/>"}), "file_damaged",
    ),
    "last column": (sheet_of('<row r="1"><c r="XFD1" t="str"><v>x</v></c></row>'),
                    "file_too_many_columns"),
    "no such column": (sheet_of('<row r="1"><c r="AAAA1" t="str"><v>x</v></c></row>'),
                       "file_damaged"),
    "a million columns": (wide_ods(1_000_000, "x"), "file_too_many_columns"),
    "a million rows": (long_ods(1_000_000), "file_too_many_rows"),
    "a million empty columns": (wide_ods(1_000_000, " "), "file_empty"),
    "no sheet": (packed({"xl/workbook.xml": "<workbook/>", "xl/_rels/workbook.xml.rels": "<a/>"}),
                 "file_empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_for_certain_is_refused_with_its_reason(name: str) -> None:
    content, code = REFUSED[name]
    assert refusal(content) == [f"outcomes.{code}"]


def test_what_unpacks_to_more_than_the_limit_is_refused_while_it_streams() -> None:
    small = Limits(unpacked_megabytes=1)
    bomb = sheet_of("<row/>" * 400_000)
    assert len(bomb) < 20_000
    assert refusal(bomb, small) == ["outcomes.file_unpacks_too_large"]
    # A zip that says it is smaller than it is.
    size = len("<row/>" * 400_000).to_bytes(4, "little")[2:]
    assert refusal(bomb.replace(size, b"\0\0"), small)[0] in {
        "outcomes.file_unpacks_too_large", "outcomes.file_damaged",
    }  # fmt: skip


def test_a_text_without_end_is_not_collected() -> None:
    endless = with_part(xlsx(HEADER), SHEET, lambda _old: b"<a " + b"x" * 3_000_000)
    assert refusal(endless) == ["outcomes.file_damaged"]
    long = rows.parse(xlsx(HEADER, row(1, DAY, evidence_source="x" * 30_000)))
    assert [one.issue.code for one in long.errors] == ["outcomes.text_too_long"]


def test_columns_have_letters() -> None:
    assert [column_letter(place) for place in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]
    assert all(column_place(column_letter(place)) == place for place in range(2_000))


# The template ------------------------------------------------------------------------------------
WORDS = template.Words(
    "Mätningar", "Anvisning", ["Så här"], "ja", "nej", ["Inget svar"], "Fel", "Dag", "Tal"
)
MARK = template.Mark("a-contract", "digest", "3")


def made(language: str = "sv") -> bytes:
    asked = [
        template.AskedRow(f"TP-{person:04d}", metric, "after", "Asked", "1.–2.2.", kind, low, high)
        for metric, kind, low, high in (
            ("permanent-work", MetricKind.YES_NO, None, None),
            ("self-rated-health", MetricKind.NUMBER, Decimal(1), Decimal(5)),
            ("days", MetricKind.DAYS, None, Decimal(366)),
        )
        for person in (2, 1)
    ]  # fmt: skip
    frame = template.Frame(date(2026, 1, 1), date(2026, 11, 22), date(2026, 11, 22))
    return template.write_template(asked, words=WORDS, mark=MARK, frame=frame, language=language)


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_a_template_is_filled_in_like_any_workbook_and_read_back(language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(language)))
    sheet = book.worksheets[0]
    place = next(line for line in range(3, 9) if sheet.cell(line, 3).value == "permanent-work")
    sheet.cell(place, 6).value = DAY
    sheet.cell(place, 7).value = "ja"
    sheet.cell(place, 10).value = "Intyg"
    days = next(line for line in range(3, 9) if sheet.cell(line, 3).value == "days")
    for column, day in ((6, DAY), (8, date(2026, 1, 5)), (9, DAY)):
        sheet.cell(days, column).value = day
    read = rows.parse(sheets.saved(book))
    stay, one = sorted(read.rows, key=lambda found: found.candidate.metric)
    assert (stay.candidate.first_day, stay.candidate.last_day) == ("2026-01-05", "2026-03-01")
    assert (one.line, read.empty, read.errors) == (place, 4, ())
    assert (one.candidate.participant, one.candidate.measured_on) == ("TP-0001", "2026-03-01")
    assert (one.candidate.value, one.candidate.evidence_source) == ("ja", "Intyg")


def test_a_template_locks_what_is_given_and_checks_what_is_typed() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made()))
    sheet, *_others = book.worksheets
    assert [one.sheet_state for one in book.worksheets] == ["visible", "visible", "veryHidden"]
    assert sheet.protection.sheet
    assert sheet["C3"].protection.locked
    assert not sheet["G3"].protection.locked
    assert sheet.freeze_panes == "B3"
    assert sheet.row_dimensions[1].hidden
    rules = {str(one.sqref): (one.type, one.formula1, one.formula2)
             for one in sheet.data_validations.dataValidation}  # fmt: skip
    assert rules["G3:G4"] == ("whole", "0", "366")
    assert rules["G5:G6"] == ("list", '"ja,nej"', None)
    assert rules["G7:G8"] == ("decimal", "1", "5")
    assert {rules[f"{column}3:{column}208"][0] for column in "FHI"} == {"date"}
    locked = {line: sheet.cell(line, 8).protection.locked for line in (3, 5, 7, 9)}
    assert locked == {3: False, 5: True, 7: True, 9: False}
    without = template.asked_columns([MetricKind.NUMBER])
    assert (without, "first_day" in template.COLUMNS) == (template.ASKED, False)


def test_what_a_template_was_made_for_is_checked() -> None:
    mark = rows.open_file(made()).table.mark
    assert template.mark_issues(mark, MARK) == []
    assert template.mark_issues({}, MARK) == []

    def codes(**changes: str) -> list[str]:
        return [one.code for one in template.mark_issues({**mark, **changes}, MARK)]

    assert codes(terms="older") == ["outcomes.template_of_older_terms"]
    assert codes(template="0") == ["outcomes.template_of_another_version"]
    with pytest.raises(RuleViolation, match="template_of_another_contract"):
        codes(contract="foreign")


def test_what_is_written_runs_nothing_and_holds_no_unwritable_sign() -> None:
    payload = "=cmd|' /C calc'!A0"
    for write in (writing.write_xlsx, writing.write_ods):
        content = write("Rows", [HEADER, tuple(map(str, row(1, DAY, payload, point="a\x0bb")))])
        (one,) = rows.parse(content).rows
        assert (one.candidate.value, one.candidate.point) == (payload, "ab")
    sheet = openpyxl.load_workbook(io.BytesIO(writing.write_xlsx("R", [[payload]]))).worksheets[0]
    assert sheet["A1"].data_type == "s"
