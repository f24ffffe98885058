"""Terms on their way to agreement, and the last yes that freezes them."""

from __future__ import annotations

import os
import threading
from datetime import date
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from contracts import selectors, services
from contracts.models import Agreement, Contract, ReportingPeriod, Terms
from contracts.rules.terms import digest
from contracts.states import ContractState, TermsState
from sibportal.accounts.roles import MemberRole, PartyRole
from sibportal.audit.models import Event
from sibportal.kernel.errors import InvalidTransition, NotAllowed, NotVisible, RuleViolation
from tests.factories.accounts import make_membership, make_organisation
from tests.factories.contracts import (
    agree_all,
    example_document,
    make_agreement,
    make_contract,
    make_draft_contract,
    make_metrics,
    make_party,
    make_proposed_terms,
    make_terms,
)
from tests.worlds import Town, build_people


def issues(violation: pytest.ExceptionInfo[RuleViolation]) -> set[tuple[str, str]]:
    return {(issue.code, issue.field) for issue in violation.value.issues}


def agree(town: Town, name: str, terms: Terms, role: str, seen: str = "") -> Agreement:
    return services.agree_terms(
        actor=getattr(town, name),
        terms=terms,
        party=terms.contract.parties.get(role=role),
        digest=seen or terms.digest,
    )


# Drafting ----------------------------------------------------------------------------------------
def test_a_draft_is_stored_with_its_digest_and_holds_from_the_contracts_start(
    town: Town, draft: Contract
) -> None:
    terms = make_terms(draft, town)
    assert (terms.version, terms.state, terms.valid_from) == (1, "draft", draft.starts_on)
    assert terms.digest == digest(terms.document)
    assert selectors.open_terms(draft) == terms


def test_saving_again_edits_the_same_version(town: Town, draft: Contract) -> None:
    first = make_terms(draft, town)
    second = make_terms(draft, town, late_facts="not_counted")
    assert second.pk == first.pk
    assert second.digest != first.digest
    assert Event.objects.filter(action="terms.edited").count() == 1


def test_a_document_that_does_not_fit_the_contract_is_refused_by_path(
    town: Town, draft: Contract
) -> None:
    make_metrics()
    document = example_document(currency="EUR")
    document["claim"] = {
        **document["claim"],
        "payers": [{"party": "lead-provider", "share_percent": "100"}],
    }
    document["outcomes"][0]["metric"] = {"code": "nobody-defined-this", "version": 1}
    document["outcomes"][1]["condition"] = {"kind": "is_true"}
    with pytest.raises(RuleViolation) as refused:
        services.save_terms(actor=town.pia, contract=draft, document=document)
    assert issues(refused) == {
        ("terms.other_currency", "currency"),
        ("terms.unknown_party", "claim.payers[0].party"),
        ("contracts.unknown_metric", "outcomes[0].metric"),
        ("contracts.metric_is_a_number", "outcomes[1].condition.kind"),
    }
    assert not Terms.objects.exists()


@pytest.mark.parametrize("name", ["ada", "bea", "ben", "disa", "cleo"])
def test_only_the_payers_preparer_drafts(town: Town, draft: Contract, name: str) -> None:
    with pytest.raises(NotAllowed):
        services.save_terms(actor=getattr(town, name), contract=draft, document=example_document())
    with pytest.raises(NotVisible):
        services.save_terms(actor=town.eve, contract=draft, document=example_document())


def test_open_questions_are_each_said_before_anybody_is_asked(town: Town, draft: Contract) -> None:
    terms = make_terms(draft, town, rounding=None)
    with pytest.raises(RuleViolation) as refused:
        services.propose_terms(actor=town.pia, terms=terms)
    assert issues(refused) == {("terms.open.rounding", "rounding")}
    terms.refresh_from_db()
    assert terms.state == TermsState.DRAFT


def test_terms_need_a_provider_a_verifier_and_whoever_is_paid(town: Town) -> None:
    contract = services.create_contract(
        actor=town.pia,
        organisation=town.koivula,
        facts=selectors.contract_facts(Contract(**_frame())),
    )
    terms = make_terms(contract, town)
    with pytest.raises(RuleViolation) as refused:
        services.propose_terms(actor=town.pia, terms=terms)
    assert {code for code, _field in issues(refused)} == {
        "contracts.no_lead_provider",
        "contracts.no_verifier",
        "contracts.no_investor",
    }


def _frame() -> dict[str, object]:
    return {
        "code": "LONELY",
        "title_en": "Alone",
        "place": "Koivula",
        "starts_on": date(2025, 1, 1),
        "ends_on": date(2029, 1, 1),
        "currency": "SEK",
    }


