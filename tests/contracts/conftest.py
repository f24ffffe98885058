"""The town with a contract in each stage on its way to agreement."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from contracts.models import Contract, Terms
from sibportal.accounts.models import User
from tests.factories.contracts import make_contract, make_draft_contract, make_proposed_terms
from tests.worlds import Town, build_people

SignIn = Callable[[User], Client]


@pytest.fixture
def town(db: None) -> Town:
    return build_people()


@pytest.fixture
def draft(town: Town) -> Contract:
    """A contract with its parties and no terms."""
    return make_draft_contract(town)


@pytest.fixture
def proposed(town: Town, draft: Contract) -> Terms:
    """Terms that wait for agreement."""
    return make_proposed_terms(draft, town)


@pytest.fixture
def contract(town: Town) -> Contract:
    """A contract in force."""
    return make_contract(town)


@pytest.fixture
def sign_in() -> SignIn:
    """A browser without scripts, signed in as somebody."""

    def as_person(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return as_person
