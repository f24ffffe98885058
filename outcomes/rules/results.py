"""What closing freezes per outcome: the counted figures with estimate, interval and method."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from outcomes.rules.counting import Cell, Figures
from outcomes.rules.statistics import Method, mean_of, proportion


@dataclass(frozen=True, slots=True)
class ResultFigures:
    """One frozen result; people in the period and to date, and the share reached to date."""

    outcome: str
    numerator: int
    events: int
    cumulative_numerator: int
    cumulative_events: int
    denominator: int
    measured: int
    estimate: Decimal | None
    interval_low: Decimal | None
    interval_high: Decimal | None
    method: Method
    total: Decimal | None = None
    cumulative_total: Decimal | None = None
    cells: tuple[Cell, ...] = ()


def result(figures: Figures) -> ResultFigures:
    """A share with Wilson's interval, or the mean of a quantity with Student's; nobody in the
    denominator, or measured, gives no estimate.

    The missing are in the denominator, so the share is that of the agreed counting, not that of
    those measured. A mean is over the people who add to the sum.
    """
    if figures.squares is None or figures.cumulative_total is None:
        estimate = proportion(figures.cumulative_numerator, figures.denominator)
    else:
        people = figures.cumulative_numerator
        estimate = mean_of(people, figures.cumulative_total, figures.squares)
    return ResultFigures(
        outcome=figures.outcome,
        numerator=figures.numerator,
        events=figures.events,
        cumulative_numerator=figures.cumulative_numerator,
        cumulative_events=figures.cumulative_events,
        denominator=figures.denominator,
        measured=figures.measured,
        estimate=estimate.value,
        interval_low=estimate.low,
        interval_high=estimate.high,
        method=estimate.method,
        total=figures.total,
        cumulative_total=figures.cumulative_total,
        cells=figures.cells,
    )


def results(figures: Iterable[Figures]) -> tuple[ResultFigures, ...]:
    """The results of one closing, in the order of the outcomes in the terms."""
    return tuple(result(one) for one in figures)
