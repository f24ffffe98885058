"""One payment term, stage by stage, as frozen dataclasses of the terms document.

measure -> compare (with what the effect is worth) -> gate -> price -> limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from contracts.rules.terms.fields import Between, Key, Text, Titles
from contracts.rules.terms.words import (
    CompareKind,
    ComparisonDesign,
    Compounding,
    CostSource,
    Effect,
    GateKind,
    MeasureKind,
    Operator,
    PremiumBasis,
    PriceKind,
    ShareBasis,
    Timing,
    ValuationKind,
    ValuationTimes,
)

Years = Annotated[int, Between(1, 100)]


@dataclass(frozen=True, slots=True)
class FigurePart:
    """The part that one named figure has in a weighted index, in per cent of the whole."""

    figure: Key
    weight_percent: Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """How much there is. `outcome` for all kinds but weighted_index (`parts`) and figure
    (`figure`); `per` is the outcome whose quantity is the denominator of a ratio."""

    kind: MeasureKind
    outcome: Key = ""
    per: Key = ""
    parts: tuple[FigurePart, ...] = ()
    figure: Key = ""


@dataclass(frozen=True, slots=True)
class ForecastPoint:
    """What was forecast without the intervention, for periods that end on or before the day."""

    until: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Compare:
    """What the measured figure is set against; `source` says where that comes from.

    `value` is the reference of a fixed baseline, a historical cohort or a forecast without
    `forecast` points; the other kinds take it from the figures. `version` and `price_base` (year
    of the prices) identify a forecast.
    """

    kind: CompareKind
    value: Decimal | None
    source: Text
    effect: Effect = Effect.INCREASE
    forecast: tuple[ForecastPoint, ...] = ()
    design: ComparisonDesign | None = None
    version: Text = ""
    price_base: Text = ""


@dataclass(frozen=True, slots=True)
class Valuation:
    """What an effect is worth: cost_saved is effect x `unit_cost`; net_present_value discounts
    that sum per year over `years` (the first year is not discounted) at `discount_percent`.

    With `times` person the effect is one per person and is multiplied by those who count; an
    effect in per cent is that share of those who count. `index` names an index clause.
    """

    kind: ValuationKind
    unit_cost: Decimal | None
    source: Text
    price_base: Text = ""
    version: Text = ""
    times: ValuationTimes = ValuationTimes.EFFECT
    years: Years | None = None
    discount_percent: Decimal | None = None
    index: Key = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with a name: measured and compared once, used by gates, indexes and terms."""

    key: Key
    title: Titles
    measure: Measure
    compare: Compare | None = None
    valuation: Valuation | None = None


@dataclass(frozen=True, slots=True)
class FallbackStep:
    """If nothing before it passed, this figure is held against this threshold."""

    figure: Key
    operator: Operator | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Gate:
    """Nothing is paid unless the figure passes; per cent for a rate, a number for a count.

    precondition: the named `figure` must pass, not the term's own. fallback_chain: the term's own
    figure, else one of `fallback` in their order.
    """

    kind: GateKind
    operator: Operator | None
    value: Decimal | None
    figure: Key = ""
    fallback: tuple[FallbackStep, ...] = ()


@dataclass(frozen=True, slots=True)
class DatedPrice:
    """A price for periods that end after the day, until the next one's."""

    valid_from: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Multiplier:
    """What a cell (a region, an age group) is paid, in per cent of the price."""

    cell: Key
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Tier:
    """What is paid when the figure is at least `reached`: an amount, or a percentage of cost."""

    reached: Decimal
    amount: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """The price of each unit of the figure above `above`, up to `up_to` (None: no end)."""

    above: Decimal
    up_to: Decimal | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What is paid at one value of the figure; between two points it is interpolated."""

    at: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ShareStep:
    """The share paid up to a cumulative amount (None: of all that follows)."""

    up_to: Decimal | None
    share_percent: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """What the figure is worth; which entries a kind uses is in `check_pricing`.

    Between `dead_band_from` and `dead_band_to` a curve pays nothing. `interest_from` is the day
    from which yearly interest runs to the period's end, actual days over 365.
    """

    kind: PriceKind
    amount: Decimal | None = None
    cost: Decimal | None = None
    premium_percent: Decimal | None = None
    basis: PremiumBasis | None = None
    cost_source: CostSource = CostSource.AGREED
    premium_amount: Decimal | None = None
    interest_from: date | None = None
    compounding: Compounding = Compounding.SIMPLE
    price_list: tuple[DatedPrice, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    tiers: tuple[Tier, ...] = ()
    bands: tuple[Band, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    dead_band_from: Decimal | None = None
    dead_band_to: Decimal | None = None
    share_percent: Decimal | None = None
    share_steps: tuple[ShareStep, ...] = ()
    share_basis: ShareBasis = ShareBasis.SAVINGS
    guaranteed_percent: Decimal | None = None
    index: Key = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """`cap` and `floor` are for this term over the whole contract, `period_cap` for one claim;
    `floor_cost_percent` is a floor in per cent of the verified service cost to date."""

    cap: Decimal | None = None
    floor: Decimal | None = None
    period_cap: Decimal | None = None
    floor_cost_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PayerPart:
    """The share of one payer, by the party's key in the contract; `cap` is the most it ever
    pays."""

    party: Key
    share_percent: Decimal
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """One line of thought: measure, compare, gate, price, limit; and when it pays.

    Every one of `further_gates` must pass too. `payers` share this term instead of the claim's.
    """

    key: Key
    title: Titles
    measure: Measure
    compare: Compare | None
    gate: Gate | None
    price: Price
    limit: Limit
    timing: Timing | None
    assessment_on: date | None = None
    valuation: Valuation | None = None
    further_gates: tuple[Gate, ...] = ()
    payers: tuple[PayerPart, ...] = ()
