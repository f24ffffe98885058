"""The hub of a contract and the file of all contracts, as each role meets them."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client

from cohorts.models import Participant
from contracts.models import Contract
from tests.portal.conftest import Running, SignIn
from tests.portal.test_dashboards import text_of

pytestmark = pytest.mark.django_db


def hub(contract: Contract) -> str:
    return f"/contracts/{contract.pk}/"


def exported(client: Client) -> list[dict[str, str]]:
    response = client.get("/contracts/export.csv")
    assert response.status_code == 200
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_payer_sees_everything_of_the_contract(running: Running, sign_in: SignIn) -> None:
    found = text_of(sign_in(running.town.ada), hub(running.contract))
    for expected in (
        "Young adults to work",
        "Approve the payment",
        "120 / 200",
        "Still possible SEK 0",
        "Lead provider Lähde ry",
        "Verifier Tarkka Oy",
        "50% so far; the threshold is 50%",
        "Claims on their way",
    ):
        assert expected in found, expected


def test_the_provider_and_verifier_see_no_money(running: Running, sign_in: SignIn) -> None:
    for person in (running.town.ben, running.town.cleo):
        found = text_of(sign_in(person), hub(running.contract))
        assert "50% so far" in found
        assert "SEK 6" not in found
        assert "Claims on their way" not in found


def test_the_investor_sees_amounts_without_the_count_behind_them(
    running: Running, sign_in: SignIn
) -> None:
    found = text_of(sign_in(running.town.dag), hub(running.contract))
    assert "SEK 6,480,000.00 is payable" in found
    assert "100 of 200 people" not in found


def test_the_hub_of_a_contract_one_has_no_part_in_is_not_found(
    running: Running, sign_in: SignIn
) -> None:
    assert sign_in(running.town.eve).get(hub(running.contract)).status_code == 404
    assert sign_in(running.steering).get(hub(running.young)).status_code == 404


def test_a_title_in_another_language_says_so(running: Running, sign_in: SignIn) -> None:
    client = sign_in(running.town.ada)
    page = client.get(hub(running.young), headers={"accept-language": "fi"}).content.decode()
    assert 'lang="en">School coaching<' in page


def test_the_file_holds_what_each_reader_may_see(running: Running, sign_in: SignIn) -> None:
    rows = {row["Contract"]: row for row in exported(sign_in(running.town.ada))}
    own = rows[running.contract.code]
    assert (own["Enrolled"], own["Estimate"], own["Calculated, not yet paid"]) == (
        "120",
        "0.500000",
        "6480000.00",
    )
    (row,) = [
        row
        for row in exported(sign_in(running.town.ben))
        if row["Contract"] == running.contract.code
    ]
    assert (row["Enrolled"], row["Currency"], row["Paid"]) == ("120", "", "")
    assert exported(sign_in(running.town.eve)) == []


@pytest.mark.parametrize(
    ("address", "tab"),
    [
        ("/contracts/{contract}/", "Overview"),
        ("/contracts/{contract}/parties/", "Parties"),
        ("/contracts/{contract}/cohorts/", "Cohorts"),
        ("/cohorts/{cohort}/", "Cohorts"),
        ("/participants/{participant}/", "Cohorts"),
        ("/participants/{participant}/exit/", "Cohorts"),
        ("/contracts/{contract}/measurements/", "Measurements"),
        ("/contracts/{contract}/due/", "Measurements"),
        ("/contracts/{contract}/imports/new/", "Measurements"),
        ("/contracts/{contract}/results/", "Results"),
    ],
)
def test_every_page_about_a_contract_carries_its_tabs(
    running: Running, sign_in: SignIn, address: str, tab: str
) -> None:
    participant = Participant.objects.filter(cohort__contract=running.contract).earliest("code")
    ids = {
        "contract": running.contract.pk,
        "cohort": participant.cohort_id,
        "participant": participant.pk,
    }
    response = sign_in(running.town.ben).get(address.format(**ids))
    assert response.status_code == 200
    tabs = response.content.decode().partition('class="tabs"')[2].partition("</nav>")[0]
    assert re.findall(r'aria-current="page">(\w+)', tabs) == [tab]
    assert f'href="/contracts/{running.contract.pk}/"' in tabs


def test_the_queue_of_one_contract_carries_its_tabs(running: Running, sign_in: SignIn) -> None:
    client = sign_in(running.town.cleo)
    whole = client.get("/verification/").content.decode()
    assert 'class="tabs"' not in whole
    one = client.get(f"/verification/?contract={running.contract.pk}").content.decode()
    assert 'aria-current="page">Measurements' in one
    unseen = client.get("/verification/?contract=00000000-0000-4000-8000-000000000000")
    assert unseen.status_code == 404
