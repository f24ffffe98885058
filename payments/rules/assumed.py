"""Figures that nobody has measured: what is assumed of each outcome, as the inputs of a claim.

Used before anyone signs and to try terms out; the calculation itself is the claim's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from contracts.rules.terms.document import (
    Compare,
    Measure,
    Outcome,
    PaymentTerm,
    TermsDocument,
)
from contracts.rules.terms.words import (
    CompareKind,
    CompositeScope,
    CountKind,
    Effect,
    Operator,
    Timing,
)
from payments.rules.disruptions import rests_on
from payments.rules.inputs import CellFigure, ClaimPeriod, Group, Observation, Profile

# Which other groups' figures a comparison needs.
GROUPS: Mapping[CompareKind, tuple[str, ...]] = {
    CompareKind.OWN_HISTORY: ("before",),
    CompareKind.COMPARISON_GROUP: ("comparison",),
    CompareKind.DIFFERENCE_IN_DIFFERENCES: ("before", "comparison", "comparison_before"),
}
_LESS_IS_BETTER = frozenset({Effect.REDUCTION, Effect.RELATIVE_REDUCTION})
_AT_MOST = frozenset({Operator.AT_MOST, Operator.LESS_THAN})
# Who reaches several outcomes together is drawn once and for all.
SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of one outcome, to date: how often it is reached (by people, or in times
    where one person counts several times) or the sum of its quantity, among so many people."""

    people: int
    reached: int = 0
    total: Decimal | None = None
    groups: Mapping[str, Group] = field(default_factory=dict)


def pairs(terms: TermsDocument) -> Iterator[tuple[Measure, Compare | None]]:
    """Every measure that payment depends on, with what it is compared with."""
    needed: set[str] = set()
    for term in terms.payment_terms:
        yield term.measure, term.compare
        needed |= _named(term)
    for _round in range(2):  # a figure is made of outcomes, or of figures that are
        for figure in terms.figures:
            if figure.key in needed:
                needed |= {part.figure for part in figure.measure.parts} | {figure.measure.figure}
    for figure in terms.figures:
        if figure.key in needed:
            yield figure.measure, figure.compare


def _named(term: PaymentTerm) -> set[str]:
    found = {term.measure.figure} | {part.figure for part in term.measure.parts}
    for gate in (term.gate, *term.further_gates):
        if gate:
            found |= {gate.figure} | {step.figure for step in gate.fallback}
    return found - {""}


def paid_on(terms: TermsDocument) -> tuple[Outcome, ...]:
    """The outcomes whose figures payment depends on, as the terms list them; a composite per
    cohort stands for its parts."""
    keys: set[str] = {one.substitute for one in terms.disruptions}
    for measure, _compare in pairs(terms):
        keys |= {measure.outcome, measure.per}
    for outcome in terms.outcomes:
        composite = outcome.composite
        if outcome.key in keys and composite and composite.scope is CompositeScope.PER_COHORT:
            keys = (keys - {outcome.key}) | set(composite.parts)
    return tuple(outcome for outcome in terms.outcomes if outcome.key in keys)


def groups_of(terms: TermsDocument, outcome: Outcome) -> tuple[str, ...]:
    """The other groups whose figures of this outcome the terms compare with."""
    found: set[str] = set()
    for measure, compare in pairs(terms):
        if compare and outcome.key in (measure.outcome, measure.per):
            found |= set(GROUPS.get(compare.kind, ()))
    return tuple(name for name in ("before", "comparison", "comparison_before") if name in found)


def times_each(outcome: Outcome) -> int:
    """How often one person can count at most."""
    if outcome.count.kind is CountKind.ONCE_PER_PERSON:
        return 1
    if outcome.count.kind is CountKind.ONCE_PER_PERSON_PER_MILESTONE:
        return max(len(outcome.points), 1)
    return outcome.count.most_per_person or 1


def falls(terms: TermsDocument, outcome: Outcome) -> bool:
    """Whether less of an outcome is better: then nobody may count before they could reach it."""
    for term in terms.payment_terms:
        if outcome.key != term.measure.outcome:
            continue
        if term.compare and term.compare.effect in _LESS_IS_BETTER:
            return True
        if term.gate and term.gate.operator in _AT_MOST:
            return True
    return any(
        figure.measure.outcome == outcome.key
        and figure.compare is not None
        and figure.compare.effect in _LESS_IS_BETTER
        for figure in terms.figures
    )


