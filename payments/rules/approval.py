"""Who may approve a claim: at least two people per payer, never its maker, nobody twice.

Pure rules over what happened; grants and locks are the service's (decisions 15 and 17).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

from sibportal.kernel.errors import RuleViolation

STEPS_PER_PAYER = 2


@dataclass(frozen=True, slots=True)
class Approved:
    """One approval of the claim's present round: for which payer, which step, by whom."""

    payer: Hashable
    step: int
    approver: Hashable


def open_step(payer: Hashable, approvals: Collection[Approved]) -> int | None:
    """The payer's next step, counted from 1; None when the payer has approved in full."""
    done = {given.step for given in approvals if given.payer == payer}
    return next((step for step in range(1, STEPS_PER_PAYER + 1) if step not in done), None)


def is_complete(payers: Sequence[Hashable], approvals: Collection[Approved]) -> bool:
    """Whether every payer has taken every step; a claim of zero needs them too."""
    return all(open_step(payer, approvals) is None for payer in payers)


def may_approve(
    *,
    approver: Hashable,
    payer: Hashable,
    payers: Sequence[Hashable],
    makers: Collection[Hashable],
    approvals: Collection[Approved],
) -> int:
    """The step that this person takes for this payer now. `makers` calculated or submitted it.

    RuleViolation: payments.not_a_payer, payments.maker_is_not_checker,
    payments.approves_once, payments.payer_has_approved.
    """
    if payer not in payers:
        raise RuleViolation("payments.not_a_payer")
    if approver in makers:
        raise RuleViolation("payments.maker_is_not_checker")
    if any(given.approver == approver for given in approvals):
        raise RuleViolation("payments.approves_once")
    step = open_step(payer, approvals)
    if step is None:
        raise RuleViolation("payments.payer_has_approved")
    return step


def require_seen(*, seen: str, digest: str) -> None:
    """The approver approves the calculation that was on the page.

    RuleViolation payments.changed_meanwhile when it is another by now.
    """
    if seen != digest:
        raise RuleViolation("payments.changed_meanwhile")
