"""What a payment term pays at each value of its figure, by the claim's own gate, price and limit.

Everything before the figure is left out: other figures are taken to meet their conditions, an index
to stand where it was agreed. Exact where the payment bends or jumps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from contracts.rules.terms import TermsDocument, open_questions
from contracts.rules.terms.document import PaymentTerm
from contracts.rules.terms.units import PEOPLE, PERCENT, TIMES, figure_unit
from contracts.rules.terms.words import GateKind
from payments.rules.facts import Facts
from payments.rules.gate import gates
from payments.rules.inputs import ClaimInputs, ClaimPeriod, Earlier
from payments.rules.limit import limit_term
from payments.rules.measure import Measured, shown
from payments.rules.price import price
from payments.rules.standing_in import stand_ins
from sibportal.kernel.dates import Period
from sibportal.kernel.explain import Step
from sibportal.kernel.money import places, quantise

JUST_BELOW = Fraction(1, 10**9)
PERCENTAGES = tuple(Fraction(percent) for percent in (30, 40, 50, 60, 70))
STEPS = 5


@dataclass(frozen=True, slots=True)
class Curve:
    """The payment by its figure, in the figure's unit: the points of the line (a jump is two at
    one value) and a few worked ones."""

    unit: str
    points: tuple[tuple[Decimal, Decimal], ...]
    worked: tuple[tuple[Decimal, Decimal], ...]


def curve(terms: TermsDocument, position: int, people: int) -> Curve | None:
    """The curve of one payment term; None while a question about its price is open."""
    whole = stand_ins(terms)
    mine = f"payment_terms[{position}]."
    if any(issue.field.startswith(mine) for issue in open_questions(whole)):
        return None
    term = _alone(whole.payment_terms[position])
    unit = figure_unit(whole, term.measure, term.compare, term.valuation)
    bends = sorted({*_bends(whole, term)})
    least, most = _span(unit, bends, people)
    facts = _facts(whole, term)
    values = [least, *(bend for bend in bends if least < bend < most), most]
    points: list[tuple[Decimal, Decimal]] = []
    for value in values:
        points += _at(facts, term, unit, value)
    steps = PERCENTAGES if unit == PERCENT and most == 100 else _steps(least, most, bends, unit)
    worked = tuple((shown(value), _pays(facts, term, unit, value)) for value in steps)
    return Curve(unit, tuple(points), worked)


def _alone(term: PaymentTerm) -> PaymentTerm:
    """The term with the conditions on its own figure only, and one price for everybody."""
    own = tuple(
        one for one in (term.gate, *term.further_gates)
        if one is not None and one.kind is not GateKind.PRECONDITION
    )  # fmt: skip
    return dataclasses.replace(
        term,
        gate=None,
        further_gates=own,
        price=dataclasses.replace(term.price, multipliers=()),
    )


def _facts(terms: TermsDocument, term: PaymentTerm) -> Facts:
    day = term.assessment_on or date.min
    end = day + timedelta(days=1) if term.assessment_on else None
    inputs = ClaimInputs(
        observations=(),
        earlier=Earlier(),
        period=ClaimPeriod(Period(day, end), is_last=True),
        service_cost=term.price.cost,
        indexes={one.key: one.base_value for one in terms.indexes if one.base_value is not None},
    )
    return Facts(terms, inputs, {})


def _pays(facts: Facts, term: PaymentTerm, unit: str, value: Fraction) -> Decimal:
    """What the term pays in all at one value of its figure, within the contract's cap."""
    step = Step("payments.step.measure", "payments.formula.figure", {}, shown(value), unit)
    measured = Measured(value, unit, step, people=1)
    factor = gates(term.further_gates, measured, _nobody).factor
    priced = price(facts, term, measured, factor).step
    limited = limit_term(facts, term, _amount(priced), Decimal(0))
    amount = _amount(limited[-1] if limited else priced)
    cap = facts.terms.claim.cap
    return quantise(amount if cap is None else min(amount, cap), facts.terms.currency)


def _amount(step: Step) -> Decimal:
    if not isinstance(step.result, Decimal):
        raise TypeError("The last step of a price is an amount.")
    return step.result


def _nobody(key: str) -> Measured:
    """Another figure that passes nothing: the curve is that of the term's own figure."""
    return Measured(
        Fraction(0), "", Step("payments.step.measure", "payments.formula.figure", {}, None)
    )


def _at(
    facts: Facts, term: PaymentTerm, unit: str, value: Fraction
) -> Iterator[tuple[Decimal, Decimal]]:
    """The points at one value: its own, before it what is paid just below, after it just above,
    where that is a jump."""
    coin = Decimal(1).scaleb(-places(facts.terms.currency))
    here = _pays(facts, term, unit, value)
    below = _pays(facts, term, unit, value - JUST_BELOW)
    above = _pays(facts, term, unit, value + JUST_BELOW)
    if abs(below - here) > coin:
        yield shown(value), below
    yield shown(value), here
    if abs(above - here) > coin:
        yield shown(value), above


def _bends(terms: TermsDocument, term: PaymentTerm) -> Iterator[Fraction]:
    """The values of the figure at which the payment may bend or jump."""
    given = term.price
    for one in term.further_gates:
        yield from (Fraction(value) for value in [one.value] if value is not None)
    found = [tier.reached for tier in given.tiers]
    found += [end for band in given.bands for end in (band.above, band.up_to) if end is not None]
    found += [point.at for point in given.curve]
    found += [end for end in (given.dead_band_from, given.dead_band_to) if end is not None]
    found += [step.up_to for step in given.share_steps if step.up_to is not None]
    yield from (Fraction(value) for value in found)
    caps = [cap for cap in (term.limit.cap, term.limit.period_cap, terms.claim.cap) if cap]
    for each in (given.amount, given.share_percent and given.share_percent / 100):
        if each:
            # Where a price for each, or a share, meets a cap; no bend for any other kind.
            yield from (Fraction(cap) / Fraction(each) for cap in caps)


def _span(unit: str, bends: list[Fraction], people: int) -> tuple[Fraction, Fraction]:
    """From where to where the curve is drawn: all that can be, else a little beyond its bends."""
    least = min([Fraction(0), *bends])
    if unit == PERCENT and least == 0 and (not bends or bends[-1] <= 100):
        return least, Fraction(100)
    if unit in {PEOPLE, TIMES}:
        return least, Fraction(max(people, 1))
    most = max([Fraction(0), *bends])
    return (least, most * Fraction(5, 4)) if most else (least, Fraction(100))


def _steps(
    least: Fraction, most: Fraction, bends: list[Fraction], unit: str
) -> tuple[Fraction, ...]:
    """A few values to work out: the bends themselves, and whole ones between and beyond."""
    even = [least + (most - least) * step / STEPS for step in range(1, STEPS + 1)]
    if unit in {PEOPLE, TIMES}:
        even = [Fraction(round(value)) for value in even]
    inside = [bend for bend in bends if least < bend < most][: 2 * STEPS]
    found = sorted({*even, *inside}) if len(inside) < STEPS else sorted({*inside, most})
    return tuple(low for low, high in pairwise([*found, most + 1]) if high - low > JUST_BELOW)
