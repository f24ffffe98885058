"""Whom an outcome counts: everybody, or some cohorts and days of enrolment (Restriction).

Only what is settled at enrolment narrows the denominator. What happens later (reached another
outcome or not) does not: nobody leaves the denominator by failing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cohorts.rules.counting import Standing, Status
from contracts.rules.terms.document import Outcome, TermsDocument


@dataclass(frozen=True, slots=True)
class Scope:
    """People of some cohorts (none named: of all) who entered on some days."""

    cohorts: frozenset[str] = frozenset()
    entered_from: date | None = None
    entered_before: date | None = None

    def holds(self, cohort: str, entered_on: date | None) -> bool:
        """Whether somebody of this cohort, who entered on this day, is meant."""
        if self.cohorts and cohort not in self.cohorts:
            return False
        if self.entered_from is None and self.entered_before is None:
            return True
        if entered_on is None or (self.entered_from and entered_on < self.entered_from):
            return False
        return self.entered_before is None or entered_on < self.entered_before


Whom = frozenset[Scope]
EVERYBODY: Whom = frozenset({Scope()})


def cohort_key(code_prefix: str) -> str:
    """The name of a cohort in terms: the prefix of its participant codes, in lower case."""
    return code_prefix.lower()


def whom(outcome: Outcome, terms: TermsDocument) -> Whom:
    """Whom an outcome counts; a composite everybody whom one of its parts counts."""
    if outcome.composite is not None:
        found: Whom = frozenset().union(
            *(whom(terms.outcome(key), terms) for key in outcome.composite.parts)
        )
    else:
        only = outcome.only
        found = frozenset(
            {Scope(frozenset(only.cohorts), only.enrolled_from, only.enrolled_before)}
        )
    return EVERYBODY if Scope() in found else found


def counts(people: Whom, one: Standing | Status) -> bool:
    """Whether somebody is among these people."""
    return any(scope.holds(one.cohort, one.entered_on) for scope in people)


def places_of(people: Whom, places: Mapping[str, int]) -> int:
    """The places of the cohorts that these people come from, by the key of each cohort."""
    named: set[str] = set()
    for scope in people:
        named |= scope.cohorts or places.keys()
    return sum(number for key, number in places.items() if key in named)
