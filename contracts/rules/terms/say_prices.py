"""What a figure is worth, as phrases: one per thing that the price says."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.rules.terms.document import PaymentTerm, Price, TermsDocument
from contracts.rules.terms.units import MONEY, PERCENT, figure_unit
from contracts.rules.terms.words import (
    Compounding,
    CostSource,
    MeasureKind,
    PremiumBasis,
    PriceKind,
)
from sibportal.kernel.explain import Params, Phrase


def say_price(terms: TermsDocument, term: PaymentTerm, params: Params) -> Iterator[Phrase]:
    """The price of one payment term; everything that its kind asks is answered."""
    price = term.price
    said = {
        **params,
        "amount": price.amount,
        "cost": price.cost,
        "premium": price.premium_amount,
        "premium_percent": price.premium_percent,
        "from_day": price.interest_from,
        "share_percent": price.share_percent,
        "guaranteed_percent": price.guaranteed_percent,
    }
    if price.kind in _SCALES:
        yield Phrase(f"terms.say.{price.kind}", {**said, "steps": _steps(terms, term)})
    elif price.kind is PriceKind.UNIT_PRICE:
        yield _unit_price(terms, term, said)
    elif price.kind is PriceKind.COST_PLUS_PREMIUM:
        yield from _cost_plus(price, said)
    elif price.share_steps:
        yield Phrase(
            f"terms.say.share_steps_{price.share_basis}",
            {**said, "steps": _share_steps(terms, price)},
        )
    else:
        yield Phrase(f"terms.say.{price.kind}", said)
    yield from _besides(terms, term, said)


_SCALES = {PriceKind.STEP_TIERS, PriceKind.MARGINAL_BANDS, PriceKind.LINEAR_INTERPOLATION}


def _unit_price(terms: TermsDocument, term: PaymentTerm, said: Params) -> Phrase:
    price = term.price
    if price.price_list:
        prices = tuple(
            Phrase(
                "terms.say.dated_price",
                {"amount": one.amount, "currency": terms.currency, "day": one.valid_from},
            )
            for one in price.price_list
        )
        return Phrase("terms.say.price_list", {**said, "prices": prices})
    unit = figure_unit(terms, term.measure, term.compare, term.valuation)
    if unit == MONEY:
        return Phrase("terms.say.unit_price_value", said)
    if term.compare is not None:
        return Phrase("terms.say.unit_price_difference", said)
    if term.measure.kind is MeasureKind.COUNT:
        return Phrase("terms.say.unit_price", said)
    return Phrase("terms.say.unit_price_figure", said)


def _cost_plus(price: Price, said: Params) -> Iterator[Phrase]:
    if price.basis is PremiumBasis.COST:
        yield Phrase("terms.say.cost_plus_premium", said)
    else:
        yield Phrase(f"terms.say.cost_plus_{price.basis}", said)
    if price.basis is PremiumBasis.YEARLY and price.compounding is Compounding.COMPOUND:
        yield Phrase("terms.say.interest_compound", said)


def _besides(terms: TermsDocument, term: PaymentTerm, said: Params) -> Iterator[Phrase]:
    """What a price may say besides: verified cost, cells, a dead band, an index."""
    price = term.price
    if price.cost is not None and price.cost_source is CostSource.VERIFIED:
        yield Phrase("terms.say.cost_verified", said)
    if price.multipliers:
        cells = tuple(
            Phrase("terms.say.weight", {"part": one.cell, "percent": one.percent})
            for one in price.multipliers
        )
        yield Phrase("terms.say.multipliers", {**said, "cells": cells})
    if price.dead_band_from is not None and price.dead_band_to is not None:
        ends = {
            "low": _at(terms, term, price.dead_band_from),
            "high": _at(terms, term, price.dead_band_to),
        }
        yield Phrase("terms.say.dead_band", {**said, **ends})
    if price.index:
        yield Phrase("terms.say.indexed", {**said, "index": terms.index(price.index).title})


def _at(terms: TermsDocument, term: PaymentTerm, value: object) -> Phrase:
    unit = figure_unit(terms, term.measure, term.compare, term.valuation)
    name = "percent" if unit == PERCENT else "value"
    return Phrase(f"terms.value.{name}", {name: value})


def _steps(terms: TermsDocument, term: PaymentTerm) -> tuple[Phrase, ...]:
    """The steps of tiers, bands or a curve, each as a clause."""
    currency, steps = terms.currency, []
    for tier in term.price.tiers:
        name, value = ("amount", tier.amount) if tier.percent is None else ("percent", tier.percent)
        said = {"at": _at(terms, term, tier.reached), name: value, "currency": currency}
        steps.append(Phrase(f"terms.say.tier_{name}", said))
    for band in term.price.bands:
        said = {
            "above": _at(terms, term, band.above),
            "up_to": _at(terms, term, band.up_to),
            "amount": band.amount,
            "currency": currency,
        }
        steps.append(
            Phrase("terms.say.band_open" if band.up_to is None else "terms.say.band", said)
        )
    for point in term.price.curve:
        said = {"at": _at(terms, term, point.at), "amount": point.amount, "currency": currency}
        steps.append(Phrase("terms.say.curve_point", said))
    return tuple(steps)


def _share_steps(terms: TermsDocument, price: Price) -> tuple[Phrase, ...]:
    return tuple(
        Phrase("terms.say.share_rest", {"percent": step.share_percent})
        if step.up_to is None
        else Phrase(
            "terms.say.share_step",
            {"percent": step.share_percent, "up_to": step.up_to, "currency": terms.currency},
        )
        for step in price.share_steps
    )
