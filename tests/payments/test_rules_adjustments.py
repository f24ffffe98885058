"""Adjustments under any terms: all claims together come to what they would have from the start."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.rules.terms import TermsDocument
from contracts.rules.terms.words import Clawback
from payments.rules.adjustments import Made, Past, Right, adjustments
from payments.rules.inputs import Adjustment, ClaimInputs, Earlier
from payments.rules.pipeline import RULES_VERSION, ClaimCalculation, calculate
from tests.payments.random_claims import Told, after, any_inputs, claimed_or_no_base, with_cells
from tests.payments.random_prices import PERIODS
from tests.payments.random_terms import any_terms

NOTHING = Decimal(0)
THOUSANDS = 2000
drawn = settings().max_examples
EXAMPLES = settings(max_examples=drawn if drawn >= THOUSANDS else 25)
Amounts = dict[str, Decimal]


def amounts(*claims: ClaimCalculation) -> Amounts:
    """What claims come to by payment term, whatever the limits of claims leave of it."""
    found: Amounts = {}
    for claim in claims:
        for line in claim.lines:
            found[line.payment_term] = found.get(line.payment_term, NOTHING) + line.amount
    return found


@st.composite
def any_claims(draw: st.DrawFn, terms: TermsDocument) -> tuple[Told, ...]:
    """A claim for every period, each built on those before it."""
    earlier, told, before = Earlier(), [], None
    for period in PERIODS:
        before = draw(any_inputs(terms, period, earlier, before))
        inputs = with_cells(terms, before)
        told.append(Told(inputs, claimed_or_no_base(terms, inputs)))
        earlier = after(earlier, told[-1].claim)
    return tuple(told)


@st.composite
def corrected_stories(
    draw: st.DrawFn, clawback: Clawback
) -> tuple[TermsDocument, tuple[Told, ...], tuple[Told, ...]]:
    """Terms, the claims that were made, and those of the figures as they turned out to be."""
    terms = draw(any_terms())
    terms = dataclasses.replace(terms, claim=dataclasses.replace(terms.claim, clawback=clawback))
    return terms, draw(any_claims(terms)), draw(any_claims(terms))


def past(terms: TermsDocument, made: tuple[Told, ...], right: tuple[Told, ...]) -> tuple[Past, ...]:
    return tuple(
        Past(
            str(number), RULES_VERSION, terms, amounts(one.claim),
            Right(other.inputs, other.inputs.observations), reason="facts",
        )
        for number, (one, other) in enumerate(zip(made, right, strict=True), start=1)
    )  # fmt: skip


def correction(
    terms: TermsDocument, made: tuple[Told, ...], found: tuple[Adjustment, ...]
) -> ClaimCalculation:
    """The claim of these adjustments after the last period."""
    last = made[-1].inputs
    earlier = Earlier()
    for one in made:
        earlier = after(earlier, one.claim)
    inputs = ClaimInputs(
        (), earlier, last.period, service_cost=last.service_cost, capital=last.capital,
        payments=last.payments, adjustments=found, is_correction=True,
    )  # fmt: skip
    return calculate(terms, inputs)


@EXAMPLES
@given(st.sampled_from([Clawback.CREDIT, Clawback.REPAID]).flatmap(corrected_stories))
def test_corrected_claims_come_to_what_they_would_have_from_the_start(
    story: tuple[TermsDocument, tuple[Told, ...], tuple[Told, ...]],
) -> None:
    terms, made, right = story
    found = adjustments(terms, RULES_VERSION, past(terms, made, right), (), None)
    claim = correction(terms, made, found)
    wanted = amounts(*(one.claim for one in right))
    assert amounts(*(one.claim for one in made), claim) == wanted
    # What is made up for is not made up for again.
    told = tuple(
        Made(one.payment_term, one.corrects, one.amount, line.amount)
        for one, line in zip(found, claim.lines, strict=True)
    )
    assert adjustments(terms, RULES_VERSION, past(terms, made, right), told, None) == ()


@EXAMPLES
@given(corrected_stories(Clawback.NONE))
def test_without_clawback_nothing_is_taken_back_and_all_that_lacks_is_paid(
    story: tuple[TermsDocument, tuple[Told, ...], tuple[Told, ...]],
) -> None:
    terms, made, right = story
    found = adjustments(terms, RULES_VERSION, past(terms, made, right), (), None)
    claim = correction(terms, made, found)
    assert all(line.amount >= 0 for line in claim.lines)
    claimed, wanted = amounts(*(one.claim for one in made)), amounts(*(one.claim for one in right))
    after_all = amounts(*(one.claim for one in made), claim)
    for key, amount in wanted.items():
        assert after_all[key] == max(amount, claimed[key])
    told = tuple(
        Made(one.payment_term, one.corrects, one.amount, line.amount)
        for one, line in zip(found, claim.lines, strict=True)
    )
    assert adjustments(terms, RULES_VERSION, past(terms, made, right), told, None) == ()


@EXAMPLES
@given(corrected_stories(Clawback.CREDIT))
def test_claims_whose_figures_stand_are_not_adjusted(
    story: tuple[TermsDocument, tuple[Told, ...], tuple[Told, ...]],
) -> None:
    terms, made, _right = story
    assert adjustments(terms, RULES_VERSION, past(terms, made, made), (), None) == ()
