"""Who pays which part of a claim; the shares sum to it exactly (decision 15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.terms.document import PayerPart
from sibportal.kernel.explain import Step
from sibportal.kernel.money import allocate


@dataclass(frozen=True, slots=True)
class PayerShare:
    """What the party with this key owes of a claim."""

    party: str
    amount: Decimal


def split(total: Decimal, payers: Sequence[PayerPart]) -> tuple[PayerShare, ...]:
    """Share a claim between its payers, in the order of the terms; a left-over coin goes by
    largest remainder, then to the first listed."""
    amounts = allocate(total, [payer.share_percent for payer in payers])
    return tuple(
        PayerShare(payer.party, amount) for payer, amount in zip(payers, amounts, strict=True)
    )


def explain_split(
    total: Decimal, payers: Sequence[PayerPart], shares: Sequence[PayerShare], currency: str
) -> Step:
    """The split as a step with one child per payer."""
    return Step(
        "payments.step.split",
        "payments.formula.split",
        {"amount": total, "payers": len(payers)},
        total,
        currency,
        children=tuple(
            Step(
                "payments.step.share",
                "payments.formula.share",
                {"party": payer.party, "share_percent": payer.share_percent, "amount": total},
                share.amount,
                currency,
            )
            for payer, share in zip(payers, shares, strict=True)
        ),
    )
