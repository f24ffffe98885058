"""Who gets what at every address of the portal: the table beside this file is the whole truth.

A row of permissions.csv is an address and a method, on something of one's own contract in a state
in which the step is possible, sent as whoever may do it would send it. The words: yes (done or
shown), no (403), hidden (404), refused (the rules say no: 409 or 422), sign in. The column
`foreign` says what everybody gets on the same thing of another municipality.

At home every refusal is asked for and every yes by three of those who may, abroad by whoever may do
the thing at home and by one of the others; tests/torture asks all with and without htmx.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.permissions import checking, probing
from tests.permissions.checking import ROUTES, ROWS
from tests.permissions.probing import PEOPLE, Visitor
from tests.permissions.routes import OF_NO_CONTRACT, OF_PACKAGES
from tests.permissions.world import Side, csv_of, row_of

Sides = tuple[Side, Side]


def test_every_address_is_in_the_table_or_among_those_of_packages() -> None:
    listed = {row["route"] for row in ROWS}
    assert set(ROUTES) - OF_PACKAGES - listed == set(), "not in the table"
    assert listed - set(ROUTES) == set(), "in the table, and no such address"
    assert OF_PACKAGES - set(ROUTES) == set(), "named as a package's, and no such address"
    keys = [(row["route"], row["method"]) for row in ROWS]
    assert len(keys) == len(set(keys))


def test_every_method_of_rest_is_in_the_table() -> None:
    for route in ROUTES.values():
        if route.methods:
            listed = {row["method"] for row in ROWS if row["route"] == route.name}
            assert (route.name, listed) == (route.name, set(route.methods))


def test_the_table_tells_every_role_apart() -> None:
    """A table that says the same everywhere would prove nothing; a partner works like the lead."""
    assert set(ROWS[0]) == {"route", "method", "foreign", *PEOPLE}
    words = {row[column] for row in ROWS for column in PEOPLE}
    assert words == {"yes", "no", "hidden", "refused", "sign in"}
    rights = {column: tuple(row[column] for row in ROWS) for column in PEOPLE}
    lead = {row["route"] for row in ROWS if row[probing.PARTNER] != row["provider case worker"]}
    assert lead == {"outcomes:dispute-withdraw"}, "only the party that disputes takes it back"
    del rights[probing.PARTNER]
    assert len(set(rights.values())) == len(rights)


def test_what_names_something_is_hidden_from_strangers() -> None:
    for row in ROWS:
        if set(ROUTES[row["route"]].arguments) - OF_NO_CONTRACT:
            assert row["foreign"] == "hidden", row["route"]


def test_a_method_that_is_not_in_the_table_is_not_answered(sides: Sides) -> None:
    assert checking.other_methods(sides[0]) == []


@pytest.mark.parametrize("column", PEOPLE)
def test_everybody_gets_what_the_table_says_in_their_own_contract(
    sides: Sides, column: str
) -> None:
    assert checking.own_contract(sides, column, every_way=False) == []


@pytest.mark.parametrize("column", PEOPLE)
def test_nobody_gets_anything_of_another_municipality(sides: Sides, column: str) -> None:
    assert checking.other_municipality(sides, column, every_way=False) == []


def test_what_another_municipality_has_cannot_be_named_inside_one_s_own(sides: Sides) -> None:
    """An address of one's own with a second id, or a body, that belongs to somebody else."""
    home, away = sides
    contract, person = home.contract, home.by_lead.enrolled
    foreign_party = away.contract.parties.get(role="service_partner").pk
    payer = {"claim_id": home.submitted.pk, "payer_id": away.payer.pk}
    member = {"organisation_id": home.town.koivula.pk, "user_id": away.town.ari.pk}
    household = away.by_lead.enrolled.household_memberships.get().household.pk
    early = (contract.starts_on).isoformat()
    stranger = away.by_lead.enrolled
    upload = SimpleUploadedFile("rows.csv", csv_of(contract, stranger))
    sent: list[tuple[str, str, Mapping[str, Any], Mapping[str, Any], set[int]]] = [
        ("preparer", "contracts:party-end",
         {"contract_id": contract.pk, "party_id": foreign_party}, {"valid_until": early}, {404}),
        ("preparer", "contracts:party-succeed",
         {"contract_id": contract.pk, "party_id": foreign_party}, {"on": early}, {404}),
        ("approver", "payments:claim-approve", payer, {"digest": home.submitted.digest}, {404}),
        ("preparer", "payments:payment-record",
         {**payer, "claim_id": home.approved.pk}, {"amount": "1"}, {404}),
        ("administrator", "accounts:member-detail", member, {"roles": ["reader"]}, {404}),
        ("administrator", "accounts:member-deactivate", member, {}, {404}),
        ("preparer", "payments:commitment-record", {"contract_id": contract.pk},
         {"investor": away.town.vaahtera.pk, "amount": "1.00", "committed_on": early}, {422}),
        ("provider case worker", "cohorts:household-join", {"participant_id": person.pk},
         {"household": household, "role": "child", "valid_from": early}, {422}),
        ("provider case worker", "cohorts:referral-create", {"cohort_id": home.cohort.pk},
         {"unit_kind": "school", "referred_on": early, "served_by": away.town.lahde.pk}, {422}),
        ("provider case worker", "outcomes:import-create", {"contract_id": contract.pk},
         {"file": upload}, {302}),
        ("approver", "contracts:terms-agree", {"terms_id": home.proposed.pk},
         {"party": away.payer.pk, "digest": home.proposed.digest, "read": "on"}, {404}),
    ]  # fmt: skip
    surprises = []
    for column, name, named, body, expected in sent:
        answer = Visitor(column, home).send(reverse(name, kwargs=dict(named)), body)
        if answer.status not in expected:
            surprises.append(f"{name}: {answer.status}")
        marks = probing.codes_of(away.by_lead) | {probing.squeezed(away.marks.name)}
        surprises += [f"{name} shows {mark}" for mark in answer.shows(marks)]
    assert surprises == []


def test_a_code_of_another_municipality_is_unknown_to_rest(sides: Sides) -> None:
    home, away = sides
    stranger = away.by_lead.enrolled
    body = {"contract": str(home.contract.pk), "rows": [row_of(home.contract, stranger)]}
    answer = Visitor("provider case worker", home).send(
        reverse("api:measurement-list"), body, json=True
    )
    assert answer.status == 422
    assert "No enrolled participant has the code" in answer.read
