"""Who pays which part of a claim; the shares sum to it exactly (decision 15).

The payers are those of the day; a term may have its own. What is over a payer's own cap falls
away: it is not moved to the others, who have not agreed to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.terms.document import PayerPart
from payments.rules.facts import Facts, last_day
from sibportal.kernel.explain import Step, Value
from sibportal.kernel.money import allocate, quantise

NOTHING = Decimal(0)
Payers = tuple[PayerPart, ...]


@dataclass(frozen=True, slots=True)
class PayerShare:
    """What the party with this key owes of a claim."""

    party: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Split:
    """The shares, in the order of the terms, and the step that explains them; its result is what
    is payable after the payers' caps."""

    shares: tuple[PayerShare, ...]
    step: Step


def payers_in_force(facts: Facts) -> Payers:
    """The claim's payers on the period's last day: municipalities succeed one another."""
    day, claim = last_day(facts), facts.terms.claim
    changed = [one.payers for one in claim.payers_from if one.valid_from <= day]
    return changed[-1] if changed else claim.payers


def split(facts: Facts, total: Decimal, lines: Mapping[str, Decimal]) -> Split:
    """Share a claim between its payers; a left-over coin goes by largest remainder, then to the
    first listed. `lines` are the sums of the payment terms, by key, before the claim's limits."""
    ordinary = payers_in_force(facts)
    groups: dict[Payers, Decimal] = {ordinary: NOTHING}
    for term in facts.terms.payment_terms:
        payers = term.payers or ordinary
        groups[payers] = groups.get(payers, NOTHING) + lines.get(term.key, NOTHING)
    if len(groups) == 1:
        steps = _shares(total, ordinary, facts.terms.currency)
    else:
        steps = _by_group(_limited(total, groups), facts.terms.currency)
    capped = tuple(_capped(step, groups, facts) for step in steps)
    shares = tuple(PayerShare(str(step.inputs["party"]), _amount(step)) for step in capped)
    payable = quantise(sum((share.amount for share in shares), NOTHING), facts.terms.currency)
    step = Step(
        "payments.step.split",
        "payments.formula.split" if payable == total else "payments.formula.split_capped",
        {"amount": total, "payers": len(shares)},
        payable,
        facts.terms.currency,
        children=capped,
    )
    return Split(shares, step)


def _shares(total: Decimal, payers: Sequence[PayerPart], currency: str) -> tuple[Step, ...]:
    amounts = allocate(total, [payer.share_percent for payer in payers])
    return tuple(
        Step(
            "payments.step.share",
            "payments.formula.share",
            {"party": payer.party, "share_percent": payer.share_percent, "amount": total},
            amount,
            currency,
        )
        for payer, amount in zip(payers, amounts, strict=True)
    )


def _limited(total: Decimal, groups: Mapping[Payers, Decimal]) -> dict[Payers, Decimal]:
    """What is payable of each group of payers: its lines, or its part of what limits left.

    A group that is below zero is owed something by its own later lines, not by the others."""
    if sum(groups.values(), NOTHING) == total and (min(groups.values()) >= 0 or total < 0):
        return dict(groups)
    sign = -1 if total < 0 else 1
    weights = [max(sign * amount, NOTHING) for amount in groups.values()]
    if not any(weights):
        # A floor without a line to stand on is paid by the claim's payers.
        return {payers: total if number == 0 else NOTHING for number, payers in enumerate(groups)}
    return dict(zip(groups, allocate(total, weights), strict=True))


def _by_group(amounts: Mapping[Payers, Decimal], currency: str) -> tuple[Step, ...]:
    """One step per party with its shares of the groups below it."""
    below: dict[str, list[Step]] = {}
    for payers, amount in amounts.items():
        for step in _shares(amount, payers, currency):
            below.setdefault(str(step.inputs["party"]), []).append(step)
    return tuple(
        Step(
            "payments.step.share",
            "payments.formula.share_of_terms",
            {"party": party},
            sum((_amount(step) for step in steps), NOTHING),
            currency,
            children=tuple(steps),
        )
        for party, steps in below.items()
    )


def _capped(step: Step, groups: Mapping[Payers, Decimal], facts: Facts) -> Step:
    """A share within what its payer has agreed to pay in all claims."""
    party, amount = str(step.inputs["party"]), _amount(step)
    agreed = [
        payer.cap for payers in groups for payer in payers
        if payer.party == party and payer.cap is not None
    ]  # fmt: skip
    if not agreed:
        return step
    cap, earlier = min(agreed), facts.inputs.earlier.by_payer.get(party, NOTHING)
    left = max(cap - earlier, NOTHING)
    if amount <= left:
        return step
    inputs: dict[str, Value] = {"party": party, "amount": amount, "cap": cap, "earlier": earlier}
    label, formula = "payments.step.share", "payments.formula.share_capped"
    return Step(label, formula, inputs, quantise(left, step.unit), step.unit, (), (step,))


def _amount(step: Step) -> Decimal:
    if not isinstance(step.result, Decimal):
        raise TypeError("A share is an amount.")
    return step.result
