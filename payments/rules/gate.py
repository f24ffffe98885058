"""Stage 3, optional: whether anything is paid at all, and the minimum cohort behind it.

"At least" includes its own value: 100 of 200 is at least 50 %.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Counting, Gate
from contracts.rules.terms.words import BelowMinimum, GateKind, Operator
from payments.rules.measure import Measured, shown
from sibportal.kernel.explain import Step

_PASSES: dict[Operator, Callable[[Fraction, Fraction], bool]] = {
    Operator.AT_LEAST: operator.ge,
    Operator.MORE_THAN: operator.gt,
    Operator.AT_MOST: operator.le,
    Operator.LESS_THAN: operator.lt,
}


@dataclass(frozen=True, slots=True)
class Gated:
    """The part of the price that may be paid, from 0 (closed) to 1 (open)."""

    factor: Fraction
    steps: tuple[Step, ...]


def gate(terms: Gate | None, measured: Measured) -> Gated:
    """Whether the figure passes; open when the term has no gate."""
    return GATES[terms.kind](terms, measured) if terms else Gated(Fraction(1), ())


def minimum_cohort(counting: Counting, count: int, *, scalable: bool) -> Gated:
    """What the number who count does to payment, as the terms say (decision 6).

    Below the minimum, scale pays count/minimum of a fixed sum (a unit price is in proportion
    already: `scalable` is false); pause and renegotiate pay nothing until it is reached.
    """
    least = answered(counting.minimum_cohort)
    if count >= least:
        return Gated(Fraction(1), ())
    what = answered(counting.below_minimum)
    factor = Fraction(0)
    if what is BelowMinimum.SCALE:
        factor = Fraction(count, least) if scalable else Fraction(1)
    step = Step(
        label="payments.step.minimum_cohort",
        formula=f"payments.formula.below_minimum_{what}",
        inputs={"count": count, "minimum": least},
        result=shown(factor * 100),
        unit="percent",
    )
    return Gated(factor, (step,))


def _threshold(terms: Gate, measured: Measured) -> Gated:
    chosen, value = answered(terms.operator), answered(terms.value)
    passes = _PASSES[chosen](measured.value, Fraction(value))
    step = Step(
        label="payments.step.gate",
        formula=f"payments.formula.threshold_{'met' if passes else 'not_met'}",
        inputs={
            "measured": shown(measured.value),
            "operator": str(chosen),
            "threshold": value,
            "unit": measured.unit,
        },
        result=passes,
    )
    return Gated(Fraction(int(passes)), (step,))


GATES: dict[GateKind, Callable[[Gate, Measured], Gated]] = {GateKind.THRESHOLD: _threshold}
