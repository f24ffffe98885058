"""What people type into a form is read rightly, or refused with words that help."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.web import messages
from sibportal.web.formats import number, plain_day, plain_number
from sibportal.web.forms import (
    DateField,
    DecimalField,
    MoneyField,
    UploadField,
    WholeNumberField,
    attach_issues,
    choice_field,
    model_choice_field,
    parse_decimal,
)


class ClaimForm(forms.Form):
    """A form with one field of each kind that reads text."""

    paid_on = DateField(label="Paid on")
    amount = MoneyField(label="Amount")
    people = WholeNumberField(label="People", required=False)


def error_of(field: forms.Field, text: str) -> str:
    with translation.override("en"), pytest.raises(forms.ValidationError) as caught:
        field.clean(text)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1046300.50", "1046300.50"),
        ("1 046 300,50", "1046300.50"),
        ("1\N{NO-BREAK SPACE}046\N{NO-BREAK SPACE}300,50 €", "1046300.50"),
        ("€1,046,300.50", "1046300.50"),
        ("1.046.300,50", "1046300.50"),
        ("1,046,300", "1046300"),
        ("-12,5", "-12.5"),
        ("\N{MINUS SIGN}12,5", "-12.5"),
        ("8 %", "8"),
        ("0,1", "0.1"),
    ],
)
def test_a_number_may_be_written_with_comma_point_and_spaces(text: str, value: str) -> None:
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "abc",
        "1,2,3",
        "1.2.3,4",
        "12,34.5,6",
        "1e5",
        "NaN",
        "--1",
        "1-1",
        ",",
        "٣",
        "1,046.300,5",
    ],
)
def test_a_number_that_could_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        parse_decimal(text)


def test_thousands_with_a_comma_are_not_taken_for_decimals() -> None:
    assert "space" in error_of(MoneyField(), "6,000")


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from(["fi", "sv", "en"]))
def test_an_amount_shown_in_an_input_reads_back_the_same(value: Decimal, language: str) -> None:
    assert parse_decimal(plain_number(value, language=language)) == value
    assert parse_decimal(number(value, language=language)) == value


@pytest.mark.parametrize("text", ["3.11.2026", "03.11.2026", " 3. 11. 2026 ", "2026-11-03"])
def test_a_date_may_be_written_with_points_or_as_iso(text: str) -> None:
    assert DateField().clean(text) == date(2026, 11, 3)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_a_date_shown_in_an_input_reads_back_the_same(day: date) -> None:
    assert DateField().clean(plain_day(day)) == day
    assert DateField().clean(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("31.11.2026", "that month has 30 days"),
        ("29.2.2027", "that month has 28 days"),
        ("1.13.2026", "no month 13"),
        ("1.1.0026", "between 1900 and 2199"),
        ("11/3/2026", "day.month.year"),
        ("tomorrow", "day.month.year"),
    ],
)
def test_a_wrong_date_is_told_apart_from_an_unreadable_one(text: str, words: str) -> None:
    assert words in error_of(DateField(), text)


def test_a_refused_form_shows_what_was_typed() -> None:
    form = ClaimForm({"paid_on": "31.11.2026", "amount": "1 000,999", "people": "twelve"})
    assert not form.is_valid()
    html = form.render()
    for typed in ("31.11.2026", "1 000,999", "twelve"):
        assert f'value="{typed}"' in html


def test_a_stored_value_is_shown_in_the_reader_s_way() -> None:
    initial = {"paid_on": date(2026, 11, 3), "amount": Decimal("1046300.50")}
    with translation.override("fi"):
        html = ClaimForm(initial=initial).render()
    assert 'value="3.11.2026"' in html
    assert 'value="1046300,50"' in html


def test_an_error_is_tied_to_its_field_for_screen_readers() -> None:
    form = ClaimForm({"paid_on": "", "amount": "1"})
    html = form.render()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_paid_on_error"' in html
    assert '<div id="id_paid_on_error">' in html


def test_a_count_takes_no_decimals_and_gives_an_int() -> None:
    found = WholeNumberField().clean("1 200")
    assert found == 1200
    assert isinstance(found, int)
    assert "without decimals" in error_of(WholeNumberField(), "1,5")


def test_an_amount_is_not_negative_and_has_at_most_two_decimals() -> None:
    assert error_of(MoneyField(), "-1") == "An amount cannot be negative."
    assert "at most 2 decimals" in error_of(MoneyField(), "1,005")
    assert DecimalField(decimal_places=4).clean("1,0050") == Decimal("1.005")


def test_a_file_that_is_too_large_or_of_another_kind_is_named_as_such() -> None:
    field = UploadField(max_bytes=1_000_000, extensions=(".csv",))
    with translation.override("en"):
        with pytest.raises(forms.ValidationError, match="larger than 1 MB"):
            field.clean(SimpleUploadedFile("rows.csv", b"x" * 1_000_001))
        with pytest.raises(forms.ValidationError, match=r"ends with \.csv"):
            field.clean(SimpleUploadedFile("rows.exe", b"x"))
    assert field.clean(SimpleUploadedFile("ROWS.CSV", b"x")).name == "ROWS.CSV"


def test_issues_of_the_rules_land_at_their_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(messages.MESSAGES, "example.future", "Not after %(limit)s: %(value)s.")
    monkeypatch.setitem(messages.MESSAGES, "example.whole", "The period is closed.")
    form = ClaimForm({"paid_on": "3.11.2026", "amount": "5"})
    assert form.is_valid()
    future = Issue("example.future", "paid_on", "3.11.2026", {"limit": date(2026, 11, 1)})
    with translation.override("fi"):
        attach_issues(form, RuleViolation([future, Issue("example.whole", "elsewhere")]))
    assert form.errors["paid_on"] == ["Not after 1.11.2026: 3.11.2026."]
    assert form.non_field_errors() == ["The period is closed."]


def test_a_field_whose_choices_depend_on_the_contract_is_one_of_choices() -> None:
    class Shape(forms.Form):
        kind = forms.MultipleChoiceField()
        note = forms.CharField()

    form = Shape({"kind": ["a"], "note": "x"})
    choice_field(form, "kind").choices = [("a", "A")]
    assert form.is_valid()
    for narrow, name in ((choice_field, "note"), (model_choice_field, "kind")):
        with pytest.raises(TypeError, match=name):
            narrow(form, name)
