"""Reading a file of measurements, and writing cells that no program runs."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules import headers, reading, rows
from outcomes.rules.rows import Limits
from sibportal.kernel.errors import RuleViolation

HEADER = "participant code;metric;measurement point;measured on;value;source of evidence"
ROW = "TP-0001;work;month_12;1.3.2026;kyllä;työnantaja"


def file(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def refusal(content: bytes, limits: Limits | None = None) -> list[str]:
    with pytest.raises(RuleViolation) as refused:
        rows.parse(content, limits)
    return [issue.code for issue in refused.value.issues]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"]
)
def test_the_same_rows_are_read_in_every_usual_encoding(encoding: str) -> None:
    read = rows.parse(file(HEADER, ROW, encoding=encoding))
    assert read.rows[0].candidate.evidence_source == "työnantaja"
    guessed = encoding in {"utf-16-le", "utf-16-be", "latin-1"}
    assert [note.code for note in read.notes] == ["outcomes.encoding_guessed"] * guessed


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_found_from_the_header(delimiter: str) -> None:
    content = file(HEADER.replace(";", delimiter), ROW.replace(";", delimiter))
    read = rows.parse(content)
    assert (read.delimiter, read.rows[0].candidate.point) == (delimiter, "month_12")


@pytest.mark.parametrize(
    "header",
    [
        "osallistujatunnus;mittari;mittauspiste;mittauspäivä;arvo;näytön lähde",
        "Deltagarkod;Mått;Mätpunkt;Mätdatum;Värde;Underlagets källa",
        "participant;metric;point;measured_on;value;evidence_source",
        " PARTICIPANT  CODE ;Metric:;Point;Measured-on;Value;Evidence source",
    ],
)
def test_column_names_are_understood_in_three_languages(header: str) -> None:
    read = rows.parse(file(header, ROW))
    assert read.rows[0].candidate.participant == "TP-0001"
    assert read.rows[0].candidate.value == "kyllä"
    assert read.rows[0].candidate.measured_on == "1.3.2026"


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_template_of_each_language_is_read_back(language: str) -> None:
    for field, name in headers.template(language).items():
        assert headers.guess(name) == (headers.LEFT_OUT if field in headers.INFORMATION else field)


def test_no_column_name_means_two_things() -> None:
    tables = [*headers.HEADERS.values(), *headers.INFORMATION.values()]
    names = [name for languages in tables for one in languages.values() for name in one]
    assert len(names) == len(set(names))


def test_lines_are_numbered_as_an_editor_shows_them() -> None:
    content = file(HEADER + ";note", "", ROW + ';"two\r\nlines"', "", ROW + ";one")
    assert [row.line for row in rows.parse(content).rows] == [3, 6]


def test_a_comma_file_with_a_decimal_comma_says_so_in_its_row() -> None:
    content = file(
        HEADER.replace(";", ","), "TP-0001,score,month_12,1.3.2026,12,5,survey", "TP-0002,a,b,c,d,e"
    )
    read = rows.parse(content)
    assert [(error.line, error.issue.code) for error in read.errors] == [
        (2, "outcomes.row_too_many_cells")
    ]
    assert [row.line for row in read.rows] == [3]


def test_short_rows_are_filled_with_nothing() -> None:
    read = rows.parse(file(HEADER, "TP-0001;work;month_12;1.3.2026"))
    assert read.rows[0].candidate.value == ""


def test_rows_of_a_template_that_were_not_filled_in_are_passed_by() -> None:
    read = rows.parse(file(HEADER, "TP-0001;work;month_12", ROW, "TP-0003;work;month_12;;;"))
    assert ([row.line for row in read.rows], read.empty) == ([3], 2)
    assert refusal(file(HEADER, "TP-0001;work;month_12")) == ["outcomes.file_not_filled_in"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "outcomes.file_empty"),
        (b"\xef\xbb\xbf \r\n", "outcomes.file_empty"),
        (b';;""\r\n', "outcomes.file_empty"),
        (file(HEADER), "outcomes.file_without_rows"),
        (b"PK\x03\x04rest of a zip", "outcomes.file_damaged"),
        (b"\xd0\xcf\x11\xe0 old spreadsheet", "outcomes.file_is_old_spreadsheet"),
        (file(HEADER, "TP-0001;w\0rk;a;b;c;d"), "outcomes.file_has_nul"),
        (file(HEADER, ROW * 100, "\0"), "outcomes.file_has_nul"),
        (file(HEADER, "TP-0001;w\x07rk;a;b;c;d"), "outcomes.file_not_text"),
        (file(HEADER, 'TP-0001;"work;month_12'), "outcomes.file_quotes_broken"),
        (b"\xff\xfe" + b"odd", "outcomes.file_encoding_broken"),
        (file(HEADER + ";note;comment", ROW), "outcomes.header_twice"),
        (file(HEADER + ";shoe size", ROW), "outcomes.header_unknown"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_reason(content: bytes, code: str) -> None:
    assert refusal(content) == [code]


def test_every_missing_column_is_named_at_once() -> None:
    assert refusal(file("participant;metric", "TP-0001;work")) == ["outcomes.header_missing"] * 3


def test_rows_columns_and_cells_have_limits() -> None:
    limits = Limits(rows=2, columns=6, cell=20)
    assert rows.parse(file(HEADER, ROW, ROW), limits).errors == ()
    assert refusal(file(HEADER, ROW, ROW, ROW), limits) == ["outcomes.file_too_many_rows"]
    assert refusal(file(HEADER + ";note", ROW), limits) == ["outcomes.file_too_many_columns"]
    long = rows.parse(file(HEADER, ROW + "x" * 20), limits)
    assert [error.issue.code for error in long.errors] == ["outcomes.text_too_long"]


def test_a_file_too_large_is_refused_before_it_has_been_read() -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 1024 * 1024

    with pytest.raises(RuleViolation, match=r"outcomes\.file_too_large"):
        rows.parse(endless())
    assert taken == 11


def test_fifty_thousand_rows_are_read() -> None:
    assert len(rows.parse(file(HEADER, *[ROW] * 50_000)).rows) == 50_000


def outcome_of(content: bytes) -> str:
    """Read, refused with a file's reason, or something that must not be."""
    try:
        read = rows.parse(content)
    except RuleViolation as refused:
        known = refused.code.startswith(("outcomes.file_", "outcomes.header_"))
        return "refused" if known else refused.code
    return "read" if read.rows or read.errors else "nothing"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_never_a_crash(content: bytes) -> None:
    assert outcome_of(content) in {"read", "refused"}


