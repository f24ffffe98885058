"""What must hold for every claim under any terms: a few are drawn here, thousands by the torture
profile (`make torture`)."""

from __future__ import annotations

import dataclasses
import itertools
import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from cohorts.rules.counting import Status, base
from contracts.rules.terms import TermsDocument, digest, parse, to_document
from contracts.rules.terms.document import MetricReference
from contracts.rules.terms.words import (
    Clawback,
    Denominator,
    LeavingReason,
    LeavingTreatment,
    ReturnCapKind,
)
from outcomes.rules.counting import Row, count, profiles
from outcomes.rules.words import State
from payments.rules.caps import PERSON_CAP
from payments.rules.inputs import (
    CellFigure,
    ClaimInputs,
    Earlier,
    Flow,
    Observation,
    Profile,
    read_inputs,
)
from payments.rules.interest import compound
from payments.rules.pipeline import ClaimCalculation, calculate
from sibportal.kernel.explain import Calculation
from tests.payments.random_claims import Told, after, any_inputs, any_story, with_cells
from tests.payments.random_prices import CELLS, PERIODS, SUCCESSES, UNPAID, Kind
from tests.payments.random_terms import any_terms

NOTHING = Decimal(0)
THOUSANDS = 2000
drawn = settings().max_examples
# Few where everything else is tested too, all of them in the torture profile.
EXAMPLES = settings(max_examples=drawn if drawn >= THOUSANDS else 25)
Story = tuple[TermsDocument, tuple[Told, ...]]
Entry = TypeVar("Entry")
START = date(2027, 1, 1)
days = st.integers(0, 700).map(lambda number: START + timedelta(days=number))
yes = st.integers(0, 1)


@EXAMPLES
@given(any_story(), st.integers(0, 2**32))
def test_claims_of_any_terms_keep_every_promise(story: Story, number: int) -> None:
    """One story of three claims, held against every property: drawing it is what takes time."""
    nothing_is_negative_unless_clawback_is_agreed(story)
    nothing_is_above_any_cap(story)
    nobody_brings_more_than_the_cap_per_person(story)
    shares_sum_exactly(story)
    the_order_of_figures_is_irrelevant(story, number)
    outcomes_not_paid_for_change_nothing(story, number % 5000)
    everything_reads_back_and_comes_out_the_same(story)


def nothing_is_negative_unless_clawback_is_agreed(story: Story) -> None:
    terms, told = story
    clawback = terms.claim.clawback
    for one in told:
        if clawback is not Clawback.REPAID:
            assert one.claim.total >= 0
            assert all(share.amount >= 0 for share in one.claim.payer_shares)
        if clawback is Clawback.NONE:
            assert all(line.amount >= 0 for line in one.claim.lines)
    # Nobody repays more than was paid.
    assert sum(one.claim.total for one in told) >= 0


def nothing_is_above_any_cap(story: Story) -> None:
    terms, told = story
    claim, paid = terms.claim, NOTHING
    by_term, by_payer = dict[str, Decimal](), dict[str, Decimal]()
    for one in told:
        paid += one.claim.total
        assert claim.cap is not None
        assert paid <= claim.cap
        assert claim.period_cap is None or one.claim.total <= claim.period_cap
        assert paid <= most_by_return(terms, one.inputs) or one.claim.total <= 0
        for line in one.claim.lines:
            limit = terms.payment_term(line.payment_term).limit
            by_term[line.payment_term] = by_term.get(line.payment_term, NOTHING) + line.amount
            assert limit.period_cap is None or line.amount <= limit.period_cap
            assert limit.cap is None or by_term[line.payment_term] <= limit.cap
        for share in one.claim.payer_shares:
            by_payer[share.party] = by_payer.get(share.party, NOTHING) + share.amount
            cap = cap_of(terms, one.inputs, share.party)
            assert cap is None or by_payer[share.party] <= cap or share.amount <= 0


def most_by_return(terms: TermsDocument, inputs: ClaimInputs) -> Fraction:
    """What all claims may come to on the day after a period, so that the return stays in its cap.

    Earlier payments count with what they have earned since; those not yet paid as they are.
    """
    cap, day = terms.claim.return_cap, inputs.period.period.end
    assert day is not None
    if cap is None:
        return Fraction(10**12)
    if cap.kind is ReturnCapKind.TOTAL:
        return Fraction(sum(flow.amount for flow in inputs.capital)) * (
            1 + Fraction(cap.percent) / 100
        )

    def grown(start: date) -> Fraction:
        return 1 + compound(cap.percent, (day - start).days)

    capital = sum(Fraction(flow.amount) * grown(flow.day) for flow in inputs.capital)
    earned = sum(Fraction(flow.amount) * (grown(flow.day) - 1) for flow in inputs.payments)
    return Fraction(capital) - Fraction(earned)


