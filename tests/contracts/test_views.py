"""The pages of contracts as people use them, without scripts."""

from __future__ import annotations

import json
import re
import uuid
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts import selectors, services
from contracts.models import Agreement, Contract, ContractDocument, Metric, Party, Terms
from sibportal.accounts.roles import OrganisationKind
from sibportal.audit.models import Event
from tests.contracts.conftest import SignIn
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.contracts import (
    PDF,
    make_document,
    make_draft_contract,
    make_facts,
    make_key_custody,
    make_party,
    make_terms,
)
from tests.worlds import Town

NEW = {
    "code": "POLKU-1",
    "title_en": "Path to work",
    "place": "Koivula",
    "starts_on": "1.1.2025",
    "ends_on": "2029-01-01",
    "currency": "EUR",
    "time_zone": "Europe/Helsinki",
    "period_months": "6",
    "grace_days": "30",
    "small_number_limit": "5",
    "consent_age": "12",
}


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def address(name: str, *args: object) -> str:
    return reverse(f"contracts:{name}", args=args)


# The frame ---------------------------------------------------------------------------------------
def test_a_preparer_creates_a_contract_and_is_led_to_its_parties(
    town: Town, sign_in: SignIn
) -> None:
    client = sign_in(town.pia)
    assert client.get(address("contract-create")).status_code == 200
    answer = client.post(address("contract-create"), NEW | {"organisation": town.koivula.pk})
    contract = Contract.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == address("party-list", contract.pk)
    assert contract.starts_on == date(2025, 1, 1)
    listed = text(client.get(address("contract-list")))
    assert "Path to work" in listed
    assert re.search(r'<a href="/contracts/[0-9a-f-]{36}/">POLKU-1</a>', listed)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_on": "31.2.2025"}, "There is no such day"),
        ({"ends_on": "1.1.2024"}, "The end must be later than the start."),
        ({"period_months": "13"}, "Write a number from 1 to 12."),
        ({"decided_on": "1.5.2024"}, "A decision has a case number."),
        ({"code": "a b"}, "Write 2 to 30 letters"),
        ({"title_en": ""}, "Write a title in at least one language."),
        ({"organisation": str(uuid.uuid4())}, "Choose an organisation from the list."),
        ({"organisation": "koivula"}, "Choose an organisation from the list."),
    ],
)
def test_bad_input_comes_back_as_typed_with_what_to_mend(
    town: Town, sign_in: SignIn, changes: dict[str, str], said: str
) -> None:
    data = NEW | {"organisation": str(town.koivula.pk)} | changes
    answer = sign_in(town.pia).post(address("contract-create"), data)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "error-summary" in text(answer)
    assert 'value="POLKU-1"' in text(answer) or "code" in changes
    assert not Contract.objects.exists()


def test_another_municipality_cannot_be_named_as_payer(town: Town, sign_in: SignIn) -> None:
    answer = sign_in(town.pia).post(address("contract-create"), NEW | {"organisation": town.muu.pk})
    assert answer.status_code == 422
    assert not Contract.objects.exists()


def test_others_may_not_open_the_form_for_a_new_contract(town: Town, sign_in: SignIn) -> None:
    for person in (town.ben, town.ada, town.disa):
        assert sign_in(person).get(address("contract-create")).status_code == 403
        assert sign_in(person).get(address("metric-create")).status_code == 403


