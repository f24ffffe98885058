"""Metrics taken from the library, and the page that tells how success is measured and where the
data accumulates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from contracts import selectors, services
from contracts.models import Contract, DataItem, DataItemWithdrawal, Metric
from contracts.rules.metric_library import library
from contracts.services import DataItemFacts
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.contracts.conftest import SignIn
from tests.contracts.test_views import address, text
from tests.factories.contracts import make_draft_contract
from tests.worlds import Town

pytestmark = pytest.mark.django_db

REVISED = {"use": "follow_up", "evidence_required": "file", "direction": "lower", "kind": "count"}


def held(contract: Contract, **values: Any) -> DataItemFacts:
    defaults: dict[str, Any] = {
        "item_en": "Income",
        "holder_name": "Tax authority",
        "system": "Register of income",
        "legal_basis_en": "Act 1",
        "used_by_en": "The verifier",
        "valid_from": contract.starts_on,
    }
    return DataItemFacts(**(defaults | values))


def test_an_entry_of_the_library_is_taken_into_use_once(town: Town, sign_in: SignIn) -> None:
    client = sign_in(town.pia)
    shown = text(client.get(address("metric-library"), {"search": "Goodman"}))
    assert "Strengths and difficulties" in shown
    assert "Earned income" not in shown
    pick = address("metric-pick", "sdq_total")
    answers = [client.post(pick) for _time in range(2)]
    metric = Metric.objects.get()
    assert {answer["Location"] for answer in answers} == {address("metric-detail", metric.pk)}
    assert (metric.version, metric.library_version, metric.maximum) == (1, 1, Decimal(40))
    assert "In use" in text(client.get(address("metric-library-entry", "sdq_total")))
    with pytest.raises(NotAllowed):
        services.pick_metric(actor=town.ben, code="sdq_total")
    with pytest.raises(NotVisible):
        services.pick_metric(actor=town.pia, code="no-such-entry")


def test_an_own_version_begins_from_the_entry_and_the_page_tells_what_changed(
    town: Town, sign_in: SignIn
) -> None:
    first = services.pick_metric(actor=town.pia, code="sdq_total")
    client = sign_in(town.pia)
    form = client.get(address("metric-revise", first.pk)).context["form"]
    typed = {name: field.initial for name, field in form.fields.items()} | form.initial
    typed = {name: "" if value is None else str(value) for name, value in typed.items()}
    typed |= {"register_source": "", "never_falls": "", "outlier_check": "on"}
    same = client.post(address("metric-revise", first.pk), typed)
    assert same.status_code == 422
    assert "Nothing differs from version 1" in text(same)
    assert client.post(address("metric-revise", first.pk), typed | REVISED).status_code == 302
    second = Metric.objects.get(version=2)
    assert (second.library_version, second.maximum, second.use) == (None, Decimal(40), "follow_up")
    shown = text(client.get(address("metric-detail", second.pk)))
    assert "What changed since version 1" in shown
    assert "A note of where it is held" in shown
    late = client.post(address("metric-revise", first.pk), typed | {"use": "follow_up"})
    assert "Somebody else defined version 2 meanwhile" in text(late)
    assert services.pick_metric(actor=town.pia, code="sdq_total") == first


def test_every_entry_of_the_library_can_be_taken_into_use(town: Town) -> None:
    for facts in library():
        metric = services.pick_metric(actor=town.pia, code=facts.code)
        assert selectors.metric_facts(metric) == facts
    assert set(selectors.picked_metrics()) == {facts.code for facts in library()}


def test_the_page_answers_both_questions_for_every_party(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    services.add_data_item(actor=town.pia, contract=contract, facts=held(contract))
    for person in (town.pia, town.ben, town.dag):
        for name in ("contract-measuring", "contract-measuring-print"):
            shown = text(sign_in(person).get(address(name, contract.pk)))
            assert "How is success measured?" in shown
            assert "permanent-work" in shown
            assert "Register of income" in shown
            assert ("Add to the data map" in shown) == (
                person == town.pia and name == "contract-measuring"
            )
    rest = reverse("api:contract-measuring", args=[contract.pk])
    found = sign_in(town.dag).get(rest).json()
    assert found["terms_version"] == 1
    assert found["outcomes"][0]["metrics"][0]["code"] == "permanent-work"
    assert [line["item"]["system"] for line in found["data_map"]] == ["Register of income"]


def test_without_terms_the_page_says_that_nothing_is_agreed(town: Town, sign_in: SignIn) -> None:
    draft = make_draft_contract(town)
    shown = text(sign_in(town.pia).get(address("contract-measuring", draft.pk)))
    assert "Nothing has been agreed yet" in shown
    assert "Nobody has written it down yet" in shown


def test_a_line_is_changed_by_a_new_row_and_tells_who_changed_it(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    client = sign_in(town.pia)
    typed = {
        "item_fi": "Tulot", "holder_name": "Tax authority", "system": "Register",
        "legal_basis_en": "Act 1", "used_by_en": "The verifier", "valid_from": "1.1.2025",
    }  # fmt: skip
    refused = client.post(address("data-item-add", contract.pk), typed | {"holder_name": ""})
    assert refused.status_code == 422
    assert "one of the two" in text(refused)
    assert client.post(address("data-item-add", contract.pk), typed).status_code == 302
    first = DataItem.objects.get()
    ended = typed | {"valid_until": "1.1.2026", "system": "Old register"}
    assert client.post(address("data-item-change", first.pk), ended).status_code == 302
    page = client.get(address("contract-measuring", contract.pk))
    assert "Held no longer" in text(page)
    assert '<span lang="fi">Tulot</span>' in text(page)
    again = client.post(address("data-item-change", first.pk), typed | {"system": "New"})
    assert "Somebody else changed this line meanwhile" in text(again)
    assert DataItem.objects.count() == 2
    actions = Event.objects.filter(action__startswith="data_item").values_list("action", flat=True)
    assert sorted(actions) == ["data_item.added", "data_item.changed"]
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        DataItem.objects.filter(pk=first.pk).update(system="Elsewhere")


def test_a_line_written_by_mistake_is_withdrawn_with_its_reason_and_stays_in_the_history(
    town: Town, sign_in: SignIn, contract: Contract
) -> None:
    row = services.add_data_item(actor=town.pia, contract=contract, facts=held(contract))
    client = sign_in(town.pia)
    withdraw = address("data-item-withdraw", row.pk)
    assert withdraw in text(client.get(address("contract-measuring", contract.pk)))
    assert "Register of income" in text(client.get(withdraw))
    assert client.post(withdraw, {"reason": " "}).status_code == 422
    assert selectors.data_map(town.dag, contract)
    assert client.post(withdraw, {"reason": "It is held in another contract."}).status_code == 302
    assert selectors.data_map(town.dag, contract) == []
    assert DataItem.objects.get() == row
    history = text(client.get(address("contract-history", contract.pk)))
    assert "Withdrew Income from the data map" in history
    assert "It is held in another contract." in history
    again = client.post(withdraw, {"reason": "Once more."})
    assert "This line is withdrawn." in text(again)
    for change in (
        lambda: services.change_data_item(
            actor=town.pia, item=row, facts=held(contract, system="X")
        ),
        lambda: services.withdraw_data_item(actor=town.pia, item=row, reason="Twice."),
    ):
        with pytest.raises(RuleViolation) as refused:
            change()
        assert refused.value.code == "contracts.data_item_withdrawn"
    for person, error in ((town.ben, NotAllowed), (town.eve, NotVisible)):
        with pytest.raises(error):
            services.withdraw_data_item(actor=person, item=row, reason="Mine.")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        DataItemWithdrawal.objects.all().delete()


def test_what_a_party_holds_passes_to_its_successor(town: Town, contract: Contract) -> None:
    payer = contract.parties.get(role="payer")
    services.add_data_item(
        actor=town.pia,
        contract=contract,
        facts=held(contract, holder_name="", holder_party_id=payer.pk),
    )
    assert [one.holder for one in selectors.data_map(town.dag, contract)] == ["Koivula"]
    services.succeed_party(
        actor=town.pia,
        party=payer,
        organisation=town.muu,
        on=date(2026, 1, 1),
        document="Deed 1",
    )
    assert [one.holder for one in selectors.data_map(town.dag, contract)] == [town.muu.name]


def test_nobody_but_the_payers_preparer_writes_and_only_with_parties_of_the_contract(
    town: Town, contract: Contract
) -> None:
    for person in (town.ben, town.dag, town.ada):
        with pytest.raises(NotAllowed):
            services.add_data_item(actor=person, contract=contract, facts=held(contract))
    other = make_draft_contract(town).parties.get(role="payer")
    with pytest.raises(NotVisible):
        services.add_data_item(
            actor=town.pia,
            contract=contract,
            facts=held(contract, holder_name="", holder_party_id=other.pk),
        )
    row = services.add_data_item(actor=town.pia, contract=contract, facts=held(contract))
    with pytest.raises(RuleViolation) as refused:
        services.change_data_item(actor=town.pia, item=row, facts=held(contract))
    assert refused.value.code == "contracts.data_item_same"
