"""Allocation to investors and the figures of a statement."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.rules.allocation import allocate_to_investors
from payments.rules.statement import (
    ClaimFigures,
    ContractCapital,
    StatementLine,
    statement_line,
)
from sibportal.kernel.errors import RuleViolation

sums = st.decimals(min_value=0, max_value=10_000_000, places=2)
PAID_IN = {"Dag": Decimal("2000000.00"), "Disa": Decimal("1000000.00")}


def capital(
    *claims: ClaimFigures, cap: str | None = "6480000.00", to_investors: bool = True
) -> ContractCapital[str]:
    return ContractCapital(
        committed={"Dag": Decimal("4000000.00"), "Disa": Decimal("2000000.00")},
        paid_in=PAID_IN,
        received={"Dag": Decimal("66666.67")},
        claims=claims,
        cap=Decimal(cap) if cap else None,
        goes_to_investors=to_investors,
    )


def test_payment_falls_to_investors_by_capital_paid_in() -> None:
    assert allocate_to_investors(Decimal("100000.00"), PAID_IN) == {
        "Dag": Decimal("66666.67"),
        "Disa": Decimal("33333.33"),
    }


@pytest.mark.parametrize("paid_in", [{}, {"Dag": Decimal(0)}])
def test_without_capital_nothing_is_allocated(paid_in: dict[str, Decimal]) -> None:
    with pytest.raises(RuleViolation) as refused:
        allocate_to_investors(Decimal(1), paid_in)
    assert refused.value.code == "payments.no_capital_paid_in"


def test_statement_tells_expected_apart_from_still_possible() -> None:
    paid = ClaimFigures(Decimal("100000.00"), Decimal("100000.00"))
    waiting = ClaimFigures(Decimal("380000.00"), Decimal("80000.00"))
    assert statement_line(capital(paid, waiting), "Dag") == StatementLine(
        committed=Decimal("4000000.00"),
        paid_in=Decimal("2000000.00"),
        received=Decimal("66666.67"),
        expected=Decimal("200000.00"),  # two thirds of 300 000 unpaid
        still_possible=Decimal("4000000.00"),  # two thirds of 6 480 000 - 480 000
    )


def test_who_has_no_share_sees_zeros() -> None:
    waiting = ClaimFigures(Decimal("300000.00"), Decimal(0))
    line = statement_line(capital(waiting), "Eve")
    assert line == StatementLine(*(Decimal("0.00"),) * 5)


def test_where_the_provider_is_paid_investors_expect_nothing() -> None:
    waiting = ClaimFigures(Decimal("300000.00"), Decimal(0))
    line = statement_line(capital(waiting, to_investors=False), "Dag")
    assert (line.expected, line.still_possible) == (Decimal(0), Decimal(0))


def test_before_terms_are_agreed_nothing_is_possible() -> None:
    assert statement_line(capital(cap=None), "Dag").still_possible == 0


@given(st.lists(st.tuples(sums, sums), max_size=4), sums)
def test_investors_together_expect_what_is_unpaid_and_may_get_what_is_left(
    drawn: list[tuple[Decimal, Decimal]], cap: Decimal
) -> None:
    claims = [ClaimFigures(max(pair), min(pair)) for pair in drawn]
    lines = [statement_line(capital(*claims, cap=str(cap)), name) for name in PAID_IN]
    assert sum(line.expected for line in lines) == sum(claim.unpaid for claim in claims)
    claimed = sum((claim.amount for claim in claims), Decimal(0))
    assert sum(line.still_possible for line in lines) == max(cap - claimed, Decimal(0))
