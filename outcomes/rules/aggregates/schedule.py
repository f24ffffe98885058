"""When figures are due from a data holder, and how far each delivery has come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.rules.terms.words import Timing
from outcomes.rules.aggregates.needs import Need
from outcomes.rules.aggregates.words import AggregateState, DeliveryStatus
from sibportal.kernel.dates import Period


@dataclass(frozen=True, slots=True)
class Permit:
    """From when until when (that day not included) the data holder may hand figures out."""

    valid_from: date
    valid_until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the permit is valid on a day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


def due_on(period_ends_on: date, lag_days: int) -> date:
    """The last day on which figures of a period are in time; the period's end is the day after."""
    return period_ends_on + timedelta(days=lag_days)


def is_expected(number: int, periods: Collection[int]) -> bool:
    """Whether figures of a period were agreed on; without any named, those of every period."""
    return not periods or number in periods


def uncovered(need: Need, periods: Collection[int], every: Mapping[int, Period]) -> tuple[int, ...]:
    """The periods, by number, that an agreement leaves out and whose claim could not be calculated
    without figures: every one, or for terms that pay once that of the assessment."""
    if not periods:
        return ()
    wanted = set[int]()
    for term in need.paid_by:
        day = term.assessment_on if term.timing is Timing.FINAL else None
        wanted |= {number for number, one in every.items() if day is None or one.contains(day)}
    return tuple(sorted(wanted - set(periods)))


_STATUS = {
    AggregateState.DELIVERED: DeliveryStatus.TO_SIGN,
    AggregateState.SIGNED: DeliveryStatus.TO_VERIFY,
    AggregateState.QUERIED: DeliveryStatus.TO_MEND,
    AggregateState.REJECTED: DeliveryStatus.TO_MEND,
    AggregateState.VERIFIED: DeliveryStatus.DONE,
}


def status(
    state: AggregateState | None, *, period_ends_on: date, lag_days: int, as_of: date
) -> DeliveryStatus:
    """How far a delivery has come; `state` is that of the figures that stand, None without any."""
    if state in _STATUS:
        return _STATUS[state]
    if as_of < period_ends_on:
        return DeliveryStatus.NOT_DUE
    late = as_of > due_on(period_ends_on, lag_days)
    return DeliveryStatus.LATE if late else DeliveryStatus.DUE


def state_of(
    *, is_replaced: bool, is_signed: bool, decision: str = "", is_answered: bool = False
) -> AggregateState:
    """What was done with figures last; an answered question waits for the verifier again."""
    if is_replaced:
        return AggregateState.REPLACED
    if not is_signed:
        return AggregateState.DELIVERED
    if not decision or (decision == AggregateState.QUERIED and is_answered):
        return AggregateState.SIGNED
    return AggregateState(decision)