# Agreeing ----------------------------------------------------------------------------------------
def test_payer_provider_and_investor_must_agree_and_the_verifier_need_not(
    town: Town, proposed: Terms
) -> None:
    roles = {party.role for party in selectors.missing_agreements(proposed)}
    assert roles == {PartyRole.PAYER, PartyRole.LEAD_PROVIDER, PartyRole.INVESTOR}


def test_a_fund_manager_agrees_instead_of_the_investors(town: Town, draft: Contract) -> None:
    manager = make_organisation()
    make_party(contract=draft, town=town, organisation=manager, role=PartyRole.FUND_MANAGER)
    roles = [party.role for party in selectors.required_parties(draft)]
    assert sorted(roles) == ["fund_manager", "lead_provider", "payer"]


def test_the_last_yes_freezes_the_terms_and_starts_the_contract(
    town: Town, proposed: Terms
) -> None:
    agree(town, "bea", proposed, "lead_provider")
    agree(town, "disa", proposed, "investor")
    proposed.refresh_from_db()
    assert proposed.state == TermsState.PROPOSED
    assert not ReportingPeriod.objects.exists()
    agree(town, "ada", proposed, "payer")
    proposed.refresh_from_db()
    contract = Contract.objects.get(pk=proposed.contract_id)
    assert (proposed.state, contract.state) == (TermsState.AGREED, ContractState.ACTIVE)
    assert proposed.agreed_at is not None
    periods = list(selectors.periods(contract))
    assert len(periods) == 8
    assert (periods[0].starts_on, periods[-1].ends_on) == (contract.starts_on, contract.ends_on)
    assert selectors.terms_in_force(contract, date(2026, 5, 1)) == proposed
    assert selectors.terms_in_force(contract, date(2024, 12, 31)) is None
    assert selectors.period_for(contract, date(2025, 7, 1)) == periods[1]
    assert selectors.period_for(contract, date(2029, 1, 1)) is None


def test_saying_yes_twice_is_saying_it_once(town: Town, proposed: Terms) -> None:
    first = agree(town, "ada", proposed, "payer")
    second = agree(town, "ari", proposed, "payer")
    assert first == second
    agree_all(proposed)
    assert agree(town, "ada", proposed, "payer") == first
    assert Agreement.objects.filter(party=first.party).count() == 1


@pytest.mark.parametrize("name", ["pia", "casper", "ben", "cleo", "dag"])
def test_only_an_approver_agrees(town: Town, proposed: Terms, name: str) -> None:
    with pytest.raises(NotAllowed):
        agree(town, name, proposed, "payer")


def test_an_approver_speaks_for_the_own_organisation_only(town: Town, proposed: Terms) -> None:
    with pytest.raises(NotAllowed):
        agree(town, "bea", proposed, "payer")
    with pytest.raises(NotVisible):
        agree(town, "eve", proposed, "payer")
    other = make_draft_contract(town)
    with pytest.raises(NotVisible):
        services.agree_terms(
            actor=town.ada,
            terms=proposed,
            party=other.parties.get(role="payer"),
            digest=proposed.digest,
        )
    assert not Agreement.objects.exists()


def test_a_former_approver_no_longer_agrees(town: Town, proposed: Terms) -> None:
    town.ada.memberships.filter(role=MemberRole.APPROVER).update(active=False)
    with pytest.raises(NotVisible):
        agree(town, "ada", proposed, "payer")


def test_an_edit_voids_what_was_agreed_to_the_old_wording(town: Town) -> None:
    agreement = make_agreement(town)
    contract, old = agreement.terms.contract, agreement.digest
    terms = make_terms(contract, town, late_facts="not_counted")
    assert (terms.pk, terms.state) == (agreement.terms_id, TermsState.DRAFT)
    services.propose_terms(actor=town.pia, terms=terms)
    assert agreement.party in selectors.missing_agreements(terms)
    with pytest.raises(RuleViolation) as refused:
        agree(town, "bea", terms, "lead_provider", seen=old)
    assert issues(refused) == {("contracts.terms_changed", "")}
    agree_all(terms)
    assert terms.state == TermsState.AGREED
    assert Agreement.objects.filter(terms=terms).count() == 4


def test_a_draft_cannot_be_agreed_to_nor_what_was_withdrawn(town: Town, draft: Contract) -> None:
    terms = make_terms(draft, town)
    with pytest.raises(InvalidTransition):
        agree(town, "ada", terms, "payer")
    services.withdraw_terms(actor=town.pia, terms=terms)
    with pytest.raises(InvalidTransition):
        agree(town, "ada", terms, "payer")
    assert make_terms(draft, town).version == 2


