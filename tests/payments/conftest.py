"""The town with a contract that is over and whose outcomes are verified."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from contracts.models import Contract
from sibportal.accounts.models import User
from tests.factories.payments import make_payable_contract
from tests.worlds import Town, build_people

SignIn = Callable[[User], Client]


@pytest.fixture
def town(db: None) -> Town:
    return build_people()


@pytest.fixture
def contract(town: Town) -> Contract:
    return make_payable_contract(town)


@pytest.fixture
def sign_in() -> SignIn:
    """A browser without scripts, signed in as somebody."""

    def as_person(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return as_person
