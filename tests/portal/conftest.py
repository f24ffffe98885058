"""The town with one contract whose results are verified, claimed and partly paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from contracts.models import Contract
from payments.models import Claim
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole, PartyRole
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.cohorts import make_cohort, make_participants
from tests.factories.contracts import make_contract, make_party
from tests.factories.payments import (
    make_capital,
    make_claim,
    make_closing,
    make_payable_contract,
    submitted,
)
from tests.kept import kept
from tests.worlds import Town, build_people

SignIn = Callable[[User], Client]


@dataclass(frozen=True)
class Running:
    """A contract that is over, with a submitted claim for its last half-year, and a young one
    with two signed half-years, late measurements and a question."""

    town: Town
    contract: Contract
    claim: Claim
    young: Contract
    steering: User


@pytest.fixture(autouse=True)
def _nobody_has_written_yet() -> None:
    """Rate limits are counted in the cache, which outlives a test."""
    cache.clear()


def build_running() -> Running:
    town = build_people()
    contract = make_payable_contract(town)
    cohort = make_cohort(contract)
    make_participants(cohort, 120)
    make_capital(contract, town, town.vaahtera)
    steering = make_user(name="Sten Example")
    group = make_organisation(name="Ohjausryhmä")
    make_membership(user=steering, organisation=group, role=MemberRole.READER)
    make_party(
        contract=contract, town=town, organisation=group, role=PartyRole.STEERING_MEMBER,
        valid_until=date(2099, 1, 1),
    )  # fmt: skip
    claim = submitted(make_claim(town, contract=contract), town)
    return Running(town, contract, claim, make_young(town), steering)


running = kept("running", build_running)


def make_young(town: Town) -> Contract:
    young = make_contract(town, code="SCHOOL-COACHING", title_en="School coaching", title_fi="")
    make_participants(make_cohort(young, code_prefix="KM"), 12)
    for number, reached in ((1, 3), (2, 40)):
        make_closing(young, town, {"together": (reached, 100)}, number=number)
    return young


@pytest.fixture
def sign_in() -> SignIn:
    """A browser without scripts, signed in as somebody, in English."""

    def as_person(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return as_person