def test_a_party_that_is_not_needed_cannot_agree(town: Town, proposed: Terms) -> None:
    make_membership(user=town.ada, organisation=town.tarkka, role=MemberRole.APPROVER)
    with pytest.raises(RuleViolation) as refused:
        agree(town, "ada", proposed, "verifier")
    assert issues(refused) == {("contracts.agreement_not_needed", "")}


def test_a_yes_to_the_same_wording_stands_when_terms_are_taken_back_and_proposed_again(
    town: Town,
) -> None:
    agreement = make_agreement(town)
    terms = services.reopen_terms(actor=town.pia, terms=agreement.terms)
    assert terms.state == TermsState.DRAFT
    services.propose_terms(actor=town.pia, terms=terms)
    assert agreement.party not in selectors.missing_agreements(terms)


def test_terms_wait_for_those_who_can_decide(town: Town, proposed: Terms) -> None:
    assert [one.party.role for one in selectors.terms_to_agree(town.bea)] == ["lead_provider"]
    assert [one.terms for one in selectors.terms_to_agree(town.ada)] == [proposed]
    for nobody in (town.pia, town.ben, town.eve, town.cleo):
        assert selectors.terms_to_agree(nobody) == []
    agree(town, "ada", proposed, "payer")
    assert selectors.terms_to_agree(town.ari) == []


# After the first terms ---------------------------------------------------------------------------
def test_a_second_version_takes_effect_later_and_makes_no_second_calendar(
    town: Town, contract: Contract
) -> None:
    document = example_document(late_facts="not_counted")
    terms = services.save_terms(
        actor=town.pia,
        contract=contract,
        document=document,
        valid_from=date(2027, 1, 1),
        scope="later_enrolments",
        reason="The parties met.",
    )
    services.propose_terms(actor=town.pia, terms=terms)
    agree_all(terms)
    first = selectors.terms_in_force(contract, date(2026, 12, 31))
    assert first is not None
    assert first.version == 1
    assert selectors.terms_in_force(contract, date(2027, 1, 1)) == terms
    assert contract.periods.count() == 8


def test_a_second_version_cannot_reach_back_behind_the_first(
    town: Town, contract: Contract
) -> None:
    for day in (date(2024, 12, 31), contract.ends_on):
        with pytest.raises(RuleViolation) as refused:
            services.save_terms(
                actor=town.pia, contract=contract, document=example_document(), valid_from=day
            )
        assert issues(refused) == {("contracts.terms_start", "valid_from")}


# What is final -----------------------------------------------------------------------------------
CHANGES = (
    "UPDATE contracts_terms SET document = '{}' WHERE id = %s",
    "UPDATE contracts_terms SET digest = 'x' WHERE id = %s",
    "UPDATE contracts_terms SET state = 'draft' WHERE id = %s",
    "UPDATE contracts_terms SET valid_from = '2020-01-01' WHERE id = %s",
    "DELETE FROM contracts_terms WHERE id = %s",
)


@pytest.mark.parametrize("statement", CHANGES)
def test_the_serving_role_cannot_change_agreed_terms(contract: Contract, statement: str) -> None:
    terms = selectors.last_agreed(contract)
    assert terms is not None
    with (
        pytest.raises(DatabaseError, match="pgtrigger: Cannot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [terms.pk])


def test_a_yes_can_be_neither_changed_nor_taken_away(contract: Contract) -> None:
    for statement in (
        "UPDATE contracts_agreement SET digest = 'x'",
        "DELETE FROM contracts_agreement",
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Agreement.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_even_the_owner_cannot_change_agreed_terms() -> None:
    terms = selectors.last_agreed(make_contract(build_people()))
    assert terms is not None
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{name}").geturl()
    with psycopg.connect(address, autocommit=True) as owner:
        for statement in CHANGES:
            with pytest.raises(psycopg.errors.RaiseException, match="pgtrigger: Cannot"):
                owner.execute(statement.encode(), [terms.pk])
    terms.refresh_from_db()
    assert terms.state == TermsState.AGREED


@pytest.mark.django_db(transaction=True)
def test_twenty_agreements_at_once_give_one_row_per_party_and_one_freezing() -> None:
    town = build_people()
    contract = make_draft_contract(town)
    terms = make_proposed_terms(contract, town)
    speakers = [("ada", "payer"), ("ari", "payer"), ("bea", "lead_provider"), ("disa", "investor")]
    barrier = threading.Barrier(20)
    failures: list[BaseException] = []

    def say_yes(name: str, role: str) -> None:
        try:
            barrier.wait(timeout=30)
            agree(town, name, Terms.objects.get(pk=terms.pk), role)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=say_yes, args=one) for one in speakers * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Agreement.objects.count() == 3
    for action in ("terms.agreed", "contract.started"):
        assert Event.objects.filter(action=action).count() == 1
    assert ReportingPeriod.objects.filter(contract=contract).count() == 8
