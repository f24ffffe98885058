"""Any figures for any terms: drawn people, so that counts, cells and profiles belong together, and
whole stories of claims that build on each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from contracts.rules.terms import TermsDocument
from payments.rules.inputs import (
    CellFigure,
    ClaimInputs,
    ClaimPeriod,
    Earlier,
    Estimate,
    Flow,
    Group,
    Observation,
    Profile,
)
from payments.rules.net import carried
from payments.rules.pipeline import ClaimCalculation, calculate
from sibportal.kernel.errors import RuleViolation
from tests.payments.random_prices import (
    ANY,
    CELLS,
    PERIODS,
    QUANTITIES,
    SUCCESSES,
    UNPAID,
    Draw,
    Kind,
    amounts,
)
from tests.payments.random_terms import any_terms


@dataclass(frozen=True)
class People:
    """So many people who reached each success so often to date, and earlier so often."""

    number: int
    times: dict[str, int]


@st.composite
def any_people(draw: Draw, terms: TermsDocument) -> tuple[People, ...]:
    most = {
        key: 1 if terms.outcome(key).count.kind == "once_per_person" else 2 for key in SUCCESSES
    }
    return tuple(
        People(draw(st.integers(1, 8)), {key: draw(st.integers(0, most[key])) for key in SUCCESSES})
        for _ in range(draw(st.integers(0, 4)))
    )


@st.composite
def any_inputs(
    draw: Draw,
    terms: TermsDocument,
    period: ClaimPeriod,
    earlier: Earlier,
    before: ClaimInputs | None = None,
) -> ClaimInputs:
    """Figures that belong together; those of a later period hold what was reached before."""
    people = draw(any_people(terms))
    known = before.profiles if before else ()
    profiles = (*known, *(Profile(one.number, one.times) for one in people))
    enrolled = sum(one.people for one in profiles) + draw(st.integers(0, 20))
    if before:
        enrolled = max(enrolled, before.observations[0].denominator)
    seen = {one.outcome: one for one in before.observations} if before else {}
    found = [success(draw, key, profiles, enrolled, seen.get(key)) for key in SUCCESSES]
    together = min(one.cumulative_numerator for one in found[:2])
    both = Observation(
        "together-person", together, together, together, together, enrolled,
        before=group(draw), comparison=group(draw), comparison_before=group(draw),
    )  # fmt: skip
    found.append(both)
    found += [quantity(draw, key, enrolled, seen.get(key)) for key in QUANTITIES]
    found.append(success(draw, UNPAID, (), enrolled, None))
    payments = flows_of(before, earlier) if before else ()
    return ClaimInputs(
        observations=tuple(found),
        earlier=earlier,
        period=period,
        service_cost=draw(amounts.map(Decimal)),
        other_funding=draw(amounts.map(Decimal)),
        capital=(Flow(date(2025, 1, 1), Decimal("5000.00") + draw(amounts.map(Decimal))),),
        payments=payments,
        indexes={"prices": Decimal(draw(st.integers(50, 200)))},
        profiles=profiles,
    )


def flows_of(before: ClaimInputs, earlier: Earlier) -> tuple[Flow, ...]:
    """Every claim is paid two months after its period."""
    end = before.period.period.end
    assert end is not None
    paid = sum((flow.amount for flow in before.payments), Decimal(0))
    return (*before.payments, Flow(end.replace(month=3), earlier.total - paid))


def success(
    draw: Draw, key: str, profiles: Sequence[Profile], enrolled: int, seen: Observation | None
) -> Observation:
    people = sum(one.people for one in profiles if one.times.get(key))
    events = sum(one.people * one.times.get(key, 0) for one in profiles)
    new_people = people - (seen.cumulative_numerator if seen else 0)
    new_events = events - (seen.cumulative_events if seen else 0)
    return Observation(
        key, new_people, new_events, people, events, enrolled,
        sources=(f"result:{key}",),
        before=group(draw), comparison=group(draw), comparison_before=group(draw),
        estimate=draw(st.none() | estimates()),
    )  # fmt: skip


def group(draw: Draw) -> Group:
    people = draw(st.integers(1, 50))
    return Group(people, draw(st.integers(1, people)), Decimal(draw(st.integers(1, 5000))))


def estimates() -> st.SearchStrategy[Estimate]:
    return st.integers(-500, 500).map(lambda tenths: Estimate(Decimal(tenths) / 10))


def quantity(draw: Draw, key: str, enrolled: int, seen: Observation | None) -> Observation:
    now = Decimal(draw(st.integers(0, 3000))) / 10
    to_date = now + (seen.cumulative_total or Decimal(0) if seen else Decimal(0))
    return Observation(
        key, 0, 0, 0, 0, enrolled, total=now, cumulative_total=to_date,
        before=group(draw), comparison=group(draw), comparison_before=group(draw),
    )  # fmt: skip


def with_cells(terms: TermsDocument, inputs: ClaimInputs) -> ClaimInputs:
    """All of what was reached falls into one cell in odd numbers, and is shared in even ones."""

    def divided(seen: Observation) -> Observation:
        if seen.outcome not in SUCCESSES:
            return seen
        once = terms.outcome(seen.outcome).count.kind == "once_per_person"
        now, to_date = (
            (seen.numerator, seen.cumulative_numerator)
            if once
            else (seen.events, seen.cumulative_events)
        )
        north = CellFigure(CELLS[0], Decimal(now // 2), Decimal(to_date // 2))
        south = CellFigure(CELLS[1], Decimal(now - now // 2), Decimal(to_date - to_date // 2))
        return dataclasses.replace(seen, cells=(north, south))

    return dataclasses.replace(
        inputs, observations=tuple(divided(seen) for seen in inputs.observations)
    )


@dataclass(frozen=True)
class Told:
    """One claim of a story: what went in and what came out."""

    inputs: ClaimInputs
    claim: ClaimCalculation


@st.composite
def any_story(
    draw: Draw,
    kind: Kind = ANY,
) -> tuple[TermsDocument, tuple[Told, ...]]:
    """Terms and their claims, period by period, each built on those before it."""
    terms = draw(any_terms(kind))
    earlier, told, before = Earlier(), [], None
    for period in PERIODS:
        inputs = draw(any_inputs(terms, period, earlier, before))
        before = inputs
        inputs = with_cells(terms, inputs)
        claimed = claimed_or_no_base(terms, inputs)
        told.append(Told(inputs, claimed))
        earlier = after(earlier, claimed)
    return terms, tuple(told)


def after(earlier: Earlier, claim: ClaimCalculation) -> Earlier:
    """What the next claim finds, as the portal adds it up."""

    def added(known: Any, more: dict[str, Decimal]) -> dict[str, Decimal]:
        keys = {**known, **more}
        return {key: known.get(key, Decimal(0)) + more.get(key, Decimal(0)) for key in keys}

    by_term: dict[str, Decimal] = {}
    for line in claim.lines:
        by_term[line.payment_term] = by_term.get(line.payment_term, Decimal(0)) + line.amount
    left = carried(claim.explanation.root)
    return Earlier(
        by_term=added(earlier.by_term, by_term),
        total=earlier.total + claim.total,
        by_limit=added(earlier.by_limit, dict(left.by_limit)),
        by_payer=added(earlier.by_payer, {one.party: one.amount for one in claim.payer_shares}),
        credit=left.credit,
    )


def claimed_or_no_base(terms: TermsDocument, inputs: ClaimInputs) -> ClaimCalculation:
    """The claim; drawn figures may be no base for a relative effect, nothing else is lacking."""
    try:
        return calculate(terms, inputs)
    except RuleViolation as refused:
        assume(refused.code != "payments.reference_zero")
        raise
