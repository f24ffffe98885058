"""Prices that change along the figure: tiers, bands, a curve, steps of a share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Band, CurvePoint, Price, Tier
from contracts.rules.terms.words import ShareBasis
from payments.rules.measure import Measured, shown
from sibportal.kernel.explain import Step, Value

NOUGHT = Fraction(0)
Said = tuple[Fraction, dict[str, Value], str]


def tiers(given: Sequence[Tier], figure: Measured, cost: Decimal) -> Said:
    """The amount of the highest tier reached, the tier's own value included; nothing below all."""
    inputs: dict[str, Value] = {"measured": shown(figure.value), "unit": figure.unit}
    reached = [tier for tier in given if figure.value >= Fraction(tier.reached)]
    if not reached:
        return NOUGHT, {**inputs, "threshold": given[0].reached}, "below_every_tier"
    tier = reached[-1]
    inputs["threshold"] = tier.reached
    if tier.percent is not None:
        inputs["tier_percent"] = tier.percent
        return Fraction(cost) * Fraction(tier.percent) / 100, inputs, "step_tiers_percent"
    return Fraction(answered(tier.amount)), {**inputs, "amount": tier.amount}, "step_tiers"


def bands(
    given: Sequence[Band], figure: Measured, currency: str, index: Fraction
) -> tuple[Fraction, tuple[Step, ...]]:
    """Each slice of the figure at its own price, with a step for each slice that pays."""
    total, steps = NOUGHT, []
    for band in given:
        end = figure.value if band.up_to is None else min(figure.value, Fraction(band.up_to))
        slice_of = end - Fraction(band.above)
        if slice_of <= 0:
            continue
        price = Fraction(band.amount) * index
        worth = slice_of * price
        total += worth
        steps.append(
            Step(
                "payments.step.band",
                "payments.formula.band",
                {
                    "above": band.above,
                    "quantity": shown(slice_of),
                    "unit_price": shown(price) if index != 1 else band.amount,
                    "unit": figure.unit,
                },
                shown(worth),
                currency,
            )
        )
    return total, tuple(steps)


def curve(given: Price, figure: Measured) -> Said:
    """The amount between two points, in proportion.

    Beyond the better end of the curve its amount, beyond the worse end nothing more than its
    malus: a result that nobody put on the curve never earns what a better one does. In the dead
    band, both ends included, nothing.
    """
    at, points = figure.value, given.curve
    inputs: dict[str, Value] = {"measured": shown(at), "unit": figure.unit}
    start, end = given.dead_band_from, given.dead_band_to
    if start is not None and end is not None and Fraction(start) <= at <= Fraction(end):
        return NOUGHT, {**inputs, "band_from": start, "band_to": end}, "dead_band"
    first, last = points[0], points[-1]
    if at < Fraction(first.at):
        return _beyond(first, inputs, is_worse=first.amount <= last.amount)
    if at > Fraction(last.at):
        return _beyond(last, inputs, is_worse=last.amount < first.amount)
    for low, high in pairwise(points):
        if at <= Fraction(high.at):
            part = (at - Fraction(low.at)) / (Fraction(high.at) - Fraction(low.at))
            amount = Fraction(low.amount) + part * (Fraction(high.amount) - Fraction(low.amount))
            inputs |= {"low_at": low.at, "low_amount": low.amount}
            inputs |= {"high_at": high.at, "high_amount": high.amount}
            return amount, inputs, ""
    raise ValueError("A curve has at least two points that rise.")


def _beyond(end: CurvePoint, inputs: dict[str, Value], *, is_worse: bool) -> Said:
    amount = min(Fraction(end.amount), NOUGHT) if is_worse else Fraction(end.amount)
    return amount, {**inputs, "end_at": end.at}, "beyond_worse" if is_worse else "beyond_better"


def share(
    given: Price, figure: Measured, paid: Fraction, currency: str
) -> tuple[Fraction, tuple[Step, ...]]:
    """Savings shared step by step: each step takes the savings that lie in it (basis savings), or
    those that fill what may be paid in it (basis paid; `paid` is what earlier claims filled)."""
    left, reached, total = max(figure.value, NOUGHT), paid, NOUGHT
    steps = []
    for one in given.share_steps:
        part = Fraction(one.share_percent) / 100
        taken = left
        if one.up_to is not None:
            room = max(Fraction(one.up_to) - reached, NOUGHT)
            if given.share_basis is ShareBasis.PAID and part:
                room /= part
            # With nothing paid a sum paid is never reached, so all that is left stays here.
            stays = given.share_basis is ShareBasis.PAID and not part and room > 0
            taken = left if stays else min(left, room)
        if taken == 0:
            continue
        worth = taken * part
        left, total = left - taken, total + worth
        reached += worth if given.share_basis is ShareBasis.PAID else taken
        inputs: dict[str, Value] = {"savings": shown(taken), "share_percent": one.share_percent}
        steps.append(
            Step("payments.step.share_step", "payments.formula.share_of_savings", inputs,
                 shown(worth), currency)
        )  # fmt: skip
    return total, tuple(steps)
