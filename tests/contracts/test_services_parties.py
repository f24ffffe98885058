"""Who joins a contract, leaves it, and takes over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from contracts import selectors, services
from contracts.models import Contract, Party, Terms
from sibportal.accounts.roles import OrganisationKind, PartyRole
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotVisible, RuleViolation
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.contracts import STARTS_ON, make_party
from tests.worlds import Town


def refused_codes(violation: pytest.ExceptionInfo[RuleViolation]) -> list[str]:
    return [issue.code for issue in violation.value.issues]


def party_of(contract: Contract, role: str) -> Party:
    return contract.parties.get(role=role)


def test_a_party_gets_a_key_of_its_role(town: Town, draft: Contract) -> None:
    first = make_party(contract=draft, town=town, organisation=town.muu, role="co_payer")
    other = make_organisation(kind=OrganisationKind.WELLBEING_COUNTY)
    second = make_party(contract=draft, town=town, organisation=other, role="co_payer")
    assert (first.key, second.key) == ("co-payer", "co-payer-2")


@pytest.mark.parametrize(
    ("organisation", "role", "values", "code"),
    [
        ("lahde", "payer", {}, "contracts.payer_is_public"),
        ("lahde", "co_payer", {}, "contracts.co_payer_kind"),
        ("lahde", "verifier", {}, "contracts.verifier_has_other_role"),
        ("tarkka", "expert", {}, "contracts.organisation_is_verifier"),
        ("lahde", "lead_provider", {}, "contracts.party_twice"),
        ("muu", "steering_member", {}, "contracts.role_needs_end"),
        ("muu", "auditor", {}, "contracts.role_needs_end"),
        ("muu", "expert", {"valid_until": STARTS_ON}, "contracts.party_ends_before_start"),
        ("muu", "expert", {"valid_from": date(2031, 1, 1)}, "contracts.party_after_contract"),
        ("muu", "co_payer", {"key": "payer"}, "contracts.key_taken"),
        ("muu", "co_payer", {"key": "Two words"}, "contracts.key_form"),
    ],
)
def test_a_party_that_cannot_be_is_refused_with_a_reason(
    town: Town,
    draft: Contract,
    organisation: str,
    role: str,
    values: dict[str, object],
    code: str,
) -> None:
    before = draft.parties.count()
    with pytest.raises(RuleViolation) as refused:
        make_party(
            contract=draft, town=town, organisation=getattr(town, organisation), role=role, **values
        )
    assert refused_codes(refused) == [code]
    assert draft.parties.count() == before


def test_one_organisation_may_be_payer_and_provider(town: Town, draft: Contract) -> None:
    party = make_party(
        contract=draft, town=town, organisation=town.koivula, role=PartyRole.SERVICE_PARTNER
    )
    assert party.organisation == town.koivula


def test_the_database_refuses_the_same_role_twice_at_a_time(town: Town, draft: Contract) -> None:
    twice = Party(
        contract=draft,
        organisation=town.lahde,
        role="lead_provider",
        key="other",
        valid_from=date(2026, 1, 1),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()


def test_an_organisation_that_the_actor_cannot_see_is_unknown(town: Town, draft: Contract) -> None:
    with pytest.raises(NotVisible):
        services.add_party(
            actor=town.eve,
            contract=draft,
            organisation=town.muu,
            role="expert",
            valid_from=STARTS_ON,
        )


def test_a_role_ends_on_a_day_and_access_with_it(town: Town, draft: Contract) -> None:
    expert = make_organisation(kind=OrganisationKind.PROVIDER)
    reader = make_membership(user=make_user(), organisation=expert).user
    party = make_party(contract=draft, town=town, organisation=expert, role="expert")
    assert selectors.contract(reader, draft.pk) == draft
    services.end_party(actor=town.pia, party=party, valid_until=timezone.localdate())
    with pytest.raises(NotVisible):
        selectors.contract(reader, draft.pk)
    event = Event.objects.get(action="party.ended")
    assert event.before is not None
    assert event.before["valid_until"] is None


def test_the_last_provider_and_a_payer_of_agreed_terms_cannot_just_end(
    town: Town, contract: Contract
) -> None:
    for role, code in (
        ("lead_provider", "contracts.last_of_role"),
        ("verifier", "contracts.last_of_role"),
        ("payer", "contracts.payer_in_terms"),
    ):
        with pytest.raises(RuleViolation) as refused:
            services.end_party(
                actor=town.pia, party=party_of(contract, role), valid_until=date(2026, 6, 1)
            )
        assert refused_codes(refused) == [code]


def test_no_role_ends_while_terms_wait_for_agreement(town: Town, proposed: Terms) -> None:
    party = party_of(proposed.contract, "investor")
    with pytest.raises(RuleViolation) as refused:
        services.end_party(actor=town.pia, party=party, valid_until=date(2026, 6, 1))
    assert refused_codes(refused) == ["contracts.terms_wait"]


def test_succession_moves_role_key_and_rights_on_the_day(town: Town, contract: Contract) -> None:
    organisation = make_organisation(kind=OrganisationKind.WELLBEING_COUNTY)
    preparer = make_membership(organisation=organisation, role="preparer").user
    payer = party_of(contract, "payer")
    successor = services.succeed_party(
        actor=town.pia,
        party=payer,
        organisation=organisation,
        on=timezone.localdate(),
        document="Transfer decision 12 §",
    )
    payer.refresh_from_db()
    assert (successor.role, successor.key, successor.predecessor) == ("payer", "payer", payer)
    assert payer.valid_until == successor.valid_from
    acting = selectors.parties_today(contract).get(role="payer")
    assert acting == successor
    assert successor in selectors.required_parties(contract)
    assert payer not in selectors.required_parties(contract)
    assert selectors.rights(preparer, contract) >= {"edit_contract", "edit_terms"}
    with pytest.raises(NotVisible):
        selectors.contract(town.pia, contract.pk)


def test_a_successor_of_tomorrow_sees_nothing_today(town: Town, contract: Contract) -> None:
    organisation = make_organisation(kind=OrganisationKind.WELLBEING_COUNTY)
    preparer = make_membership(organisation=organisation, role="preparer").user
    services.succeed_party(
        actor=town.pia,
        party=party_of(contract, "payer"),
        organisation=organisation,
        on=timezone.localdate() + timedelta(days=2),
        document="Transfer decision",
    )
    with pytest.raises(NotVisible):
        selectors.contract(preparer, contract.pk)
    assert selectors.contract(town.pia, contract.pk) == contract
    assert [one.organisation for one in selectors.parties_today(contract).filter(role="payer")] == [
        town.koivula
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document": " "}, "contracts.succession_document_missing"),
        ({"on": STARTS_ON}, "contracts.succession_before_start"),
        ({"organisation": "koivula"}, "contracts.succeeds_itself"),
        ({"organisation": "lahde"}, "contracts.payer_is_public"),
    ],
)
def test_a_succession_that_cannot_be_changes_nothing(
    town: Town, contract: Contract, changes: dict[str, object], code: str
) -> None:
    values = {"organisation": "muu", "on": date(2026, 1, 1), "document": "Deed"} | changes
    values["organisation"] = getattr(town, str(values["organisation"]))
    with pytest.raises(RuleViolation) as refused:
        services.succeed_party(actor=town.pia, party=party_of(contract, "payer"), **values)  # type: ignore[arg-type]
    assert refused_codes(refused) == [code]
    assert party_of(contract, "payer").valid_until is None


def test_nobody_is_succeeded_twice(town: Town, contract: Contract) -> None:
    payer = party_of(contract, "payer")
    other = make_organisation(kind=OrganisationKind.STATE_AGENCY)
    later = timezone.localdate() + timedelta(days=30)
    services.succeed_party(
        actor=town.pia, party=payer, organisation=town.muu, on=later, document="Deed"
    )
    with pytest.raises(RuleViolation) as refused:
        services.succeed_party(
            actor=town.pia, party=payer, organisation=other, on=later, document="Deed"
        )
    assert refused_codes(refused) == ["contracts.succeeded_already"]
