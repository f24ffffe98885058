"""What a share would be if those who were due but never measured had done badly, well, or as last
known. Payment follows the contract's own counting; this tells how much hangs on the missing.

Sources: Little and Rubin (2002), Statistical Analysis with Missing Data, chapter 4 (last value
carried forward); bounds by assuming the worst and the best for everybody missing, Horowitz and
Manski (2000), Journal of the American Statistical Association 95:77.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from contracts.rules.terms.words import Operator
from outcomes.rules.statistics import Estimate, proportion


class Assumption(StrEnum):
    """What is assumed of the missing."""

    AS_AGREED = "as_agreed"
    ALL_FAIL = "all_fail"
    LAST_VALUE = "last_value"
    ALL_SUCCEED = "all_succeed"


_PASSES: dict[Operator, Callable[[Decimal, Decimal], bool]] = {
    Operator.AT_LEAST: operator.ge,
    Operator.MORE_THAN: operator.gt,
    Operator.AT_MOST: operator.le,
    Operator.LESS_THAN: operator.lt,
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """What payment asks of an outcome: a share between 0 and 1, or a number of people."""

    value: Decimal
    operator: Operator
    is_share: bool

    @property
    def wants_less(self) -> bool:
        """Whether payment asks for few, not for many."""
        return self.operator in {Operator.AT_MOST, Operator.LESS_THAN}

    def passes(self, reached: int, people: int) -> bool:
        """Whether so many of so many are enough; a figure of nobody never is."""
        # Without a division: exactly half is half.
        bound = self.value * people if self.is_share else self.value
        return people > 0 and _PASSES[self.operator](Decimal(reached), bound)


@dataclass(frozen=True, slots=True)
class Missing:
    """Those in the denominator who were due at a point of the outcome and measured at none.

    `counted` of them the contract counts as successes already (a last value stands in), `last`
    would be by their last value, `best` at the very best. `outside`: the denominator is those
    measured, so they are not in it.
    """

    people: int = 0
    counted: int = 0
    last: int = 0
    best: int = 0
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One assumption, what share it gives (None where that is protected), and whether it reaches
    the threshold."""

    assumption: Assumption
    reached: int | None
    people: int | None
    estimate: Estimate | None
    passes: bool | None


def scenarios(
    reached: int, people: int, missing: Missing, threshold: Threshold | None
) -> tuple[Scenario, ...]:
    """A share under every assumption: the contract's own, then from the worst to the best."""
    whole = people + missing.people if missing.outside else people
    known = reached - missing.counted
    cases = (
        (Assumption.AS_AGREED, reached, people),
        (Assumption.ALL_FAIL, known, whole),
        (Assumption.LAST_VALUE, known + missing.last, whole),
        (Assumption.ALL_SUCCEED, known + missing.best, whole),
    )
    return tuple(
        Scenario(
            assumption,
            successes,
            out_of,
            proportion(successes, out_of),
            threshold.passes(successes, out_of) if threshold else None,
        )
        for assumption, successes, out_of in cases
    )


def depends_on_missing(found: tuple[Scenario, ...]) -> bool:
    """Whether it depends on the missing whether the threshold is reached."""
    return len({one.passes for one in found}) > 1


def without_counts(one: Scenario) -> Scenario:
    """Only whether it passes, for those from whom counts of few people are hidden."""
    return Scenario(one.assumption, None, None, None, one.passes)
