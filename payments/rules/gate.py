"""Stage 3, optional: whether anything is paid at all, and the minimum cohort behind it.

"At least" includes its own value: 100 of 200 is at least 50 %. A figure of nobody passes nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Counting, Gate
from contracts.rules.terms.words import BelowMinimum, GateKind, Operator
from payments.rules.measure import Measured, Named, shown
from sibportal.kernel.explain import Step, Value

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


def gate(terms: Gate, measured: Measured, named: Named) -> Gated:
    """Whether the figure passes; `named` gives the named figures that a gate may hold instead."""
    return GATES[terms.kind](terms, measured, named)


def gates(terms: tuple[Gate, ...], measured: Measured, named: Named) -> Gated:
    """Whether every gate lets pass, in their order up to the first that does not; open without."""
    steps: tuple[Step, ...] = ()
    for one in terms:
        gated = gate(one, measured, named)
        steps += gated.steps
        if not gated.factor:
            return Gated(Fraction(0), steps)
    return Gated(Fraction(1), steps)


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


def _held_against(
    chosen: Operator | None,
    value: Decimal | None,
    measured: Measured,
    kind: str = "threshold",
    beside: dict[str, Value] | None = None,
) -> Step:
    """One figure against one threshold, as a step whose result is whether it passes."""
    sign, bound = answered(chosen), answered(value)
    passes = bool(measured.people) and _PASSES[sign](measured.value, Fraction(bound))
    return Step(
        label="payments.step.gate",
        formula=f"payments.formula.{kind}_{'met' if passes else 'not_met'}",
        inputs={
            **(beside or {}),
            "measured": shown(measured.value),
            "operator": str(sign),
            "threshold": bound,
            "unit": measured.unit,
        },
        result=passes,
        children=(measured.step,) if beside else (),
    )


def _gated(step: Step) -> Gated:
    return Gated(Fraction(int(bool(step.result))), (step,))


def _threshold(terms: Gate, measured: Measured, named: Named) -> Gated:
    return _gated(_held_against(terms.operator, terms.value, measured))


def _precondition(terms: Gate, measured: Measured, named: Named) -> Gated:
    """Another figure must pass, whatever the term's own."""
    other = named(terms.figure)
    beside: dict[str, Value] = {"figure": terms.figure}
    return _gated(_held_against(terms.operator, terms.value, other, "precondition", beside))


def _fallback_chain(terms: Gate, measured: Measured, named: Named) -> Gated:
    """The term's own figure, else the first of the named ones that passes."""
    tried = [_held_against(terms.operator, terms.value, measured)]
    for step in terms.fallback:
        if tried[-1].result:
            break
        beside: dict[str, Value] = {"figure": step.figure}
        tried.append(
            _held_against(step.operator, step.value, named(step.figure), "precondition", beside)
        )
    passes = bool(tried[-1].result)
    step_of_all = Step(
        "payments.step.gate",
        f"payments.formula.fallback_{'met' if passes else 'not_met'}",
        {"tried": len(tried)},
        passes,
        children=tuple(tried),
    )
    return _gated(step_of_all)


GATES: dict[GateKind, Callable[[Gate, Measured, Named], Gated]] = {
    GateKind.THRESHOLD: _threshold,
    GateKind.PRECONDITION: _precondition,
    GateKind.FALLBACK_CHAIN: _fallback_chain,
}
