"""How a payment falls to the investors: pro rata to what each has paid in (decision 16)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TypeVar

from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.money import allocate

Investor = TypeVar("Investor", bound=Hashable)


def allocate_to_investors(
    amount: Decimal, paid_in: Mapping[Investor, Decimal]
) -> dict[Investor, Decimal]:
    """Share an amount by capital paid in; the parts sum to it exactly.

    A left-over coin goes by largest remainder, then to the first listed: list the investors in
    the order of their commitments. RuleViolation payments.no_capital_paid_in when nobody has
    paid in.
    """
    if not any(paid_in.values()):
        raise RuleViolation("payments.no_capital_paid_in")
    return dict(zip(paid_in, allocate(amount, list(paid_in.values())), strict=True))
