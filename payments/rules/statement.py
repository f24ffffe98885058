"""An investor's figures for one contract on one day; no person and no count in them.

*Expected* is the share of claims calculated and unpaid; *still possible*, the share of what the
contract's cap leaves, is shown apart (decision 16).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic

from payments.rules.allocation import Investor, allocate_to_investors

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """A claim that stands (not replaced): its amount and what of it has been paid."""

    amount: Decimal
    paid: Decimal

    @property
    def unpaid(self) -> Decimal:
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class ContractCapital(Generic[Investor]):
    """The facts of one contract up to the day, amounts in its currency.

    `paid_in` holds every investor's capital, in the order of the commitments. `cap` is the
    contract's, None before terms are agreed. `goes_to_investors`: false where the provider is
    the payee.
    """

    committed: Mapping[Investor, Decimal]
    paid_in: Mapping[Investor, Decimal]
    received: Mapping[Investor, Decimal]
    claims: Sequence[ClaimFigures]
    cap: Decimal | None
    goes_to_investors: bool = True


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One investor's line for one contract."""

    committed: Decimal
    paid_in: Decimal
    received: Decimal
    expected: Decimal
    still_possible: Decimal


def statement_line(capital: ContractCapital[Investor], investor: Investor) -> StatementLine:
    """What one investor has bound, paid, received and may still receive."""
    claimed = sum((claim.amount for claim in capital.claims), NOTHING)
    left = max((capital.cap or NOTHING) - claimed, NOTHING)
    return StatementLine(
        committed=capital.committed.get(investor, NOTHING),
        paid_in=capital.paid_in.get(investor, NOTHING),
        received=capital.received.get(investor, NOTHING),
        expected=sum(
            (_share(capital, claim.unpaid, investor) for claim in capital.claims), NOTHING
        ),
        still_possible=_share(capital, left, investor),
    )


def _share(capital: ContractCapital[Investor], amount: Decimal, investor: Investor) -> Decimal:
    if not (capital.goes_to_investors and amount and capital.paid_in.get(investor)):
        return NOTHING
    return allocate_to_investors(amount, capital.paid_in)[investor]
