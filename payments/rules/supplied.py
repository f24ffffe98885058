"""Figures that a calculation needs from outside the portal, such as costs and index values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue


class SuppliedKind(StrEnum):
    """What kind of figure it is; an index names its clause in the terms."""

    SERVICE_COST = "service_cost"
    OTHER_FUNDING = "other_funding"
    INDEX = "index"


def check_figure(
    kind: SuppliedKind, *, index_key: str, indexes: frozenset[str], value: Decimal,
    from_day: date, until: date, today: date, frame: Period,
) -> list[Issue]:  # fmt: skip
    """What speaks against a figure of [from_day, until): a fact, so it lies in the past."""
    issues = []
    if value <= 0:
        issues.append(Issue("payments.figure_above_zero", "value", str(value)))
    if kind is SuppliedKind.INDEX and index_key not in indexes:
        issues.append(Issue("payments.figure_index", "index_key", index_key))
    if from_day > today:
        issues.append(Issue("payments.figure_in_future", "from_day", from_day.isoformat()))
    if until <= from_day:
        issues.append(Issue("payments.figure_dates", "until", until.isoformat()))
    elif kind is not SuppliedKind.INDEX and not frame.overlaps(Period(from_day, until)):
        issues.append(Issue("payments.figure_outside", "from_day", from_day.isoformat()))
    return issues
