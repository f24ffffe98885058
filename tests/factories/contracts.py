"""Contracts of the town: metrics, a contract with its parties, and its agreed terms.

Everything is made through the services as the people of the town, so that what the tests arrange
is what the portal itself would have made.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from contracts import selectors, services
from contracts.models import (
    Agreement,
    Contract,
    ContractDocument,
    KeyCustody,
    Metric,
    Party,
    ReportingPeriod,
    Terms,
)
from contracts.services import ContractFacts
from sibportal.accounts.access import memberships
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import MemberRole, PartyRole
from tests.worlds import Town

EXAMPLE = Path(__file__).parents[1] / "payments/examples/youth_employment_and_health.yaml"
PDF = b"%PDF-1.7\n%a document\n"
STARTS_ON, ENDS_ON = date(2025, 1, 1), date(2029, 1, 1)
_numbers = count(1)


def make_metric(**values: Any) -> Metric:
    code = values.get("code", f"metric-{next(_numbers)}")
    defaults: dict[str, Any] = {
        "code": code,
        "version": 1,
        "title_en": code,
        "title_fi": f"{code} suomeksi",
        "title_sv": f"{code} på svenska",
        "kind": "yes_no",
        "direction": "higher",
    }
    return Metric.objects.create(**(defaults | values))


def make_metrics() -> tuple[Metric, Metric]:
    """The two metrics of the example terms: permanent work (yes or no), health (1 to 5)."""
    work = Metric.objects.filter(code="permanent-work", version=1).first()
    health = Metric.objects.filter(code="self-rated-health", version=1).first()
    return (
        work or make_metric(code="permanent-work", register_source=True),
        health or make_metric(code="self-rated-health", kind="number", minimum=1, maximum=5),
    )


def make_facts(**values: Any) -> ContractFacts:
    """The frame of a contract; a code of its own unless one is given."""
    defaults: dict[str, Any] = {
        "code": f"YOUNG-ADULTS-{next(_numbers)}",
        "title_en": "Young adults to work",
        "title_fi": "Nuoret aikuiset töihin",
        "title_sv": "Unga vuxna i arbete",
        "place": "Koivula",
        "starts_on": STARTS_ON,
        "ends_on": ENDS_ON,
        "currency": "SEK",
        "period_months": 6,
    }
    return ContractFacts(**(defaults | values))


@cache
def _example() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text())["terms"]
    return document


def example_document(**changes: Any) -> dict[str, Any]:
    """The terms of the Swedish example: half of 200 pays 6 000 000.00 and 8 %."""
    return deepcopy(_example()) | changes


def make_draft_contract(town: Town, **facts: Any) -> Contract:
    """A contract of Koivula with Lähde, Tarkka and Vaahtera as parties, and no terms yet."""
    contract = services.create_contract(
        actor=town.pia, organisation=town.koivula, facts=make_facts(**facts)
    )
    for organisation, role in (
        (town.lahde, PartyRole.LEAD_PROVIDER),
        (town.tarkka, PartyRole.VERIFIER),
        (town.vaahtera, PartyRole.INVESTOR),
    ):
        make_party(contract=contract, town=town, organisation=organisation, role=role)
    return contract


def make_party(
    *, contract: Contract, town: Town, organisation: Organisation, role: str, **values: Any
) -> Party:
    values.setdefault("valid_from", contract.starts_on)
    return services.add_party(
        actor=town.pia, contract=contract, organisation=organisation, role=role, **values
    )


def make_terms(contract: Contract, town: Town, **changes: Any) -> Terms:
    """A draft of the example terms in the contract's currency."""
    make_metrics()
    document = example_document(**{"currency": contract.currency} | changes)
    return services.save_terms(
        actor=town.pia, contract=contract, document=document, mechanism="cost-plus-premium"
    )


def make_proposed_terms(contract: Contract, town: Town, **changes: Any) -> Terms:
    """The example terms, waiting for every party's agreement."""
    terms = make_terms(contract, town, **changes)
    return services.propose_terms(actor=town.pia, terms=terms)


def agree_all(terms: Terms) -> Terms:
    """An approver of every party whose yes is missing says it; the last one freezes the terms."""
    for party in selectors.missing_agreements(terms):
        services.agree_terms(
            actor=approver_of(party.organisation), terms=terms, party=party, digest=terms.digest
        )
    terms.refresh_from_db()
    return terms


def approver_of(organisation: Organisation) -> User:
    """Some approver of the organisation."""
    people = User.objects.filter(
        memberships__organisation=organisation, memberships__role=MemberRole.APPROVER
    )
    return next(user for user in people if memberships(user).exists())


def make_contract(town: Town, *, document: dict[str, Any] | None = None, **facts: Any) -> Contract:
    """A contract in force: parties, agreed terms (the example, or `document`), calendar."""
    contract = make_draft_contract(town, **facts)
    agree_all(make_proposed_terms(contract, town, **(document or {})))
    contract.refresh_from_db()
    return contract


def make_agreement(town: Town, contract: Contract | None = None) -> Agreement:
    """Koivula's yes to proposed terms; the others' are missing."""
    terms = make_proposed_terms(contract or make_draft_contract(town), town)
    party = terms.contract.parties.get(role=PartyRole.PAYER)
    return services.agree_terms(actor=town.ada, terms=terms, party=party, digest=terms.digest)


def make_document(contract: Contract, town: Town, **values: Any) -> ContractDocument:
    defaults = {"title": "Signed contract", "file_name": "contract.pdf", "content": PDF}
    return services.add_document(actor=town.pia, contract=contract, **(defaults | values))


def make_key_custody(contract: Contract, town: Town, custodian: str = "controller") -> KeyCustody:
    return services.record_key_custody(
        actor=town.pia, contract=contract, custodian=custodian, valid_from=contract.starts_on
    )


def make_period(contract: Contract, number: int = 1) -> ReportingPeriod:
    """A reporting period that the calendar of the contract already has."""
    return contract.periods.get(number=number)
