"""Prices and limits of any terms, and what every part of them is drawn from."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from contracts.rules.terms.words import (
    CompareKind,
    Compounding,
    CostSource,
    Effect,
    MeasureKind,
    Operator,
    PremiumBasis,
    PriceKind,
    ShareBasis,
)
from payments.rules.inputs import ClaimPeriod
from sibportal.kernel.dates import Period

Draw = Callable[[st.SearchStrategy[Any]], Any]
SUCCESSES, QUANTITIES = ("work", "health", "home"), ("days", "cost")
# Outcomes that no payment term names.
UNPAID = "unpaid"
CELLS = ("north", "south")
YEARS = (date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1), date(2029, 1, 1))
PERIODS = tuple(
    ClaimPeriod(Period(start, end), is_last=end == YEARS[-1])
    for start, end in itertools.pairwise(YEARS)
)
BY_PEOPLE = (MeasureKind.COUNT, MeasureKind.RATE, MeasureKind.FREQUENCY)
OF_QUANTITY = (MeasureKind.DAYS, MeasureKind.SUM, MeasureKind.MEAN, MeasureKind.RATIO)
TO_DATE = (MeasureKind.RATE, MeasureKind.FREQUENCY, MeasureKind.MEAN, MeasureKind.RATIO)

amounts = st.integers(0, 2_000_000).map(lambda cents: str(Decimal(cents) / 100))
percents = st.integers(0, 1000).map(lambda tenths: str(Decimal(tenths) / 10))
values = st.integers(-300, 2000).map(lambda tenths: str(Decimal(tenths) / 10))


def text(key: str) -> dict[str, Any]:
    return {"key": key, "title": {"en": key}}


@dataclass(frozen=True)
class Kind:
    """What a strategy may choose from: everything, or only mechanisms that more success never
    pays less for."""

    only_rising: bool = False

    @property
    def effects(self) -> list[Effect]:
        rising = [Effect.INCREASE, Effect.RELATIVE_INCREASE, Effect.RATIO]
        return rising if self.only_rising else list(Effect)

    @property
    def operators(self) -> list[Operator]:
        return [Operator.AT_LEAST, Operator.MORE_THAN] if self.only_rising else list(Operator)

    def compares(self, to_date: bool) -> list[CompareKind]:
        in_terms = [
            CompareKind.FIXED_BASELINE, CompareKind.HISTORICAL_COHORT, CompareKind.FORECAST,
        ]  # fmt: skip
        return list(CompareKind) if to_date else in_terms


ANY = Kind()


def rising(draw: Draw, of: st.SearchStrategy[str], size: int, ordered: bool = True) -> list[str]:
    found = draw(st.lists(of, min_size=size, max_size=size, unique_by=Decimal if ordered else None))
    return sorted(found, key=Decimal) if ordered else found


def scale(draw: Draw, kind: Kind, chosen: PriceKind, malus: bool) -> dict[str, Any]:
    size = draw(st.integers(2, 4))
    at = rising(draw, values, size)
    if chosen is PriceKind.STEP_TIERS:
        paid = rising(draw, amounts, size, kind.only_rising)
        tiers = [{"reached": one, "amount": amount} for one, amount in zip(at, paid, strict=True)]
        return {"tiers": tiers}
    if chosen is PriceKind.MARGINAL_BANDS:
        ends = [*at[1:], None]
        bands = zip(at, ends, strict=True)
        return {
            "bands": [{"above": low, "up_to": high, "amount": draw(amounts)} for low, high in bands]
        }
    paid = rising(draw, amounts, size, kind.only_rising)
    if malus and not kind.only_rising:
        paid[0] = f"-{paid[0]}"
    curve = [{"at": one, "amount": amount} for one, amount in zip(at, paid, strict=True)]
    band = rising(draw, values, 2) if draw(st.booleans()) and not kind.only_rising else None
    return {
        "curve": curve,
        **({"dead_band_from": band[0], "dead_band_to": band[1]} if band else {}),
    }


def shares(draw: Draw, timing: str) -> dict[str, Any]:
    if draw(st.booleans()):
        return {"share_percent": draw(percents)}
    bases = [ShareBasis.PAID] if timing == "this_period" else list(ShareBasis)
    first, second = draw(percents), draw(percents)
    steps = [
        {"up_to": draw(amounts), "share_percent": first},
        {"up_to": None, "share_percent": second},
    ]
    return {"share_steps": steps, "share_basis": draw(st.sampled_from(bases))}


def cost(draw: Draw) -> dict[str, Any]:
    return {"cost": draw(amounts), "cost_source": draw(st.sampled_from(list(CostSource)))}


def cost_plus(draw: Draw) -> dict[str, Any]:
    basis = draw(st.sampled_from(list(PremiumBasis)))
    found = {**cost(draw), "basis": basis}
    if basis is PremiumBasis.AMOUNT:
        return {**found, "premium_amount": draw(amounts)}
    found["premium_percent"] = draw(percents)
    if basis is PremiumBasis.COST:
        return found
    return {
        **found,
        "interest_from": "2025-03-01",
        "compounding": draw(st.sampled_from(list(Compounding))),
    }


def price(
    draw: Draw, kind: Kind, term: dict[str, Any], in_per_cent: bool, malus: bool
) -> dict[str, Any]:
    """A price that fits the figure of a term."""
    options = [
        PriceKind.STEP_TIERS, PriceKind.MARGINAL_BANDS, PriceKind.LINEAR_INTERPOLATION,
        PriceKind.GUARANTEED_PART,
    ]  # fmt: skip
    is_value = term["measure"]["kind"] in {MeasureKind.SUM, MeasureKind.MEAN}
    if term.get("valuation") or (is_value and not in_per_cent):
        options.append(PriceKind.SHARE_OF_SAVINGS)
    if term.get("valuation") or not in_per_cent:
        options.append(PriceKind.UNIT_PRICE)
    if term.get("gate") or term.get("further_gates"):
        options += [PriceKind.FIXED_AMOUNT, PriceKind.COST_PLUS_PREMIUM]
    chosen = draw(st.sampled_from(options))
    made = {
        PriceKind.UNIT_PRICE: lambda: unit_price(draw, term),
        PriceKind.FIXED_AMOUNT: lambda: {"amount": draw(amounts)},
        PriceKind.COST_PLUS_PREMIUM: lambda: cost_plus(draw),
        PriceKind.SHARE_OF_SAVINGS: lambda: shares(draw, term["timing"]),
        PriceKind.GUARANTEED_PART: lambda: {**cost(draw), "guaranteed_percent": draw(percents)},
    }
    rest = made[chosen]() if chosen in made else scale(draw, kind, chosen, malus)
    moved = chosen in {
        PriceKind.UNIT_PRICE, PriceKind.FIXED_AMOUNT, PriceKind.STEP_TIERS,
        PriceKind.MARGINAL_BANDS,
    }  # fmt: skip
    return {
        "kind": chosen, **rest, **({"index": "prices"} if moved and draw(st.booleans()) else {})
    }  # fmt: skip


def unit_price(draw: Draw, term: dict[str, Any]) -> dict[str, Any]:
    rest: dict[str, Any] = {"amount": draw(amounts)}
    if term["timing"] == "this_period" and draw(st.booleans()):
        rest["price_list"] = [{"valid_from": "2027-01-01", "amount": draw(amounts)}]
    if term["measure"]["kind"] is MeasureKind.COUNT and (
        term["measure"]["outcome"] in SUCCESSES and draw(st.booleans())
    ):
        rest["multipliers"] = [{"cell": cell, "percent": draw(percents)} for cell in CELLS]
    return rest


def limit(draw: Draw) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found["cap"] = draw(amounts)
    if draw(st.booleans()):
        found["period_cap"] = draw(amounts)
    if draw(st.booleans()):
        floor = draw(amounts)
        found["floor"] = min(floor, found.get("cap", floor), key=Decimal)
    if draw(st.booleans()):
        found["floor_cost_percent"] = draw(percents)
    return found