def cap_of(terms: TermsDocument, inputs: ClaimInputs, party: str) -> Decimal | None:
    end = inputs.period.period.end
    assert end is not None
    changed = [one.payers for one in terms.claim.payers_from if one.valid_from < end]
    ordinary = changed[-1] if changed else terms.claim.payers
    every = [*ordinary, *(payer for term in terms.payment_terms for payer in term.payers)]
    agreed = [payer.cap for payer in every if payer.party == party and payer.cap is not None]
    return min(agreed) if agreed else None


def nobody_brings_more_than_the_cap_per_person(story: Story) -> None:
    terms, told = story
    cap = terms.claim.person_cap
    if cap is None:
        return
    for one in told:
        made = after(one.inputs.earlier, one.claim)
        claimed = sum((made.by_term.get(key, NOTHING) for key in cap.terms), NOTHING)
        floors = sum((floor_of(terms, key, one.inputs) for key in cap.terms), Fraction(0))
        people = sum(
            profile.people for profile in one.inputs.profiles if any(profile.times.values())
        )
        # Prices that an index moved down leave what was claimed before where nothing is taken back.
        before = sum((one.inputs.earlier.by_term.get(key, NOTHING) for key in cap.terms), NOTHING)
        bound = max(Fraction(people * cap.amount), floors, Fraction(before))
        unused = max(made.by_limit.get(PERSON_CAP, NOTHING), NOTHING)
        # A line is rounded to half a unit at the most.
        assert claimed - unused <= bound + len(cap.terms)


def floor_of(terms: TermsDocument, key: str, inputs: ClaimInputs) -> Fraction:
    limit, cost = terms.payment_term(key).limit, inputs.service_cost or NOTHING
    part = Fraction(cost) * Fraction(limit.floor_cost_percent or 0) / 100
    return max(Fraction(limit.floor or 0), part) + 1


def shares_sum_exactly(story: Story) -> None:
    _, told = story
    for one in told:
        root = one.claim.explanation.root
        assert sum(share.amount for share in one.claim.payer_shares) == one.claim.total
        assert root.result == one.claim.total
        assert root.children[0].result == sum(line.amount for line in one.claim.lines)


