"""What a batch of measurements is judged by, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import RawSQL

from cohorts.models import Participant
from cohorts.rules.consent import Switch
from cohorts.rules.pseudonym import normalise_code
from contracts.models import Contract, Metric, ReportingPeriod
from contracts.rules.terms import TermsDocument, parse
from contracts.rules.terms.document import MetricReference
from contracts.rules.terms.words import LateFacts
from contracts.selectors import terms_in_force, today
from outcomes.models import Measurement
from outcomes.rules.candidate import Candidate
from outcomes.rules.points import PersonDates, PlannedPoint, planned
from outcomes.rules.scopes import cohort_key
from outcomes.rules.validation import Context, MetricFacts, Reading, Wording
from outcomes.rules.words import MetricKind
from outcomes.selectors.attempts import attempts_needed
from outcomes.selectors.versions import is_closed
from outcomes.states import MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

NOT_LIVE = (MeasurementState.SUPERSEDED, MeasurementState.REJECTED)
Place = tuple[str, str, str]
# The day from which each consent is refused.
Refused = Mapping[Switch, date]
NOTHING_REFUSED: Refused = MappingProxyType({})


class Standing(NamedTuple):
    """A row that stands, as far as another one may repeat or replace it."""

    pk: int
    state: str
    measured_on: date
    value: Decimal | None
    not_reached_reason: str
    contact_attempts: int
    evidence_source: str
    evidence_location: str
    note: str

    @classmethod
    def of(cls, row: Measurement) -> Standing:
        """The same of a row at hand."""
        return cls(*(getattr(row, name) for name in cls._fields))

    def says(self, reading: Reading) -> bool:
        """Whether a reading of the same place and day repeats it word for word."""
        return all(getattr(reading, name) == getattr(self, name) for name in _SAID)


_SAID = Standing._fields[2:]


@dataclass(frozen=True)
class Submission:
    """The context of the rules beside the rows that its words stand for."""

    context: Context
    participants: Mapping[str, UUID]
    metrics: Mapping[tuple[str, int], UUID]
    live: Mapping[Place, tuple[Standing, ...]]
    periods: tuple[ReportingPeriod, ...]
    closed: frozenset[UUID]
    by_day: dict[date, ReportingPeriod | None] = field(default_factory=dict)

    def period_for(self, day: date) -> ReportingPeriod | None:
        """The period that contains a day, or the first open one where that is closed. Once the last
        is closed too, a row of its time belongs to it and is not counted in it any more: what it
        changes is a correction."""
        if day not in self.by_day:
            self.by_day[day] = self._period_for(day)
        return self.by_day[day]

    def _period_for(self, day: date) -> ReportingPeriod | None:
        for period in self.periods:
            if period.pk in self.closed:
                continue
            if period.starts_on <= day < period.ends_on or day < period.starts_on:
                return period
        last = self.periods[-1] if self.periods else None
        is_over = last is not None and last.pk in self.closed and day < last.ends_on
        return last if is_over else None


def terms_today(contract: Contract) -> TermsDocument:
    """The terms in force today, parsed; a RuleViolation where none are agreed yet."""
    terms = terms_in_force(contract, today(contract))
    if terms is None:
        raise RuleViolation("outcomes.no_terms_in_force")
    return parse(terms.document)


def metrics_of(references: Iterable[MetricReference]) -> dict[MetricReference, Metric]:
    """The metric rows that terms name, in one query."""
    wanted = set(references)
    named = Q(pk__in=[])
    for one in wanted:
        named |= Q(code=one.code, version=one.version)
    return {MetricReference(row.code, row.version): row for row in Metric.objects.filter(named)}


def facts(metric: Metric) -> MetricFacts:
    """A metric row as the rules read it."""
    return MetricFacts(
        code=metric.code,
        version=metric.version,
        kind=MetricKind(metric.kind),
        minimum=metric.minimum,
        maximum=metric.maximum,
        decimals=metric.decimals,
    )


def person_dates(participant: Participant, refused: Refused = NOTHING_REFUSED) -> PersonDates:
    """The dates that points are reckoned from; needs enrolment and cohort beside the
    participant."""
    enrolment = participant.enrolment
    return PersonDates(
        enrolled_on=enrolment.enrolled_on,
        exited_on=enrolment.exited_on,
        exit_reason=enrolment.exit_reason,
        birth_month=participant.birth_month,
        school_started_year=participant.school_started_year,
        cohort=cohort_key(participant.cohort.code_prefix),
        no_service_from=refused.get(Switch.SERVICE),
        no_register_from=refused.get(Switch.REGISTER_FOLLOW_UP),
    )


def submission(actor: Viewer, contract: Contract, rows: Iterable[Candidate]) -> Submission:
    """Everything that submitting `rows` needs: the people that `actor` may report on, and so on."""
    terms = terms_today(contract)
    people, participants = _people(actor, contract, rows)
    wanted = planned(terms)
    metrics = metrics_of(one.metric for one in wanted)
    live = _live(contract, participants)
    periods = tuple(ReportingPeriod.objects.filter(contract=contract).order_by("number"))
    closed = frozenset(
        ReportingPeriod.objects.filter(is_closed(), contract=contract).values_list("pk", flat=True)
    )
    context = Context(
        planned=_wordings(wanted, metrics),
        people=people,
        live={place: frozenset(row.measured_on for row in rows) for place, rows in live.items()},
        contract=Period(contract.starts_on, contract.ends_on),
        as_of=today(contract),
        closed_before=max((one.ends_on for one in periods if one.pk in closed), default=None),
        late_facts_count=terms.late_facts is not LateFacts.NOT_COUNTED,
        attempts_needed=attempts_needed(contract, (one.metric.code for one in wanted)),
    )
    return Submission(
        context=context,
        participants=participants,
        metrics={(one.code, one.version): row.pk for one, row in metrics.items()},
        live=live,
        periods=periods,
        closed=closed,
    )


def _wordings(
    wanted: Iterable[PlannedPoint], metrics: Mapping[MetricReference, Metric]
) -> dict[tuple[str, str], tuple[Wording, ...]]:
    """What is planned by metric code and point, each version of a metric apart."""
    found: dict[tuple[str, str], tuple[Wording, ...]] = {}
    for one in sorted(wanted, key=lambda one: one.metric.version):
        place = one.metric.code, one.point.key
        found[place] = (*found.get(place, ()), Wording(facts(metrics[one.metric]), one))
    return found


def _people(
    actor: Viewer, contract: Contract, rows: Iterable[Candidate]
) -> tuple[dict[str, PersonDates], dict[str, UUID]]:
    """The dates and ids, by code, of the enrolled people whom rows name and `actor` reports on."""
    codes = {normalise_code(row.participant) for row in rows}
    found = access.visible(
        Participant.objects.filter(cohort__contract=contract, code__in=_array(codes, "text")),
        actor,
        Action.SUBMIT_MEASUREMENT,
    ).filter(enrolment__isnull=False)
    dates: dict[str, PersonDates] = {}
    ids: dict[str, UUID] = {}
    for pk, code, prefix, enrolled, exited, reason, born, school in found.values_list(
        "pk", "code", "cohort__code_prefix", "enrolment__enrolled_on", "enrolment__exited_on",
        "enrolment__exit_reason", "birth_month", "school_started_year",
    ):  # fmt: skip
        dates[code] = PersonDates(enrolled, exited, reason, born, school, cohort_key(prefix))
        ids[code] = pk
    return dates, ids


def _live(
    contract: Contract, participants: Mapping[str, UUID]
) -> dict[Place, tuple[Standing, ...]]:
    """The rows that stand, by participant code, metric code and point."""
    rows = (
        Measurement.objects.filter(contract=contract)
        .filter(participant__in=_array(participants.values(), "uuid"))
        .exclude(state__in=NOT_LIVE)
        .values_list("participant__code", "metric__code", "point_key", *Standing._fields)
    )
    found: dict[Place, list[Standing]] = defaultdict(list)
    for code, metric, point, *standing in rows.iterator():
        found[code, metric, point].append(Standing(*standing))
    return {place: tuple(rows) for place, rows in found.items()}


def _array(values: Iterable[object], kind: str) -> RawSQL:
    """Values as one parameter: a file names thousands of people, and a statement of thousands of
    parameters takes longer to put together than to run."""
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [list(values)])  # noqa: S611