def observations(
    terms: TermsDocument,
    now: Mapping[str, Assumed],
    earlier: Mapping[str, Assumed] | None = None,
) -> tuple[Observation, ...]:
    """The figures of a claim; `earlier` is what was assumed at the claim before, to date."""
    before = earlier or {}
    return tuple(
        _observation(terms, outcome, now[outcome.key], before.get(outcome.key))
        for outcome in terms.outcomes
        if outcome.key in now
    )


def _observation(
    terms: TermsDocument, outcome: Outcome, now: Assumed, earlier: Assumed | None
) -> Observation:
    was = earlier or Assumed(0)
    people = min(now.reached, now.people)
    people_before = min(was.reached, was.people)
    total = None if now.total is None else now.total - (was.total or 0)
    return Observation(
        outcome=outcome.key,
        numerator=people - people_before,
        events=now.reached - was.reached,
        cumulative_numerator=people,
        cumulative_events=now.reached,
        denominator=now.people,
        total=total,
        cumulative_total=now.total,
        before=now.groups.get("before"),
        comparison=now.groups.get("comparison"),
        comparison_before=now.groups.get("comparison_before"),
        cells=_cells(terms, outcome, now, was),
    )


def _cells(
    terms: TermsDocument, outcome: Outcome, now: Assumed, was: Assumed
) -> tuple[CellFigure, ...]:
    """An equal part for each cell of a price; what does not divide goes to the first."""
    names = [
        multiplier.cell
        for term in terms.payment_terms
        if term.measure.outcome == outcome.key
        for multiplier in term.price.multipliers
    ]
    names = list(dict.fromkeys(names))
    if not names:
        return ()
    to_date = _parted(now, len(names))
    before = _parted(was, len(names))
    return tuple(
        CellFigure(name, after - earlier, after)
        for name, after, earlier in zip(names, to_date, before, strict=True)
    )


def _parted(assumed: Assumed, count: int) -> list[Decimal]:
    whole = Decimal(assumed.reached) if assumed.total is None else assumed.total
    part = whole // count
    return [whole - part * (count - 1), *[part] * (count - 1)]


def profiles(terms: TermsDocument, now: Mapping[str, Assumed]) -> tuple[Profile, ...]:
    """Who reached what together, where a cap per person asks it: drawn independently for each
    outcome, always the same people for the same numbers."""
    if terms.claim.person_cap is None:
        return ()
    outcomes = [terms.outcome(key) for key in sorted(now)]
    people = max((now[outcome.key].people for outcome in outcomes), default=0)
    each: list[dict[str, int]] = [{} for _person in range(people)]
    for position, outcome in enumerate(outcomes):
        for person, times in _times(now[outcome.key], people, SEED + position):
            each[person][outcome.key] = times
    counted = Counter(tuple(sorted(reached.items())) for reached in each if reached)
    return tuple(Profile(count, dict(reached)) for reached, count in sorted(counted.items()))


def _times(assumed: Assumed, people: int, seed: int) -> Iterator[tuple[int, int]]:
    order = list(range(people))
    Random(seed).shuffle(order)  # noqa: S311 - a reproducible draw, no secret
    rounds, rest = divmod(assumed.reached, people) if people else (0, 0)
    for position, person in enumerate(order):
        if times := rounds + (position < rest):
            yield person, times


def grown(
    terms: TermsDocument, whole: Mapping[str, Assumed], shares: Mapping[str, Decimal]
) -> dict[str, Assumed]:
    """What is assumed in the end, at the part (0 to 1) of the way that each outcome has come."""
    return {key: _grown(terms.outcome(key), one, shares[key], terms) for key, one in whole.items()}


def _grown(outcome: Outcome, one: Assumed, share: Decimal, terms: TermsDocument) -> Assumed:
    people = int(one.people * share) if falls(terms, outcome) else one.people
    return Assumed(
        people=people,
        reached=int(one.reached * share),
        total=None if one.total is None else one.total * share,
        groups=one.groups,
    )


def complete_in(terms: TermsDocument, key: str, periods: Sequence[ClaimPeriod]) -> int:
    """In which period (from 1) an outcome has come as far as it will: that of the first final
    assessment that rests on it, else the last."""
    days = [
        term.assessment_on
        for term in terms.payment_terms
        if term.timing is Timing.FINAL and term.assessment_on and key in rests_on(terms, term)
    ]
    for number, period in enumerate(periods, start=1):
        end = period.period.end
        if days and (end is None or min(days) < end):
            return number
    return len(periods)
