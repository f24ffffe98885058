"""Which figures of groups the terms need from a data holder, outcome by outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.rules.terms.document import Compare, Measure, Outcome, TermsDocument
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
    """What one outcome needs. An estimate, where allowed, takes the place of every group but the
    participants; `events` says that it counts times as well as people."""

    outcome: Outcome
    groups: tuple[Group, ...]
    may_estimate: bool

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
            found[outcome.key] = Need(outcome, groups, may_estimate)
    return found


def _compared(terms: TermsDocument, key: str) -> Iterator[Compare]:
    measured: list[tuple[Measure, Compare | None]] = [
        *((one.measure, one.compare) for one in terms.payment_terms),
        *((one.measure, one.compare) for one in terms.figures),
    ]
    for measure, compare in measured:
        if compare is not None and key in {measure.outcome, measure.per}:
            yield compare
