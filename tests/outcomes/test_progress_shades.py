"""What the progress chart draws: what disturbed the plan at its days, a quantity in its unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from contracts.models import ReportingPeriod
from contracts.rules.terms.document import Disruption, PathPoint
from contracts.rules.terms.words import DisruptionTreatment
from outcomes.selectors import Measured, Progress
from outcomes.selectors.progress import Drawn
from outcomes.views.results import progress_chart


def progress(disruption: Disruption | None = None, suspect: date | None = None) -> Progress:
    """An outcome without figures yet, and a path of two years."""
    return Progress(
        contract_id=uuid4(),
        outcome_key="work",
        titles={"en": "Work"},
        is_rate=True,
        path=tuple(PathPoint(day, Decimal(20)) for day in (date(2026, 1, 1), date(2027, 1, 1))),
        series=(),
        threshold=None,
        threshold_count=None,
        standing=None,
        disruptions=(disruption,) if disruption else (),
        suspect_from=suspect,
    )


def flood(first: date, until: date) -> Disruption:
    return Disruption(
        "flood", {"en": "Flood"}, first, until, ("work",), DisruptionTreatment.EXCLUDE
    )


def test_a_disturbance_lies_between_its_days_on_the_axis() -> None:
    (shade,) = progress_chart(progress(flood(date(2026, 1, 1), date(2026, 7, 3)))).shades
    assert shade.first == 0.0
    assert shade.last == pytest.approx(182 / 365)
    assert "Flood" in str(shade.label)


def test_what_lies_beside_the_axis_is_not_drawn_and_what_reaches_out_is_cut() -> None:
    assert progress_chart(progress(flood(date(2027, 2, 1), date(2027, 3, 1)))).shades == ()
    assert progress_chart(progress(flood(date(2025, 2, 1), date(2025, 3, 1)))).shades == ()
    (shade,) = progress_chart(progress(flood(date(2025, 2, 1), date(2028, 3, 1)))).shades
    assert (shade.first, shade.last) == (0.0, 1.0)


def test_doubt_is_a_line_from_its_day() -> None:
    (shade,) = progress_chart(progress(suspect=date(2027, 1, 1))).shades
    assert (shade.first, shade.last) == (1.0, None)


def test_a_quantity_is_drawn_in_its_own_unit_and_not_as_people() -> None:
    period = ReportingPeriod(starts_on=date(2026, 1, 1), ends_on=date(2026, 7, 1), number=1)
    days = Measured(period, 12, 20, Decimal("41.5"), Decimal("30"), Decimal("53"), 12, Decimal(498))
    quantity = replace(
        progress(), is_rate=False, series=(days,), unit={"en": "days"}, quantity=Drawn.SUM
    )
    summed = progress_chart(quantity)
    assert ([one.estimate for one in summed.verified], summed.unit) == ([498.0], "days")
    assert "498\N{NO-BREAK SPACE}days so far" in str(summed.sentence)
    meant = progress_chart(replace(quantity, quantity=Drawn.MEAN))
    assert [(one.estimate, one.low, one.high) for one in meant.verified] == [(41.5, 30.0, 53.0)]
    assert "41.5\N{NO-BREAK SPACE}days on average for one person" in str(meant.sentence)
    people = progress_chart(replace(quantity, quantity=None))
    assert [one.estimate for one in people.verified] == [12.0]