@given(st.text(max_size=200))
def test_any_text_after_a_good_header_is_read_or_refused(text: str) -> None:
    assert outcome_of(file(HEADER, text)) in {"read", "refused"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-3-1", date(2026, 3, 1)),
        ("1.3.2026", date(2026, 3, 1)),
        ("01. 03. 2026", date(2026, 3, 1)),
        ("2026-03-01 00:00:00", date(2026, 3, 1)),
        ("29.2.2024", date(2024, 2, 29)),
        ("29.2.2026", None),
        ("31.4.2026", None),
        ("3/1/2026", None),
        ("1.3.26", None),
        ("1.13.2026", None),
        ("0000-01-01", None),
        ("٢٠٢٦-٠٣-٠١", None),
        ("soon", None),
    ],
)
def test_dates_are_read_in_nordic_and_iso_form(text: str, day: date | None) -> None:
    assert reading.read_date(text) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1 234,5", "1234.5"),
        ("1\N{NO-BREAK SPACE}234 567", "1234567"),
        ("\N{MINUS SIGN}3", "-3"),
        ("+4", "4"),
        ("1.234,5", None),
        ("1,234.5", None),
        ("12 34", None),
        ("1e5", None),
        ("NaN", None),
        ("Infinity", None),
        ("٣", None),
        ("", None),
        ("9" * 31, None),
    ],
)
def test_numbers_are_read_with_comma_or_point_and_never_guessed(
    text: str, number: str | None
) -> None:
    assert reading.read_decimal(text) == (None if number is None else Decimal(number))


PAYLOADS = [
    "=1+1", "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)", "\t=1+1", "\r=1+1", " =1+1", "\N{NO-BREAK SPACE}=1+1",
    "=HYPERLINK(\"http://x\")", "-1+1", "+A1", "|calc", "\N{ZERO WIDTH NO-BREAK SPACE}=1+1",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS[:12])
def test_a_formula_is_noticed_on_the_way_in(payload: str) -> None:
    assert reading.looks_like_formula(payload)


@pytest.mark.parametrize("text", ["", "-5", "+3,5", "- came later", "a=b", "TP-0001", "-", "Åland"])
def test_plain_text_and_numbers_are_no_formulas(text: str) -> None:
    assert not reading.looks_like_formula(text)
