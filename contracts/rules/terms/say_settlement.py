"""The claim as a whole, indexes, distribution, and when the plan meets life, as phrases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from contracts.rules.terms.document import (
    ClaimTerms,
    Disruption,
    IndexClause,
    TermsDocument,
    Tranche,
    Waterfall,
)
from contracts.rules.terms.words import Clawback, DisruptionTreatment, ReturnKind, SettlementKind
from sibportal.kernel.explain import Params, Phrase


def say_claim(terms: TermsDocument) -> Iterator[Phrase]:
    """Caps, payers, payee and days of payment."""
    claim = terms.claim
    currency: Params = {"currency": terms.currency}
    for name in ("cap", "floor", "period_cap"):
        value = getattr(claim, name)
        if value is not None:
            yield Phrase(f"terms.say.{name}", {**currency, name: value})
    yield from _further_caps(terms, claim)
    yield from _payers(terms, claim)
    if claim.payee:
        yield Phrase(f"terms.say.payee_{claim.payee}")
    if claim.payment_days is not None:
        yield Phrase("terms.say.payment_days", {"days": claim.payment_days})
    if claim.late_interest_percent is not None:
        yield Phrase("terms.say.late_interest", {"percent": claim.late_interest_percent})
    if claim.objection_days is not None:
        yield Phrase("terms.say.objection_days", {"days": claim.objection_days})


def say_index(clause: IndexClause) -> Iterator[Phrase]:
    """By which index prices move, and by how much at most."""
    if clause.base_value is None or clause.base_on is None:
        return
    params = {
        "index": clause.title,
        "source": clause.source,
        "value": clause.base_value,
        "day": clause.base_on,
        "cap_percent": clause.cap_percent,
    }
    yield Phrase("terms.say.index", params)
    if clause.cap_percent is not None:
        yield Phrase("terms.say.index_cap", params)


def say_waterfall(terms: TermsDocument) -> Iterator[Phrase]:
    """In which order a payment is distributed."""
    waterfall = terms.waterfall
    if waterfall is None:
        return
    if waterfall.haircut_percent:
        yield Phrase("terms.say.haircut", {"percent": waterfall.haircut_percent})
    if waterfall.recycling_percent:
        yield Phrase("terms.say.recycling", {"percent": waterfall.recycling_percent})
    for rank, tranche in enumerate(waterfall.tranches, start=1):
        yield from _tranche(tranche, rank, terms.currency)
    if waterfall.surplus:
        parts = tuple(
            Phrase(f"terms.say.surplus_{part.to}", {"percent": part.percent})
            for part in waterfall.surplus
        )
        yield Phrase("terms.say.surplus", {"parts": parts})
    yield from _guarantee(waterfall, terms.currency)


def say_contingencies(terms: TermsDocument) -> Iterator[Phrase]:
    """What disturbs the plan, and what is paid when the contract ends early."""
    for disruption in terms.disruptions:
        if disruption.treatment:
            yield _disruption(terms, disruption, disruption.treatment)
    for termination in terms.terminations:
        percent = termination.cost_percent
        asked = termination.settlement is SettlementKind.EARNED_AND_COST
        if termination.settlement and not (asked and percent is None):
            cause = Phrase(f"terms.cause.{termination.cause}")
            params = {"cause": cause, "percent": percent}
            yield Phrase(f"terms.say.settlement_{termination.settlement}", params)


def _further_caps(terms: TermsDocument, claim: ClaimTerms) -> Iterator[Phrase]:
    if claim.person_cap:
        params: dict[str, object] = {"cap": claim.person_cap.amount, "currency": terms.currency}
        params["lines"] = tuple(terms.payment_term(key).title for key in claim.person_cap.terms)
        some = "_of_lines" if claim.person_cap.terms else ""
        yield Phrase(f"terms.say.person_cap{some}", params)
    if claim.return_cap:
        cap = {"percent": claim.return_cap.percent}
        yield Phrase(f"terms.say.return_cap_{claim.return_cap.kind}", cap)
    if claim.clawback is not Clawback.NONE:
        yield Phrase(f"terms.say.clawback_{claim.clawback}")
    if claim.nets_other_funding:
        yield Phrase("terms.say.nets_other_funding")


def _payers(terms: TermsDocument, claim: ClaimTerms) -> Iterator[Phrase]:
    parts = [*claim.payers, *(payer for term in terms.payment_terms for payer in term.payers)]
    for payer in claim.payers:
        paid = {"party": payer.party, "share_percent": payer.share_percent}
        yield Phrase("terms.say.payer", paid)
    for change in claim.payers_from:
        parts += change.payers
        for payer in change.payers:
            share = {"party": payer.party, "share_percent": payer.share_percent}
            yield Phrase("terms.say.payer_from", {**share, "day": change.valid_from})
    for party, cap in dict.fromkeys((one.party, one.cap) for one in parts if one.cap is not None):
        capped = {"party": party, "cap": cap, "currency": terms.currency}
        yield Phrase("terms.say.payer_cap", capped)


def _tranche(tranche: Tranche, rank: int, currency: str) -> Iterator[Phrase]:
    answered = tranche.return_kind is ReturnKind.NONE or None not in (
        tranche.return_percent, tranche.return_from,
    )  # fmt: skip
    if tranche.capital is None or not answered:
        return
    params = {
        "tranche": tranche.title,
        "rank": rank,
        "capital": tranche.capital,
        "currency": currency,
        "return_percent": tranche.return_percent,
        "day": tranche.return_from,
    }
    yield Phrase(f"terms.say.tranche_{tranche.return_kind}", params)


def _guarantee(waterfall: Waterfall, currency: str) -> Iterator[Phrase]:
    guarantee = waterfall.guarantee
    for tranche in waterfall.tranches:
        if guarantee and tranche.key == guarantee.tranche:
            params = {"tranche": tranche.title, "amount": guarantee.amount, "currency": currency}
            yield Phrase("terms.say.guarantee", params)


def _disruption(
    terms: TermsDocument, disruption: Disruption, treatment: DisruptionTreatment
) -> Phrase:
    substitute = terms.outcome(disruption.substitute).title if disruption.substitute else ""
    params = {
        "disruption": disruption.title,
        "from_day": disruption.from_day,
        # People count the last day among those that belong.
        "last_day": disruption.until - timedelta(days=1),
        "outcomes": tuple(terms.outcome(key).title for key in disruption.outcomes),
        "days": disruption.extend_days or 0,
        "substitute": substitute,
        "amount": disruption.amount or 0,
        "currency": terms.currency,
    }
    return Phrase(f"terms.say.disruption_{treatment}", params)
