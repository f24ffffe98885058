"""When the plan meets life: why a contract is suspended or ends early, and what may follow what."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue

LONGEST_REASON = 1000
SHORTEST_REASON = 10


class Turn(StrEnum):
    """What happens to the contract as a whole."""

    SUSPENDED = "suspended"
    RESUMED = "resumed"
    ENDED = "ended"


class SuspensionCause(StrEnum):
    TOO_FEW_ENROLLED = "too_few_enrolled"
    PROVIDER_UNABLE = "provider_unable"
    DISRUPTION = "disruption"
    DISPUTE = "dispute"
    OTHER = "other"


def check_turn(turn: Turn, *, on: date, reason: str, today: date, frame: Period) -> list[Issue]:
    """What speaks against a turn on a day: it is no plan, so the day lies in the contract and not
    in the future, and the reason can be understood years later."""
    issues = []
    if on > today:
        issues.append(Issue("contracts.turn_in_future", "on", on.isoformat(), {"day": today}))
    elif not frame.contains(on) and not (turn is Turn.ENDED and on == frame.end):
        issues.append(Issue("contracts.outside_frame", "on", on.isoformat()))
    return [*issues, *check_reason(reason)]


def check_sequence(on: date, last: date | None) -> list[Issue]:
    """A turn is not dated before the one that it follows."""
    if last is not None and on < last:
        return [Issue("contracts.turn_before_last", "on", on.isoformat(), {"day": last})]
    return []


def check_reason(reason: str) -> list[Issue]:
    """A reason that can be understood years later."""
    if SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        return []
    return [Issue("contracts.reason_too_short", "reason", params={"least": SHORTEST_REASON})]


def check_suspicion(
    metric_code: str,
    *,
    from_day: date,
    reason: str,
    known: Collection[str],
    already: Collection[str],
    today: date,
    frame: Period,
) -> list[Issue]:
    """What speaks against marking a metric as suspect from a day."""
    issues = []
    if metric_code not in known:
        issues.append(Issue("contracts.metric_not_in_terms", "metric_code", metric_code))
    elif metric_code in already:
        issues.append(Issue("contracts.suspect_already", "metric_code", metric_code))
    if from_day > today or not frame.contains(from_day):
        issues.append(Issue("contracts.outside_frame", "from_day", from_day.isoformat()))
    return [*issues, *check_reason(reason)]
