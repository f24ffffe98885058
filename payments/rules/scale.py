"""What one payment term pays for a figure of its own, and which figures are worth showing."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from contracts.rules.terms.document import PaymentTerm, ShareStep, TermsDocument
from contracts.rules.terms.units import PEOPLE, PERCENT, TIMES, figure_unit
from contracts.rules.terms.words import GateKind, ShareBasis
from payments.rules.facts import Facts
from payments.rules.gate import gates
from payments.rules.limit import limit_term
from payments.rules.measure import Measured, shown
from payments.rules.price import price
from sibportal.kernel.explain import Step

STEPS = 5
NOTHING = Decimal(0)
SHARES = tuple(Decimal(percent) for percent in (30, 40, 50, 60, 70))
NUMBERS = tuple(Decimal(count) for count in (5, 10, 25, 50, 100))
AROUND = tuple(Decimal(percent) for percent in (60, 80, 100, 120, 140))


def paid_for(facts: Facts, term: PaymentTerm, at: Fraction, people: int) -> Decimal:
    """What a term pays for a figure: its own gates, price and limits, nothing claimed before.

    Gates on other figures count as open, and no cell (region, age) changes the price.
    """
    unit = figure_unit(facts.terms, term.measure, term.compare, term.valuation)
    step = Step("payments.step.measure", "payments.formula.figure", {}, shown(at), unit)
    figure = Measured(at, unit, step, people)
    own = tuple(
        dataclasses.replace(one, kind=GateKind.THRESHOLD, fallback=())
        for one in (term.gate, *term.further_gates)
        if one is not None and not one.figure
    )
    factor = gates(own, figure, lambda _key: figure).factor
    plain = dataclasses.replace(term, price=dataclasses.replace(term.price, multipliers=()))
    priced = price(facts, plain, figure, factor).step
    limits = limit_term(facts, plain, _amount(priced), NOTHING)
    return _amount(limits[-1] if limits else priced)


def figures_of(terms: TermsDocument, term: PaymentTerm, people: int) -> tuple[Decimal, ...]:
    """Five figures that span the term's own scale: its thresholds, tiers, bands and points, or
    what lies between and around them; without any up to where its cap is reached."""
    known = breaks(term)
    if not known:
        return _without_scale(terms, term, people)
    if len(known) == 1:
        return tuple(shown(Fraction(known[0] * percent / 100)) for percent in AROUND)
    if len(known) > STEPS:
        last = len(known) - 1
        return tuple(known[last * step // (STEPS - 1)] for step in range(STEPS))
    found = list(known)
    while len(found) < STEPS:
        low, high = max(pairwise(found), key=lambda gap: gap[1] - gap[0])
        found = sorted([*found, shown(Fraction((low + high) / 2))])
    return tuple(found)


def breaks(term: PaymentTerm) -> tuple[Decimal, ...]:
    """The figures at which the terms say that payment changes, in rising order."""
    given = term.price
    found = [
        one.value for one in (term.gate, *term.further_gates) if one is not None and not one.figure
    ]
    found += [tier.reached for tier in given.tiers]
    found += [edge for band in given.bands for edge in (band.above, band.up_to)]
    found += [point.at for point in given.curve]
    found += [given.dead_band_from, given.dead_band_to]
    if given.share_basis is ShareBasis.PAID:
        found += _filled(given.share_steps)
    else:
        found += [step.up_to for step in given.share_steps]
    return tuple(sorted({one for one in found if one is not None}))


def _filled(steps: tuple[ShareStep, ...]) -> list[Decimal | None]:
    """The savings at which each step of a share is filled with what it pays."""
    found: list[Decimal | None] = []
    at = before = NOTHING
    for one in steps:
        if one.up_to is None or not one.share_percent:
            break
        at += (one.up_to - before) * 100 / one.share_percent
        before = one.up_to
        found.append(at)
    return found


def _without_scale(terms: TermsDocument, term: PaymentTerm, people: int) -> tuple[Decimal, ...]:
    unit = figure_unit(terms, term.measure, term.compare, term.valuation)
    if unit == PERCENT:
        return SHARES
    if unit in {PEOPLE, TIMES}:
        return NUMBERS
    each = term.price.amount or (term.price.share_percent or NOTHING) / 100
    cap = term.limit.cap or terms.claim.cap
    most = Fraction(cap) / Fraction(each) if cap and each else Fraction(people)
    return tuple(shown(most * step / (STEPS - 1)) for step in range(1, STEPS + 1))


def _amount(step: Step) -> Decimal:
    if not isinstance(step.result, Decimal):
        raise TypeError("The last step of a price is an amount.")
    return step.result
