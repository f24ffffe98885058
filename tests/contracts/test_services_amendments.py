"""Amendments: a draft with base, scope, day and reason; proposed, agreed, and carried over."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from contracts import selectors, services
from contracts.models import Contract, Terms
from contracts.rules.terms import digest, parse
from contracts.states import TermsState
from sibportal.accounts.models import Country
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from sibportal.kernel.dates import add_months
from sibportal.kernel.errors import InvalidTransition, RuleViolation
from tests.contracts.test_services_terms import issues
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.contracts import (
    agree_all,
    approver_of,
    example_document,
    make_contract,
    make_party,
)
from tests.worlds import Town


def next_period(contract: Contract) -> date:
    """The first day of the period after the one under way."""
    return min(day for day in starts(contract) if day > selectors.today(contract))


def starts(contract: Contract) -> list[date]:
    return [period.starts_on for period in selectors.periods(contract)]


def longer(contract: Contract) -> dict[str, Any]:
    """The agreed wording with its follow-up moved from two years to three."""
    document: dict[str, Any] = deepcopy(agreed(contract).document)
    for point in document["points"]:
        if point.get("offset_months") == 24:
            point["offset_months"] = 36
    return document


def agreed(contract: Contract) -> Terms:
    terms = selectors.last_agreed(contract)
    assert terms is not None
    return terms


def amend(town: Town, contract: Contract, **values: Any) -> Terms:
    given = {"scope": "all_open", "reason": "Two years are too short.", "document": None}
    return services.draft_amendment(actor=town.pia, contract=contract, **(given | values))


def test_an_amendment_begins_as_a_copy_that_names_its_base(town: Town, contract: Contract) -> None:
    base = agreed(contract)
    draft = services.draft_amendment(actor=town.pia, contract=contract)
    assert (draft.version, draft.base, draft.state) == (2, base, TermsState.DRAFT)
    assert dict(draft.amendment) == {
        "base_version": 1,
        "base_digest": base.digest,
        "effective_on": next_period(contract).isoformat(),
    }
    assert selectors.terms_document(draft).payment_terms == (
        selectors.terms_document(base).payment_terms
    )
    with pytest.raises(RuleViolation) as refused:
        services.propose_terms(actor=town.pia, terms=draft)
    assert issues(refused) == {
        ("contracts.amendment_scope_open", "scope"),
        ("contracts.amendment_reason_open", "reason"),
    }
    with pytest.raises(RuleViolation) as refused:
        services.draft_amendment(actor=town.pia, contract=contract)
    assert issues(refused) == {("contracts.draft_exists", "")}


def test_nothing_is_amended_before_something_is_agreed(town: Town, draft: Contract) -> None:
    with pytest.raises(RuleViolation) as refused:
        services.draft_amendment(actor=town.pia, contract=draft)
    assert issues(refused) == {("contracts.nothing_to_amend", "")}


def test_day_scope_and_reason_are_part_of_what_is_agreed(town: Town, contract: Contract) -> None:
    terms = amend(town, contract, document=longer(contract))
    before = terms.digest
    for change in (
        {"reason": "Three years show more."},
        {"scope": "later_enrolments"},
        {"valid_from": add_months(next_period(contract), 6)},
    ):
        after = services.save_terms(
            actor=town.pia, contract=contract, document=terms.document, **change
        )
        assert after.digest not in (before, "")
        assert after.digest == digest(after.document)
        before = after.digest


def test_what_is_open_and_unpaid_changes_with_everybodys_consent(
    town: Town, contract: Contract
) -> None:
    registry = make_organisation(
        name="Rekisteri", kind=OrganisationKind.DATA_HOLDER, country=Country.FINLAND
    )
    speaker = make_user(name="Rea Example", email="rea@example.org")
    make_membership(user=speaker, organisation=registry, role=MemberRole.APPROVER)
    make_party(contract=contract, town=town, organisation=registry, role=PartyRole.DATA_HOLDER)
    terms = amend(town, contract, document=longer(contract), valid_from=contract.starts_on)
    services.propose_terms(actor=town.pia, terms=terms)
    terms.refresh_from_db()
    roles = [party.role for party in selectors.missing_agreements(terms)]
    assert sorted(roles) == ["data_holder", "investor", "lead_provider", "payer"]
    for party in selectors.missing_agreements(terms)[:-1]:
        services.agree_terms(
            actor=approver_of(party.organisation), terms=terms, party=party, digest=terms.digest
        )
    terms.refresh_from_db()
    assert terms.state == TermsState.PROPOSED
    assert selectors.terms_in_force(contract, contract.starts_on) == agreed(contract)
    agree_all(terms)
    assert terms.state == TermsState.AGREED
    assert selectors.terms_in_force(contract, contract.starts_on) == terms
    point = selectors.terms_document(terms).points[-1]
    assert (point.offset_months, selectors.terms_document(terms).amendment is None) == (36, False)


def rate_card(amount: str) -> dict[str, Any]:
    """One outcome of the example at a price per person."""
    document = example_document()
    work = document["outcomes"][0]
    term = {
        "key": "work",
        "title": {"en": "Work"},
        "measure": {"kind": "count", "outcome": work["key"]},
        "price": {"kind": "unit_price", "amount": amount},
        "timing": "cumulative",
    }
    return {"outcomes": [work], "payment_terms": [term], "expected_path": [], "follow_up": []}


def test_later_enrolments_are_worked_into_one_document_when_it_is_proposed(town: Town) -> None:
    contract = make_contract(town, document=rate_card("1000.00"))
    dearer = {**agreed(contract).document, **rate_card("1200.00")}
    draft = amend(town, contract, document=dearer, scope="later_enrolments")
    written = deepcopy(draft.document)
    assert [term["key"] for term in written["payment_terms"]] == ["work"]
    both = selectors.combined_document(draft)
    proposed = services.propose_terms(actor=town.pia, terms=draft)
    assert selectors.terms_document(proposed) == both
    assert proposed.drafted == written
    assert [term.key for term in both.payment_terms] == ["work", "work-2"]
    agree_all(proposed)
    assert selectors.drafted_document(proposed).payment_terms[0].price.amount == 1200


def test_one_sum_for_everybody_waits_for_another_scope(town: Town, contract: Contract) -> None:
    dearer = deepcopy(agreed(contract).document)
    dearer["payment_terms"][0]["price"]["premium_percent"] = "9"
    draft = amend(town, contract, document=dearer, scope="later_enrolments")
    with pytest.raises(RuleViolation) as refused:
        services.propose_terms(actor=town.pia, terms=draft)
    assert issues(refused) == {("amending.term_together", "payment_terms[0]")}
    assert Terms.objects.get(pk=draft.pk).state == TermsState.DRAFT


def test_an_amendment_taken_back_is_the_draft_again_and_keeps_its_yes(
    town: Town, contract: Contract
) -> None:
    terms = amend(town, contract, document=longer(contract))
    written = deepcopy(terms.document)
    proposed = services.propose_terms(actor=town.pia, terms=terms)
    party = contract.parties.get(role="payer")
    services.agree_terms(actor=town.ada, terms=proposed, party=party, digest=proposed.digest)
    back = services.reopen_terms(actor=town.pia, terms=proposed)
    assert (back.state, back.document, back.drafted) == (TermsState.DRAFT, written, None)
    again = services.propose_terms(actor=town.pia, terms=back)
    assert party not in selectors.missing_agreements(again)


@pytest.mark.parametrize("scope", ["later_measurements", "later_enrolments"])
def test_what_comes_later_leaves_alone_what_may_be_closed(
    town: Town, contract: Contract, scope: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        amend(town, contract, scope=scope, valid_from=contract.starts_on)
    assert issues(refused) == {("contracts.amendment_too_early", "valid_from")}
    assert not Terms.objects.filter(version=2).exists()


def test_measurements_are_divided_at_the_first_day_of_a_period(
    town: Town, contract: Contract
) -> None:
    day = add_months(next_period(contract), 1)
    with pytest.raises(RuleViolation) as refused:
        amend(town, contract, scope="later_measurements", valid_from=day)
    assert issues(refused) == {("contracts.amendment_mid_period", "valid_from")}
    assert amend(town, contract, scope="later_enrolments", valid_from=day).valid_from == day


def test_a_draft_begun_on_an_older_wording_is_carried_over_and_loses_nothing(
    town: Town, contract: Contract
) -> None:
    waiting = services.propose_terms(
        actor=town.pia, terms=amend(town, contract, document=longer(contract))
    )
    mine = deepcopy(agreed(contract).document)
    mine["payment_terms"][0]["price"]["premium_percent"] = "9"
    draft = amend(town, contract, document=mine, reason="Money is dearer.")
    assert selectors.open_terms(contract) == draft
    with pytest.raises(RuleViolation) as refused:
        services.propose_terms(actor=town.pia, terms=draft)
    assert issues(refused) == {("contracts.another_proposed", "")}
    with pytest.raises(RuleViolation) as refused:
        services.reopen_terms(actor=town.pia, terms=waiting)
    assert issues(refused) == {("contracts.draft_exists", "")}
    agree_all(waiting)
    with pytest.raises(RuleViolation) as refused:
        services.propose_terms(actor=town.pia, terms=draft)
    assert issues(refused) == {("contracts.base_changed", "")}
    with pytest.raises(RuleViolation) as refused:
        services.save_terms(
            actor=town.pia, contract=contract, document=mine, base_digest=waiting.digest
        )
    assert issues(refused) == {("contracts.base_changed", "")}
    carried = services.carry_over_terms(actor=town.pia, terms=draft)
    assert carried.conflicts == ()
    assert carried.terms.base == waiting
    found = parse(carried.terms.document)
    assert str(found.payment_terms[0].price.premium_percent) == "9"
    assert found.points == parse(waiting.document).points
    assert found.amendment is not None
    assert (found.amendment.base_version, found.amendment.reason) == (2, "Money is dearer.")
    with pytest.raises(RuleViolation) as refused:
        services.carry_over_terms(actor=town.pia, terms=carried.terms)
    assert issues(refused) == {("contracts.base_is_current", "")}
    proposed = services.propose_terms(actor=town.pia, terms=carried.terms)
    with pytest.raises(InvalidTransition):
        services.carry_over_terms(actor=town.pia, terms=proposed)
    assert agree_all(proposed).state == TermsState.AGREED
    assert selectors.last_agreed(contract) == proposed
