"""What leaves the portal as a table: no cell may run as a formula in somebody's spreadsheet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_BLANK = " \N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"


def safe_cell(value: object) -> object:
    """Give a value for a cell: numbers stay numbers, a text like a formula gets an apostrophe."""
    if value is None or isinstance(value, bool | int | float | Decimal):
        return "" if value is None else value
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(_BLANK).startswith(_FORMULA_SIGNS) else text
