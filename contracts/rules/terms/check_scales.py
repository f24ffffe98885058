"""Whether the steps of a price rise, touch each other without overlap, and come to an end."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from contracts.rules.terms.checking import ascending, at_each, not_negative, per_cent
from contracts.rules.terms.document import Price, TermsDocument
from contracts.rules.terms.words import Clawback
from sibportal.kernel.errors import Issue


def check_scales(terms: TermsDocument, at: str, price: Price) -> Iterator[Issue]:
    """Tiers, bands, curves, dated prices and steps of a share."""
    yield from ascending(f"{at}.price_list", (one.valid_from for one in price.price_list))
    for place, one in at_each(f"{at}.price_list", price.price_list):
        yield from not_negative(f"{place}.amount", one.amount)
    yield from _tiers(at, price)
    yield from _bands(at, price)
    yield from _curve(at, price, may_fall=terms.claim.clawback is not Clawback.NONE)
    yield from _share_steps(at, price)


def _tiers(at: str, price: Price) -> Iterator[Issue]:
    yield from ascending(f"{at}.tiers", (tier.reached for tier in price.tiers))
    for place, tier in at_each(f"{at}.tiers", price.tiers):
        if (tier.amount is None) == (tier.percent is None):
            yield Issue("terms.tier_amount", place)
        yield from not_negative(f"{place}.amount", tier.amount)
        yield from not_negative(f"{place}.percent", tier.percent)


def _curve(at: str, price: Price, *, may_fall: bool) -> Iterator[Issue]:
    yield from ascending(f"{at}.curve", (point.at for point in price.curve))
    if len(price.curve) == 1:
        yield Issue("terms.curve_points", f"{at}.curve")
    for place, point in at_each(f"{at}.curve", price.curve):
        if point.amount < 0 and not may_fall:
            yield Issue("terms.malus_needs_clawback", f"{place}.amount", str(point.amount))
    if (price.dead_band_from is None) != (price.dead_band_to is None):
        yield Issue("terms.dead_band", f"{at}.dead_band_from")
    elif price.dead_band_from is not None and price.dead_band_to is not None:
        ends = (price.dead_band_from, price.dead_band_to)
        yield from ascending(f"{at}.dead_band_to", ends)


def _share_steps(at: str, price: Price) -> Iterator[Issue]:
    if not price.share_steps:
        return
    *steps, last = price.share_steps
    if last.up_to is not None or any(step.up_to is None for step in steps):
        yield Issue("terms.last_share_open", f"{at}.share_steps")
    else:
        yield from ascending(f"{at}.share_steps", (step.up_to for step in steps))
    for place, step in at_each(f"{at}.share_steps", price.share_steps):
        yield from per_cent(f"{place}.share_percent", step.share_percent)


def _bands(at: str, price: Price) -> Iterator[Issue]:
    previous: Decimal | None = None
    for number, (place, band) in enumerate(at_each(f"{at}.bands", price.bands)):
        if number and (previous is None or band.above < previous):
            yield Issue("terms.bands_overlap", f"{place}.above", str(band.above))
        if band.up_to is not None:
            yield from ascending(f"{place}.up_to", (band.above, band.up_to))
        yield from not_negative(f"{place}.amount", band.amount)
        previous = band.up_to
