"""The town with a contract in each stage on its way to agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.test import Client

from contracts.models import Contract, Terms
from sibportal.accounts.models import User
from tests.factories.contracts import make_contract, make_draft_contract, make_proposed_terms
from tests.kept import kept
from tests.worlds import Town, build_people

SignIn = Callable[[User], Client]


class WithDraft(NamedTuple):
    """The town, and a contract with its parties and no terms."""

    town: Town
    contract: Contract


class InForce(NamedTuple):
    """The town, and a contract in force."""

    town: Town
    contract: Contract


def build_with_draft() -> WithDraft:
    town = build_people()
    return WithDraft(town, make_draft_contract(town))


def build_in_force() -> InForce:
    town = build_people()
    return InForce(town, make_contract(town))


with_draft = kept("with_draft", build_with_draft)
in_force = kept("in_force", build_in_force)


@pytest.fixture
def draft(with_draft: WithDraft) -> Contract:
    """A contract with its parties and no terms."""
    return with_draft.contract


@pytest.fixture
def proposed(town: Town, draft: Contract) -> Terms:
    """Terms that wait for agreement."""
    return make_proposed_terms(draft, town)


@pytest.fixture
def contract(in_force: InForce) -> Contract:
    """A contract in force."""
    return in_force.contract


@pytest.fixture
def sign_in() -> SignIn:
    """A browser without scripts, signed in as somebody."""

    def as_person(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return as_person
