"""What leaves as a table never runs as a formula."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from sibportal.web.exports import csv_response, safe_cell

PAYLOADS = [
    "=1+1", "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)", "\t=1+1", "\r=1+1", " =1+1", "\N{NO-BREAK SPACE}=1+1",
    "=HYPERLINK(\"http://x\")", "-1+1", "+A1", "|calc", "\N{ZERO WIDTH NO-BREAK SPACE}=1+1",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_leaves_as_text(payload: str) -> None:
    cell = safe_cell(payload)
    assert cell == f"'{payload}"
    out = io.StringIO()
    csv.writer(out).writerow([cell])
    assert next(csv.reader(io.StringIO(out.getvalue(), newline="")))[0].startswith("'")


@pytest.mark.parametrize("number", [-5, Decimal("-12.50"), 0, 3])
def test_negative_numbers_stay_numbers(number: int | Decimal) -> None:
    assert safe_cell(number) is number


def test_nothing_and_dates_become_plain_cells() -> None:
    assert safe_cell(None) == ""
    assert safe_cell(date(2026, 3, 1)) == "2026-03-01"
    assert safe_cell("Plain å") == "Plain å"


def test_a_file_opens_as_a_table_in_a_nordic_spreadsheet() -> None:
    response = csv_response("claims.csv", [["Å", Decimal("-1.50")], ["=1+1", None]])
    text = response.content.decode("utf-8-sig")
    assert text.splitlines() == ["Å;-1.50", "'=1+1;"]
    assert response["Content-Disposition"] == 'attachment; filename="claims.csv"'
