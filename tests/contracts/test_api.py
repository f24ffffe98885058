"""Contracts over REST: the same access as the pages."""

from __future__ import annotations

import uuid

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts import selectors
from contracts.models import Contract
from tests.contracts.conftest import SignIn
from tests.factories.accounts import make_membership, make_service_account, make_token
from tests.factories.contracts import make_contract, make_draft_contract
from tests.worlds import Town

LIST = "/api/v1/contracts/"


def test_the_list_holds_the_callers_contracts_and_no_others(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    found = sign_in(town.dag).get(LIST).json()
    assert [row["id"] for row in found["results"]] == [str(contract.pk)]
    assert sign_in(town.eve).get(LIST).json()["results"] == []
    assert reverse("api:contract-list") == LIST


def test_the_list_is_searched_and_filtered(town: Town, sign_in: SignIn, contract: Contract) -> None:
    draft = make_draft_contract(town, place="Ranta")
    client = sign_in(town.pia)
    drafts = client.get(LIST, {"state": "draft"}).json()["results"]
    assert [row["code"] for row in drafts] == [draft.code]
    found = client.get(LIST, {"search": "ranta"}).json()["results"]
    assert [row["code"] for row in found] == [draft.code]


def test_one_contract_comes_with_parties_terms_and_periods(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    found = sign_in(town.ben).get(f"{LIST}{contract.pk}/").json()
    terms = selectors.last_agreed(contract)
    assert terms is not None
    assert {row["role"] for row in found["parties"]} == {
        "payer",
        "lead_provider",
        "verifier",
        "investor",
    }
    assert found["terms"][0]["document"] == terms.document
    assert found["terms"][0]["digest"] == terms.digest
    assert found["terms"][0]["document"]["claim"]["cap"] == "6480000.00"
    assert len(found["periods"]) == 8
    assert found["starts_on"] == "2025-01-01"


def test_what_the_caller_may_not_see_is_not_found(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    for address in (f"{LIST}{contract.pk}/", f"{LIST}{uuid.uuid4()}/", f"{LIST}nonsense/"):
        answer = sign_in(town.eve).get(address)
        assert answer.status_code == 404
        assert str(contract.code) not in answer.content.decode()


def test_a_service_account_reads_with_its_token(town: Town, contract: Contract) -> None:
    account = make_service_account()
    make_membership(user=account, organisation=town.lahde, role="integration")
    make_token(secret="sib_contracts", user=account)
    client = Client(headers={"Authorization": "Bearer sib_contracts"})
    assert client.get(f"{LIST}{contract.pk}/").status_code == 200
    assert Client().get(LIST).status_code == 401


def test_nothing_is_written_over_rest(town: Town, sign_in: SignIn, contract: Contract) -> None:
    client = sign_in(town.pia)
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(LIST, content_type="application/json").status_code in (403, 405)
        one = method(f"{LIST}{contract.pk}/", content_type="application/json")
        assert one.status_code in (403, 405)


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    client = sign_in(town.pia)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    make_contract(town)
    make_contract(town)
    with CaptureQueriesContext(connection) as many:
        assert client.get(LIST).json()["count"] == 3
    assert len(many) == len(few)
