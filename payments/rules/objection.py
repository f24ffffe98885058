"""What a dispute about a line holds back, what stays payable, and when the rest falls due.

A party objects to a line before a deadline; until an expert or the steering group has decided, only
what nobody disputes is payable. A decision never raises what this claim pays: what it adds comes
with the next claim.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.money import allocate

OBJECTION_DAYS = 14  # after submission, where the terms name no other number
NOTHING = Decimal("0.00")


class Outcome(StrEnum):
    """How an objection ends."""

    STANDS = "stands"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class LineStanding:
    """A line of the claim: its amount, whether it is disputed now, and what was decided of it."""

    amount: Decimal
    is_disputed: bool = False
    decided: Decimal | None = None

    @property
    def accepted(self) -> Decimal:
        """What the line stands with once no dispute is open; never more than was claimed."""
        return self.amount if self.decided is None else min(self.amount, self.decided)


def deadline(submitted_on: date, days: int = OBJECTION_DAYS) -> date:
    """The last day on which a party may object to a claim that was submitted on this day."""
    return submitted_on + timedelta(days=days)


def require_in_time(today: date, last_day: date) -> None:
    """RuleViolation payments.objection_too_late after the last day."""
    if today > last_day:
        raise RuleViolation("payments.objection_too_late", day=last_day)


def owed(claimed: Decimal, lines: Sequence[LineStanding]) -> Decimal:
    """What the claim comes to by what is decided so far, an open dispute decided for the line."""
    return _limited(claimed, lines, sum((line.accepted for line in lines), NOTHING))


def payable(claimed: Decimal, lines: Sequence[LineStanding]) -> Decimal:
    """What nobody disputes of the claim: what it comes to if every disputed line gives nothing."""
    rest = sum((min(line.accepted, NOTHING) if line.is_disputed else line.accepted
                for line in lines), NOTHING)  # fmt: skip
    return _limited(claimed, lines, rest)


def _limited(claimed: Decimal, lines: Sequence[LineStanding], rest: Decimal) -> Decimal:
    """`rest` of the lines within what was claimed. A cap may have taken something off the lines; a
    claim above the sum of its lines is carried by the contract's floor, and one below zero gives
    back, whatever a line gives."""
    if claimed < 0 or claimed > sum((line.amount for line in lines), NOTHING):
        return claimed
    return max(min(claimed, rest), NOTHING)


def shares_of_change(target: Decimal, shares: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """What each payer's payable part changes by when `shares` sum to more than `target`: negative
    or zero, exact to the cent. The payable total is shared first (largest remainder by the shares),
    so that no part goes below zero and none rises."""
    total = sum(shares, NOTHING)
    if target >= total:
        return tuple(NOTHING for _share in shares)
    parts = allocate(target, shares)
    return tuple(part - share for part, share in zip(parts, shares, strict=True))


def shares_of_release(amount: Decimal, withheld: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """What each payer's payable part rises by when `amount` is released: by what is withheld of
    each, never more than that, exact to the cent."""
    if amount <= 0 or not any(withheld):
        return tuple(NOTHING for _one in withheld)
    return allocate(min(amount, sum(withheld, NOTHING)), withheld)


def moved(due_on: date, stops: Collection[tuple[date, date]]) -> date:
    """The due date of a part whose payment clock stood still from one day to another; days on
    which two disputes stood still count once."""
    days = {
        start + timedelta(days=day) for start, end in stops for day in range((end - start).days)
    }
    return due_on + timedelta(days=len(days))


def require_outcome(outcome: Outcome, amount: Decimal | None, reason: str) -> None:
    """A changed line has an amount and the other outcomes have none; each has a reason.

    RuleViolation: payments.decision_amount_missing, payments.decision_amount_needless,
    payments.decision_reason_missing.
    """
    if outcome is Outcome.CHANGED and amount is None:
        raise RuleViolation("payments.decision_amount_missing", field="amount")
    if outcome is not Outcome.CHANGED and amount is not None:
        raise RuleViolation("payments.decision_amount_needless", field="amount")
    if not reason.strip():
        raise RuleViolation("payments.decision_reason_missing", field="reason")
