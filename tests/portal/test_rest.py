"""The main figures of the dashboards over REST, and the page that describes the interface."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sibportal.accounts.models import User
from tests.factories.accounts import make_token
from tests.portal.conftest import Running, SignIn

pytestmark = pytest.mark.django_db


def read(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.json()


def overview(client: Client, running: Running) -> Any:
    return read(client, f"/api/v1/overview/{running.contract.pk}/")


def test_the_payer_reads_intake_outcomes_and_money(running: Running, sign_in: SignIn) -> None:
    found = overview(sign_in(running.town.ada), running)
    assert found["code"] == running.contract.code
    assert found["intake"]["enrolled"] == 120
    assert found["money"] == {
        "currency": "SEK",
        "paid": "0.00",
        "waiting": "6480000.00",
        "still_possible": "0.00",
        "cap": "6480000.00",
    }
    (outcome,) = found["outcomes"]
    assert outcome["key"] == "together"
    assert outcome["standing"] == "near"
    assert outcome["threshold"] == "0.500000"
    (latest,) = outcome["verified"]
    assert (latest["numerator"], latest["denominator"], latest["estimate"]) == (
        100,
        200,
        "0.500000",
    )


def test_the_provider_reads_no_money(running: Running, sign_in: SignIn) -> None:
    found = overview(sign_in(running.town.ben), running)
    assert found["money"] is None
    assert found["intake"]["enrolled"] == 120


def test_the_investor_reads_protected_counts(running: Running, sign_in: SignIn) -> None:
    client = sign_in(running.town.dag)
    (young,) = [
        one
        for one in read(client, "/api/v1/overview/")["results"]
        if one["contract"] == str(running.young.pk)
    ]
    first = young["outcomes"][0]["verified"][0]
    assert (first["numerator"], first["estimate"]) == (None, None)
    assert young["intake"]["left"] is None


def test_an_outsider_reads_nothing(running: Running, sign_in: SignIn) -> None:
    client = sign_in(running.town.eve)
    assert read(client, "/api/v1/overview/")["results"] == []
    assert client.get(f"/api/v1/overview/{running.contract.pk}/").status_code == 404
    assert set(read(client, "/api/v1/waiting/").values()) == {0}
    assert Client().get("/api/v1/overview/").status_code in (401, 403)


def test_what_waits_is_counted_per_person(running: Running, sign_in: SignIn) -> None:
    def waits(person: User) -> dict[str, int]:
        found = read(sign_in(person), "/api/v1/waiting/")
        return {name: count for name, count in found.items() if count}

    assert waits(running.town.ada) == {"claims_to_approve": 1}
    assert waits(running.town.pia) == {"periods_to_close": 2}
    assert waits(running.town.dag) == {}
    assert waits(running.town.ben)["measurements_late"] > 100


def test_a_token_reads_the_overview(running: Running) -> None:
    make_token("sib_overview-secret", user=running.town.ada)
    client = Client(headers={"authorization": "Bearer sib_overview-secret"})
    assert len(read(client, "/api/v1/overview/")["results"]) == 2


def test_every_operation_of_the_schema_is_described(running: Running, sign_in: SignIn) -> None:
    client = sign_in(running.town.ada)
    schema = read(client, "/api/v1/schema/?format=json")
    page = client.get("/api/v1/docs/").content.decode()
    stated = {
        f"{method.upper()} {path}"
        for path, methods in schema["paths"].items()
        for method in methods
    }
    shown = set(re.findall(r"<h3[^>]*><code>([^<]+)</code>", page))
    assert stated == shown
    assert "GET /api/v1/overview/" in shown
    assert not re.search(r"\sstyle\s*=|<style|<script(?![^>]*\ssrc=)", page)
