"""Which figures of groups the terms need from a data holder, outcome by outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.rules.terms.document import (
    Compare,
    Measure,
    Outcome,
    PaymentTerm,
    TermsDocument,
)
from contracts.rules.terms.words import CompareKind, CountKind
from outcomes.rules.aggregates.words import Group

_OF_COMPARISON: dict[CompareKind, tuple[Group, ...]] = {
    CompareKind.OWN_HISTORY: (Group.BEFORE,),
    CompareKind.COMPARISON_GROUP: (Group.COMPARISON,),
    CompareKind.DIFFERENCE_IN_DIFFERENCES: (
        Group.BEFORE,
        Group.COMPARISON,
        Group.COMPARISON_BEFORE,
    ),
}


@dataclass(frozen=True, slots=True)
class Need:
    """What one outcome needs, and the payment terms that cannot be calculated without it. An
    estimate, where allowed, takes the place of every group but the participants."""

    outcome: Outcome
    groups: tuple[Group, ...]
    may_estimate: bool
    paid_by: tuple[PaymentTerm, ...] = ()

    @property
    def is_quantity(self) -> bool:
        """Whether groups have a sum instead of how many reached it."""
        return self.outcome.quantity is not None

    @property
    def counts_events(self) -> bool:
        """Whether one person can reach it several times."""
        return not self.is_quantity and self.outcome.count.kind is not CountKind.ONCE_PER_PERSON

    @property
    def always(self) -> tuple[Group, ...]:
        """The groups that no estimate can take the place of."""
        return tuple(one for one in self.groups if one is Group.PARTICIPANTS)


def needs(terms: TermsDocument) -> dict[str, Need]:
    """What the terms need from registers, by outcome key, in the order of the outcomes."""
    found = {}
    for outcome in terms.outcomes:
        kinds = [compare.kind for compare in _compared(terms, outcome.key)]
        wanted = {group for kind in kinds for group in _OF_COMPARISON.get(kind, ())}
        may_estimate = bool(wanted)
        if outcome.is_aggregate:
            wanted.add(Group.PARTICIPANTS)
        if wanted:
            groups = tuple(group for group in Group if group in wanted)
            paid_by = tuple(_paid_by(terms, outcome))
            found[outcome.key] = Need(outcome, groups, may_estimate, paid_by)
    return found


def _paid_by(terms: TermsDocument, outcome: Outcome) -> Iterator[PaymentTerm]:
    """The payment terms that rest on what is needed, by themselves or by a named figure."""
    keys = {outcome.key} if outcome.is_aggregate else set()
    keys |= {one.key for one in terms.outcomes if one.composite and keys & set(one.composite.parts)}

    def rests(measure: Measure, compare: Compare | None) -> bool:
        measured = {measure.outcome, measure.per}
        compared = compare is not None and compare.kind in _OF_COMPARISON
        return bool(measured & keys) or (compared and outcome.key in measured)

    figures = {one.key for one in terms.figures if rests(one.measure, one.compare)}
    # A figure is made of outcomes, or of figures that are.
    figures |= {one.key for one in terms.figures if _named(one.measure) & figures}
    for term in terms.payment_terms:
        gates = {gate.figure for gate in (term.gate, *term.further_gates) if gate is not None}
        if rests(term.measure, term.compare) or (_named(term.measure) | gates) & figures:
            yield term


def _named(measure: Measure) -> set[str]:
    return {part.figure for part in measure.parts} | {measure.figure}


def _compared(terms: TermsDocument, key: str) -> Iterator[Compare]:
    measured: list[tuple[Measure, Compare | None]] = [
        *((one.measure, one.compare) for one in terms.payment_terms),
        *((one.measure, one.compare) for one in terms.figures),
    ]
    for measure, compare in measured:
        if compare is not None and key in {measure.outcome, measure.per}:
            yield compare
