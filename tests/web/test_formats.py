"""Numbers, money and dates are written as people write them in each language."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sibportal.web import formats
from sibportal.web.messages import sentence
from tools import catalogues

AMOUNT = Decimal("1046300.50")


def plain(text: str) -> str:
    """Make the spaces visible that must not break."""
    return text.replace("\N{NO-BREAK SPACE}", "_")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", "1_046_300,50_€"), ("sv", "1_046_300,50_€"), ("en", "€1,046,300.50")],
)
def test_money_to_the_cent(language: str, expected: str) -> None:
    assert plain(formats.money(AMOUNT, "EUR", cents=True, language=language)) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("fi", "1_046_301_€"), ("sv", "1_046_301_€"), ("en", "€1,046,301")]
)
def test_money_in_whole_units_rounds_half_up(language: str, expected: str) -> None:
    assert plain(formats.money(AMOUNT, "EUR", language=language)) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("fi", "500_SEK"), ("sv", "500_kr"), ("en", "SEK_500")]
)
def test_kronor_stand_apart_from_the_digits(language: str, expected: str) -> None:
    assert plain(formats.money(500, "SEK", language=language)) == expected


def test_a_negative_amount_has_a_real_minus_and_a_rounded_zero_has_none() -> None:
    assert formats.money(Decimal("-12.40"), "EUR", cents=True, language="en") == "−€12.40"
    assert formats.money(Decimal("-0.40"), "EUR", language="en") == "€0"


@pytest.mark.parametrize(
    ("language", "expected"), [("fi", "47,5_%"), ("sv", "47,5_%"), ("en", "47.5%")]
)
def test_per_cent_of_a_ratio(language: str, expected: str) -> None:
    assert plain(formats.percent(Decimal("0.475"), language=language)) == expected


def test_per_cent_leaves_trailing_zeros_out_and_rounds_half_up() -> None:
    assert formats.percent(Decimal("0.5"), language="en") == "50%"
    assert formats.percent(Decimal("0.12345"), places=2, language="en") == "12.35%"
    assert formats.percent(0.005, places=0, language="en") == "1%"


@pytest.mark.parametrize(
    ("language", "expected"), [("fi", "3.11.2026"), ("sv", "3.11.2026"), ("en", "3_Nov_2026")]
)
def test_a_day(language: str, expected: str) -> None:
    assert plain(formats.day(date(2026, 11, 3), language=language)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", "22.11.2026_klo_9.14"),
        ("sv", "22.11.2026_kl._9.14"),
        ("en", "22_Nov_2026,_09:14"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_portal(language: str, expected: str) -> None:
    at = datetime(2026, 11, 22, 7, 14, tzinfo=UTC)
    written = formats.moment(at, language=language, zone=ZoneInfo("Europe/Helsinki"))
    assert plain(written) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("fi", "3/2026"), ("sv", "3/2026"), ("en", "Q3_2026")]
)
def test_a_quarter(language: str, expected: str) -> None:
    assert plain(formats.quarter(date(2026, 9, 30), language=language)) == expected


def test_a_number_keeps_its_own_places() -> None:
    assert plain(formats.number(Decimal("6480000.00"), language="fi")) == "6_480_000,00"
    assert plain(formats.number(12345, language="sv")) == "12_345"
    assert formats.number(Decimal("2.345"), places=2, language="en") == "2.35"
    assert formats.number(Decimal("1E+3"), language="en") == "1,000"


def test_an_unknown_language_reads_english() -> None:
    assert formats.money(1000, "EUR", language="de") == "€1,000"
    assert plain(formats.day(date(2026, 1, 2), language="de")) == "2_Jan_2026"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("8", "8%"), ("8.00", "8%"), ("33.3333", "33.3333%"), ("0.125", "0.125%"), ("0", "0%")],
)
def test_a_percentage_that_is_kept_as_such_keeps_its_decimals(given: str, expected: str) -> None:
    assert formats.percentage(Decimal(given), language="en") == expected
    assert plain(formats.percentage(Decimal(given), language="fi")).endswith("_%")


def test_the_last_day_is_the_day_before_an_end() -> None:
    assert formats.last_day(date(2027, 1, 1), language="fi") == "31.12.2026"


def test_no_sentence_writes_per_cent_in_another_way_than_the_formats_do() -> None:
    sign = re.compile(r"(?P<before>[^%])%{1,2}(?![%(a-z{])")
    space = "\N{NO-BREAK SPACE}"
    for language, before in (("en", "[0-9]"), ("fi", space), ("sv", space)):
        for message in catalogues.read("fi" if language == "en" else language):
            given = message.id if language == "en" else message.string
            for text in [given] if isinstance(given, str) else given or ():
                for found in sign.finditer(text):
                    assert re.fullmatch(before, found["before"]), (language, text)


def test_a_sentence_chooses_its_plural_by_the_number_in_it() -> None:
    one = sentence("outcomes.late_entry", days=1)
    assert one == "Entered 1 day after the measurement."
    assert sentence("outcomes.late_entry", days=1200) == "Entered 1,200 days after the measurement."
