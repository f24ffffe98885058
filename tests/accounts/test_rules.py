"""Rules about organisations and people, without a database."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibportal.accounts import rules
from sibportal.kernel.errors import RuleViolation

ADA, BEN = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("FI", "9999990-9", "9999990-9"),
        ("FI", " 99999909 ", "9999990-9"),
        ("FI", "2077474-0", "2077474-0"),
        ("SE", "9999000004", "999900-0004"),
        ("SE", "999900-0004", "999900-0004"),
        ("SE", "212000-0456", "212000-0456"),
    ],
)
def test_business_ids_are_kept_in_one_form(country: str, typed: str, kept: str) -> None:
    assert rules.normalise_business_id(country, typed) == kept


@pytest.mark.parametrize(
    ("country", "typed", "code"),
    [
        ("FI", "9999990-8", "accounts.business_id_check_digit"),
        ("FI", "12345", "accounts.business_id_form_fi"),
        ("FI", "=cmd|x", "accounts.business_id_form_fi"),
        ("FI", "", "accounts.business_id_form_fi"),
        ("SE", "999900-0005", "accounts.business_id_check_digit"),
        ("SE", "99990", "accounts.business_id_form_se"),
        ("SE", "811228-9841", "accounts.business_id_is_personal"),
    ],
)
def test_wrong_business_ids_are_refused_by_name(country: str, typed: str, code: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        rules.normalise_business_id(country, typed)
    assert refused.value.code == code
    assert refused.value.issues[0].field == "business_id"


@given(country=st.sampled_from(["FI", "SE"]), typed=st.text(max_size=15))
def test_no_text_breaks_the_check_of_business_ids(country: str, typed: str) -> None:
    try:
        kept = rules.normalise_business_id(country, typed)
    except RuleViolation as refused:
        fields = {issue.field for issue in refused.issues}
    else:
        fields = {"business_id"} if rules.normalise_business_id(country, kept) == kept else set()
    assert fields == {"business_id"}


def test_a_name_stays_on_one_line() -> None:
    assert rules.require_name("  Ada\r\nBcc: all \t Example ") == "Ada Bcc: all Example"
    with pytest.raises(RuleViolation):
        rules.require_name(" \n ")


def test_nobody_gives_a_role_to_themself_but_may_give_one_up() -> None:
    rules.require_another_person(ADA, BEN, {"approver"})
    rules.require_another_person(ADA, ADA, set())
    with pytest.raises(RuleViolation):
        rules.require_another_person(ADA, ADA, {"approver"})


def test_programs_integrate_and_people_do_not() -> None:
    rules.require_fitting_roles("service", {"integration"})
    rules.require_fitting_roles("person", {"approver", "reader"})
    with pytest.raises(RuleViolation):
        rules.require_fitting_roles("service", {"integration", "approver"})
    with pytest.raises(RuleViolation):
        rules.require_fitting_roles("person", {"integration"})


def test_the_last_administrator_stays() -> None:
    ada = rules.Duty(ADA, "administrator", ends=False)
    leaving = rules.Duty(BEN, "administrator", ends=True)
    rules.require_an_administrator([ada, leaving], [ada])
    rules.require_an_administrator([], [])
    for after in ([], [leaving], [rules.Duty(ADA, "reader", ends=False)]):
        with pytest.raises(RuleViolation):
            rules.require_an_administrator([ada, leaving], after)


@pytest.mark.parametrize("days", [0, -1, 366, 10**9])
def test_tokens_live_a_year_at_most(days: int) -> None:
    with pytest.raises(RuleViolation):
        rules.require_token_days(days)
