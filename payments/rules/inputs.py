"""What a claim is calculated from: figures per outcome, what was claimed before, and the period.

Stored with the claim, so that anyone can calculate it again years later; the same form is used by
worked examples (docs/terms-format.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.rules.terms.reader import Reader
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation

MOST_PEOPLE = 100_000_000


@dataclass(frozen=True, slots=True)
class Observation:
    """The final figures of one outcome; the names are those of outcomes.Result.

    `numerator` people and `events` times in this period, the cumulative ones to date; the
    denominator is to date. `sources` say what it rests on, such as "result:<id>".
    """

    outcome: str
    numerator: int
    events: int
    cumulative_numerator: int
    cumulative_events: int
    denominator: int
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier claims of the contract came to (replaced ones left out): per payment term
    before the contract's cap, and in all after it."""

    by_term: Mapping[str, Decimal] = field(default_factory=dict)
    total: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ClaimPeriod:
    """The closed reporting period, and whether it is the contract's last."""

    period: Period
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class ClaimInputs:
    """Everything besides the terms."""

    observations: tuple[Observation, ...]
    earlier: Earlier
    period: ClaimPeriod

    def to_json(self) -> dict[str, Any]:
        """The inputs as plain JSON values, amounts as text."""
        end = self.period.period.end
        return {
            "period": {
                "start": self.period.period.start.isoformat(),
                "end": end.isoformat() if end else None,
                "is_last": self.period.is_last,
            },
            "earlier": {
                "by_term": {key: f"{sum_:f}" for key, sum_ in self.earlier.by_term.items()},
                "total": f"{self.earlier.total:f}",
            },
            "observations": [
                {
                    "outcome": seen.outcome,
                    "numerator": seen.numerator,
                    "events": seen.events,
                    "cumulative_numerator": seen.cumulative_numerator,
                    "cumulative_events": seen.cumulative_events,
                    "denominator": seen.denominator,
                    "sources": list(seen.sources),
                }
                for seen in self.observations
            ],
        }


def read_inputs(document: object) -> ClaimInputs:
    """The inputs that `to_json` wrote or a person typed; RuleViolation naming each path.

    A figure left out is read as the one it equals most often: events as people, cumulative
    figures as those of this period.
    """
    issues: list[Issue] = []
    root = Reader(document, "", issues)
    inputs = ClaimInputs(
        observations=root.entries("observations", _observation),
        earlier=_earlier(root.section("earlier")),
        period=_period(root.section("period")),
    )
    root.finish()
    if issues:
        raise RuleViolation(issues)
    return inputs


def _observation(reader: Reader) -> Observation:
    def people(name: str, otherwise: int) -> int:
        given = reader.whole(name, most=MOST_PEOPLE)
        return otherwise if given is None else given

    for name in ("numerator", "denominator"):
        if not reader.is_given(name):
            reader.issue("terms.required", name)
    numerator = people("numerator", 0)
    events = people("events", numerator)
    observation = Observation(
        outcome=reader.key("outcome"),
        numerator=numerator,
        events=events,
        cumulative_numerator=people("cumulative_numerator", numerator),
        cumulative_events=people("cumulative_events", events),
        denominator=people("denominator", 0),
        sources=reader.texts("sources"),
    )
    reader.finish()
    return observation


def _earlier(reader: Reader) -> Earlier:
    by_term = reader.section("by_term")
    sums = {key: by_term.decimal(key) for key in by_term.node}
    earlier = Earlier(
        by_term={key: amount for key, amount in sums.items() if amount is not None},
        total=reader.decimal("total") or Decimal(0),
    )
    reader.finish()
    return earlier


def _period(reader: Reader) -> ClaimPeriod:
    start, end = reader.day("start"), reader.day("end")
    is_last = reader.flag("is_last")
    reader.finish()
    for name in ("start", "end"):
        if not reader.is_given(name):
            reader.issue("terms.required", name)
    if start and end and end <= start:
        reader.issue("contracts.ends_before_start", "end", end)
        end = None
    return ClaimPeriod(Period(start or date.min, end), is_last)
