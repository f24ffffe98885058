"""When a period can be closed, and what closing pins: cut-offs, row count and digest.

The rows counted are a pure function of append-only rows up to the cut-offs, so a closing stores no
list of ids (decisions 3 and 7).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from outcomes.rules.words import Decision, State
from sibportal.kernel.dates import Period

VALUE_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Standing:
    """How far a period has come, counted by the caller over its due points and rows.

    `deliveries_missing` is None where no figures are expected from registers; `deliveries_paid`
    says that payment rests on them.
    """

    period: Period
    grace_days: int
    earlier_open: int
    points_missing: int
    waiting: int
    queried: int
    exits_unconfirmed: int
    deliveries_missing: int | None = None
    deliveries_paid: bool = False
    disputed: int = 0


@dataclass(frozen=True)
class CheckItem:
    """One line of the closing checklist; `required` items must be done for a complete period."""

    code: str
    done: bool
    required: bool
    count: int = 0
    day: date | None = None


@dataclass(frozen=True)
class CutOff:
    """The last measurement and the last verification that a closing may see, and the same of
    figures delivered from registers."""

    measurement: int
    verification: int
    aggregate: int = 0
    aggregate_verification: int = 0


@dataclass(frozen=True)
class DecisionRow:
    """One verification: its sequence, the measurement's sequence, and the decision."""

    sequence: int
    measurement: int
    decision: Decision


@dataclass(frozen=True)
class PinnedRow:
    """The columns of one measurement that the digest covers."""

    sequence: int
    participant: str
    metric: str
    point: str
    measured_on: date
    value: Decimal | None


def closes_on(period: Period, grace_days: int) -> date:
    """The first day on which a period may be complete: its end plus the days of grace."""
    if period.end is None:
        raise ValueError("A reporting period has an end.")
    return period.end + timedelta(days=grace_days)


def checklist(standing: Standing, *, as_of: date) -> tuple[CheckItem, ...]:
    """What closing waits for; `as_of` is the date in the contract's time zone."""
    opens = closes_on(standing.period, standing.grace_days)
    return (
        CheckItem("outcomes.close_period_over", as_of >= opens, True, day=opens),
        _none_left("outcomes.close_earlier_periods", standing.earlier_open),
        _none_left("outcomes.close_points_measured", standing.points_missing),
        _none_left("outcomes.close_nothing_waiting", standing.waiting),
        _none_left("outcomes.close_questions_answered", standing.queried),
        *_deliveries(standing),
        _none_left("outcomes.close_disputes_decided", standing.disputed),
        _none_left("outcomes.close_exits_confirmed", standing.exits_unconfirmed, required=False),
    )


def is_complete(items: Iterable[CheckItem]) -> bool:
    """True if every required item is done; otherwise an official closes with a reason.

    Unconfirmed exits do not hold a period up: until confirmed they count as not reached.
    """
    return all(item.done for item in items if item.required)


def may_close_with_reason(items: Iterable[CheckItem]) -> bool:
    """An official may close an incomplete period once it is over and the earlier are closed.

    Without the register figures that payment rests on, its claim could never be calculated.
    """
    needed = {
        "outcomes.close_period_over",
        "outcomes.close_earlier_periods",
        "outcomes.close_paid_deliveries_verified",
    }
    return all(item.done for item in items if item.code in needed)


def states_at(
    measurements: Iterable[tuple[int, int | None]],
    decisions: Iterable[DecisionRow],
    cut_off: CutOff,
) -> dict[int, State]:
    """The state of each measurement (sequence, sequence it supersedes) as the cut-offs saw it.

    A measurement is superseded from the moment its correction is submitted. A measurement without
    a decision is `submitted`; whether the automatic checks passed does not matter to counting.
    """
    kept = [(own, old) for own, old in measurements if own <= cut_off.measurement]
    states = {own: State.SUBMITTED for own, _ in kept}
    latest: dict[int, DecisionRow] = {}
    for row in decisions:
        known = latest.get(row.measurement)
        if row.sequence <= cut_off.verification and (
            known is None or known.sequence < row.sequence
        ):
            latest[row.measurement] = row
    for own in states.keys() & latest.keys():
        states[own] = State(latest[own].decision)
    for _, old in kept:
        if old is not None and old in states:
            states[old] = State.SUPERSEDED
    return states


def line(row: PinnedRow) -> str:
    """The exact text of one row: id|participant|metric|point|date|value.

    Ids are the decimal sequence and lower-case hyphenated UUIDs, the date is ISO 8601, the value
    has four decimals and a point, or is empty. In PostgreSQL, over the table's own columns:
    `concat_ws('|', id, participant_id, metric_id, point_key, measured_on,
    coalesce(value::text, ''))` with ISO date style and numeric(14, 4).
    """
    value = "" if row.value is None else str(row.value.quantize(VALUE_PLACES) + 0)
    parts = (
        str(row.sequence),
        row.participant,
        row.metric,
        row.point,
        row.measured_on.isoformat(),
        value,
    )
    if any("|" in part or "\n" in part for part in parts):
        raise ValueError("A key of a measurement contains a separator of the digest.")
    return "|".join(parts)


def digest(rows: Iterable[PinnedRow]) -> str:
    """SHA-256, in hex, of the lines ordered by sequence and joined by a line feed, in UTF-8.

    No line feed at the end; no rows is the digest of the empty text. In PostgreSQL:
    `encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY id), ''), 'UTF8')), 'hex')`
    over the rows verified at the cut-offs and counted in the period or an earlier one.
    """
    ordered = sorted(rows, key=lambda row: row.sequence)
    text = "\n".join(line(row) for row in ordered)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class PinnedDelivery:
    """What the digest covers of figures delivered from a register; their own digest covers them."""

    sequence: int
    period: int
    outcome: str
    digest: str


def with_deliveries(digest_of_rows: str, deliveries: Iterable[PinnedDelivery]) -> str:
    """The digest of a closing that counts register figures too; without any it is that of its rows.

    SHA-256, in hex, of the rows' digest and a line sequence|period|outcome|digest for each delivery
    in the order of their sequence, joined by a line feed.
    """
    ordered = sorted(deliveries, key=lambda one: one.sequence)
    if not ordered:
        return digest_of_rows
    lines = [f"{one.sequence}|{one.period}|{one.outcome}|{one.digest}" for one in ordered]
    return hashlib.sha256("\n".join([digest_of_rows, *lines]).encode()).hexdigest()


def _deliveries(standing: Standing) -> tuple[CheckItem, ...]:
    if standing.deliveries_missing is None:
        return ()
    paid = "paid_" if standing.deliveries_paid else ""
    return (_none_left(f"outcomes.close_{paid}deliveries_verified", standing.deliveries_missing),)


def _none_left(code: str, count: int, *, required: bool = True) -> CheckItem:
    return CheckItem(code, count == 0, required, count=count)
