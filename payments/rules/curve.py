"""What a payment term pays at each value of its figure, by the claim's own gate, price and limit.

Everything before the figure is left out: other figures are taken to meet their conditions, an index
to stand where it was agreed. Exact where the payment bends or jumps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from contracts.rules.terms import TermsDocument, open_questions
from contracts.rules.terms.document import PaymentTerm
from contracts.rules.terms.units import PEOPLE, PERCENT, TIMES, figure_unit
from payments.rules.facts import Facts
from payments.rules.measure import shown
from payments.rules.scale import breaks, paid_for
from payments.rules.standing_in import facts_of, stand_ins
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
    term = whole.payment_terms[position]
    unit = figure_unit(whole, term.measure, term.compare, term.valuation)
    bends = sorted({*_bends(whole, term)})
    least, most = _span(unit, bends, people)
    facts = facts_of(whole)
    values = [least, *(bend for bend in bends if least < bend < most), most]
    points: list[tuple[Decimal, Decimal]] = []
    for value in values:
        points += _at(facts, term, value)
    steps = PERCENTAGES if unit == PERCENT and most == 100 else _steps(least, most, bends, unit)
    worked = tuple((shown(value), _pays(facts, term, value)) for value in steps)
    return Curve(unit, tuple(points), worked)


def _pays(facts: Facts, term: PaymentTerm, value: Fraction) -> Decimal:
    """What the term pays in all at one value of its figure, within the contract's cap."""
    amount = paid_for(facts, term, value, people=1)
    cap = facts.terms.claim.cap
    return quantise(amount if cap is None else min(amount, cap), facts.terms.currency)


def _at(facts: Facts, term: PaymentTerm, value: Fraction) -> Iterator[tuple[Decimal, Decimal]]:
    """The points at one value: its own, before it what is paid just below, after it just above,
    where that is a jump."""
    coin = Decimal(1).scaleb(-places(facts.terms.currency))
    here = _pays(facts, term, value)
    below = _pays(facts, term, value - JUST_BELOW)
    above = _pays(facts, term, value + JUST_BELOW)
    if abs(below - here) > coin:
        yield shown(value), below
    yield shown(value), here
    if abs(above - here) > coin:
        yield shown(value), above


def _bends(terms: TermsDocument, term: PaymentTerm) -> Iterator[Fraction]:
    """The values of the figure at which the payment may bend or jump."""
    given = term.price
    yield from (Fraction(value) for value in breaks(term))
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
