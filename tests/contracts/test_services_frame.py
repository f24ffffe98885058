"""Creating a contract and changing its frame."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from contracts import selectors, services
from contracts.models import Contract, Terms
from contracts.states import ContractState
from sibportal.accounts.roles import PartyRole
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.factories.contracts import make_agreement, make_facts
from tests.worlds import Town


def codes(violation: pytest.ExceptionInfo[RuleViolation]) -> set[tuple[str, str]]:
    return {(issue.code, issue.field) for issue in violation.value.issues}


def test_a_new_contract_has_its_public_body_as_payer(town: Town) -> None:
    facts = make_facts(code="POLKU-1")
    contract = services.create_contract(actor=town.pia, organisation=town.koivula, facts=facts)
    party = contract.parties.get()
    assert (party.organisation, party.role, party.key) == (town.koivula, "payer", "payer")
    assert contract.state == ContractState.DRAFT
    assert selectors.contract(town.pia, contract.pk) == contract
    event = Event.objects.get(contract_id=contract.pk, action="contract.created")
    assert event.after == {"code": "POLKU-1", "organisation": "Koivula"}


def test_only_a_preparer_of_the_public_body_creates_in_its_name(town: Town) -> None:
    for actor in (town.ada, town.casper, town.adam):
        with pytest.raises(NotAllowed):
            services.create_contract(actor=actor, organisation=town.koivula, facts=make_facts())
    for actor, organisation in ((town.ben, town.lahde), (town.eve, town.koivula)):
        with pytest.raises((NotAllowed, NotVisible)):
            services.create_contract(actor=actor, organisation=organisation, facts=make_facts())
    assert Contract.objects.count() == 0


def test_the_same_short_name_twice_is_said_at_the_field(town: Town, draft: Contract) -> None:
    facts = make_facts(code=draft.code)
    with pytest.raises(RuleViolation) as refused:
        services.create_contract(actor=town.pia, organisation=town.koivula, facts=facts)
    assert codes(refused) == {("contracts.code_taken", "code")}
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ends_on": date(2025, 1, 1)}, ("contracts.ends_before_start", "ends_on")),
        ({"ends_on": date(2099, 1, 1)}, ("contracts.too_long", "ends_on")),
        ({"period_months": 0}, ("contracts.out_of_range", "period_months")),
        ({"small_number_limit": 1}, ("contracts.out_of_range", "small_number_limit")),
        ({"code": "a b"}, ("contracts.code_form", "code")),
        ({"place": " "}, ("contracts.place_missing", "place")),
        ({"time_zone": "Europe/Nowhere"}, ("contracts.time_zone", "time_zone")),
        ({"currency": "XXX"}, ("contracts.currency", "currency")),
        ({"case_number": "a\nb"}, ("contracts.one_line", "case_number")),
        ({"title_en": "", "title_fi": "", "title_sv": ""}, ("contracts.title_missing", "title_en")),
        ({"decided_on": date(2024, 5, 1)}, ("contracts.case_number_missing", "case_number")),
    ],
)
def test_an_impossible_frame_is_refused_at_its_field(
    town: Town, changes: dict[str, object], expected: tuple[str, str]
) -> None:
    with pytest.raises(RuleViolation) as refused:
        services.create_contract(
            actor=town.pia, organisation=town.koivula, facts=make_facts(**changes)
        )
    assert codes(refused) == {expected}
    assert Contract.objects.count() == 0


def test_a_decision_in_the_future_is_refused(town: Town) -> None:
    facts = make_facts(
        decided_on=timezone.localdate() + timedelta(days=2), case_number="KOI/1/2026"
    )
    with pytest.raises(RuleViolation) as refused:
        services.create_contract(actor=town.pia, organisation=town.koivula, facts=facts)
    assert codes(refused) == {("contracts.decided_in_future", "decided_on")}


def test_a_draft_changes_and_the_history_keeps_before_and_after(
    town: Town, draft: Contract
) -> None:
    facts = replace(selectors.contract_facts(draft), ends_on=date(2030, 1, 1), place="Muualla")
    services.update_contract(actor=town.pia, contract=draft, facts=facts)
    draft.refresh_from_db()
    assert (draft.ends_on, draft.place) == (date(2030, 1, 1), "Muualla")
    event = Event.objects.get(contract_id=draft.pk, action="contract.updated")
    assert event.before == {"place": "Koivula", "ends_on": "2029-01-01"}
    assert event.after == {"place": "Muualla", "ends_on": "2030-01-01"}


def test_saving_what_is_there_already_leaves_no_trace(town: Town, draft: Contract) -> None:
    services.update_contract(actor=town.pia, contract=draft, facts=selectors.contract_facts(draft))
    assert not Event.objects.filter(action="contract.updated").exists()


def test_what_terms_rest_on_is_fixed_while_they_wait(town: Town, proposed: Terms) -> None:
    contract = proposed.contract
    facts = selectors.contract_facts(contract)
    with pytest.raises(RuleViolation) as refused:
        services.update_contract(
            actor=town.pia, contract=contract, facts=replace(facts, ends_on=date(2028, 1, 1))
        )
    assert codes(refused) == {("contracts.fixed_by_terms", "ends_on")}
    services.update_contract(actor=town.pia, contract=contract, facts=replace(facts, place="Muu"))
    contract.refresh_from_db()
    assert contract.place == "Muu"


def test_a_standing_agreement_fixes_the_frame_also_of_reopened_terms(town: Town) -> None:
    agreement = make_agreement(town)
    terms = services.reopen_terms(actor=town.pia, terms=agreement.terms)
    facts = replace(selectors.contract_facts(terms.contract), grace_days=0)
    with pytest.raises(RuleViolation) as refused:
        services.update_contract(actor=town.pia, contract=terms.contract, facts=facts)
    assert codes(refused) == {("contracts.fixed_by_terms", "grace_days")}


@pytest.mark.parametrize("name", ["ada", "ben", "bea", "cleo", "dag"])
def test_others_of_the_contract_see_the_frame_and_cannot_change_it(
    town: Town, draft: Contract, name: str
) -> None:
    facts = replace(selectors.contract_facts(draft), place="Muu")
    with pytest.raises((NotAllowed, NotVisible)):
        services.update_contract(actor=getattr(town, name), contract=draft, facts=facts)


def test_outsiders_do_not_see_that_a_contract_exists(town: Town, draft: Contract) -> None:
    with pytest.raises(NotVisible):
        services.update_contract(
            actor=town.eve, contract=draft, facts=selectors.contract_facts(draft)
        )
    with pytest.raises(NotVisible):
        selectors.contract(town.eve, draft.pk)
    assert not draft.parties.filter(role=PartyRole.PAYER, organisation=town.muu).exists()
