"""Stage 2, optional: the measured figure against what it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from contracts.rules.terms.completeness import answered
from contracts.rules.terms.document import Compare
from contracts.rules.terms.words import CompareKind
from payments.rules.measure import Measured, shown
from sibportal.kernel.explain import Step


def compare(terms: Compare | None, measured: Measured) -> Measured:
    """What is left of a figure after the comparison; the figure itself when there is none."""
    return COMPARES[terms.kind](terms, measured) if terms else measured


def _fixed_baseline(terms: Compare, measured: Measured) -> Measured:
    baseline = answered(terms.value)
    difference = measured.value - Fraction(baseline)
    step = Step(
        label="payments.step.compare",
        formula="payments.formula.fixed_baseline",
        inputs={"measured": shown(measured.value), "baseline": baseline, "source": terms.source},
        result=shown(difference),
        unit=measured.unit,
    )
    return Measured(difference, measured.unit, step)


COMPARES: dict[CompareKind, Callable[[Compare, Measured], Measured]] = {
    CompareKind.FIXED_BASELINE: _fixed_baseline,
}
