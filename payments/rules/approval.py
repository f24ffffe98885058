"""Who may approve a claim, in which steps: never its maker, nobody twice, at least two per payer.

Pure rules over what happened; grants and locks are the service's (decisions 15 and 17). A payer's
own rule may ask for more people from an amount on, never for fewer.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sibportal.kernel.errors import Issue, RuleViolation

MOST_PEOPLE = 5  # in one kind of step; more is a slip of the pen


class StepKind(StrEnum):
    """What an approval says: the facts and figures are right, or the sum is accepted."""

    FACTUAL_CHECK = "factual_check"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class Tier:
    """From this share of a claim on: how many people check it and how many accept it."""

    from_amount: Decimal
    factual_checks: int
    acceptances: int

    @property
    def steps(self) -> tuple[StepKind, ...]:
        """The steps in their order: the facts are checked before anybody accepts."""
        checks = (StepKind.FACTUAL_CHECK,) * self.factual_checks
        return (*checks, *(StepKind.ACCEPTANCE,) * self.acceptances)


# What holds without a rule of the payer's own, and what no rule goes below: two people.
FLOOR = Tier(Decimal(0), factual_checks=1, acceptances=1)


def require_policy(tiers: Sequence[Tier]) -> None:
    """Refuse a payer's rule that has gaps or asks for fewer people than the floor.

    RuleViolation with the field of each tier: payments.policy_starts_at_zero,
    payments.policy_amounts_rise, payments.policy_below_floor, payments.policy_too_many.
    """
    issues: list[Issue] = []
    if not tiers or tiers[0].from_amount != 0:
        issues.append(Issue("payments.policy_starts_at_zero", "tiers[0].from_amount"))
    for place, tier in enumerate(tiers):
        if place and tier.from_amount <= tiers[place - 1].from_amount:
            issues.append(Issue("payments.policy_amounts_rise", f"tiers[{place}].from_amount"))
        for name, floor in (
            ("factual_checks", FLOOR.factual_checks),
            ("acceptances", FLOOR.acceptances),
        ):
            people = getattr(tier, name)
            if people < floor:
                issues.append(Issue("payments.policy_below_floor", f"tiers[{place}].{name}"))
            if people > MOST_PEOPLE:
                params = {"most": MOST_PEOPLE}
                issue = Issue("payments.policy_too_many", f"tiers[{place}].{name}", "", params)
                issues.append(issue)
    if issues:
        raise RuleViolation(issues)


def required_steps(tiers: Sequence[Tier], amount: Decimal) -> tuple[StepKind, ...]:
    """The steps that a share of this amount takes; the floor where the payer has no rule."""
    reached = [tier for tier in tiers if tier.from_amount <= amount]
    return (reached[-1] if reached else FLOOR).steps


@dataclass(frozen=True, slots=True)
class Approved:
    """One approval of the claim's present round: for which payer, which step, by whom; and for
    which absent approver, where a deputy gave it."""

    payer: Hashable
    step: int
    approver: Hashable
    principal: Hashable | None = None


# How many steps each payer takes.
Payers = Mapping[Any, int]


def open_step(payer: Hashable, steps: int, approvals: Collection[Approved]) -> int | None:
    """The payer's next of so many steps, counted from 1; None when it has approved in full."""
    done = {given.step for given in approvals if given.payer == payer}
    return next((step for step in range(1, steps + 1) if step not in done), None)


def is_complete(payers: Payers, approvals: Collection[Approved]) -> bool:
    """Whether every payer has taken every step; a claim of zero needs them too."""
    return all(open_step(payer, steps, approvals) is None for payer, steps in payers.items())


def may_approve(
    *,
    approver: Hashable,
    payer: Hashable,
    payers: Payers,
    makers: Collection[Hashable],
    approvals: Collection[Approved],
    principal: Hashable | None = None,
) -> int:
    """The step that this person takes for this payer now. `payers` tells how many steps each takes,
    `makers` calculated or submitted the claim, `principal` is who a deputy stands in for.

    RuleViolation: payments.not_a_payer, payments.maker_is_not_checker, payments.approves_once,
    payments.principal_is_maker, payments.principal_has_approved, payments.deputy_has_approved,
    payments.payer_has_approved.
    """
    if payer not in payers:
        raise RuleViolation("payments.not_a_payer")
    if approver in makers:
        raise RuleViolation("payments.maker_is_not_checker")
    if any(given.approver == approver for given in approvals):
        raise RuleViolation("payments.approves_once")
    if any(given.principal == approver for given in approvals):
        raise RuleViolation("payments.deputy_has_approved")
    if principal is not None:
        _require_free(principal, makers, approvals)
    step = open_step(payer, payers[payer], approvals)
    if step is None:
        raise RuleViolation("payments.payer_has_approved")
    return step


def _require_free(
    principal: Hashable, makers: Collection[Hashable], approvals: Collection[Approved]
) -> None:
    """A deputy has no more than the person they stand in for has left."""
    if principal in makers:
        raise RuleViolation("payments.principal_is_maker")
    if any(principal in (given.approver, given.principal) for given in approvals):
        raise RuleViolation("payments.principal_has_approved")


def stands_in_for(
    principals: Sequence[Hashable], makers: Collection[Hashable], approvals: Collection[Approved]
) -> Hashable | None:
    """Of the absent approvers whose deputy a person is, the first who could still approve; the
    first of all where none could, so that the refusal says why. None without any."""
    for principal in principals:
        try:
            _require_free(principal, makers, approvals)
        except RuleViolation:
            continue
        return principal
    return principals[0] if principals else None


def require_seen(*, seen: str, digest: str) -> None:
    """The approver approves the calculation that was on the page.

    RuleViolation payments.changed_meanwhile when it is another by now.
    """
    if seen != digest:
        raise RuleViolation("payments.changed_meanwhile")
