"""Whether the stages of each payment term and each named figure fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from contracts.rules.terms.check_scales import check_scales
from contracts.rules.terms.checking import (
    HUNDRED,
    ascending,
    at_each,
    not_negative,
    one_of,
    per_cent,
    repeated,
    too_many_places,
    unused,
)
from contracts.rules.terms.document import (
    Compare,
    Figure,
    Gate,
    Measure,
    PaymentTerm,
    Price,
    TermsDocument,
    Valuation,
)
from contracts.rules.terms.units import (
    IN_PER_CENT,
    MONEY,
    PERCENT,
    VALUE,
    figure_unit,
    measure_unit,
)
from contracts.rules.terms.words import (
    CompareKind,
    Effect,
    GateKind,
    MeasureKind,
    PremiumBasis,
    PriceKind,
    ShareBasis,
    Timing,
    ValuationKind,
)
from sibportal.kernel.errors import Issue
from sibportal.kernel.money import places

# Which entries of a price its kind asks, and which it may have besides.
_ASKED = {
    PriceKind.UNIT_PRICE: ("amount",),
    PriceKind.FIXED_AMOUNT: ("amount",),
    PriceKind.COST_PLUS_PREMIUM: ("cost", "basis"),
    PriceKind.STEP_TIERS: ("tiers",),
    PriceKind.MARGINAL_BANDS: ("bands",),
    PriceKind.LINEAR_INTERPOLATION: ("curve",),
    PriceKind.SHARE_OF_SAVINGS: ("share_percent",),
    PriceKind.GUARANTEED_PART: ("cost", "guaranteed_percent"),
}
_ALSO = {
    PriceKind.UNIT_PRICE: ("price_list", "multipliers", "index"),
    PriceKind.FIXED_AMOUNT: ("index",),
    PriceKind.COST_PLUS_PREMIUM: (
        "cost_source", "premium_percent", "premium_amount", "interest_from", "compounding",
    ),
    PriceKind.STEP_TIERS: ("cost", "cost_source", "index"),
    PriceKind.MARGINAL_BANDS: ("index",),
    PriceKind.LINEAR_INTERPOLATION: ("dead_band_from", "dead_band_to"),
    PriceKind.SHARE_OF_SAVINGS: ("share_steps", "share_basis"),
    PriceKind.GUARANTEED_PART: ("cost_source",),
}  # fmt: skip
_PREMIUM = {
    PremiumBasis.COST: ("premium_percent",),
    PremiumBasis.AMOUNT: ("premium_amount",),
    PremiumBasis.YEARLY: ("premium_percent", "interest_from"),
}
_PRICE_ENTRIES = (
    "amount", "cost", "premium_percent", "basis", "premium_amount", "interest_from", "price_list",
    "multipliers", "tiers", "bands", "curve", "dead_band_from", "dead_band_to", "share_percent",
    "share_steps", "guaranteed_percent", "index",
)  # fmt: skip
_MEASURED = {
    MeasureKind.WEIGHTED_INDEX: ("parts",),
    MeasureKind.FIGURE: ("figure",),
    MeasureKind.RATIO: ("outcome", "per"),
}
# Kinds that pay a sum, not so much for each unit: they need a gate or a scale of their own.
SUMS = frozenset({PriceKind.FIXED_AMOUNT, PriceKind.COST_PLUS_PREMIUM})
# Figures that fall into cells: so much of them here, so much there.
IN_CELLS = frozenset({MeasureKind.COUNT, MeasureKind.SUM, MeasureKind.DAYS})
TO_DATE = frozenset(
    {
        MeasureKind.RATE, MeasureKind.RATIO, MeasureKind.FREQUENCY, MeasureKind.MEAN,
        MeasureKind.WEIGHTED_INDEX,
    }
)  # fmt: skip
# Comparisons whose reference the terms themselves hold.
IN_TERMS = frozenset(
    {CompareKind.FIXED_BASELINE, CompareKind.HISTORICAL_COHORT, CompareKind.FORECAST}
)


def price_asked(price: Price) -> tuple[str, ...]:
    """The entries that a price must answer, by its kind and what it has chosen."""
    asked = _ASKED[price.kind]
    if price.price_list or price.share_steps:
        asked = tuple(name for name in asked if name not in {"amount", "share_percent"})
    if price.basis is not None:
        asked += _PREMIUM[price.basis]
    if price.kind is PriceKind.STEP_TIERS and any(tier.percent is not None for tier in price.tiers):
        asked += ("cost",)
    return asked


def price_entries(kind: PriceKind, basis: PremiumBasis | None) -> frozenset[str]:
    """The entries that a kind of price has a use for, asked or not."""
    used = {*_ASKED[kind], *_ALSO[kind]}
    if basis is not None:
        used -= {"premium_percent", "premium_amount", "interest_from"} - {*_PREMIUM[basis]}
    return frozenset(used)


def measure_entries(kind: MeasureKind) -> tuple[str, ...]:
    """The entries by which a kind of measure says what it measures; all are needed."""
    return _MEASURED.get(kind, ("outcome",))


def check_pricing(terms: TermsDocument) -> Iterator[Issue]:
    """Everything in figures and payment terms that contradicts itself, each with its path."""
    yield from repeated(
        (f"{at}.key", figure.key) for at, figure in at_each("figures", terms.figures)
    )
    for at, figure in at_each("figures", terms.figures):
        yield from _figure(terms, at, figure)
    for at, term in at_each("payment_terms", terms.payment_terms):
        yield from _term(terms, at, term)


def _figure(terms: TermsDocument, at: str, figure: Figure) -> Iterator[Issue]:
    yield from _measure(terms, at, figure.measure)
    yield from _compare(terms, at, figure.measure, figure.compare)
    yield from _valuation(terms, at, figure.valuation)
    nested = {part.figure for part in figure.measure.parts} | {figure.measure.figure}
    for key in nested - {""}:
        # A figure is made of outcomes, or of figures that are: no longer chain, no circle.
        deeper = next((one for one in terms.figures if one.key == key), None)
        if deeper and (deeper.measure.parts or deeper.measure.figure):
            yield Issue("terms.figure_of_figures", f"{at}.measure", key)


def _measure(terms: TermsDocument, at: str, measure: Measure) -> Iterator[Issue]:
    outcomes = {outcome.key: outcome for outcome in terms.outcomes}
    figures = {figure.key for figure in terms.figures}
    used = measure_entries(measure.kind)
    for name in used:
        if not getattr(measure, name):
            yield Issue("terms.required", f"{at}.measure.{name}")
    rest = [name for name in ("outcome", "per", "parts", "figure") if name not in used]
    yield from unused(f"{at}.measure", measure, rest)
    for name in ("outcome", "per"):
        key = getattr(measure, name)
        yield from one_of(f"{at}.measure.{name}", key, outcomes, "terms.unknown_outcome")
        if key in outcomes:
            yield from _kind_of_outcome(f"{at}.measure.{name}", measure.kind, outcomes[key])
    yield from one_of(f"{at}.measure.figure", measure.figure, figures, "terms.unknown_figure")
    for place, part in at_each(f"{at}.measure.parts", measure.parts):
        yield from one_of(f"{place}.figure", part.figure, figures, "terms.unknown_figure")
        yield from per_cent(f"{place}.weight_percent", part.weight_percent)
    total = sum((part.weight_percent for part in measure.parts), Decimal(0))
    if measure.parts and total != HUNDRED:
        yield Issue(
            "terms.weights_sum", f"{at}.measure.parts", str(total), {"total_percent": total}
        )


def _kind_of_outcome(at: str, kind: MeasureKind, outcome: object) -> Iterator[Issue]:
    """Sums, means, days and ratios need a quantity; counts, rates and frequencies a success."""
    has_quantity = getattr(outcome, "quantity", None) is not None
    needs_quantity = kind in {
        MeasureKind.SUM, MeasureKind.MEAN, MeasureKind.DAYS, MeasureKind.RATIO,
    }  # fmt: skip
    if has_quantity != needs_quantity:
        code = "terms.measure_needs_quantity" if needs_quantity else "terms.measure_needs_success"
        yield Issue(code, at, kind)


def _compare(
    terms: TermsDocument, at: str, measure: Measure, compare: Compare | None
) -> Iterator[Issue]:
    if compare is None:
        return
    at = f"{at}.compare"
    if measure.kind in {MeasureKind.WEIGHTED_INDEX, MeasureKind.FIGURE}:
        yield Issue("terms.figure_is_compared", at)
    yield from _reference(at, compare)
    is_rate = measure_unit(terms, measure) == PERCENT
    points = at_each(f"{at}.forecast", compare.forecast)
    values = [(f"{at}.value", compare.value)]
    values += [(f"{place}.value", point.value) for place, point in points]
    for place, value in values:
        yield from per_cent(place, value) if is_rate else not_negative(place, value)
    if compare.value == 0 and compare.effect in IN_PER_CENT:
        yield Issue("terms.reference_zero", f"{at}.value", "0")


def _reference(at: str, compare: Compare) -> Iterator[Issue]:
    """Where the reference comes from, said once and in the right place."""
    if compare.kind not in IN_TERMS:
        yield from unused(at, compare, ("value", "forecast"))
    elif compare.kind is not CompareKind.FORECAST:
        yield from unused(at, compare, ("forecast",))
    elif compare.forecast:
        yield from unused(at, compare, ("value",))
        yield from ascending(f"{at}.forecast", (point.until for point in compare.forecast))
    if compare.kind is not CompareKind.COMPARISON_GROUP:
        yield from unused(at, compare, ("design",))


def _valuation(terms: TermsDocument, at: str, valuation: Valuation | None) -> Iterator[Issue]:
    if valuation is None:
        return
    at = f"{at}.valuation"
    yield from not_negative(f"{at}.unit_cost", valuation.unit_cost)
    yield from _index(terms, at, valuation.index)
    if valuation.kind is ValuationKind.COST_SAVED:
        yield from unused(at, valuation, ("years", "discount_percent"))
    yield from per_cent(f"{at}.discount_percent", valuation.discount_percent)


def _index(terms: TermsDocument, at: str, key: str) -> Iterator[Issue]:
    known = {clause.key for clause in terms.indexes}
    yield from one_of(f"{at}.index", key, known, "terms.unknown_index")


def _term(terms: TermsDocument, at: str, term: PaymentTerm) -> Iterator[Issue]:
    yield from _measure(terms, at, term.measure)
    yield from _compare(terms, at, term.measure, term.compare)
    yield from _valuation(terms, at, term.valuation)
    if term.valuation and term.measure.kind is MeasureKind.FIGURE:
        yield Issue("terms.figure_is_compared", f"{at}.valuation")
    yield from _timing(terms, at, term)
    for place, gate in [
        *([(f"{at}.gate", term.gate)] if term.gate else []),
        *at_each(f"{at}.further_gates", term.further_gates),
    ]:
        yield from _gate(terms, place, gate, term)
    yield from _price(terms, at, term.price)
    yield from _fitting_price(terms, at, term)
    yield from _limits(terms, at, term)


def _is_to_date(terms: TermsDocument, of: PaymentTerm | Figure) -> bool:
    """Whether a figure is never that of one period, itself or through the one it names."""
    named = [one for one in terms.figures if of.measure.figure and one.key == of.measure.figure]
    return (
        of.measure.kind in TO_DATE
        or (of.compare is not None and of.compare.kind not in IN_TERMS)
        # A named figure is made of outcomes, so this ends after one step.
        or any(
            one.measure.kind in TO_DATE or _is_to_date(terms, one)
            for one in named
            if not one.measure.figure
        )
    )


def _timing(terms: TermsDocument, at: str, term: PaymentTerm) -> Iterator[Issue]:
    if term.timing is Timing.THIS_PERIOD and _is_to_date(terms, term):
        yield Issue("terms.rate_is_to_date", f"{at}.timing", term.timing)
    steps_of_savings = term.price.share_steps and term.price.share_basis is ShareBasis.SAVINGS
    if term.timing is Timing.THIS_PERIOD and steps_of_savings:
        # Nobody knows how far the savings of earlier periods had come.
        yield Issue("terms.share_steps_to_date", f"{at}.timing", term.timing)
    if term.timing is not Timing.FINAL:
        yield from unused(at, term, ("assessment_on",))
    if term.price.price_list and term.timing not in (None, Timing.THIS_PERIOD):
        # A figure to date would be priced anew with each new price.
        yield Issue("terms.price_list_per_period", f"{at}.timing", term.timing or "")


def _gate(terms: TermsDocument, at: str, gate: Gate, term: PaymentTerm) -> Iterator[Issue]:
    figures = {figure.key: figure for figure in terms.figures}
    if gate.kind is GateKind.PRECONDITION and not gate.figure:
        yield Issue("terms.required", f"{at}.figure")
    if gate.kind is not GateKind.PRECONDITION:
        yield from unused(at, gate, ("figure",))
    if gate.kind is GateKind.FALLBACK_CHAIN and not gate.fallback:
        yield Issue("terms.required", f"{at}.fallback")
    if gate.kind is not GateKind.FALLBACK_CHAIN:
        yield from unused(at, gate, ("fallback",))
    held: list[tuple[str, str, Decimal | None]] = [(at, gate.figure, gate.value)]
    held += [
        (place, step.figure, step.value) for place, step in at_each(f"{at}.fallback", gate.fallback)
    ]
    for place, key, value in held:
        yield from one_of(f"{place}.figure", key, figures, "terms.unknown_figure")
        named = figures.get(key)
        source: PaymentTerm | Figure = named or term
        yield from _threshold(terms, f"{place}.value", value, source)


def _threshold(
    terms: TermsDocument, at: str, value: Decimal | None, of: PaymentTerm | Figure
) -> Iterator[Issue]:
    """A share of people lies between 0 and 100 %; a difference of shares may be negative; a fall
    is at most 100 %; a count is not negative."""
    if value is None:
        return
    compared = of.compare is not None or of.measure.kind in {
        MeasureKind.FIGURE, MeasureKind.WEIGHTED_INDEX,
    }  # fmt: skip
    if figure_unit(terms, of.measure, of.compare, of.valuation) != PERCENT:
        if not compared:
            yield from not_negative(at, value)
        return
    effect = of.compare.effect if of.compare else None
    if effect in {Effect.RELATIVE_INCREASE, Effect.RATIO} or (
        of.measure.kind is MeasureKind.RATIO and effect is None
    ):
        return
    yield from per_cent(at, value, least=-100 if compared else 0)


def _fitting_price(terms: TermsDocument, at: str, term: PaymentTerm) -> Iterator[Issue]:
    unit = figure_unit(terms, term.measure, term.compare, term.valuation)
    kind = term.price.kind
    if kind is PriceKind.UNIT_PRICE and unit == PERCENT:
        yield Issue("terms.unit_price_needs_count", f"{at}.price.kind", kind)
    if term.price.multipliers and term.measure.kind not in IN_CELLS:
        yield Issue("terms.multipliers_need_count", f"{at}.price.multipliers", kind)
    if kind in SUMS and term.gate is None and not term.further_gates:
        yield Issue("terms.fixed_sum_needs_gate", f"{at}.gate")
    if kind is PriceKind.SHARE_OF_SAVINGS and unit not in {MONEY, VALUE, ""}:
        yield Issue("terms.share_needs_money", f"{at}.price.kind", kind)


def _price(terms: TermsDocument, at: str, price: Price) -> Iterator[Issue]:
    at = f"{at}.price"
    used = price_entries(price.kind, price.basis)
    yield from unused(at, price, (name for name in _PRICE_ENTRIES if name not in used))
    for name in ("amount", "cost", "premium_percent", "premium_amount"):
        yield from not_negative(f"{at}.{name}", getattr(price, name))
    for name in ("share_percent", "guaranteed_percent"):
        yield from per_cent(f"{at}.{name}", getattr(price, name))
    yield from _index(terms, at, price.index)
    yield from check_scales(terms, at, price)
    for place, multiplier in at_each(f"{at}.multipliers", price.multipliers):
        yield from not_negative(f"{place}.percent", multiplier.percent)
    cells = at_each(f"{at}.multipliers", price.multipliers)
    yield from repeated((f"{place}.cell", multiplier.cell) for place, multiplier in cells)


def _limits(terms: TermsDocument, at: str, term: PaymentTerm) -> Iterator[Issue]:
    limit = term.limit
    for name in ("cap", "floor", "period_cap"):
        yield from not_negative(f"{at}.limit.{name}", getattr(limit, name))
    yield from per_cent(f"{at}.limit.floor_cost_percent", limit.floor_cost_percent)
    if limit.cap is not None and limit.floor is not None and limit.floor > limit.cap:
        yield Issue(
            "terms.floor_above_cap", f"{at}.limit.floor", str(limit.floor), {"cap": limit.cap}
        )
    price, digits = term.price, places(terms.currency)
    amounts = [(f"{at}.limit.cap", limit.cap), (f"{at}.price.cost", price.cost)]
    amounts += [(f"{at}.limit.floor", limit.floor), (f"{at}.limit.period_cap", limit.period_cap)]
    amounts += [(f"{at}.price.premium_amount", price.premium_amount)]
    amounts += [
        (f"{place}.amount", tier.amount)
        for place, tier in at_each(f"{at}.price.tiers", price.tiers)
    ]
    if price.kind is PriceKind.FIXED_AMOUNT:
        amounts.append((f"{at}.price.amount", price.amount))
    yield from too_many_places(amounts, digits)
