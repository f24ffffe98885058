"""The pages of an amendment: begun, compared in words, priced for each party, carried over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

import contracts.services
from contracts.models import Contract, Terms
from contracts.rules.terms import parse
from contracts.rules.terms.comparing import Difference, compare
from payments.views.compared import NOTHING, Wording
from sibportal.accounts.models import User
from tests.contracts.test_services_amendments import amend, longer
from tests.factories.contracts import agree_all, make_contract
from tests.payments.worked_examples import load, names
from tests.worlds import Town

SignIn = Callable[[User], Client]


@pytest.fixture
def contract(town: Town) -> Contract:
    return make_contract(town)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_official_amends_compares_and_asks_the_parties(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    client = sign_in(town.pia)
    page = reverse("contracts:terms-detail", args=[contract.pk])
    begin = reverse("contracts:terms-amend", args=[contract.pk])
    assert begin in text(client.get(page))
    assert "Vaahtera Rahasto" in text(client.get(begin))
    given = {"scope": "all_open", "valid_from": "1.1.2025", "reason": "Two years are too short."}
    mid_period = client.post(begin, given | {"valid_from": "2.2.2025"})
    assert mid_period.status_code == 422
    assert "Choose the first day of a reporting period" in text(mid_period)
    assert client.post(begin, given).status_code == 302
    draft = Terms.objects.get(state="draft")
    compared = reverse("payments:terms-comparison", args=[draft.pk])
    assert "Nothing is changed yet" in text(client.get(compared))
    contracts.services.save_terms(actor=town.pia, contract=contract, document=longer(contract))
    for address in (compared, reverse("payments:terms-comparison-print", args=[draft.pk])):
        shown = text(client.get(address))
        assert "Months after it" in shown
        assert ">24<" in shown
        assert "<b>36</b>" in shown
        assert "Two years are too short." in shown
    detail = text(client.get(page))
    assert "All that is open and unpaid from that day on" in detail
    assert client.post(reverse("contracts:terms-propose", args=[draft.pk])).status_code == 302
    asked = text(sign_in(town.disa).get(page))
    assert reverse("contracts:terms-agree", args=[draft.pk]) in asked


def test_a_draft_on_an_old_wording_says_so_and_shows_what_both_changed(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    waiting = contracts.services.propose_terms(
        actor=town.pia, terms=amend(town, contract, document=longer(contract))
    )
    document = longer(contract)
    document["points"][1]["offset_months"] = 30
    draft = amend(town, contract, document=document)
    agree_all(waiting)
    client = sign_in(town.pia)
    carry = reverse("payments:terms-carry-over", args=[draft.pk])
    assert carry in text(client.get(reverse("contracts:terms-version", args=[draft.pk])))
    shown = text(client.get(carry))
    assert "Months after it" in shown
    assert ">36<" in shown
    assert ">30<" in shown
    assert client.post(carry).status_code == 302
    again = client.post(carry)
    assert again.status_code == 422
    assert "Nothing to carry over" in text(again)
    draft.refresh_from_db()
    assert draft.document["points"][1]["offset_months"] == 30


def test_rest_takes_a_wording_and_gives_the_fields_that_differ(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    client = sign_in(town.pia)
    address = f"/api/v1/contracts/{contract.pk}/amendments/"
    base = contract.terms.get()
    body = {
        "document": longer(contract),
        "base_digest": "0" * 64,
        "scope": "all_open",
        "reason": "Two years are too short.",
    }
    stale = client.post(address, body, content_type="application/json")
    assert stale.status_code in (400, 409, 422)
    assert "base_changed" in text(stale)
    made = client.post(
        address, body | {"base_digest": base.digest}, content_type="application/json"
    )
    assert made.status_code == 201
    drafted = made.json()
    assert (drafted["base_id"], drafted["scope"]) == (str(base.pk), "all_open")
    found = client.get(f"/api/v1/terms/{drafted['id']}/comparison/").json()
    assert found["fields_changed"] == [
        {
            "path": ["points", "after", "offset_months"],
            "before": 24,
            "after": 36,
            "difference": "changed",
        }
    ]
    listed = client.get(f"/api/v1/contracts/{contract.pk}/").json()["terms"]
    assert [(one["version"], one["reason"]) for one in listed] == [
        (2, "Two years are too short."),
        (1, ""),
    ]


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_field_of_the_examples_is_said_in_words(language: str) -> None:
    for name in names():
        terms = parse(load(name)["terms"])
        with translation.override(language):
            fields = compare(terms, terms)
            groups = Wording(terms, terms, {"payer": "Koivula"}).groups(fields)
        rows = [row for group in groups for row in group.rows]
        assert rows
        assert all(row.difference is Difference.SAME for row in rows)
        for row in rows:
            assert row.before == row.after != NOTHING
            assert "_" not in row.label
