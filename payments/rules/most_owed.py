"""The most that can ever be owed, in all, by payer and by calendar year of payment.

Bounds, not forecasts: what caps, prices and payment days allow if everything is reached. Late
interest and value added tax come on top.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.document import PayerPart, PaymentTerm, Price, TermsDocument
from contracts.rules.terms.words import PremiumBasis, PriceKind, Timing
from payments.rules.inputs import ClaimPeriod
from payments.rules.what_if import due_on
from sibportal.kernel.money import EXACT, places

Bound = Fraction | None


@dataclass(frozen=True, slots=True)
class YearOwed:
    """The most that can fall due in one calendar year. Years do not add up: the whole is capped."""

    year: int
    total: Decimal
    by_payer: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class MostOwed:
    """The most in all, by payer, and in each year in which anything can fall due; None where the
    terms set no limit."""

    total: Decimal
    by_payer: Mapping[str, Decimal]
    years: tuple[YearOwed, ...]


def most_owed(
    terms: TermsDocument, periods: Sequence[ClaimPeriod], grace_days: int = 0
) -> MostOwed | None:
    """The bounds of terms for the claims of these periods; None while nothing limits them."""
    by_year: dict[int, list[ClaimPeriod]] = {}
    for period in periods:
        if any(_pays_in(term, period) for term in terms.payment_terms) or period.is_last:
            by_year.setdefault(due_on(terms, period, grace_days).year, []).append(period)
    whole = _bound(terms, periods)
    if whole is None:
        return None
    years = []
    for year, own in sorted(by_year.items()):
        owed = _least(whole, _bound(terms, own))
        if owed is not None and owed > 0:
            years.append(YearOwed(year, _coins(owed, terms), _by_payer(terms, own, owed)))
    return MostOwed(_coins(whole, terms), _by_payer(terms, periods, whole), tuple(years))


def _bound(terms: TermsDocument, periods: Sequence[ClaimPeriod]) -> Bound:
    """The most that the claims of these periods can come to together."""
    of_terms = _sum(_of_term(terms, term, periods) for term in terms.payment_terms)
    activity = sum(
        (
            Fraction(one.amount)
            for one in terms.disruptions
            for period in periods
            if one.amount is not None and one.from_day <= period.period.start < one.until
        ),
        Fraction(0),
    )
    found = None if of_terms is None else of_terms + activity
    if any(period.is_last for period in periods) and terms.claim.floor is not None:
        found = None if found is None else max(found, Fraction(terms.claim.floor))
    per_claim = terms.claim.period_cap
    by_period = None if per_claim is None else Fraction(per_claim) * len(periods)
    return _least(found, by_period, _fraction(terms.claim.cap))


def _of_term(terms: TermsDocument, term: PaymentTerm, periods: Sequence[ClaimPeriod]) -> Bound:
    count = sum(1 for period in periods if _pays_in(term, period))
    if not count:
        return Fraction(0)
    once = _price(terms, term.price)
    many = count if term.timing is Timing.THIS_PERIOD else 1
    of_price = None if once is None else once * many
    if of_price is not None and (term.limit.floor is not None or term.limit.floor_cost_percent):
        floor = _fraction(term.limit.floor)
        of_price = None if term.limit.floor_cost_percent else max(of_price, floor or Fraction(0))
    each = _fraction(term.limit.period_cap)
    return _least(of_price, None if each is None else each * count, _fraction(term.limit.cap))


def _pays_in(term: PaymentTerm, period: ClaimPeriod) -> bool:
    """Whether a term can give anything in the claim of a period."""
    day = term.assessment_on
    if term.timing is not Timing.FINAL or day is None:
        return True
    end = period.period.end
    return period.period.contains(day) or (period.is_last and end is not None and day >= end)


def _price(terms: TermsDocument, price: Price) -> Bound:
    """The most that a price gives once, where the price itself says so."""
    found = _PRICES[price.kind](price) if price.kind in _PRICES else None
    if found is None or not price.index:
        return found
    most = terms.index(price.index).cap_percent
    return None if most is None else found * (1 + Fraction(most) / 100)


def _cost_plus_premium(price: Price) -> Bound:
    if price.cost is None or price.basis is PremiumBasis.YEARLY:
        return None
    premium = Fraction(price.premium_amount or 0)
    return Fraction(price.cost) * (1 + Fraction(price.premium_percent or 0) / 100) + premium


def _tiers(price: Price) -> Bound:
    cost = Fraction(price.cost or 0)
    paid = [
        Fraction(tier.amount or 0) + cost * Fraction(tier.percent or 0) / 100
        for tier in price.tiers
    ]
    return max(paid, default=None)


def _curve(price: Price) -> Bound:
    return max((Fraction(point.amount) for point in price.curve), default=None)


def _guaranteed(price: Price) -> Bound:
    if price.cost is None:
        return None
    return Fraction(price.cost) * Fraction(price.guaranteed_percent or 0) / 100


def _fixed(price: Price) -> Bound:
    return _fraction(price.amount)


_PRICES: Mapping[PriceKind, Callable[[Price], Bound]] = {
    PriceKind.FIXED_AMOUNT: _fixed,
    PriceKind.COST_PLUS_PREMIUM: _cost_plus_premium,
    PriceKind.STEP_TIERS: _tiers,
    PriceKind.LINEAR_INTERPOLATION: _curve,
    PriceKind.GUARANTEED_PART: _guaranteed,
}


def _by_payer(
    terms: TermsDocument, periods: Sequence[ClaimPeriod], whole: Fraction
) -> dict[str, Decimal]:
    """The most of each payer: its largest share that can apply, up to its own cap."""
    shares: dict[str, Fraction] = {}
    caps: dict[str, Fraction] = {}
    for payer in _payers(terms, periods):
        share = Fraction(payer.share_percent) / 100
        shares[payer.party] = max(shares.get(payer.party, Fraction(0)), share)
        if payer.cap is not None:
            caps[payer.party] = Fraction(payer.cap)
    return {
        party: _coins(min(whole * share, caps.get(party, whole)), terms)
        for party, share in shares.items()
    }


def _payers(terms: TermsDocument, periods: Sequence[ClaimPeriod]) -> Iterable[PayerPart]:
    for period in periods:
        last = [
            change
            for change in terms.claim.payers_from
            if period.period.end is None or change.valid_from < period.period.end
        ]
        yield from last[-1].payers if last else terms.claim.payers
    for term in terms.payment_terms:
        if any(_pays_in(term, period) for period in periods):
            yield from term.payers


def _sum(bounds: Iterable[Bound]) -> Bound:
    total = Fraction(0)
    for bound in bounds:
        if bound is None:
            return None
        total += bound
    return total


def _least(*bounds: Bound) -> Bound:
    return min((bound for bound in bounds if bound is not None), default=None)


def _fraction(amount: Decimal | None) -> Bound:
    return None if amount is None else Fraction(amount)


def _coins(amount: Fraction, terms: TermsDocument) -> Decimal:
    """In whole coins, never less than the bound."""
    digits = places(terms.currency)
    coins = Decimal(math.ceil(amount * 10**digits))
    return EXACT.scaleb(coins, -digits)
