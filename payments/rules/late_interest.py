"""Interest on a payment that came late: simple, per year, actual days over 365."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from payments.rules.interest import days_between, simple
from sibportal.kernel.explain import Step
from sibportal.kernel.money import quantise


@dataclass(frozen=True, slots=True)
class LateInterest:
    """How many days late, and what that costs."""

    days: int
    amount: Decimal
    explanation: Step


def late_interest(
    amount: Decimal, *, percent: Decimal, due_on: date, paid_on: date, currency: str
) -> LateInterest:
    """Interest on `amount` for each day after the due day up to the day of payment, in the
    currency, rounded half up to the coin; nothing when it was paid in time."""
    days = days_between(due_on, paid_on)
    interest = quantise(Fraction(amount) * simple(percent, days), currency)
    step = Step(
        "payments.step.late_interest",
        "payments.formula.late_interest",
        {
            "amount": amount,
            "percent": percent,
            "days": days,
            "due_on": due_on.isoformat(),
            "paid_on": paid_on.isoformat(),
        },
        interest,
        currency,
    )
    return LateInterest(days, interest, step)