def test_editing_shows_what_is_there_and_saves_the_rest(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    client = sign_in(town.pia)
    page = client.get(address("contract-edit", contract.pk))
    assert "is fixed" in text(page)
    assert 'name="starts_on"' not in text(page)
    assert f'value="{contract.code}"' in text(page)
    data = NEW | {"code": contract.code, "place": "Uusi Koivula", "starts_on": "1.1.2020"}
    assert client.post(address("contract-edit", contract.pk), data).status_code == 302
    contract.refresh_from_db()
    assert (contract.place, contract.starts_on) == ("Uusi Koivula", date(2025, 1, 1))
    assert (contract.currency, contract.state) == ("SEK", "active")


def test_the_list_searches_filters_sorts_and_pages(town: Town, sign_in: SignIn) -> None:
    for number in range(27):
        facts = {"code": f"LIST-{number:02}", "place": "Ranta" if number == 3 else "Koivula"}
        services.create_contract(
            actor=town.pia, organisation=town.koivula, facts=make_facts(**facts)
        )
    client = sign_in(town.pia)
    first = text(client.get(address("contract-list")))
    assert "LIST-00" in first
    assert "LIST-26" not in first
    assert "LIST-26" in text(client.get(address("contract-list"), {"page": "2"}))
    assert "LIST-26" in text(client.get(address("contract-list"), {"sort": "-code"}))
    found = text(client.get(address("contract-list"), {"search": "ranta"}))
    assert "LIST-03" in found
    assert "LIST-04" not in found
    assert "No contract matches." in text(client.get(address("contract-list"), {"state": "closed"}))
    assert (
        client.get(address("contract-list"), {"state": "nonsense", "page": "x"}).status_code == 200
    )


def test_an_empty_list_says_what_will_appear(town: Town, sign_in: SignIn) -> None:
    assert "No contract yet" in text(sign_in(town.eve).get(address("contract-list")))
    assert "becomes a party" in text(sign_in(town.ben).get(address("contract-list")))


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    town: Town, sign_in: SignIn, draft: Contract
) -> None:
    client = sign_in(town.pia)
    client.get(address("contract-list"))
    with CaptureQueriesContext(connection) as few:
        client.get(address("contract-list"))
    for _number in range(5):
        make_draft_contract(town)
    with CaptureQueriesContext(connection) as many:
        client.get(address("contract-list"))
    assert len(many) == len(few)


# Who sees what -----------------------------------------------------------------------------------
def pages(contract: Contract, party: Party, terms: Terms, document: ContractDocument) -> list[str]:
    one = contract.pk
    return [
        address("contract-edit", one),
        address("contract-history", one),
        address("party-list", one),
        address("party-add", one),
        address("party-end", one, party.pk),
        address("party-succeed", one, party.pk),
        address("custody-record", one),
        address("terms-detail", one),
        address("terms-version", terms.pk),
        address("terms-download", terms.pk),
        address("terms-agree", terms.pk),
        address("terms-withdraw", terms.pk),
        address("document-add", one),
        address("document-download", document.pk),
    ]


