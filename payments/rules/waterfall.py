"""Where a payment goes: costs of the fund, services, tranches in their rank, surplus.

Every part is rounded down to the coin and what is left over goes on, so that the parts sum to the
payment exactly. At the end a guarantor makes up what a tranche lacks of its capital.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Tranche, Waterfall
from contracts.rules.terms.words import ReturnKind, SurplusTo
from payments.rules.interest import compound, days_between, simple
from sibportal.kernel.explain import Step, Value
from sibportal.kernel.money import Rounding, allocate, quantise

NOTHING = Decimal(0)


class PartKind(StrEnum):
    """What a part of a distribution is."""

    HAIRCUT = "haircut"
    RECYCLING = "recycling"
    PRINCIPAL = "principal"
    PREFERRED = "preferred"
    SURPLUS = "surplus"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a payment and who gets it: a tranche by its key, or a word of SurplusTo."""

    kind: PartKind
    to: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a tranche got on an earlier day."""

    day: date
    tranche: str
    principal: Decimal = NOTHING
    preferred: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Distribution:
    """The parts of a payment; they sum to it. At the end also what the guarantor adds, and the
    capital that each tranche has lost after that."""

    parts: tuple[Part, ...]
    guaranteed: Decimal
    lost: Mapping[str, Decimal]
    explanation: Step


@dataclass(slots=True)
class _Pot:
    """What is left of a payment while it is handed out."""

    left: Decimal
    currency: str
    parts: list[Part]
    steps: list[Step]

    def take(
        self, part: tuple[PartKind, str], most: Fraction | Decimal, inputs: dict[str, Value]
    ) -> Decimal:
        """Hand out up to `most`, whole coins only."""
        kind, to = part
        amount = min(self.left, quantise(Fraction(most), self.currency, Rounding.DOWN))
        if amount > 0:
            code = f"payments.formula.{kind}"
            self.parts.append(Part(kind, to, amount))
            self.steps.append(Step(f"payments.step.{kind}", code, inputs, amount, self.currency))
            self.left -= amount
        return amount


def distribute(
    waterfall: Waterfall,
    amount: Decimal,
    *,
    on: date,
    currency: str,
    earlier: Sequence[Earlier] = (),
    drawn: Mapping[str, Decimal] | None = None,
    is_last: bool = False,
) -> Distribution:
    """Hand out a payment of zero or more. `drawn` is the capital that was really paid in, by
    tranche, where it is not the agreed one; `is_last` calls on the guarantee."""
    pot = _Pot(quantise(amount, currency), currency, [], [])
    for kind, percent, to in (
        (PartKind.HAIRCUT, waterfall.haircut_percent, "fund"),
        (PartKind.RECYCLING, waterfall.recycling_percent, SurplusTo.RECYCLING),
    ):
        if percent is not None:
            inputs: dict[str, Value] = {"amount": pot.left, "percent": percent}
            pot.take((kind, str(to)), Fraction(pot.left) * Fraction(percent) / 100, inputs)
    outstanding = {}
    for tranche in waterfall.tranches:
        capital = (drawn or {}).get(tranche.key, answered(tranche.capital))
        outstanding[tranche.key] = _serve(pot, tranche, capital, on, earlier)
    _surplus(pot, waterfall)
    guaranteed = _guarantee(pot, waterfall, outstanding) if is_last else NOTHING
    root = Step(
        "payments.step.distribution",
        "payments.formula.distribution",
        {"amount": amount, "day": on.isoformat()},
        amount,
        currency,
        children=tuple(pot.steps),
    )
    return Distribution(tuple(pot.parts), guaranteed, outstanding if is_last else {}, root)


def _serve(
    pot: _Pot, tranche: Tranche, capital: Decimal, on: date, earlier: Sequence[Earlier]
) -> Decimal:
    """Capital first, then the return earned on it; the capital that is still out afterwards."""
    out, accrued = _standing(tranche, capital, on, earlier)
    got = pot.take(
        (PartKind.PRINCIPAL, tranche.key), out, {"tranche": tranche.key, "outstanding": out}
    )
    shown = quantise(accrued, pot.currency, Rounding.DOWN)
    pot.take((PartKind.PREFERRED, tranche.key), accrued, {"tranche": tranche.key, "accrued": shown})
    return out - got


def _standing(
    tranche: Tranche, capital: Decimal, on: date, earlier: Sequence[Earlier]
) -> tuple[Decimal, Fraction]:
    """The capital that is out and the return that is earned and unpaid on a day. The return runs
    on the capital that is out; compound, also on the unpaid return."""
    out, accrued, since = capital, Fraction(0), tranche.return_from
    mine = sorted((one for one in earlier if one.tranche == tranche.key), key=lambda one: one.day)
    for one in [*mine, Earlier(on, tranche.key)]:
        if since is not None and tranche.return_percent is not None:
            days = days_between(since, one.day)
            if tranche.return_kind is ReturnKind.COMPOUND:
                accrued += (Fraction(out) + accrued) * compound(tranche.return_percent, days)
            elif tranche.return_kind is ReturnKind.SIMPLE:
                accrued += Fraction(out) * simple(tranche.return_percent, days)
            since = max(since, one.day)
        out -= one.principal
        accrued = max(accrued - Fraction(one.preferred), Fraction(0))
    return max(out, NOTHING), accrued


def _surplus(pot: _Pot, waterfall: Waterfall) -> None:
    """What is left after every tranche; the investors' where the terms name nobody."""
    whole = pot.left
    if whole <= 0:
        return
    named = [(part.to, part.percent) for part in waterfall.surplus]
    shares = named or [(SurplusTo.INVESTORS, Decimal(100))]
    amounts = allocate(whole, [percent for _, percent in shares])
    for (to, percent), amount in zip(shares, amounts, strict=True):
        inputs: dict[str, Value] = {"amount": whole, "percent": percent, "to": str(to)}
        pot.take((PartKind.SURPLUS, str(to)), amount, inputs)


def _guarantee(pot: _Pot, waterfall: Waterfall, outstanding: dict[str, Decimal]) -> Decimal:
    """What the guarantor adds to a tranche that has not got its capital back."""
    guarantee = waterfall.guarantee
    if guarantee is None or not outstanding.get(guarantee.tranche):
        return NOTHING
    lacking = outstanding[guarantee.tranche]
    amount = min(lacking, guarantee.amount)
    outstanding[guarantee.tranche] = lacking - amount
    inputs: dict[str, Value] = {"tranche": guarantee.tranche, "outstanding": lacking}
    pot.steps.append(
        Step(
            "payments.step.guarantee",
            "payments.formula.guarantee",
            inputs,
            amount,
            pot.currency,
        )
    )
    return amount
