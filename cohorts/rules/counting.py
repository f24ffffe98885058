"""Who is in the denominator: every participant's standing under the contract's counting policy.

Everyone enrolled counts and missing is no success; the only way out is a neutral exit that the
verifier confirmed, within the contract's cap (decision 6). Outcomes are counted on top of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cohorts.rules.enrolment import ExitReason
from contracts.rules.terms.document import Counting
from contracts.rules.terms.words import Denominator, LeavingReason, LeavingTreatment


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of one participant, by code or id; `counts` as the cohort states it."""

    participant: str
    referred_on: date
    enrolled_on: date | None = None
    started_on: date | None = None
    exited_on: date | None = None
    exit_reason: str = ""
    exit_confirmed: bool = False
    counts: bool = True
    cohort: str = ""

    @property
    def entered_on(self) -> date:
        """The day of enrolment, or of referral for those who are not enrolled."""
        return self.enrolled_on or self.referred_on


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of one person: success by rows up to `rows_until` (all of them if None).

    A `neutral` person leaves the denominator of every outcome not reached before the exit.
    For a `last_value` person the last value before the exit stands in for later points.
    `cohort` and `entered_on` tell whether an outcome restricted to some people counts this one.
    """

    participant: str
    rows_until: date | None = None
    neutral: bool = False
    last_value: bool = False
    cohort: str = ""
    entered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """Those who can be counted, and the size of the denominator before neutral exits.

    `size` is None where it depends on the outcome (everyone measured).
    """

    standings: tuple[Standing, ...]
    size: int | None
    neutral_confirmed: int
    neutral_allowed: int


def treatment(status: Status, counting: Counting) -> LeavingTreatment:
    """How a person counts. Nobody who stays or completes is lost; an unconfirmed exit fails."""
    if status.exited_on is None or status.exit_reason == ExitReason.COMPLETED:
        return LeavingTreatment.FOLLOWED_BY_REGISTER
    agreed = counting.exits.get(LeavingReason(status.exit_reason), LeavingTreatment.FAILURE)
    if agreed is LeavingTreatment.NEUTRAL and not status.exit_confirmed:
        return LeavingTreatment.FAILURE
    return agreed


def reasons_to_confirm(counting: Counting) -> frozenset[str]:
    """Reasons of leaving that count as neutral, but only once the verifier has confirmed them."""
    return frozenset(
        reason.value
        for reason, agreed in counting.exits.items()
        if agreed is LeavingTreatment.NEUTRAL
    )


def base(
    statuses: Iterable[Status], counting: Counting, *, places: int, until: date | None = None
) -> Base:
    """Standings and denominator as they were before `until` (a period's end, not included).

    The order of the statuses does not matter. Neutral exits are taken by date of exit, then by
    participant, up to the cap; without a stated cap none is neutral.
    """
    kind = counting.denominator or Denominator.ENROLLED
    known = [_before(status, until) for status in statuses]
    people = [status for status in known if status is not None and status.counts]
    inside = [status for status in people if _countable(status, kind)]
    return base_from_leavers(
        inside,
        counting,
        size=size_of(kind, people=len(people), inside=len(inside), places=places),
        inside=len(inside),
        until=until,
    )


def base_from_leavers(
    leavers: Iterable[Status],
    counting: Counting,
    *,
    size: int | None,
    inside: int,
    until: date | None = None,
) -> Base:
    """The same with the stayers only counted: nothing about them depends on the policy.

    `leavers` can be counted, `inside` is how many can in all; the standings are of the leavers.
    """
    known = [one for one in (_before(status, until) for status in leavers) if one is not None]
    confirmed = [one for one in known if treatment(one, counting) is LeavingTreatment.NEUTRAL]
    allowed = _neutral_cap(counting, inside if size is None else size)
    confirmed.sort(key=lambda one: (one.exited_on or date.max, one.participant))
    neutral = {one.participant for one in confirmed[:allowed]}
    return Base(
        standings=tuple(
            _standing(status, counting, status.participant in neutral)
            for status in sorted(known, key=lambda one: one.participant)
        ),
        size=size,
        neutral_confirmed=len(confirmed),
        neutral_allowed=allowed,
    )


def size_of(kind: Denominator, *, people: int, inside: int, places: int) -> int | None:
    """The denominator before neutral exits, from how many were referred and how many can count."""
    if kind is Denominator.MEASURED:
        return None
    if kind is Denominator.PLACES:
        return max(places, inside)
    return people if kind is Denominator.REFERRED else inside


def _before(status: Status, until: date | None) -> Status | None:
    """The participant as known before a day: later steps have not happened yet."""
    if until is None:
        return status
    if status.referred_on >= until and (status.enrolled_on is None or status.enrolled_on >= until):
        return None
    left = status.exited_on is not None and status.exited_on < until
    return Status(
        participant=status.participant,
        referred_on=status.referred_on,
        enrolled_on=_if_before(status.enrolled_on, until),
        started_on=_if_before(status.started_on, until),
        exited_on=status.exited_on if left else None,
        exit_reason=status.exit_reason if left else "",
        exit_confirmed=status.exit_confirmed and left,
        counts=status.counts,
        cohort=status.cohort,
    )


def _if_before(day: date | None, until: date) -> date | None:
    return day if day is not None and day < until else None


def _countable(status: Status, kind: Denominator) -> bool:
    """Whether rows of this person can count; only the enrolled have rows."""
    if kind is Denominator.STARTED:
        return status.enrolled_on is not None and status.started_on is not None
    return status.enrolled_on is not None


def _neutral_cap(counting: Counting, size: int) -> int:
    """Whole people within the cap's percentage of the denominator, rounded down."""
    percent = counting.neutral_exit_cap_percent
    return 0 if percent is None else int(percent * size / 100)


def _standing(status: Status, counting: Counting, neutral: bool) -> Standing:
    agreed = treatment(status, counting)
    followed = agreed is LeavingTreatment.FOLLOWED_BY_REGISTER
    return Standing(
        participant=status.participant,
        rows_until=None if followed else status.exited_on,
        neutral=neutral,
        last_value=agreed is LeavingTreatment.LAST_VALUE,
        cohort=status.cohort,
        entered_on=status.entered_on,
    )
