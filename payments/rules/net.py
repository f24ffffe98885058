"""From the sum of the lines to what is payable: caps, other funding, credits; and what one claim
leaves to the next.

The order is fixed: cap per person, credit of earlier claims, other funding, the contract's cap and
floor, cap of the period, cap of the return. Below zero, what caps kept back before is given
first; then clawback repays, or the rest is a credit for later claims.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.terms.words import Clawback
from payments.rules import caps, limit
from payments.rules.caps import PERSON_CAP, ToDate
from payments.rules.facts import Facts
from sibportal.kernel.explain import Step, Value

NOTHING = Decimal(0)
OTHER_FUNDING, OVER_CAPS = "other_funding", "over_caps"
# Which step takes off what, for the claims after it.
TAKES_OFF = {
    "payments.step.person_cap": PERSON_CAP,
    "payments.step.other_funding": OTHER_FUNDING,
    "payments.step.cap": OVER_CAPS,
    "payments.step.period_cap": OVER_CAPS,
    "payments.step.return_cap": OVER_CAPS,
    "payments.step.given_back": OVER_CAPS,
    "payments.step.split": OVER_CAPS,
}


@dataclass(frozen=True, slots=True)
class Carried:
    """What a claim leaves to later ones: what its limits took off, to be added to that of earlier
    claims (Earlier.by_limit), and the credit that stands after it (Earlier.credit)."""

    by_limit: Mapping[str, Decimal]
    credit: Decimal


def carried(root: Step) -> Carried:
    """What a calculated claim leaves to later ones, read from its stored tree."""
    by_limit: dict[str, Decimal] = {}
    credit = NOTHING
    for step in root.children:
        before, after = step.inputs.get("amount"), step.result
        if step.label in TAKES_OFF and isinstance(before, Decimal) and isinstance(after, Decimal):
            key = TAKES_OFF[step.label]
            by_limit[key] = by_limit.get(key, NOTHING) + before - after
        if step.label == "payments.step.credit_left":
            left = step.inputs["credit"]
            credit = left if isinstance(left, Decimal) else NOTHING
    return Carried({key: amount for key, amount in by_limit.items() if amount}, credit)


def net(facts: Facts, total: Decimal, lines: Mapping[str, ToDate]) -> tuple[Step, ...]:
    """The steps from the sum of the lines to what is payable; no step where nothing is changed."""
    steps: list[Step] = []
    for rule in RULES:
        step = rule(facts, total, lines)
        if step is not None and isinstance(step.result, Decimal):
            steps.append(step)
            total = step.result
    return tuple(steps)


def _step(facts: Facts, label: str, inputs: dict[str, Value], result: Decimal) -> Step:
    return Step(
        f"payments.step.{label}",
        f"payments.formula.{label}",
        inputs,
        result,
        facts.terms.currency,
    )


def _credit_used(facts: Facts, total: Decimal, lines: Mapping[str, ToDate]) -> Step | None:
    credit = facts.inputs.earlier.credit
    if not credit:
        return None
    return _step(facts, "credit_used", {"amount": total, "credit": credit}, total - credit)


def _other_funding(facts: Facts, total: Decimal, lines: Mapping[str, ToDate]) -> Step | None:
    """What others have paid for the same to date, as far as this claim can bear what earlier ones
    have not."""
    if not facts.terms.claim.nets_other_funding:
        return None
    other = facts.inputs.other_funding
    earlier = facts.inputs.earlier.by_limit.get(OTHER_FUNDING, NOTHING)
    now = min(other - earlier, max(total, NOTHING))
    if now == 0:
        return None
    inputs: dict[str, Value] = {"amount": total, "other_funding": other, "earlier": earlier}
    return _step(facts, "other_funding", inputs, total - now)


def _given_back(facts: Facts, total: Decimal, lines: Mapping[str, ToDate]) -> Step | None:
    """What is taken back was never paid as far as a cap kept it back then."""
    over = facts.inputs.earlier.by_limit.get(OVER_CAPS, NOTHING)
    if total >= 0 or over <= 0:
        return None
    inputs: dict[str, Value] = {"amount": total, "over_caps": over}
    return _step(facts, "given_back", inputs, min(total + over, NOTHING))


def _credit_left(facts: Facts, total: Decimal, lines: Mapping[str, ToDate]) -> Step | None:
    """Nobody repays more than was paid, and nothing without an agreement; the rest is a credit."""
    repays = facts.terms.claim.clawback is Clawback.REPAID
    least = -max(facts.inputs.earlier.total, NOTHING) if repays else NOTHING
    if total >= least:
        return None
    inputs: dict[str, Value] = {"amount": total, "credit": least - total}
    return _step(facts, "credit_left", inputs, least)


Rule = Callable[[Facts, Decimal, Mapping[str, ToDate]], Step | None]
RULES: tuple[Rule, ...] = (
    caps.person_cap,
    _credit_used,
    _other_funding,
    limit.contract_cap,
    limit.contract_floor,
    limit.period_cap,
    caps.return_cap,
    _given_back,
    _credit_left,
)
