"""A round of verification: which plan governs it, how far it has come, and what it comes to."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from outcomes.rules.acceptance import (
    Estimated,
    Verdict,
    acceptance_number,
    extrapolated,
    smallest_proving,
    verdict,
)
from outcomes.rules.sampling import (
    EVERYBODY_BELOW,
    Beyond,
    Item,
    PlanKind,
    StratumField,
    allocate_sample,
    is_sampled,
    sample_size,
)
from outcomes.rules.words import State
from sibportal.kernel.errors import Issue, RuleViolation

DISPUTE_DAYS = 14
# What a plan may say, in its own units.
LIMITS: Mapping[str, tuple[Decimal, Decimal]] = {
    "confidence_percent": (Decimal(80), Decimal("99.9")),
    "margin_percent": (Decimal(1), Decimal(20)),
    "expected_percent": (Decimal(1), Decimal(50)),
    "tolerable_percent": (Decimal("0.5"), Decimal(25)),
    "everybody_below": (Decimal(0), Decimal(100_000)),
    "dispute_days": (Decimal(5), Decimal(90)),
}


class Finding(StrEnum):
    """What is known of one item of a sample."""

    OPEN = "open"
    ASKED = "asked"
    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """How measurements are verified; shares in per cent, as people write them.

    Without a plan everything is looked at.
    """

    kind: PlanKind = PlanKind.FULL
    everybody_below: int = EVERYBODY_BELOW
    confidence_percent: Decimal = Decimal(95)
    margin_percent: Decimal = Decimal(5)
    expected_percent: Decimal = Decimal(50)
    tolerable_percent: Decimal = Decimal(5)
    strata: tuple[StratumField, ...] = ()
    beyond: Beyond = Beyond.FULL_CHECK
    dispute_days: int = DISPUTE_DAYS

    @property
    def confidence(self) -> float:
        return float(self.confidence_percent / 100)

    @property
    def tolerable(self) -> float:
        return float(self.tolerable_percent / 100)


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """A version of the plan: when it was set, the period it begins with, and whether agreed."""

    version: int
    from_period: int
    from_day: date
    set_on: date
    is_agreed: bool

    @property
    def holds(self) -> bool:
        """Known before its first period began, or agreed by the provider since."""
        return self.is_agreed or self.set_on < self.from_day


@dataclass(frozen=True, slots=True)
class Design:
    """How many items of a population are drawn, and how many of them may be wrong."""

    size: int
    acceptance_number: int | None


def check_plan(plan: PlanTerms) -> tuple[Issue, ...]:
    """What is wrong with a plan, at its fields."""
    return tuple(
        Issue("outcomes.plan_out_of_range", name, str(value), {"least": low, "most": high})
        for name, (low, high) in LIMITS.items()
        if not low <= (value := Decimal(getattr(plan, name))) <= high
    )


def governing(plans: Iterable[PlanStanding], period: int) -> int | None:
    """The version of the plan that governs a period, by its number; None is full verification."""
    versions = [one.version for one in plans if one.holds and one.from_period <= period]
    return max(versions, default=None)


def design(plan: PlanTerms, items: Sequence[Item], people: int) -> Design:
    """The sample of a locked population: large enough for the margin, and for proving anything."""
    population = len(items)
    if not is_sampled(plan.kind, people, plan.everybody_below):
        return Design(population, None)
    wanted = sample_size(
        population,
        confidence=plan.confidence,
        margin=float(plan.margin_percent / 100),
        expected=float(plan.expected_percent / 100),
    )
    least = smallest_proving(population, tolerable=plan.tolerable, confidence=plan.confidence)
    strata = allocate_sample(max(wanted, least), Counter(item.stratum for item in items))
    size = sum(one.drawn for one in strata)
    accepted = acceptance_number(
        size, tolerable=plan.tolerable, confidence=plan.confidence, population=population
    )
    return Design(size, accepted)


def finding(state: State, *, confirmed: bool) -> Finding:
    """What the state of an item's measurement says about what was reported when it was locked.

    A correction by the provider says that it was wrong, whatever had been found before.
    """
    if state in {State.REJECTED, State.SUPERSEDED}:
        return Finding.WRONG
    if state is State.VERIFIED or (confirmed and state is State.CHECKED):
        return Finding.RIGHT
    return Finding.OPEN if state is State.CHECKED else Finding.ASKED


def conclude(
    findings: Iterable[Finding],
    *,
    accepted: int | None,
    beyond: Beyond,
    open_disputes: int,
    trust_rest: bool,
    reason: str,
) -> Verdict:
    """What a round comes to; `trust_rest` asks to verify the rest beyond the acceptance number.

    RuleViolation while something is undecided or disputed, where the plan demands a full check,
    and where no reason is given.
    """
    counted = Counter(findings)
    if counted[Finding.OPEN] or counted[Finding.ASKED]:
        raise RuleViolation(
            "outcomes.round_not_decided", left=counted[Finding.OPEN] + counted[Finding.ASKED]
        )
    if open_disputes:
        raise RuleViolation("outcomes.round_has_disputes", count=open_disputes)
    if accepted is None:
        return Verdict.EVERYTHING
    found = verdict(counted[Finding.WRONG], accepted, beyond)
    if not trust_rest or found is Verdict.ACCEPTED:
        return found if found is Verdict.ACCEPTED else Verdict.FULL_CHECK
    if found is Verdict.FULL_CHECK:
        raise RuleViolation("outcomes.beyond_acceptance", accepted=accepted)
    if not reason.strip():
        raise RuleViolation("outcomes.reason_needed", field="reason")
    return found


def estimate(plan: PlanTerms, errors: int, size: int, population: int) -> Estimated | None:
    """The errors of the whole population by those of its sample; None where all was looked at."""
    if not size or size >= population:
        return None
    return extrapolated(errors, size, population, plan.confidence)


def dispute_deadline(decided_on: date, days: int) -> date:
    """The last day on which a provider may dispute a rejection."""
    return decided_on + timedelta(days=days)


def reminded_on(raised_on: date, today: date) -> date:
    """The latest day on which an open dispute is reminded of: when raised, then every week."""
    weeks = max((today - raised_on).days, 0) // 7
    return raised_on + timedelta(weeks=weeks)


def report_digest(content: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the content as JSON: keys in order, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
