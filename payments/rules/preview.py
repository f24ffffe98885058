"""What terms would pay: a worked table for terms that are still being drafted.

Questions that do not touch the price are answered by a stand-in, so that the table appears as
soon as the price can be reckoned. Nothing of it is stored.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms import TermsDocument, open_questions
from contracts.rules.terms.words import MeasureKind
from payments.rules.assumed import Assumed, groups_of, observations, paid_on, profiles
from payments.rules.inputs import ClaimInputs, Earlier
from payments.rules.net import net
from payments.rules.pipeline import calculate
from payments.rules.scale import breaks, figures_of, paid_for
from payments.rules.standing_in import circumstances, facts_of, stand_ins
from sibportal.kernel.money import quantise

__all__ = ["PreviewRow", "preview", "stand_ins"]

PERCENTAGES = (30, 40, 50, 60, 70)
COUNTS = (5, 10, 25, 50, 100)
BY_PEOPLE = frozenset({MeasureKind.RATE, MeasureKind.COUNT})


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What would be paid: if so many of the people (or that per cent) reached every outcome, else
    if the figure of each payment term were that of `figures`, in its own unit."""

    reached: int
    percent: int | None
    lines: tuple[Decimal, ...]
    total: Decimal
    figures: tuple[Decimal | None, ...] = ()


def preview(terms: TermsDocument, people: int) -> tuple[PreviewRow, ...]:
    """The worked table: by share of `people` where only shares are paid for, by their number
    where only each of them is, else along the scale of each payment term itself.

    A gate on another figure counts as open there. Empty while a question about the price is open.
    """
    # What disturbs one period says nothing about the price.
    whole = dataclasses.replace(stand_ins(terms), disruptions=())
    if not terms.payment_terms or open_questions(whole):
        return ()
    if not _is_by_people(whole):
        figures = [figures_of(whole, term, people) for term in whole.payment_terms]
        return tuple(_along(whole, row, people) for row in zip(*figures, strict=True))
    if any(term.measure.kind is MeasureKind.RATE for term in terms.payment_terms):
        return tuple(
            _reached(whole, percent, people * percent // 100, people) for percent in PERCENTAGES
        )
    return tuple(_reached(whole, None, count, people) for count in COUNTS)


def _is_by_people(terms: TermsDocument) -> bool:
    """Whether people who reach outcomes are all that payment depends on."""
    outcomes = paid_on(terms)
    if any(one.quantity or groups_of(terms, one) for one in outcomes):
        return False
    kinds = {term.measure.kind for term in terms.payment_terms}
    if not kinds <= BY_PEOPLE:
        return False
    if MeasureKind.RATE in kinds:
        return True
    # A number of people that is compared, valued or has bounds has a scale of its own.
    return not any(term.compare or term.valuation or breaks(term) for term in terms.payment_terms)


def _reached(terms: TermsDocument, percent: int | None, reached: int, people: int) -> PreviewRow:
    now = {one.key: Assumed(max(people, reached), reached) for one in paid_on(terms)}
    given = circumstances(terms)
    claim = calculate(
        terms,
        ClaimInputs(
            observations=observations(terms, now),
            earlier=Earlier(),
            period=given.period,
            service_cost=given.service_cost,
            capital=given.capital,
            indexes=given.indexes,
            profiles=profiles(terms, now),
        ),
    )
    return PreviewRow(
        reached,
        percent,
        tuple(line.amount for line in claim.lines),
        claim.total,
        tuple(line.quantity for line in claim.lines),
    )


def _along(terms: TermsDocument, figures: tuple[Decimal, ...], people: int) -> PreviewRow:
    """Each payment term at a figure of its own, then what limits the claim as a whole."""
    facts = facts_of(terms)
    lines = tuple(
        paid_for(facts, term, Fraction(at), people)
        for term, at in zip(terms.payment_terms, figures, strict=True)
    )
    total = sum(lines, quantise(Decimal(0), terms.currency))
    for step in net(facts, total, {}):
        total = step.result if isinstance(step.result, Decimal) else total
    return PreviewRow(0, None, lines, quantise(total, terms.currency), figures)
