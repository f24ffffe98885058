"""A dispute holds back exactly its part, whoever pays it, and a decision releases no more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.rules import objection as rules
from payments.rules.objection import LineStanding, Outcome
from payments.rules.vat import VatTreatment, require_rate
from sibportal.kernel.errors import RuleViolation

D = Decimal
cents = st.integers(0, 10_000_000).map(lambda whole: D(whole).scaleb(-2))


@pytest.mark.parametrize(
    ("claimed", "lines", "payable", "owed"),
    [
        ("150", [LineStanding(D(100)), LineStanding(D(50), is_disputed=True)], "100", "150"),
        # A cap took 30 off: the other line alone still comes to 100.
        ("120", [LineStanding(D(100)), LineStanding(D(50), is_disputed=True)], "100", "120"),
        ("120", [LineStanding(D(100), is_disputed=True), LineStanding(D(50))], "50", "120"),
        # The contract's floor pays whatever the lines give.
        ("200", [LineStanding(D(100), is_disputed=True), LineStanding(D(50))], "200", "200"),
        ("150", [LineStanding(D(100)), LineStanding(D(50), decided=D(30))], "130", "130"),
        # A decision never raises what this claim pays.
        ("150", [LineStanding(D(100)), LineStanding(D(50), decided=D(80))], "150", "150"),
        # A disputed credit stays off until it is decided.
        ("80", [LineStanding(D(100)), LineStanding(D(-20), is_disputed=True)], "80", "80"),
    ],
)
def test_what_nobody_disputes_stays_payable(
    claimed: str, lines: list[LineStanding], payable: str, owed: str
) -> None:
    assert rules.payable(D(claimed), lines) == D(payable)
    assert rules.owed(D(claimed), lines) == D(owed)


@given(st.lists(cents, min_size=1, max_size=5), st.integers(0, 100), st.integers(0, 100))
def test_no_cent_is_lost_between_payers_and_nobody_pays_more_than_the_share(
    shares: list[Decimal], percent: int, released_percent: int
) -> None:
    total = sum(shares, rules.NOTHING)
    target = (total * percent / 100).quantize(D("0.01"))
    held = [-change for change in rules.shares_of_change(target, shares)]
    assert sum(held) == total - target
    assert all(0 <= one <= share for one, share in zip(held, shares, strict=True))
    released = ((total - target) * released_percent / 100).quantize(D("0.01"))
    back = rules.shares_of_release(released, held)
    assert sum(back) == released
    assert all(0 <= one <= most for one, most in zip(back, held, strict=True))


def test_an_objection_comes_before_the_deadline() -> None:
    last = rules.deadline(date(2026, 3, 1))
    assert last == date(2026, 3, 15)
    rules.require_in_time(date(2026, 3, 15), last)
    with pytest.raises(RuleViolation, match="objection_too_late"):
        rules.require_in_time(date(2026, 3, 16), last)


def test_the_clock_stands_still_while_a_dispute_is_open_and_no_day_counts_twice() -> None:
    due = date(2026, 4, 1)
    first, second = (date(2026, 3, 1), date(2026, 3, 11)), (date(2026, 3, 6), date(2026, 3, 16))
    assert rules.moved(due, []) == due
    assert rules.moved(due, [first]) == date(2026, 4, 11)
    assert rules.moved(due, [first, second]) == date(2026, 4, 16)


@pytest.mark.parametrize(
    ("outcome", "amount", "reason", "code"),
    [
        (Outcome.CHANGED, None, "Why", "payments.decision_amount_missing"),
        (Outcome.STANDS, D(1), "Why", "payments.decision_amount_needless"),
        (Outcome.STANDS, None, " ", "payments.decision_reason_missing"),
    ],
)
def test_a_decision_says_what_holds_and_why(
    outcome: Outcome, amount: Decimal | None, reason: str, code: str
) -> None:
    with pytest.raises(RuleViolation, match=code):
        rules.require_outcome(outcome, amount, reason)


@pytest.mark.parametrize(
    ("treatment", "rate", "code"),
    [
        (VatTreatment.TAXABLE, None, "payments.vat_rate_missing"),
        (VatTreatment.TAXABLE, D(0), "payments.vat_rate_missing"),
        (VatTreatment.TAXABLE, D(101), "payments.vat_rate_missing"),
        (VatTreatment.EXEMPT, D(24), "payments.vat_rate_needless"),
    ],
)
def test_only_a_taxable_payment_has_a_rate(
    treatment: VatTreatment, rate: Decimal | None, code: str
) -> None:
    require_rate(VatTreatment.OUTSIDE_SCOPE, None)
    with pytest.raises(RuleViolation, match=code):
        require_rate(treatment, rate)