def the_order_of_figures_is_irrelevant(story: Story, seed: int) -> None:
    terms, told = story
    inputs = told[-1].inputs
    chance = random.Random(seed)

    def mixed(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(chance.sample(entries, len(entries)))

    again = dataclasses.replace(
        inputs,
        observations=mixed(
            tuple(
                dataclasses.replace(seen, cells=mixed(seen.cells)) for seen in inputs.observations
            )
        ),
        profiles=mixed(inputs.profiles),
        capital=mixed(inputs.capital),
        payments=mixed(inputs.payments),
    )
    assert calculate(terms, again) == told[-1].claim


def outcomes_not_paid_for_change_nothing(story: Story, number: int) -> None:
    terms, told = story
    inputs = told[-1].inputs
    others = tuple(seen for seen in inputs.observations if seen.outcome != UNPAID)
    for extra in ((), (Observation(UNPAID, number, number, number, number, 5000),)):
        again = dataclasses.replace(inputs, observations=(*others, *extra))
        assert calculate(terms, again) == told[-1].claim


def everything_reads_back_and_comes_out_the_same(story: Story) -> None:
    terms, told = story
    document = to_document(terms)
    assert parse(document) == terms
    assert to_document(parse(document)) == document
    assert digest(parse(document)) == digest(document)
    for one in told:
        inputs = read_inputs(one.inputs.to_json())
        assert inputs == one.inputs
        assert calculate(parse(document), inputs) == one.claim
        assert Calculation.from_json(one.claim.explanation.to_json()) == one.claim.explanation


@st.composite
def two_results(draw: st.DrawFn) -> tuple[TermsDocument, ClaimInputs, ClaimInputs]:
    """Rising terms, a result, and the same with more people or times that reached an outcome."""
    terms = draw(any_terms(Kind(only_rising=True)))
    inputs = draw(any_inputs(terms, PERIODS[-1], Earlier()))
    profiles = tuple(
        dataclasses.replace(
            one, times={key: max(one.times[key], draw(st.integers(0, 1))) for key in SUCCESSES}
        )
        for one in inputs.profiles
    )
    better = dataclasses.replace(inputs, profiles=profiles)
    observations = tuple(
        reached_again(seen, better) if seen.outcome in SUCCESSES else seen
        for seen in inputs.observations
    )
    better = dataclasses.replace(better, observations=observations)
    return terms, with_cells(terms, inputs), with_cells(terms, better)


def reached_again(seen: Observation, inputs: ClaimInputs) -> Observation:
    people = sum(one.people for one in inputs.profiles if one.times[seen.outcome])
    events = sum(one.people * one.times[seen.outcome] for one in inputs.profiles)
    return dataclasses.replace(
        seen,
        numerator=people,
        events=events,
        cumulative_numerator=people,
        cumulative_events=events,
    )


@EXAMPLES
@given(two_results())
def test_more_success_never_pays_less_where_the_mechanism_rises(
    results: tuple[TermsDocument, ClaimInputs, ClaimInputs],
) -> None:
    """Effects that count an increase, thresholds from below, tiers and curves that rise; without
    payers' caps, under which a sum can move to a payer who has paid enough."""
    terms, worse, better = results
    assert calculate(terms, better).total >= calculate(terms, worse).total


@st.composite
def small_cohorts(draw: st.DrawFn) -> tuple[TermsDocument, tuple[Status, ...], tuple[Row, ...]]:
    """Rising terms, up to eight people, and what was measured of them in one period."""
    terms = draw(any_terms(Kind(only_rising=True)))
    counting = dataclasses.replace(
        terms.counting, denominator=draw(st.sampled_from(list(Denominator)))
    )
    statuses = tuple(
        Status(f"person-{number}", START, START, START, cohort=draw(st.sampled_from(CELLS)))
        for number in range(draw(st.integers(1, 8)))
    )
    rows = tuple(
        Row(
            one.participant, MetricReference(key, 1), point, draw(days), Decimal(draw(yes)),
            sequence, 1, draw(st.sampled_from(list(State))),
        )
        for sequence, (one, key, point) in enumerate(
            itertools.product(statuses, SUCCESSES, ("after", "later"))
        )
    )  # fmt: skip
    return dataclasses.replace(terms, counting=counting), statuses, rows


def claimed(
    terms: TermsDocument, statuses: tuple[Status, ...], rows: tuple[Row, ...]
) -> ClaimCalculation:
    """The claim of a small cohort, counted by the definition."""
    people = base(statuses, terms.counting, places=10)
    figures = count(rows, terms, people, period=1)
    together = profiles(rows, terms, people, period=1)
    return calculate(
        terms,
        ClaimInputs(
            observations=tuple(
                Observation(
                    key, one.numerator, one.events, one.cumulative_numerator,
                    one.cumulative_events, one.denominator, measured=one.measured,
                    cells=tuple(
                        CellFigure(cell.cell, cell.quantity, cell.cumulative_quantity)
                        for cell in one.cells
                    ),
                )
                for key, one in figures.items()
            ),
            earlier=Earlier(),
            period=PERIODS[-1],
            service_cost=Decimal("1000.00"),
            capital=(Flow(date(2025, 1, 1), Decimal("9000.00")),),
            indexes={"prices": Decimal(100)},
            profiles=tuple(Profile(number, dict(times)) for times, number in together.items()),
        ),
    )  # fmt: skip


@EXAMPLES
@given(small_cohorts(), st.data())
def test_unverified_rows_and_leavers_never_raise_a_payment_but_for_confirmed_neutral_exits(
    cohort: tuple[TermsDocument, tuple[Status, ...], tuple[Row, ...]], data: st.DataObject
) -> None:
    terms, stayed, rows = cohort
    who = data.draw(st.integers(0, len(stayed) - 1))
    reason = data.draw(st.sampled_from(list(LeavingReason)))
    confirmed = data.draw(st.booleans())
    left = list(stayed)
    left[who] = dataclasses.replace(
        left[who], exited_on=data.draw(days), exit_reason=reason, exit_confirmed=confirmed
    )
    before, after_exit = claimed(terms, stayed, rows), claimed(terms, tuple(left), rows)
    verified = tuple(row for row in rows if row.state == State.VERIFIED)
    assert before == claimed(terms, stayed, verified)
    within_cap = int(Decimal(len(stayed)) * 20 / 100) >= 1
    neutral = terms.counting.exits[reason] is LeavingTreatment.NEUTRAL and confirmed
    if not (neutral and within_cap) and terms.counting.denominator is not Denominator.PLACES:
        assert after_exit.total <= before.total