def test_for_outsiders_no_page_of_the_contract_exists(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    terms = selectors.last_agreed(contract)
    assert terms is not None
    party = contract.parties.first()
    assert party is not None
    client = sign_in(town.eve)
    for page in pages(contract, party, terms, make_document(contract, town)):
        assert client.get(page).status_code == 404, page
        assert client.post(page).status_code in (404, 405), page
    for name in ("terms-propose", "terms-reopen", "terms-withdraw", "terms-agree"):
        assert client.post(address(name, terms.pk)).status_code == 404, name


def test_a_party_of_another_contract_is_not_found_under_this_one(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    other = make_draft_contract(town).parties.get(role="investor")
    client = sign_in(town.pia)
    for name in ("party-end", "party-succeed"):
        assert client.get(address(name, contract.pk, other.pk)).status_code == 404


def test_parties_read_and_see_no_buttons_that_are_not_theirs(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    for person in (town.ben, town.cleo, town.dag, town.ada):
        client = sign_in(person)
        for name in ("party-list", "terms-detail", "contract-history"):
            answer = client.get(address(name, contract.pk))
            assert answer.status_code == 200
            assert address("party-add", contract.pk) not in text(answer)
            assert address("document-add", contract.pk) not in text(answer)
        assert client.get(address("party-add", contract.pk)).status_code == 403
        assert client.get(address("contract-edit", contract.pk)).status_code == 403


# Parties -----------------------------------------------------------------------------------------
def test_a_preparer_adds_ends_and_succeeds_parties(
    town: Town, sign_in: SignIn, draft: Contract
) -> None:
    client = sign_in(town.pia)
    expert = make_organisation(name="Asiantuntija Oy", kind=OrganisationKind.PROVIDER)
    added = {"organisation": expert.pk, "role": "expert", "valid_from": "1.1.2025"}
    assert client.post(address("party-add", draft.pk), added).status_code == 302
    party = draft.parties.get(role="expert")
    again = client.post(address("party-add", draft.pk), added)
    assert again.status_code == 422
    assert "has this role in these days already" in text(again)
    new = make_organisation(name="Seuraaja Oy", kind=OrganisationKind.PROVIDER)
    succession = {"organisation": new.pk, "on": "1.6.2026", "document": "Deed 1.5.2026"}
    succeed = address("party-succeed", draft.pk, party.pk)
    missing = client.post(succeed, succession | {"document": ""})
    assert missing.status_code == 422
    assert "Name the document of the succession." in text(missing)
    assert client.post(succeed, succession).status_code == 302
    successor = draft.parties.get(predecessor=party)
    ended = client.post(address("party-end", draft.pk, successor.pk), {"valid_until": "1.9.2026"})
    assert ended.status_code == 302
    shown = text(client.get(address("party-list", draft.pk)))
    assert "Took over from Asiantuntija Oy: Deed 1.5.2026" in shown
    assert "Succeeded" in shown


def test_custody_is_recorded_and_shown(town: Town, sign_in: SignIn, draft: Contract) -> None:
    client = sign_in(town.pia)
    data = {"custodian": "elsewhere", "valid_from": "1.1.2025"}
    assert client.post(address("custody-record", draft.pk), data).status_code == 302
    assert "codes only" in text(client.get(address("party-list", draft.pk)))
    again = client.post(address("custody-record", draft.pk), data)
    assert again.status_code == 422
    assert "The key lies there already." in text(again)


# Terms -------------------------------------------------------------------------------------------
def test_the_terms_page_says_in_sentences_what_was_agreed_and_by_whom(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    shown = text(sign_in(town.ben).get(address("terms-detail", contract.pk)))
    terms = selectors.last_agreed(contract)
    assert terms is not None
    assert "Permanent work and better health" in shown
    assert "Koivula pays 100" in shown
    assert terms.digest[:12] in shown
    for name in ("Ada Example", "Bea Example", "Disa Example"):
        assert name in shown
    assert shown.count("Waiting for the party") == 0


def test_a_contract_without_terms_says_so(town: Town, sign_in: SignIn, draft: Contract) -> None:
    shown = text(sign_in(town.pia).get(address("terms-detail", draft.pk)))
    assert "No terms yet" in shown
    assert "No reporting periods yet" in shown


def test_open_questions_are_said_and_keep_the_draft_from_the_parties(
    town: Town, sign_in: SignIn, draft: Contract
) -> None:
    terms = make_terms(draft, town, rounding=None)
    client = sign_in(town.pia)
    assert "Still to be answered" in text(client.get(address("terms-detail", draft.pk)))
    answer = client.post(address("terms-propose", terms.pk))
    assert answer.status_code == 422
    assert "cannot be laid before the parties yet" in text(answer)
    terms.refresh_from_db()
    assert terms.state == "draft"


def test_three_approvers_agree_through_the_pages(
    town: Town, sign_in: SignIn, draft: Contract
) -> None:
    terms = make_terms(draft, town)
    assert sign_in(town.pia).post(address("terms-propose", terms.pk)).status_code == 302
    for person, role in ((town.ada, "payer"), (town.bea, "lead_provider"), (town.disa, "investor")):
        client = sign_in(person)
        party = draft.parties.get(role=role)
        shown = text(client.get(address("terms-detail", draft.pk)))
        link = f"{address('terms-agree', terms.pk)}?party={party.pk}"
        assert link in shown
        page = text(client.get(link))
        assert terms.digest in page
        assert str(party.organisation) in page
        data = {"party": party.pk, "digest": terms.digest}
        unread = client.post(address("terms-agree", terms.pk), data)
        assert unread.status_code == 422
        assert "Read the terms and tick this box" in text(unread)
        for _double_click in range(2):
            done = client.post(address("terms-agree", terms.pk), data | {"read": "on"})
            assert done.status_code == 302
    terms.refresh_from_db()
    assert terms.state == "agreed"
    assert Agreement.objects.count() == 3


def test_whoever_read_an_older_wording_is_shown_the_new_one(
    town: Town, sign_in: SignIn, proposed: Terms
) -> None:
    party = proposed.contract.parties.get(role="payer")
    old = proposed.digest
    new = make_terms(proposed.contract, town, late_facts="not_counted")
    services.propose_terms(actor=town.pia, terms=new)
    client = sign_in(town.ada)
    data = {"party": party.pk, "digest": old, "read": "on"}
    answer = client.post(address("terms-agree", new.pk), data)
    assert answer.status_code == 422
    assert "The terms have changed since you opened this page." in text(answer)
    assert new.digest in text(answer)
    assert old not in text(answer)
    assert not Agreement.objects.exists()


def test_a_party_that_is_none_of_the_contracts_is_not_found(
    town: Town, sign_in: SignIn, proposed: Terms
) -> None:
    client = sign_in(town.ada)
    for party in ("nonsense", str(uuid.uuid4())):
        assert client.get(address("terms-agree", proposed.pk), {"party": party}).status_code == 404
        data = {"party": party, "digest": proposed.digest, "read": "on"}
        assert client.post(address("terms-agree", proposed.pk), data).status_code == 404


def test_terms_are_taken_back_and_withdrawn_after_a_question(
    town: Town, sign_in: SignIn, proposed: Terms
) -> None:
    client = sign_in(town.pia)
    assert client.post(address("terms-reopen", proposed.pk)).status_code == 302
    assert client.post(address("terms-reopen", proposed.pk)).status_code == 409
    assert "for good" in text(client.get(address("terms-withdraw", proposed.pk)))
    assert client.post(address("terms-withdraw", proposed.pk)).status_code == 302
    proposed.refresh_from_db()
    assert proposed.state == "withdrawn"
    for name in ("terms-propose", "terms-reopen", "terms-withdraw"):
        assert client.post(address(name, proposed.pk)).status_code == 409


def test_the_document_is_downloaded_as_it_is_digested(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    terms = selectors.last_agreed(contract)
    assert terms is not None
    answer = sign_in(town.dag).get(address("terms-download", terms.pk))
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith("attachment")
    assert json.loads(answer.content) == terms.document


def test_an_earlier_version_stays_readable(town: Town, sign_in: SignIn, contract: Contract) -> None:
    first = selectors.last_agreed(contract)
    assert first is not None
    make_terms(contract, town, late_facts="not_counted")
    client = sign_in(town.bea)
    shown = text(client.get(address("terms-detail", contract.pk)))
    assert "Version 1 is in force." in shown
    assert client.get(address("terms-version", first.pk)).status_code == 200


# Documents, metrics, history ---------------------------------------------------------------------
def test_a_document_goes_up_and_comes_down_as_an_attachment(
    town: Town, sign_in: SignIn, draft: Contract
) -> None:
    client = sign_in(town.pia)
    file = SimpleUploadedFile("sopimus.pdf", PDF, "text/html")
    data = {"title": "Signed contract", "file": file}
    assert client.post(address("document-add", draft.pk), data).status_code == 302
    document = ContractDocument.objects.get()
    assert "Signed contract" in text(client.get(address("terms-detail", draft.pk)))
    answer = sign_in(town.cleo).get(address("document-download", document.pk))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    answer.close()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="sopimus.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_large_document_is_kept_whole(town: Town, sign_in: SignIn, draft: Contract) -> None:
    content = PDF + b"0" * 15_000_000
    data = {"title": "Plans", "file": SimpleUploadedFile("plans.pdf", content)}
    assert sign_in(town.pia).post(address("document-add", draft.pk), data).status_code == 302
    document = ContractDocument.objects.get()
    assert document.size == document.file.size == len(content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.pdf", b"<html>", "This is not a PDF"),
        ("program.exe", b"MZ", "Choose a file that ends with"),
        ("empty.pdf", b"", "The file is empty."),
        ("huge.pdf", b"%PDF-" + b"0" * 21_000_000, "larger than 20"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_with_a_reason(
    town: Town, sign_in: SignIn, draft: Contract, name: str, content: bytes, said: str
) -> None:
    data = {"title": "Document", "file": SimpleUploadedFile(name, content)}
    answer = sign_in(town.pia).post(address("document-add", draft.pk), data)
    assert answer.status_code == 422
    assert said in text(answer)
    assert not ContractDocument.objects.exists()


def test_a_metric_is_defined_and_listed(town: Town, sign_in: SignIn) -> None:
    client = sign_in(town.pia)
    data = {
        "code": "school-attendance",
        "title_en": "School attendance",
        "title_fi": "Koulunkäynti",
        "title_sv": "Skolgång",
        "kind": "number",
        "direction": "higher",
        "minimum": "0",
        "maximum": "100,0",
        "decimals": "1",
        "use": "payment",
        "evidence_required": "reference",
    }
    assert client.post(address("metric-create"), data | {"maximum": "-1"}).status_code == 422
    assert client.post(address("metric-create"), data).status_code == 302
    assert Metric.objects.get().maximum == 100
    assert "School attendance" in text(client.get(address("metric-list")))


def test_the_history_tells_who_did_what(town: Town, sign_in: SignIn, contract: Contract) -> None:
    make_key_custody(contract, town)
    make_document(contract, town)
    party = make_party(
        contract=contract,
        town=town,
        organisation=make_organisation(name="Asiantuntija Oy"),
        role="expert",
    )
    services.end_party(actor=town.pia, party=party, valid_until=date(2026, 1, 1))
    shown = text(sign_in(town.dag).get(address("contract-history", contract.pk)))
    for said in (
        "Created the contract",
        "Added Lähde ry as Lead provider from 1\N{NO-BREAK SPACE}Jan\N{NO-BREAK SPACE}2025",
        "Laid version 1 of the terms before the parties",
        "Agreed to version 1 of the terms for Koivula (Payer)",
        "The contract came into force with 8 reporting periods",
        "Added the document Signed contract",
        "In the portal, held by the controller",
        "Ended the role of Asiantuntija Oy (Expert)",
        "Pia Example",
    ):
        assert said in shown
    found = text(sign_in(town.dag).get(address("contract-history", contract.pk), {"search": "bea"}))
    assert "Bea Example" in found
    assert "Pia Example" not in found


def test_the_history_hides_what_was_done_to_things_one_may_not_see(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    for target_type, target_id in (
        ("payments.claim", uuid.uuid4()),
        ("cohorts.participant", uuid.uuid4()),
        ("unknown.thing", uuid.uuid4()),
    ):
        Event.objects.create(
            actor_name="Somebody Hidden",
            action="thing.done",
            target_type=target_type,
            target_id=str(target_id),
            contract_id=contract.pk,
        )
    for person in (town.dag, town.pia):
        shown = text(sign_in(person).get(address("contract-history", contract.pk)))
        assert "Somebody Hidden" not in shown


def test_a_data_holder_sees_the_contract_and_not_its_history(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    holder = make_organisation(kind=OrganisationKind.DATA_HOLDER)
    reader = make_membership(user=make_user(), organisation=holder).user
    make_party(contract=contract, town=town, organisation=holder, role="data_holder")
    client = sign_in(reader)
    assert client.get(address("terms-detail", contract.pk)).status_code == 200
    assert client.get(address("contract-history", contract.pk)).status_code == 403


def test_every_page_asks_for_sign_in(client: Any, db: None) -> None:
    for name in ("contract-list", "contract-create", "metric-list", "metric-create"):
        answer = client.get(address(name))
        assert answer.status_code == 302
        assert "/sign-in/" in answer["Location"]
