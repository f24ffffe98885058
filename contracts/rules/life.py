"""When the plan meets life: why a contract is suspended or ends early, and what may follow what."""

from __future__ import annotations

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
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        issues.append(
            Issue("contracts.reason_too_short", "reason", params={"least": SHORTEST_REASON})
        )
    return issues


def check_sequence(on: date, last: date | None) -> list[Issue]:
    """A turn is not dated before the one that it follows."""
    if last is not None and on < last:
        return [Issue("contracts.turn_before_last", "on", on.isoformat(), {"day": last})]
    return []
