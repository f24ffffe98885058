"""Stage 5: caps and floor, for one term and for all claims of the contract, and what is left
after earlier claims. A payment never becomes negative: nothing is taken back."""

from __future__ import annotations

from decimal import Decimal

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import ClaimTerms, Limit
from contracts.rules.terms.words import Timing
from payments.rules.inputs import Earlier
from sibportal.kernel.explain import Step

NOTHING = Decimal(0)


def limit_term(
    limit: Limit, timing: Timing, amount: Decimal, earlier: Decimal, currency: str
) -> tuple[Step, ...]:
    """The steps from a term's price to its line; no step where nothing is changed.

    A figure of this period has what earlier claims left of the cap; a figure to date is capped
    whole and then lessened by what was claimed before.
    """
    steps = []
    to_date = timing is not Timing.THIS_PERIOD
    if limit.cap is not None:
        left = limit.cap if to_date else max(limit.cap - earlier, NOTHING)
        if amount > left:
            steps.append(
                Step(
                    "payments.step.limit",
                    "payments.formula.term_cap",
                    {"amount": amount, "cap": limit.cap, "earlier": earlier},
                    left,
                    currency,
                )
            )
            amount = left
    if to_date and earlier:
        steps.append(
            Step(
                "payments.step.net",
                "payments.formula.less_earlier",
                {"amount": amount, "earlier": earlier},
                max(amount - earlier, NOTHING),
                currency,
            )
        )
    return tuple(steps)


def limit_claim(
    claim: ClaimTerms, total: Decimal, earlier: Earlier, currency: str, *, is_last: bool
) -> tuple[Step, ...]:
    """The steps from the sum of the lines to what is payable; no step where nothing is changed."""
    steps = []
    cap = answered(claim.cap)
    left = max(cap - earlier.total, NOTHING)
    if total > left:
        steps.append(
            Step(
                "payments.step.cap",
                "payments.formula.contract_cap",
                {"amount": total, "cap": cap, "earlier": earlier.total},
                left,
                currency,
            )
        )
        total = left
    if is_last and claim.floor is not None and earlier.total + total < claim.floor:
        steps.append(
            Step(
                "payments.step.floor",
                "payments.formula.contract_floor",
                {"amount": total, "floor": claim.floor, "earlier": earlier.total},
                claim.floor - earlier.total,
                currency,
            )
        )
    return tuple(steps)
