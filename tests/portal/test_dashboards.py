"""Dashboards: each role sees what waits for it and what it may see, outsiders see nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cohorts.services import record_consent
from outcomes import services
from outcomes.models import Door
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.cohorts import make_cohort, make_participants
from tests.factories.contracts import (
    make_contract,
    make_draft_contract,
    make_party,
    make_proposed_terms,
)
from tests.factories.outcomes import make_scene
from tests.factories.payments import make_approved_claim, make_closing, make_payable_contract
from tests.portal.conftest import Running, SignIn
from tests.worlds import Town

pytestmark = pytest.mark.django_db
DASHBOARDS = ("official", "provider", "verifier", "investor", "observer")


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain.replace("\N{NO-BREAK SPACE}", " "))


def waiting_in_navigation(client: Client, address: str) -> str:
    found = re.search(r'class="cnt">(\d+)<', client.get(address).content.decode())
    return found.group(1) if found else ""


# --- Where people land ----------------------------------------------------------------------------


def test_the_start_page_leads_to_the_dashboard_of_the_role(
    running: Running, sign_in: SignIn
) -> None:
    town = running.town
    for person, dashboard in (
        (town.pia, "official"),
        (town.ada, "official"),
        (town.casper, "official"),
        (town.ben, "provider"),
        (town.cleo, "verifier"),
        (town.dag, "investor"),
        (running.steering, "observer"),
    ):
        assert sign_in(person).get("/")["Location"] == f"/{dashboard}/"


def test_whoever_sees_no_results_is_not_told_that_there_are_none(
    running: Running, sign_in: SignIn
) -> None:
    holder = make_organisation(kind=OrganisationKind.DATA_HOLDER)
    person = make_user(name="Rita Register")
    make_membership(user=person, organisation=holder, role=MemberRole.PREPARER)
    make_party(
        contract=running.young, town=running.town, organisation=holder, role=PartyRole.DATA_HOLDER
    )
    seen = text_of(sign_in(person), "/observer/")
    assert "In force" in seen
    assert "Nothing verified yet" not in seen
    assert "Nothing to draw yet" not in seen
    assert "Outcome against the agreed path" in text_of(sign_in(running.steering), "/observer/")


def test_other_dashboards_are_not_found(running: Running, sign_in: SignIn) -> None:
    for person, own in (
        (running.town.ben, "provider"),
        (running.town.dag, "investor"),
        (running.town.eve, ""),
        (running.town.adam, ""),
    ):
        client = sign_in(person)
        found = {name: client.get(f"/{name}/").status_code for name in DASHBOARDS}
        assert found == {name: 200 if name == own else 404 for name in DASHBOARDS}


def test_nobody_sees_a_dashboard_without_signing_in(db: None) -> None:
    for address in ("/", *(f"/{name}/" for name in DASHBOARDS), "/api/v1/docs/"):
        response = Client().get(address)
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_somebody_with_two_roles_chooses(running: Running, sign_in: SignIn) -> None:
    make_membership(
        user=running.town.cleo, organisation=running.town.vaahtera, role=MemberRole.READER
    )
    client = sign_in(running.town.cleo)
    found = text_of(client, "/")
    assert "As verifier" in found
    assert "As investor" in found
    assert text_of(client, "/verifier/")
    assert text_of(client, "/investor/")


def test_without_a_contract_the_start_page_tells_what_comes(town: Town, sign_in: SignIn) -> None:
    assert "When your organisation becomes a party" in text_of(sign_in(town.ben), "/")
    assert "New contract" in text_of(sign_in(town.pia), "/")
    administrator = text_of(sign_in(town.adam), "/")
    assert "Organisations you administer" in administrator
    assert "Koivula" in administrator


# --- The official ---------------------------------------------------------------------------------


def test_an_approver_sees_the_claim_that_waits_and_its_chain(
    running: Running, sign_in: SignIn
) -> None:
    client = sign_in(running.town.ada)
    found = text_of(client, "/official/")
    assert "Approve the payment: Young adults to work, 1 Jul 2024–31 Dec 2024" in found
    assert "SEK 6,480,000.00, paid by Koivula" in found
    assert "100 of 200 people" in found
    assert "Factual check – current step" in found
    assert waiting_in_navigation(client, "/official/") == "1"


def test_the_contracts_table_says_where_each_outcome_stands(
    running: Running, sign_in: SignIn
) -> None:
    found = text_of(sign_in(running.town.ada), "/official/")
    assert re.search(r"Young adults to work .{0,80} 120 / 200 .{0,80}50% \(43%–57%\)", found)
    assert re.search(r"School coaching .{0,80} 12 / 200 .{0,80}40% \(31%–50%\)", found)
    assert "Near threshold" in found
    assert "Verified figures up to 31 Dec 2025" in found
    assert "132 of 400 places" in found


def test_who_has_nothing_to_decide_is_told_so(running: Running, sign_in: SignIn) -> None:
    client = sign_in(running.town.casper)
    found = text_of(client, "/official/")
    assert "Nothing waits for you" in found
    assert "Paid to date" not in found
    assert "SEK" not in found
    assert waiting_in_navigation(client, "/official/") == ""


def test_an_overdue_period_waits_for_the_preparer(running: Running, sign_in: SignIn) -> None:
    found = text_of(sign_in(running.town.pia), "/official/")
    assert "Period still open: School coaching, 1 Jan 2026–30 Jun 2026" in found
    assert "Period still open" not in text_of(sign_in(running.town.ada), "/official/")


def test_terms_wait_for_every_party_that_agrees(town: Town, sign_in: SignIn) -> None:
    make_proposed_terms(make_draft_contract(town), town)
    for person, dashboard in (
        (town.ada, "official"),
        (town.bea, "provider"),
        (town.disa, "investor"),
    ):
        client = sign_in(person)
        assert "Agree the terms: Young adults to work" in text_of(client, f"/{dashboard}/")
        assert waiting_in_navigation(client, f"/{dashboard}/") == "1"
    assert "Agree the terms" not in text_of(sign_in(town.dag), "/investor/")


def test_an_approved_claim_waits_for_its_payment(town: Town, sign_in: SignIn) -> None:
    make_approved_claim(town)
    assert "Record the payment" in text_of(sign_in(town.pia), "/official/")
    assert "Record the payment" not in text_of(sign_in(town.ada), "/official/")


def test_another_contract_can_be_chosen_for_the_chart(running: Running, sign_in: SignIn) -> None:
    client = sign_in(running.town.ada)
    for contract, share in ((running.contract, "50% so far"), (running.young, "40% so far")):
        address = f"/official/?contract={contract.pk}"
        assert share in text_of(client, address)
        fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert share in fragment.replace("\N{NO-BREAK SPACE}", " ")
        assert "<html" not in fragment
    assert client.get("/official/?contract=nonsense").status_code == 200


# --- The others -----------------------------------------------------------------------------------


def test_the_provider_sees_what_is_due_and_no_money(running: Running, sign_in: SignIn) -> None:
    found = text_of(sign_in(running.town.ben), "/provider/")
    assert "TP-0001" in found
    assert "Enter the result" in found
    assert "8 of " in found
    assert "SEK" not in found
    assert "Paid" not in found


def test_a_question_counts_and_can_be_answered(sign_in: SignIn) -> None:
    scene = make_scene()
    (row,) = services.submit_measurements(
        actor=scene.ben, contract=scene.contract, rows=[scene.candidate(0)], door=Door.FORM
    ).measurements
    services.check_measurements(actor=scene.system, contract=scene.contract)
    row.refresh_from_db()
    verifier = sign_in(scene.cleo)
    assert waiting_in_navigation(verifier, "/verifier/") == "1"
    assert "Measurements to verify 1" in text_of(verifier, "/verifier/")
    services.query_measurement(actor=scene.cleo, measurement=row, question="Which employer?")
    provider = sign_in(scene.ben)
    assert "Which employer?" in text_of(provider, "/provider/")
    assert waiting_in_navigation(provider, "/provider/") == "1"
    assert waiting_in_navigation(verifier, "/verifier/") == ""


def test_a_rejection_reaches_the_provider_with_its_reason(sign_in: SignIn) -> None:
    scene = make_scene()
    (row,) = services.submit_measurements(
        actor=scene.ben, contract=scene.contract, rows=[scene.candidate(0)], door=Door.FORM
    ).measurements
    services.check_measurements(actor=scene.system, contract=scene.contract)
    row.refresh_from_db()
    services.reject_measurement(actor=scene.cleo, measurement=row, reason="The work began later.")
    found = text_of(sign_in(scene.ben), "/provider/")
    assert f"{row.participant.code} was rejected. The work began later." in found


def test_a_verifier_with_another_role_is_warned(running: Running, sign_in: SignIn) -> None:
    client = sign_in(running.town.cleo)
    assert "has no other role" in text_of(client, "/verifier/")
    make_membership(user=running.town.cleo, organisation=running.town.lahde, role=MemberRole.READER)
    found = text_of(client, "/verifier/")
    assert "your organisation is also Lead provider" in found
    assert "has no other role" not in found


def test_a_child_that_has_grown_is_asked_again_by_whoever_may_record_it(
    running: Running, sign_in: SignIn
) -> None:
    town = running.town
    cohort = make_cohort(running.young, code_prefix="PE")
    grown, small = (
        make_participants(cohort, 1, birth_month=month)[0]
        for month in (date(2012, 3, 1), date(2020, 3, 1))
    )
    for child in (grown, small):
        record_consent(
            actor=town.ben,
            participant=child,
            switch="service",
            given=True,
            given_by="guardian",
            effective_on=date(2023, 1, 9),
        )
    task = f"Consent to ask again: {grown.code}, School coaching"
    provider, case_worker = sign_in(town.ben), sign_in(town.casper)
    assert task in text_of(provider, "/provider/")
    assert small.code not in text_of(provider, "/provider/").split("To measure now")[0]
    assert task in text_of(case_worker, "/official/")
    assert waiting_in_navigation(case_worker, "/official/") == "1"
    assert "Consent to ask again" not in text_of(sign_in(town.pia), "/official/")
    record_consent(
        actor=town.ben,
        participant=grown,
        switch="service",
        given=True,
        given_by="self",
        effective_on=date(2024, 4, 9),
    )
    assert "Consent to ask again" not in text_of(provider, "/provider/")


def test_a_count_too_small_to_show_is_never_said_to_be_less_than_a_smaller_whole(
    running: Running, sign_in: SignIn
) -> None:
    lone = make_contract(running.town, code="LONE")
    make_participants(make_cohort(lone, code_prefix="LO", places=4), 3)
    found = text_of(sign_in(running.town.dag), "/investor/")
    assert "Too few people to show" in found
    assert "fewer than" not in found


def test_the_investor_sees_capital_and_no_small_numbers(running: Running, sign_in: SignIn) -> None:
    lone = make_contract(running.town, code="LONE")
    make_participants(make_cohort(lone, code_prefix="LO"), 3)
    found = text_of(sign_in(running.town.dag), "/investor/")
    assert "Committed SEK 6,000,000" in found
    assert "Expected SEK 6,480,000" in found
    assert "fewer than 5 of 200" in found
    assert "3 / 200" not in found
    assert "Numbers of people below 5 are not shown" in found


def test_the_observer_follows_without_tasks(running: Running, sign_in: SignIn) -> None:
    found = text_of(sign_in(running.steering), "/observer/")
    assert "Young adults to work" in found
    assert "School coaching" not in found
    assert "Needs your decision" not in found


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["official", "provider", "verifier", "investor"])
def test_queries_do_not_grow_with_contracts_and_people(
    running: Running, sign_in: SignIn, name: str
) -> None:
    town = running.town
    person = {
        "official": town.ada, "provider": town.ben, "verifier": town.cleo, "investor": town.dag,
    }[name]  # fmt: skip
    client = sign_in(person)
    before = queries(client, f"/{name}/")
    for number in range(3):
        more = make_payable_contract(town)
        make_participants(make_cohort(more, code_prefix=f"M{number}"), 30)
        make_closing(more, town, {"together": (20, 30)})
    assert queries(client, f"/{name}/") == before


def queries(client: Client, address: str) -> int:
    client.get(address)  # the session and content types are warm
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_party_whose_time_is_over_sees_no_dashboard(running: Running, sign_in: SignIn) -> None:
    client = sign_in(running.steering)
    assert client.get("/observer/").status_code == 200
    party = running.contract.parties.get(role=PartyRole.STEERING_MEMBER)
    party.valid_until = party.valid_from + timedelta(days=1)
    party.save(update_fields=["valid_until"])
    assert client.get("/observer/").status_code == 404
