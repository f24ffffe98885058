"""Whether what holds for the claim as a whole, its distribution and its contingencies fit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

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
from contracts.rules.terms.document import Disruption, PayerPart, TermsDocument, Waterfall
from contracts.rules.terms.words import (
    DisruptionTreatment,
    MeasureKind,
    PriceKind,
    ReturnKind,
    SettlementKind,
    Timing,
)
from sibportal.kernel.errors import Issue
from sibportal.kernel.money import places

_DISRUPTION_ENTRIES = {
    DisruptionTreatment.EXTEND: "extend_days",
    DisruptionTreatment.SUBSTITUTE: "substitute",
    DisruptionTreatment.PAY_ACTIVITY: "amount",
}


def check_settlement(terms: TermsDocument) -> Iterator[Issue]:
    """Everything wrong with payers, caps, indexes, waterfall, disruptions and terminations."""
    yield from _claim(terms)
    yield from _person_cap(terms)
    for at, clause in at_each("indexes", terms.indexes):
        if clause.base_value is not None and clause.base_value <= 0:
            yield Issue("terms.above_zero", f"{at}.base_value", str(clause.base_value))
        yield from per_cent(f"{at}.cap_percent", clause.cap_percent)
    yield from repeated((f"{at}.key", one.key) for at, one in at_each("indexes", terms.indexes))
    if terms.waterfall:
        yield from _waterfall(terms, terms.waterfall)
    for at, disruption in at_each("disruptions", terms.disruptions):
        yield from _disruption(terms, at, disruption)
    yield from repeated(
        (f"{at}.key", one.key) for at, one in at_each("disruptions", terms.disruptions)
    )
    for at, termination in at_each("terminations", terms.terminations):
        if termination.settlement is not SettlementKind.EARNED_AND_COST:
            yield from unused(at, termination, ("cost_percent",))
        yield from per_cent(f"{at}.cost_percent", termination.cost_percent)
    yield from repeated(
        (f"{at}.cause", one.cause) for at, one in at_each("terminations", terms.terminations)
    )


def _claim(terms: TermsDocument) -> Iterator[Issue]:
    claim = terms.claim
    for name in ("cap", "floor", "period_cap"):
        yield from not_negative(f"claim.{name}", getattr(claim, name))
    if claim.cap is not None and claim.floor is not None and claim.floor > claim.cap:
        yield Issue("terms.floor_above_cap", "claim.floor", str(claim.floor), {"cap": claim.cap})
    yield from _payers("claim.payers", claim.payers)
    for at, term in at_each("payment_terms", terms.payment_terms):
        yield from _payers(f"{at}.payers", term.payers)
    for at, change in at_each("claim.payers_from", claim.payers_from):
        yield from _payers(f"{at}.payers", change.payers)
    yield from ascending("claim.payers_from", (one.valid_from for one in claim.payers_from))
    if claim.return_cap:
        yield from not_negative("claim.return_cap.percent", claim.return_cap.percent)
    yield from per_cent("claim.late_interest_percent", claim.late_interest_percent)
    sums = [(f"claim.{name}", getattr(claim, name)) for name in ("cap", "floor", "period_cap")]
    yield from too_many_places(sums, places(terms.currency))


def _payers(at: str, payers: tuple[PayerPart, ...]) -> Iterator[Issue]:
    for place, payer in at_each(at, payers):
        if not 0 < payer.share_percent <= HUNDRED:
            yield Issue("terms.share", f"{place}.share_percent", str(payer.share_percent))
        yield from not_negative(f"{place}.cap", payer.cap)
    yield from repeated((f"{place}.party", payer.party) for place, payer in at_each(at, payers))
    total = sum((payer.share_percent for payer in payers), Decimal(0))
    if payers and total != HUNDRED:
        yield Issue("terms.shares_sum", at, str(total), {"total_percent": total})


def _person_cap(terms: TermsDocument) -> Iterator[Issue]:
    cap = terms.claim.person_cap
    if cap is None:
        return
    yield from not_negative("claim.person_cap.amount", cap.amount)
    known = {term.key: term for term in terms.payment_terms}
    for at, key in at_each("claim.person_cap.terms", cap.terms):
        yield from one_of(at, key, known, "terms.unknown_payment_term")
    for position, term in enumerate(terms.payment_terms):
        if term.key not in cap.terms and (cap.terms or term.price.kind is not PriceKind.UNIT_PRICE):
            continue
        if term.price.kind is not PriceKind.UNIT_PRICE:
            yield Issue("terms.person_cap_unit_price", f"payment_terms[{position}].price.kind")
        elif term.measure.kind is not MeasureKind.COUNT or term.compare or term.valuation:
            # Who reached what how often says nothing about a difference or a sum.
            yield Issue("terms.person_cap_counts", f"payment_terms[{position}].measure.kind")
        elif term.timing is Timing.THIS_PERIOD:
            yield Issue(
                "terms.person_cap_to_date", f"payment_terms[{position}].timing", term.timing
            )


def _waterfall(terms: TermsDocument, waterfall: Waterfall) -> Iterator[Issue]:
    tranches = at_each("waterfall.tranches", waterfall.tranches)
    keys = {tranche.key for tranche in waterfall.tranches}
    for at, tranche in tranches:
        yield from not_negative(f"{at}.capital", tranche.capital)
        yield from not_negative(f"{at}.return_percent", tranche.return_percent)
        if tranche.return_kind is ReturnKind.NONE:
            yield from unused(at, tranche, ("return_percent", "return_from"))
    yield from repeated(
        (f"{at}.key", one.key) for at, one in at_each("waterfall.tranches", waterfall.tranches)
    )
    if waterfall.guarantee:
        at = "waterfall.guarantee"
        yield from one_of(
            f"{at}.tranche", waterfall.guarantee.tranche, keys, "terms.unknown_tranche"
        )
        yield from not_negative(f"{at}.amount", waterfall.guarantee.amount)
    for name in ("haircut_percent", "recycling_percent"):
        yield from per_cent(f"waterfall.{name}", getattr(waterfall, name))
    total = sum((part.percent for part in waterfall.surplus), Decimal(0))
    if waterfall.surplus and total != HUNDRED:
        yield Issue("terms.shares_sum", "waterfall.surplus", str(total), {"total_percent": total})


def _disruption(terms: TermsDocument, at: str, disruption: Disruption) -> Iterator[Issue]:
    if disruption.until <= disruption.from_day:
        yield Issue("terms.ends_before_start", f"{at}.until", disruption.until.isoformat())
    outcomes = {outcome.key for outcome in terms.outcomes}
    for place, key in at_each(f"{at}.outcomes", disruption.outcomes):
        yield from one_of(place, key, outcomes, "terms.unknown_outcome")
    yield from one_of(f"{at}.substitute", disruption.substitute, outcomes, "terms.unknown_outcome")
    used = _DISRUPTION_ENTRIES.get(disruption.treatment) if disruption.treatment else None
    if disruption.treatment:
        rest = [name for name in _DISRUPTION_ENTRIES.values() if name != used]
        yield from unused(at, disruption, rest)
    yield from not_negative(f"{at}.amount", disruption.amount)
