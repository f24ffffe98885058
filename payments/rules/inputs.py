"""What a claim is calculated from: figures per outcome, what was claimed before, and the period.

Stored with the claim, so that anyone can calculate it again years later; the same form is used by
worked examples (docs/terms-format.md). What is not said equals its default and is not stored, so
that an old claim reads the same when the form grows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.rules.terms.reader import Reader
from contracts.rules.terms.words import TerminationCause
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation

MOST_PEOPLE = 100_000_000


@dataclass(frozen=True, slots=True)
class Group:
    """The same figures of another group or time: a comparison group, or the years before.

    `reached` people or events, `total` the sum of a quantity, `people` those who count.
    """

    people: int
    reached: int = 0
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect as somebody has estimated and signed it, in the unit that the terms compare in
    (per cent for a relative effect). Payment rests on `value`; the interval is for readers."""

    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    method: str = ""


@dataclass(frozen=True, slots=True)
class CellFigure:
    """How much of an observation falls into one cell (region, age) of a price's multipliers."""

    cell: str
    quantity: Decimal
    cumulative_quantity: Decimal


@dataclass(frozen=True, slots=True)
class Observation:
    """The final figures of one outcome; the names are those of outcomes.Result.

    `numerator` people and `events` times in this period, the cumulative ones to date; `total` is
    the sum of a quantity in this period, `measured` the people behind it; the denominator is to
    date. `before` is the group's own history, `comparison` and `comparison_before` are the
    comparison group's. `sources` say what it rests on, such as "result:<id>".
    """

    outcome: str
    numerator: int
    events: int
    cumulative_numerator: int
    cumulative_events: int
    denominator: int
    sources: tuple[str, ...] = ()
    total: Decimal | None = None
    cumulative_total: Decimal | None = None
    measured: int | None = None
    before: Group | None = None
    comparison: Group | None = None
    comparison_before: Group | None = None
    estimate: Estimate | None = None
    cells: tuple[CellFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """So many people who each reached the same outcomes equally often, to date; a cap per person
    needs to know who reached what together."""

    people: int
    times: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Flow:
    """Money on a day."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier claims of the contract came to (replaced ones left out): per payment term
    before the contract's cap, per limit that took something off, per payer, and in all after it.
    `credit` is what they left to be taken off later ones."""

    by_term: Mapping[str, Decimal] = field(default_factory=dict)
    total: Decimal = Decimal(0)
    by_limit: Mapping[str, Decimal] = field(default_factory=dict)
    by_payer: Mapping[str, Decimal] = field(default_factory=dict)
    credit: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a corrected or late fact changes in a claim that was made before: `amount` more (or
    less, below zero) for one payment term, `corrects` says which claim."""

    payment_term: str
    amount: Decimal
    corrects: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClaimPeriod:
    """The closed reporting period, and whether it is the contract's last."""

    period: Period
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class ClaimInputs:
    """Everything besides the terms.

    `service_cost` is the verified cost to date; `other_funding` what others have paid for the
    same; `capital` what investors paid in and `payments` what they received, with their days;
    `indexes` the value of each index clause; `frozen` outcomes whose metric is under suspicion;
    `is_correction` a claim after the last period, which holds adjustments alone; `ended_for` the
    settlement at an early end for a cause.
    """

    observations: tuple[Observation, ...]
    earlier: Earlier
    period: ClaimPeriod
    service_cost: Decimal | None = None
    other_funding: Decimal = Decimal(0)
    capital: tuple[Flow, ...] = ()
    payments: tuple[Flow, ...] = ()
    indexes: Mapping[str, Decimal] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()
    frozen: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    is_correction: bool = False
    ended_for: TerminationCause | None = None

    def to_json(self) -> dict[str, Any]:
        """The inputs as plain JSON values, amounts as text."""
        end = self.period.period.end
        return {
            "period": {
                "start": self.period.period.start.isoformat(),
                "end": end.isoformat() if end else None,
                "is_last": self.period.is_last,
            },
            "earlier": {"by_term": _plain(self.earlier.by_term), **_said(self.earlier, _EARLIER)},
            "observations": [_observed(seen) for seen in self.observations],
            **_said(self, _BESIDES),
        }


# What is always written; the rest only where it says something.
_ALWAYS = (
    "outcome", "numerator", "events", "cumulative_numerator", "cumulative_events", "denominator",
    "sources",
)  # fmt: skip
_EARLIER = ("total", "by_limit", "by_payer", "credit")
_BESIDES = (
    "service_cost", "other_funding", "capital", "payments", "indexes", "profiles", "frozen",
    "adjustments", "is_correction", "ended_for",
)  # fmt: skip


def _observed(seen: Observation) -> dict[str, Any]:
    always = {name: _plain(getattr(seen, name)) for name in _ALWAYS}
    rest = (entry.name for entry in dataclasses.fields(seen) if entry.name not in _ALWAYS)
    return always | _said(seen, rest)


def _said(part: Any, names: Iterable[str]) -> dict[str, Any]:
    """What differs from its default. A zero says something where nothing is the default."""
    defaults = {entry.name: entry.default for entry in dataclasses.fields(part)}
    found = {name: getattr(part, name) for name in names}
    # The sum of earlier claims has always been written.
    return {
        name: _plain(value)
        for name, value in found.items()
        if (name == "total" and isinstance(part, Earlier))
        or (value not in ((), {}) and value != defaults[name])
    }


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {
            entry.name: _plain(getattr(value, entry.name))
            for entry in dataclasses.fields(value)
            if getattr(value, entry.name) not in (None, "")
        }
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


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
        service_cost=root.decimal("service_cost"),
        other_funding=root.decimal("other_funding") or Decimal(0),
        capital=root.entries("capital", _flow),
        payments=root.entries("payments", _flow),
        indexes=_amounts(root.section("indexes")),
        profiles=root.entries("profiles", _profile),
        frozen=root.keys("frozen"),
        adjustments=root.entries("adjustments", _adjustment),
        is_correction=root.flag("is_correction"),
        ended_for=root.word("ended_for", TerminationCause),
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
    total = reader.decimal("total")
    cumulative_total = reader.decimal("cumulative_total")
    observation = Observation(
        outcome=reader.key("outcome"),
        numerator=numerator,
        events=events,
        cumulative_numerator=people("cumulative_numerator", numerator),
        cumulative_events=people("cumulative_events", events),
        denominator=people("denominator", 0),
        sources=reader.texts("sources"),
        total=total,
        cumulative_total=total if cumulative_total is None else cumulative_total,
        measured=reader.whole("measured", most=MOST_PEOPLE),
        before=reader.optional("before", _group),
        comparison=reader.optional("comparison", _group),
        comparison_before=reader.optional("comparison_before", _group),
        estimate=reader.optional("estimate", _estimate),
        cells=reader.entries("cells", _cell),
    )
    reader.finish()
    return observation


def _group(reader: Reader) -> Group:
    if not reader.is_given("people"):
        reader.issue("terms.required", "people")
    group = Group(
        people=reader.whole("people", most=MOST_PEOPLE) or 0,
        reached=reader.whole("reached", most=MOST_PEOPLE) or 0,
        total=reader.decimal("total"),
    )
    reader.finish()
    return group


def _estimate(reader: Reader) -> Estimate:
    estimate = Estimate(
        value=_needed(reader, "value"),
        low=reader.decimal("low"),
        high=reader.decimal("high"),
        method=reader.text("method"),
    )
    reader.finish()
    return estimate


def _cell(reader: Reader) -> CellFigure:
    quantity = _needed(reader, "quantity")
    to_date = reader.decimal("cumulative_quantity")
    cell = CellFigure(reader.key("cell"), quantity, quantity if to_date is None else to_date)
    reader.finish()
    return cell


def _flow(reader: Reader) -> Flow:
    day = reader.day("day")
    if not reader.is_given("day"):
        reader.issue("terms.required", "day")
    flow = Flow(day or date.min, _needed(reader, "amount"))
    reader.finish()
    return flow


def _profile(reader: Reader) -> Profile:
    if not reader.is_given("people"):
        reader.issue("terms.required", "people")
    times = reader.section("times")
    profile = Profile(
        people=reader.whole("people", most=MOST_PEOPLE) or 0,
        times={name: times.whole(name) or 0 for name in times.node},
    )
    times.finish()
    reader.finish()
    return profile


def _adjustment(reader: Reader) -> Adjustment:
    adjustment = Adjustment(
        payment_term=reader.key("payment_term"),
        amount=_needed(reader, "amount"),
        corrects=reader.text("corrects"),
        reason=reader.text("reason"),
    )
    reader.finish()
    return adjustment


def _needed(reader: Reader, name: str) -> Decimal:
    found = reader.decimal(name)
    if found is None and not reader.is_given(name):
        reader.issue("terms.required", name)
    return Decimal(0) if found is None else found


def _amounts(section: Reader) -> dict[str, Decimal]:
    found = {key: section.decimal(key) for key in section.node}
    section.finish()
    return {key: amount for key, amount in found.items() if amount is not None}


def _earlier(reader: Reader) -> Earlier:
    earlier = Earlier(
        by_term=_amounts(reader.section("by_term")),
        total=reader.decimal("total") or Decimal(0),
        by_limit=_amounts(reader.section("by_limit")),
        by_payer=_amounts(reader.section("by_payer")),
        credit=reader.decimal("credit") or Decimal(0),
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
