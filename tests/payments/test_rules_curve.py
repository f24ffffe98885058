"""The payment curve: exact where it bends or jumps, by the claim's own rules."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from contracts.rules.terms import parse
from payments.rules.curve import curve
from tests.payments.worked_examples import load

SWEDISH: dict[str, Any] = load("youth_employment_and_health")["terms"]


def priced(price: dict[str, Any], **term: Any) -> dict[str, Any]:
    """The Swedish example with another price for the share of people."""
    (agreed,) = SWEDISH["payment_terms"]
    without = {name: entry for name, entry in agreed.items() if name != "gate"}
    return SWEDISH | {"payment_terms": [without | {"price": price} | term]}


def points(document: dict[str, Any]) -> list[tuple[str, str]]:
    found = curve(parse(document), 0, 200)
    assert found is not None
    return [(str(value), str(amount)) for value, amount in found.points]


def test_a_threshold_is_a_jump_at_its_own_value() -> None:
    found = curve(parse(SWEDISH), 0, 200)
    assert found is not None
    assert [(str(value), str(amount)) for value, amount in found.points] == [
        ("0", "0.00"),
        ("50", "0.00"),
        ("50", "6480000.00"),
        ("100", "6480000.00"),
    ]
    assert [(str(value), str(amount)) for value, amount in found.worked] == [
        ("30", "0.00"),
        ("40", "0.00"),
        ("50", "6480000.00"),
        ("60", "6480000.00"),
        ("70", "6480000.00"),
    ]


def test_tiers_jump_and_a_curve_bends_without_jumps() -> None:
    tiers = {"kind": "step_tiers", "tiers": [
        {"reached": "20", "amount": "100000.00"}, {"reached": "40", "amount": "300000.00"},
    ]}  # fmt: skip
    assert points(priced(tiers)) == [
        ("0", "0.00"), ("20", "0.00"), ("20", "100000.00"), ("40", "100000.00"),
        ("40", "300000.00"), ("100", "300000.00"),
    ]  # fmt: skip
    between = {"kind": "linear_interpolation", "curve": [
        {"at": "0", "amount": "0.00"}, {"at": "50", "amount": "1000.00"},
    ]}  # fmt: skip
    assert points(priced(between)) == [("0", "0.00"), ("50", "1000.00"), ("100", "1000.00")]


def test_a_price_for_each_rises_to_its_cap() -> None:
    document = load("family_partner_milestones")["terms"]
    found = curve(parse(document), 1, 40)
    assert found is not None
    # 2 500 each, at most 60 000: full at 24 of 40 people.
    assert [(str(value), str(amount)) for value, amount in found.points] == [
        ("0", "0.00"),
        ("24", "60000.00"),
        ("40", "60000.00"),
    ]


def test_an_open_price_has_no_curve() -> None:
    terms = parse(SWEDISH)
    (term,) = terms.payment_terms
    still = dataclasses.replace(term, price=dataclasses.replace(term.price, cost=None))
    assert curve(dataclasses.replace(terms, payment_terms=(still,)), 0, 200) is None


@pytest.mark.parametrize("cap", ["50000.00", "6480000.00"])
def test_the_contract_s_cap_is_never_passed(cap: str) -> None:
    capped = SWEDISH | {"claim": SWEDISH["claim"] | {"cap": cap}}
    found = curve(parse(capped), 0, 200)
    assert found is not None
    assert max(amount for _value, amount in found.points) == Decimal(cap)
