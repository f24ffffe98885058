"""The investor's statement: its figures are those of the claims, and nobody else's are in it."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contracts.models import Contract
from payments import services
from payments.models import Allocation, Claim
from payments.selectors import claims as claim_selectors
from payments.selectors.statements import investor_statement, statement_organisations
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from sibportal.kernel.errors import NotVisible
from sibportal.kernel.explain import Calculation
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.contracts import make_party
from tests.factories.payments import (
    ENDS_ON,
    STARTS_ON,
    make_approved_claim,
    make_capital,
    make_claim,
    make_payable_contract,
    make_payment,
)
from tests.payments.conftest import SignIn
from tests.worlds import Town

TODAY = timezone.localdate()


@pytest.fixture
def other(town: Town, contract: Contract) -> tuple[Organisation, User]:
    """A second investor of the contract, with a reader."""
    investor = make_organisation(name="=Toinen", kind=OrganisationKind.INVESTOR)
    make_party(contract=contract, town=town, organisation=investor, role=PartyRole.INVESTOR)
    reader = make_user(name="Olga Example")
    make_membership(user=reader, organisation=investor, role=MemberRole.READER)
    return investor, reader


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content.replace("\N{NO-BREAK SPACE}", " ")


def page_of(investor: Organisation, name: str = "statement-detail") -> str:
    return reverse(f"payments:{name}", args=[investor.pk])


def test_the_figures_are_those_of_the_explained_claim(
    town: Town, contract: Contract, other: tuple[Organisation, User]
) -> None:
    make_capital(contract, town, town.vaahtera, "2000000.00")
    make_capital(contract, town, other[0], "1000000.00")
    claim = make_approved_claim(town, contract=contract)
    line = investor_statement(town.dag, town.vaahtera, TODAY).contracts[0].line
    assert (line.received, line.expected) == (Decimal(0), Decimal("4320000.00"))
    make_payment(claim, town)
    mine = investor_statement(town.dag, town.vaahtera, TODAY)
    theirs = investor_statement(other[1], other[0], TODAY)
    explained = Calculation.from_json(claim.calculation).root.result
    received = [one.contracts[0].line.received for one in (mine, theirs)]
    assert received == [Decimal("4320000.00"), Decimal("2160000.00")]
    assert sum(received) == explained == claim.amount
    line = mine.contracts[0].line
    assert (line.committed, line.paid_in) == (Decimal("2000000.00"), Decimal("2000000.00"))
    assert (line.expected, line.still_possible) == (Decimal(0), Decimal(0))
    parts = mine.contracts[0].received_parts
    assert [(part.claim.pk, part.amount) for part in parts] == [(claim.pk, Decimal("4320000.00"))]
    assert mine.totals[0].line == line


def test_a_statement_tells_the_state_of_its_day(town: Town, contract: Contract) -> None:
    make_capital(contract, town, town.vaahtera)
    make_payment(make_approved_claim(town, contract=contract), town)
    before = investor_statement(town.dag, town.vaahtera, date(2024, 12, 31)).contracts[0]
    assert before.line.received == before.line.expected == 0
    assert before.line.still_possible == Decimal("6480000.00")
    on_the_day = investor_statement(town.dag, town.vaahtera, ENDS_ON).contracts[0]
    assert on_the_day.line.received == Decimal("6480000.00")
    earlier = investor_statement(town.dag, town.vaahtera, date(2022, 12, 31)).contracts[0]
    assert earlier.line.committed == 0


def test_a_provider_who_is_paid_leaves_investors_nothing_to_expect(town: Town) -> None:
    terms = make_payable_contract(town).terms.get().document["claim"] | {"payee": "lead_provider"}
    contract = make_payable_contract(town, claim=terms)
    make_capital(contract, town, town.vaahtera)
    line = investor_statement(town.dag, town.vaahtera, TODAY).contracts[0].line
    assert (line.committed, line.still_possible) == (Decimal("6000000.00"), Decimal(0))


def test_an_investor_sees_no_row_of_another(
    town: Town, contract: Contract, other: tuple[Organisation, User], sign_in: SignIn
) -> None:
    make_capital(contract, town, town.vaahtera, "2000000.00")
    make_capital(contract, town, other[0], "1000000.00")
    make_payment(make_approved_claim(town, contract=contract), town)
    for viewer, own, foreign in (
        (town.dag, town.vaahtera, other[0]),
        (other[1], other[0], town.vaahtera),
    ):
        assert list(statement_organisations(viewer)) == [own]
        with pytest.raises(NotVisible):
            investor_statement(viewer, foreign, TODAY)
        client = sign_in(viewer)
        for name in ("statement-detail", "statement-print", "statement-export"):
            assert client.get(page_of(own, name)).status_code == 200
            assert client.get(page_of(foreign, name)).status_code == 404
        shown = text(client.get(reverse("payments:capital", args=[contract.pk])))
        assert foreign.name not in shown
        assert client.get(f"/api/v1/statements/{foreign.pk}/").status_code == 404
    assert Allocation.objects.count() == 2


def test_the_page_the_paper_and_the_file_agree(
    town: Town, contract: Contract, sign_in: SignIn
) -> None:
    make_capital(contract, town, town.vaahtera)
    make_payment(make_approved_claim(town, contract=contract), town)
    client = sign_in(town.dag)
    for name in ("statement-detail", "statement-print"):
        shown = text(client.get(page_of(town.vaahtera, name)))
        assert "SEK 6,480,000.00" in shown
        assert "100 of 200" not in shown
    content = client.get(page_of(town.vaahtera, "statement-export")).content.decode("utf-8-sig")
    rows = list(csv.reader(content.splitlines(), delimiter=";"))
    assert [row[0] for row in rows] == ["Row", "Contract", "Payment", "Total"]
    assert rows[1][5:] == ["6000000.00", "6000000.00", "6480000.00", "0.00", "0.00"]
    assert rows[2][2:5] == ["1", "2025-01-01", "SEK"]
    assert rows[3][5:] == rows[1][5:]


def test_no_cell_of_the_file_runs_as_a_formula(
    town: Town, contract: Contract, sign_in: SignIn
) -> None:
    make_capital(contract, town, town.vaahtera)
    Contract.objects.filter(pk=contract.pk).update(code="=1+1")
    content = sign_in(town.dag).get(page_of(town.vaahtera, "statement-export")).content.decode()
    assert ";'=1+1;" in content


@pytest.mark.parametrize("typed", ["31.2.2025", "soon", "0.0.0"])
def test_an_impossible_day_is_said_and_todays_statement_stays(
    town: Town, contract: Contract, sign_in: SignIn, typed: str
) -> None:
    make_capital(contract, town, town.vaahtera)
    answer = sign_in(town.dag).get(page_of(town.vaahtera), {"as_of": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in text(answer)
    assert "SEK 6,000,000.00" in text(answer)


def test_the_only_statement_is_opened_at_once(
    town: Town, contract: Contract, sign_in: SignIn
) -> None:
    address = reverse("payments:statement-list")
    assert "No statement yet" in text(sign_in(town.dag).get(address))
    make_capital(contract, town, town.vaahtera)
    answer = sign_in(town.dag).get(address)
    assert answer.headers["Location"] == page_of(town.vaahtera)
    assert sign_in(town.ben).get(page_of(town.vaahtera)).status_code == 404


def test_a_statement_costs_the_same_queries_however_many_contracts(town: Town) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            investor_statement(town.dag, town.vaahtera, TODAY)
        return len(queries)

    make_capital(make_payable_contract(town), town, town.vaahtera)
    one = cost()
    for _number in range(3):
        make_capital(make_payable_contract(town), town, town.vaahtera)
    assert cost() == one


# Capital -----------------------------------------------------------------------------------------
def test_an_official_records_a_commitment_and_its_payment(
    town: Town, contract: Contract, sign_in: SignIn
) -> None:
    client = sign_in(town.pia)
    new = reverse("payments:commitment-record", args=[contract.pk])
    given = {"investor": town.vaahtera.pk, "amount": "1 000,50", "committed_on": "1.1.2023"}
    assert client.post(new, given | {"investor": town.muu.pk}).status_code == 422
    assert client.post(new, given | {"committed_on": "1.1.2999"}).status_code == 422
    client.post(new, given)
    commitment = contract.commitments.get()
    assert commitment.amount == Decimal("1000.50")
    pay = reverse("payments:capital-payment-record", args=[commitment.pk])
    refused = client.post(pay, {"amount": "1000,51", "paid_on": "2.1.2023"})
    assert refused.status_code == 422
    assert "At most 1,000.50 can still be paid in." in text(refused)
    client.post(pay, {"amount": "1000,50", "paid_on": "2.1.2023"})
    shown = text(client.get(reverse("payments:capital", args=[contract.pk])))
    assert shown.count("SEK 1,000.50") == 3


@pytest.mark.parametrize(("person", "status"), [("dag", 403), ("ada", 403), ("ben", 403)])
def test_nobody_else_records_capital(
    town: Town, contract: Contract, sign_in: SignIn, person: str, status: int
) -> None:
    new = reverse("payments:commitment-record", args=[contract.pk])
    assert sign_in(getattr(town, person)).get(new).status_code == status


def test_what_is_paid_waits_and_is_still_possible(town: Town, contract: Contract) -> None:
    make_capital(contract, town, town.vaahtera)
    assert claim_selectors.paid_and_possible(town.ben, [contract]) == {}
    claim = make_claim(town, contract=contract)
    money = claim_selectors.paid_and_possible(town.dag, [contract])[contract.pk]
    assert (money.paid, money.waiting) == (Decimal(0), claim.amount)
    assert money.still_possible == 0


# REST --------------------------------------------------------------------------------------------
def test_a_statement_is_read_over_rest(town: Town, contract: Contract, sign_in: SignIn) -> None:
    make_capital(contract, town, town.vaahtera)
    claim = make_approved_claim(town, contract=contract)
    make_payment(claim, town)
    client = sign_in(town.dag)
    listed = client.get("/api/v1/statements/").json()["results"]
    assert listed == [{"id": str(town.vaahtera.pk), "name": "Vaahtera Rahasto"}]
    address = f"/api/v1/statements/{town.vaahtera.pk}/"
    found = client.get(address, {"as_of": TODAY.isoformat()}).json()
    assert found["totals"][0]["figures"]["received"] == "6480000.00"
    assert found["contracts"][0]["received"][0]["claim"] == str(claim.pk)
    wrong = client.get(address, {"as_of": "2025-02-31"})
    assert wrong.status_code in (400, 422)
    assert wrong.headers["Content-Type"].startswith("application/problem+json")


def test_a_claim_is_read_over_rest_with_its_explanation(
    town: Town, contract: Contract, sign_in: SignIn
) -> None:
    claim = make_claim(town, contract=contract)
    client: Client = sign_in(town.ada)
    listed = client.get("/api/v1/claims/", {"contract": str(contract.pk)}).json()
    assert [row["amount"] for row in listed["results"]] == ["6480000.00"]
    assert client.get("/api/v1/claims/", {"state": "settled"}).json()["results"] == []
    found = client.get(f"/api/v1/claims/{claim.pk}/").json()
    assert found["lines"][0]["explanation"]["label"] == "payments.step.line"
    assert found["calculation"]["root"]["result"] == {"decimal": "6480000.00"}
    assert found["payer_shares"][0]["amount"] == "6480000.00"
    assert found["digest"] == claim.digest
    assert sign_in(town.ben).get(f"/api/v1/claims/{claim.pk}/").status_code == 404
    assert sign_in(town.eve).get("/api/v1/claims/").json()["results"] == []


@pytest.mark.parametrize("reached", [3, 197])
def test_rest_gives_an_investor_no_small_count(
    town: Town, contract: Contract, sign_in: SignIn, reached: int
) -> None:
    claim = make_claim(town, reached, contract=contract)
    found = sign_in(town.dag).get(f"/api/v1/claims/{claim.pk}/").json()
    assert (found["lines"], found["calculation"], found["digest"]) == (None, None, None)
    assert found["amount"] == str(claim.amount)


def test_claims_wait_for_those_who_can_decide(town: Town) -> None:
    claim = make_claim(town)

    def waiting(person: User) -> list[tuple[str, Any]]:
        tasks = claim_selectors.claims_waiting(person)
        return [(task.kind.value, task.claim.pk) for task in tasks]

    assert waiting(town.pia) == [("submit", claim.pk)]
    assert waiting(town.ada) == []
    services.submit_claim(actor=town.pia, claim=claim)
    assert waiting(town.pia) == []
    assert waiting(town.ada) == waiting(town.ari) == [("approve", claim.pk)]
    payer = claim.payer_shares.get().payer
    services.approve_claim(actor=town.ada, claim=claim, payer=payer, digest=claim.digest)
    assert waiting(town.ada) == []
    services.approve_claim(actor=town.ari, claim=claim, payer=payer, digest=claim.digest)
    assert waiting(town.pia) == [("pay", claim.pk)]
    assert waiting(town.dag) == waiting(town.eve) == []
    assert STARTS_ON < TODAY
    assert Claim.objects.count() == 1
