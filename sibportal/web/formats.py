"""Numbers, money and time as people write them in Finnish, Finland-Swedish and English.

Pure wrappers around Babel. Every space inside a value is U+00A0, a minus is U+2212, and the dates
replace Babel's short ones, which are ISO in Swedish and month-first to the eye in English.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils import timezone
from django.utils.translation import get_language

Number = int | float | Decimal

LOCALES = {"fi": "fi", "sv": "sv_FI", "en": "en_GB"}
DATES = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMM y"}
TIMES = {"fi": "d.M.y 'klo' H.mm", "sv": "d.M.y 'kl.' H.mm", "en": "d MMM y, HH:mm"}
QUARTERS = {"fi": "{quarter}/{year}", "sv": "{quarter}/{year}", "en": "Q{quarter} {year}"}
NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
_SPACES = str.maketrans({" ": NBSP, "\N{NARROW NO-BREAK SPACE}": NBSP, "-": MINUS})


def locale(language: str | None = None) -> Locale:
    """Give Babel's locale for a language code, by default the reader's; English where unknown."""
    code = (language or get_language() or "en").split("-")[0]
    return Locale.parse(LOCALES.get(code, "en_GB"))


def _code(language: str | None) -> str:
    code = locale(language).language
    return code if code in LOCALES else "en"


def money(
    amount: Number, currency: str, *, cents: bool = False, language: str | None = None
) -> str:
    """Write an amount: whole units, or to the cent where money is approved or paid."""
    digits = ".00" if cents else ""
    here = locale(language)
    pattern = here.currency_formats["standard"].pattern.replace(".00", digits)
    rounded = Decimal(str(amount)).quantize(Decimal("0.01" if cents else "1"), ROUND_HALF_UP)
    text = format_currency(rounded + 0, currency, pattern, locale=here, currency_digits=False)
    # A currency named by letters stands apart from the digits, in English too.
    return re.sub(r"(?<=[A-Z])(?=\d)", NBSP, text.translate(_SPACES))


def number(value: Number, *, places: int | None = None, language: str | None = None) -> str:
    """Write a number; a Decimal keeps its own places unless `places` says otherwise."""
    exact = Decimal(str(value))
    exponent = exact.as_tuple().exponent
    if places is None:
        places = max(-exponent, 0) if isinstance(exponent, int) else 0
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(rounded + 0, pattern, locale=locale(language)).translate(_SPACES)


def percent(ratio: Number, *, places: int = 1, language: str | None = None) -> str:
    """Write a ratio as per cent, 0.475 as 47.5%; trailing zeros are left out."""
    here = locale(language)
    rounded = Decimal(str(ratio)).quantize(Decimal(1).scaleb(-places - 2), ROUND_HALF_UP)
    optional = "." + "#" * places if places else ""
    pattern = here.percent_formats[None].pattern.replace("#,##0", "#,##0" + optional)
    return format_percent(rounded + 0, pattern, locale=here).translate(_SPACES)


def percentage(value: Number, *, language: str | None = None) -> str:
    """Write a percentage that is kept as such, 8 as 8%, with all the decimals that it has."""
    exact = Decimal(str(value))
    exponent = exact.normalize().as_tuple().exponent
    places = max(-exponent, 0) if isinstance(exponent, int) else 0
    return percent(exact.scaleb(-2), places=places, language=language)


def day(value: date, *, language: str | None = None) -> str:
    """Write a date: 3.11.2026, in English 3 Nov 2026."""
    text = format_date(value, DATES[_code(language)], locale=locale(language))
    return text.replace(" ", NBSP)


def last_day(end: date, *, language: str | None = None) -> str:
    """Write the last day before `end`: people do not count an end among the days that belong."""
    return day(end - timedelta(days=1), language=language)


def moment(value: datetime, *, language: str | None = None, zone: tzinfo | None = None) -> str:
    """Write a point in time in `zone`, by default the portal's."""
    here = value.astimezone(zone or timezone.get_current_timezone())
    text = format_datetime(here, TIMES[_code(language)], locale=locale(language))
    return text.replace(" ", NBSP)


def quarter(value: date, *, language: str | None = None) -> str:
    """Write the calendar quarter that `value` falls in: 3/2026, in English Q3 2026."""
    text = QUARTERS[_code(language)].format(quarter=(value.month + 2) // 3, year=value.year)
    return text.replace(" ", NBSP)


def month(value: date, *, language: str | None = None) -> str:
    """Write month and year in words."""
    text = format_date(value, "LLLL y", locale=locale(language))
    return text.replace(" ", NBSP)


def plain_number(value: Number, *, language: str | None = None) -> str:
    """Write a number for an input: no grouping, so that it reads back the same everywhere."""
    text = format(Decimal(str(value)), "f")
    return text if _code(language) == "en" else text.replace(".", ",")


def plain_day(value: date) -> str:
    """Write a date for an input: d.m.yyyy in every language."""
    return f"{value.day}.{value.month}.{value.year}"


def displayed(value: object, *, language: str | None = None) -> str:
    """Write any value that a sentence may hold in the way of the reader's language."""
    match value:
        case bool():
            return str(value)
        case Decimal() | int() | float():
            return number(value, language=language)
        case datetime():
            return moment(value, language=language)
        case date():
            return day(value, language=language)
        case _:
            return str(value)
