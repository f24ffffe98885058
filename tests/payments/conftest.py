"""The town with a contract that is over and whose outcomes are verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.test import Client

from contracts.models import Contract
from sibportal.accounts.models import User
from tests.factories.payments import make_payable_contract
from tests.kept import kept
from tests.worlds import Town, build_people

SignIn = Callable[[User], Client]


class Payable(NamedTuple):
    """The town, and a contract of which a claim can be made."""

    town: Town
    contract: Contract


def build_payable() -> Payable:
    town = build_people()
    return Payable(town, make_payable_contract(town))


payable = kept("payable", build_payable)


@pytest.fixture
def contract(payable: Payable) -> Contract:
    return payable.contract


@pytest.fixture
def sign_in() -> SignIn:
    """A browser without scripts, signed in as somebody."""

    def as_person(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return as_person
