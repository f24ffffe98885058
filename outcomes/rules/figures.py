"""The figures of one outcome at one closing, as counting gives them to results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from contracts.rules.terms.document import Outcome


@dataclass(frozen=True, slots=True)
class Cell:
    """What falls into one cohort: people, times or a quantity, as the outcome counts."""

    cell: str
    quantity: Decimal
    cumulative_quantity: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one outcome: people and events in the period and to date.

    `lost` are people of an earlier closing who, after a correction, no longer count. `measured`
    and `denominator` are to date. Of a quantity the people are those who add to it, `total` is
    its sum in the period and `squares` the sum of its squares to date; a sum may fall again.
    `cells` are known where a price depends on them.
    """

    outcome: str
    numerator: int
    events: int
    cumulative_numerator: int
    cumulative_events: int
    denominator: int
    measured: int
    lost: int = 0
    total: Decimal | None = None
    cumulative_total: Decimal | None = None
    squares: Decimal | None = None
    cells: tuple[Cell, ...] = ()


def deciding_part(outcome: Outcome, figures: Mapping[str, Figures]) -> Figures:
    """Each part on its own: the part that decides has the required-th highest rate.

    "Each indicator separately at least half" holds exactly when this part's rate is at least half.
    """
    if outcome.composite is None:
        raise ValueError("Only a composite has parts.")
    ranked = sorted(
        (figures[key] for key in outcome.composite.parts),
        key=lambda one: (_rate(one), one.outcome),
        reverse=True,
    )
    part = ranked[outcome.composite.required - 1]
    return replace(part, outcome=outcome.key, cells=())


def _rate(figures: Figures) -> Decimal:
    if figures.denominator == 0:
        return Decimal(0)
    return Decimal(figures.cumulative_numerator) / figures.denominator
