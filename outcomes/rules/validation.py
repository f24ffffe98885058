"""Is this measurement possible? One check for the form, the CSV file and REST.

Everything comes in as the text that was given and goes out as an issue with field, value and how
to mend it, or as a clean reading. A code of another contract is simply unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from cohorts.rules.personal_id import contains_personal_id
from cohorts.rules.pseudonym import normalise_code
from outcomes.rules.candidate import Candidate
from outcomes.rules.points import PersonDates, PlannedPoint
from outcomes.rules.reading import (
    day_of_serial,
    looks_like_formula,
    read_date,
    read_decimal,
    read_yes_no,
    without_noughts,
    wrong_text,
)
from outcomes.rules.spans import Span, read_span
from outcomes.rules.words import MetricKind
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue

TEXT_LIMITS = {
    "not_reached_reason": 300,
    "evidence_source": 120,
    "evidence_location": 200,
    "note": 500,
    "correction_reason": 300,
}
MOST_CONTACT_ATTEMPTS = 99
LARGEST_VALUE = Decimal(9_999_999_999)  # what the column of the value holds
ECHO = 80
MOST_REMEMBERED = 10_000
ALREADY_REPORTED = "outcomes.already_reported"
Found = TypeVar("Found")
# What a cell came to, and what was wrong with it, by everything that it was judged by.
_Known = dict[tuple[object, ...], tuple[Any, tuple[Issue, ...]]]


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """One version of a metric, as far as a value can break it; limits are included."""

    code: str
    version: int
    kind: MetricKind
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Wording:
    """What the terms ask under one metric code and point; an amendment may leave two of them."""

    metric: MetricFacts
    place: PlannedPoint


@dataclass(frozen=True, slots=True)
class Context:
    """What a candidate is judged by, for one contract; `as_of` is today in its time zone.

    `planned` is by metric code and point, the latest wording last. `people` holds those of this
    contract that the submitter may see and that are enrolled; `live` the dates of rows that still
    stand, by participant, metric code and point. `closed_before` is the end of the last closed
    period; `attempts_needed` is by metric code, where the contract takes no fewer.
    """

    planned: Mapping[tuple[str, str], tuple[Wording, ...]]
    people: Mapping[str, PersonDates]
    live: Mapping[tuple[str, str, str], frozenset[date]]
    contract: Period
    as_of: date
    closed_before: date | None = None
    late_facts_count: bool = True
    attempts_needed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A candidate that passed, typed."""

    participant: str
    metric: MetricFacts
    point: str
    measured_on: date
    value: Decimal | None
    not_reached_reason: str
    contact_attempts: int
    evidence_source: str
    evidence_location: str
    note: str
    correction_reason: str


def check(candidate: Candidate, context: Context) -> list[Issue]:
    """Everything that is wrong with a candidate; nothing if it can be recorded."""
    return _Check(candidate, context).run()[1]


def read(candidate: Candidate, context: Context) -> tuple[Reading | None, list[Issue]]:
    """The typed reading, or None with the issues; what is only reported already comes with both."""
    return _Check(candidate, context).run()


