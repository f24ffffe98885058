"""What cells (a region, an age group) are paid, as one part of the price."""

from __future__ import annotations

from fractions import Fraction

from contracts.rules.terms.document import PaymentTerm
from payments.rules.facts import Facts, lacking, seen
from payments.rules.measure import Measured, shown
from sibportal.kernel.explain import Step


def multiplier(
    facts: Facts, term: PaymentTerm, figure: Measured
) -> tuple[Fraction, tuple[Step, ...]]:
    """The average of the cells' multipliers by how much falls into each, with a step per cell.

    RuleViolation when the cells do not come to the measured figure, or one has no multiplier:
    nothing is paid at a price that nobody agreed.
    """
    outcome = facts.terms.outcome(term.measure.outcome)
    found = seen(facts, outcome)
    percents = {one.cell: one.percent for one in term.price.multipliers}
    quantities: dict[str, Fraction] = {}
    for cell in found.cells:
        much = cell.cumulative_quantity if facts.to_date else cell.quantity
        quantities[cell.cell] = quantities.get(cell.cell, Fraction(0)) + Fraction(much)
    if not quantities.keys() <= percents.keys():
        raise lacking(facts, "payments.cell_unknown", outcome, "cells")
    whole = sum(quantities.values(), Fraction(0))
    # After a comparison the cells are those of the figure before it.
    is_measured = term.compare is None and term.valuation is None
    if whole != figure.value if is_measured else bool(figure.value and not whole):
        raise lacking(facts, "payments.cells_do_not_sum", outcome, "cells")
    if whole == 0:
        return Fraction(1), ()
    parts = {cell: much * Fraction(percents[cell]) / 100 for cell, much in quantities.items()}
    steps = tuple(
        Step(
            "payments.step.cell",
            "payments.formula.cell",
            {
                "cell": cell,
                "quantity": shown(quantities[cell]),
                "multiplier_percent": percents[cell],
            },
            shown(part),
        )
        for cell, part in sorted(parts.items())
    )
    return sum(parts.values(), Fraction(0)) / whole, steps
