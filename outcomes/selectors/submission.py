"""What a batch of measurements is judged by, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from cohorts.models import Participant
from cohorts.rules.pseudonym import normalise_code
from contracts.models import Contract, Metric, ReportingPeriod
from contracts.rules.terms import TermsDocument, parse
from contracts.rules.terms.document import MetricReference
from contracts.rules.terms.words import LateFacts
from contracts.selectors import terms_in_force, today
from outcomes.models import Measurement
from outcomes.rules.points import PersonDates, PlannedPoint, planned
from outcomes.rules.scopes import cohort_key
from outcomes.rules.validation import Candidate, Context, MetricFacts, Wording
from outcomes.rules.words import MetricKind
from outcomes.states import ClosingState, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

NOT_LIVE = (MeasurementState.SUPERSEDED, MeasurementState.REJECTED)
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Submission:
    """The context of the rules beside the rows that its words stand for."""

    context: Context
    participants: Mapping[str, UUID]
    metrics: Mapping[tuple[str, int], UUID]
    live: Mapping[Place, tuple[Measurement, ...]]
    periods: tuple[ReportingPeriod, ...]
    closed: frozenset[UUID]

    def period_for(self, day: date) -> ReportingPeriod | None:
        """The period that contains a day, or the first open one where that is closed. Once the last
        is closed too, a row of its time belongs to it and is not counted in it any more: what it
        changes is a correction."""
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


def person_dates(participant: Participant) -> PersonDates:
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
    )


def submission(actor: Viewer, contract: Contract, rows: Iterable[Candidate]) -> Submission:
    """Everything that submitting `rows` needs: the people that `actor` may report on, and so on."""
    terms = terms_today(contract)
    codes = {normalise_code(row.participant) for row in rows}
    participants = {
        row.code: row
        for row in access.visible(
            Participant.objects.filter(cohort__contract=contract, code__in=codes),
            actor,
            Action.SUBMIT_MEASUREMENT,
        )
        .filter(enrolment__isnull=False)
        .select_related("enrolment", "cohort")
    }
    wanted = planned(terms)
    metrics = metrics_of(one.metric for one in wanted)
    live = _live(contract, participants)
    periods = tuple(ReportingPeriod.objects.filter(contract=contract).order_by("number"))
    closed = frozenset(
        ReportingPeriod.objects.filter(
            contract=contract, closing__state=ClosingState.SIGNED
        ).values_list("pk", flat=True)
    )
    context = Context(
        planned=_wordings(wanted, metrics),
        people={code: person_dates(row) for code, row in participants.items()},
        live={place: frozenset(row.measured_on for row in rows) for place, rows in live.items()},
        contract=Period(contract.starts_on, contract.ends_on),
        as_of=today(contract),
        closed_before=max((one.ends_on for one in periods if one.pk in closed), default=None),
        late_facts_count=terms.late_facts is not LateFacts.NOT_COUNTED,
    )
    return Submission(
        context=context,
        participants={code: row.pk for code, row in participants.items()},
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


def _live(
    contract: Contract, participants: Mapping[str, Participant]
) -> dict[Place, tuple[Measurement, ...]]:
    """The rows that stand, by participant code, metric code and point."""
    codes = {row.pk: code for code, row in participants.items()}
    found: dict[Place, list[Measurement]] = defaultdict(list)
    rows = (
        Measurement.objects.filter(contract=contract, participant__in=codes)
        .exclude(state__in=NOT_LIVE)
        .select_related("metric")
    )
    for row in rows:
        found[codes[row.participant_id], row.metric.code, row.point_key].append(row)
    return {place: tuple(rows) for place, rows in found.items()}