class Reader:
    """Reads many rows in one context: what returns in each row is looked at once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: _Known = {}

    def read(self, candidate: Candidate) -> tuple[Reading | None, list[Issue]]:
        """The same as `read`."""
        if len(self._known) > MOST_REMEMBERED:
            self._known.clear()
        return _Check(candidate, self._context, self._known).run()


class _Check:
    """One run over one candidate; collects issues so that all of them are told at once."""

    def __init__(self, candidate: Candidate, context: Context, known: _Known | None = None) -> None:
        self.given = candidate
        self.context = context
        self.issues: list[Issue] = []
        self._known: _Known = {} if known is None else known

    def run(self) -> tuple[Reading | None, list[Issue]]:
        given = self.given
        texts = {name: self._text(name, limit) for name, limit in TEXT_LIMITS.items()}
        participant = self._participant()
        measured_on = self._once(("measured_on", given.measured_on), self._measured_on)
        wording = self._wording(participant, measured_on)
        metric = wording.metric if wording else None
        days = given.first_day, given.last_day
        span = self._once(("span", *days, id(metric)), lambda: self._span(metric))
        value = self._once(
            ("value", given.value, *days, id(metric)), lambda: self._value(metric, span)
        )
        attempts = self._contact_attempts()
        self._value_or_reason(texts)
        self._sought(metric, attempts)
        if span is not None:
            texts["note"] = self._with_days(span, texts["note"])
        if participant and wording and measured_on:
            self._window(participant, wording, measured_on, reached=given.has_result)
            self._repeated(participant, wording, measured_on, texts["correction_reason"])
        refused = any(issue.code != ALREADY_REPORTED for issue in self.issues)
        if refused or metric is None or measured_on is None:
            return None, self.issues
        return (
            Reading(
                participant=participant,
                metric=metric,
                point=self.given.point.strip(),
                measured_on=measured_on,
                value=value,
                contact_attempts=attempts,
                **texts,
            ),
            self.issues,
        )

    def _once(self, key: tuple[object, ...], look: Callable[[], Found]) -> Found:
        """What the same cell came to before, with what is wrong with it; `key` says all it was
        judged by (what the context holds, by its id: that is quicker than to compare it)."""
        if key not in self._known:
            before = len(self.issues)
            found = look()
            self._known[key] = found, tuple(self.issues[before:])
            return found
        found, issues = self._known[key]
        self.issues += issues
        return found

    def _add(self, code: str, field: str, **params: object) -> None:
        value = str(getattr(self.given, field))[:ECHO]
        self.issues.append(Issue(code, field=field, value=value, params=params))

    def _text(self, name: str, limit: int) -> str:
        given = getattr(self.given, name)
        return self._once((name, given), lambda: self._read_text(name, limit)) if given else ""

    def _with_days(self, span: Span, note: str) -> str:
        longer, limit = span.before(note), TEXT_LIMITS["note"]
        if len(note) <= limit < len(longer):
            self._add("outcomes.text_too_long", "note", limit=limit, length=len(longer))
        return longer

    def _read_text(self, name: str, limit: int) -> str:
        text = str(getattr(self.given, name)).strip().replace("\r\n", "\n")
        if len(text) > limit:
            self._add("outcomes.text_too_long", name, limit=limit, length=len(text))
            return text
        code = wrong_text(text, self.context.as_of)
        if code == "outcomes.looks_like_personal_id":
            # The id itself must not travel on in an error.
            self.issues.append(Issue(code, field=name))
        elif code:
            self._add(code, name)
        return text

    def _participant(self) -> str:
        if contains_personal_id(self.given.participant, as_of=self.context.as_of):
            self.issues.append(Issue("outcomes.looks_like_personal_id", field="participant"))
            return ""
        code = normalise_code(self.given.participant)
        if not code:
            self._add("outcomes.participant_missing", "participant")
        elif code not in self.context.people:
            self._add("outcomes.participant_unknown", "participant")
            return ""
        return code

    def _wording(self, participant: str, day: date | None) -> Wording | None:
        """The wording that takes a row of this person and day, else the latest."""
        metric, point = self.given.metric.strip(), self.given.point.strip()
        planned = self.context.planned
        if found := planned.get((metric, point)):
            if len(found) == 1:
                return found[0]
            person = self.context.people.get(participant)
            taking = [one for one in found if person and day and one.place.takes(person, day)]
            return (taking or found)[-1]
        at_point = sorted(one for one, key in planned if key == point)
        of_metric = sorted(key for one, key in planned if one == metric)
        if not of_metric:
            known = ", ".join(at_point or sorted({one for one, _ in planned}))
            self._add(
                "outcomes.metric_unknown" if metric else "outcomes.metric_missing",
                "metric",
                known=known,
            )
        else:
            known = ", ".join(of_metric)
            self._add(
                "outcomes.point_unknown" if point else "outcomes.point_missing",
                "point",
                known=known,
            )
        return None

    def _measured_on(self) -> date | None:
        text = self.given.measured_on.strip()
        day = read_date(text)
        if day is None and (meant := day_of_serial(text)):
            self._add("outcomes.date_is_serial", "measured_on", day=meant)
        elif day is None:
            self._add(
                "outcomes.date_impossible" if text else "outcomes.date_missing", "measured_on"
            )
        elif day > self.context.as_of:
            self._add("outcomes.date_in_future", "measured_on", today=self.context.as_of)
        elif not self.context.contract.contains(day):
            contract = self.context.contract
            last_on = contract.end and contract.end - timedelta(days=1)
            self._add(
                "outcomes.date_outside_contract",
                "measured_on",
                starts_on=contract.start,
                last_on=last_on,
            )
        elif self._too_late(day):
            self._add("outcomes.period_closed", "measured_on", until=self.context.closed_before)
        else:
            return day
        return None

    def _too_late(self, day: date) -> bool:
        closed = self.context.closed_before
        return not self.context.late_facts_count and closed is not None and day < closed

    def _span(self, metric: MetricFacts | None) -> Span | None:
        span, issues = read_span(self.given.first_day, self.given.last_day, self.context.as_of)
        if (span or issues) and metric is not None and metric.kind is not MetricKind.DAYS:
            given = "first_day" if self.given.first_day.strip() else "last_day"
            self._add("outcomes.span_of_no_days", given)
            return None
        self.issues += issues
        return span

    def _value(self, metric: MetricFacts | None, span: Span | None) -> Decimal | None:
        text = self.given.value.strip()
        if metric is None:
            return None
        if span is not None and not text:
            self._range(span.days, metric)
            return span.days
        if not text:
            return None
        if metric.kind is MetricKind.YES_NO:
            return self._read_value(text, read_yes_no, "outcomes.value_not_yes_or_no")
        number = self._read_value(text, read_decimal, "outcomes.value_not_a_number")
        if number is None:
            return None
        places = -int(number.normalize().as_tuple().exponent)
        allowed = metric.decimals if metric.kind is MetricKind.NUMBER else 0
        if places > allowed:
            self._add("outcomes.value_too_many_decimals", "value", decimals=allowed)
        self._range(number, metric)
        if span is not None and number != span.days:
            said = {"first": span.first, "last": span.last, "days": int(span.days)}
            self._add("outcomes.span_contradicts", "value", **said)
        return number

    def _read_value(
        self, text: str, reader: Callable[[str], Decimal | None], code: str
    ) -> Decimal | None:
        found = reader(text)
        if found is None:
            self._add("outcomes.looks_like_formula" if looks_like_formula(text) else code, "value")
        return found

    def _range(self, number: Decimal, metric: MetricFacts) -> None:
        low, high = metric.minimum, metric.maximum
        if low is None:
            counted = metric.kind in {MetricKind.COUNT, MetricKind.DAYS}
            low = Decimal(0) if counted else -LARGEST_VALUE
        if high is None:
            high = LARGEST_VALUE
        # What was reckoned from days has no text of its own.
        text = self.given.value[:ECHO] or f"{number:f}"
        if number < low:
            params = {"minimum": without_noughts(low)}
            self.issues.append(Issue("outcomes.value_too_low", "value", text, params))
        elif number > high:
            params = {"maximum": without_noughts(high)}
            self.issues.append(Issue("outcomes.value_too_high", "value", text, params))

    def _contact_attempts(self) -> int:
        text = self.given.contact_attempts.strip()
        if not text:
            return 0
        number = read_decimal(text)
        if number is None or number != int(number) or not 0 <= number <= MOST_CONTACT_ATTEMPTS:
            self._add(
                "outcomes.contact_attempts_impossible",
                "contact_attempts",
                most=MOST_CONTACT_ATTEMPTS,
            )
            return 0
        return int(number)

    def _sought(self, metric: MetricFacts | None, attempts: int) -> None:
        needed = 0 if metric is None else self.context.attempts_needed.get(metric.code, 0)
        if attempts < needed and not self.given.has_result:
            # Said of the reason: where attempts were recorded one by one, nobody types a number.
            params = {"needed": needed, "attempts": attempts}
            self._add("outcomes.attempts_needed", "not_reached_reason", **params)

    def _value_or_reason(self, texts: Mapping[str, str]) -> None:
        value = self.given.has_result
        if value and texts["not_reached_reason"]:
            self._add("outcomes.value_and_reason", "not_reached_reason")
        elif not value and not texts["not_reached_reason"]:
            self._add("outcomes.value_or_reason_missing", "value")
        elif value and not texts["evidence_source"]:
            self._add("outcomes.evidence_source_missing", "evidence_source")

    def _window(self, participant: str, wording: Wording, day: date, *, reached: bool) -> None:
        person, place = self.context.people[participant], wording.place
        due = self._once(("window", id(wording), person), lambda: place.window(person))
        if due is None:
            self._add("outcomes.point_not_set", "point")
        elif day < min(person.enrolled_on, due.opens_on):
            self._add(
                "outcomes.date_before_enrolment", "measured_on", enrolled_on=person.enrolled_on
            )
        elif day < due.opens_on or (reached and day > due.closes_on):
            # That someone could not be reached may also be recorded after the window.
            self._add(
                "outcomes.date_outside_window",
                "measured_on",
                opens_on=due.opens_on,
                closes_on=due.closes_on,
            )
        elif not place.takes(person, day) and (reached or not place.asked(person)):
            self._add("outcomes.point_not_asked", "point")

    def _repeated(self, participant: str, wording: Wording, day: date, why: str) -> None:
        place = participant, wording.metric.code, wording.place.point.key
        live = self.context.live.get(place)
        if why and not live:
            self._add("outcomes.nothing_to_correct", "correction_reason")
        elif not why and live and day in live:
            self._add(ALREADY_REPORTED, "measured_on")
