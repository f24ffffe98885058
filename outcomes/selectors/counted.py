"""What a closing counts: the rows up to its cut-offs, their digest, and the figures from them.

Counting is defined in outcomes/rules/counting; here it is done in the database for everybody who
stays, and by that definition for those who left, whose rows need the contract's policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from cohorts.models import Cohort, Participant
from cohorts.rules.counting import Base, Standing, Status, base_from_leavers, size_of
from cohorts.states import ExitReason
from contracts.models import ReportingPeriod
from contracts.rules.terms.document import MetricReference, TermsDocument
from contracts.rules.terms.words import Denominator
from outcomes.models import Decision, Measurement
from outcomes.rules import counting
from outcomes.rules.closing import CutOff
from outcomes.rules.counting import Figures, Row, StandIn
from outcomes.rules.points import window
from outcomes.rules.words import State
from outcomes.selectors import tally
from outcomes.selectors.submission import metrics_of, person_dates

NOTHING = CutOff(0, 0)


@dataclass(frozen=True)
class Pinned:
    """The rows of a closing in short: how many, and the digest of their exact text."""

    row_count: int
    digest: str


@dataclass(frozen=True)
class Scene:
    """One closing to be counted: its period, its cut-offs and those of the closing before."""

    period: ReportingPeriod
    terms: TermsDocument
    cut_off: CutOff
    previous: CutOff = NOTHING


# The text of a row is defined in outcomes/rules/closing.line; a test compares the two. That
# `supersedes_id` is not null follows, but saying it lets an index find the few corrections.
_PINNED = """
SELECT count(*),
       encode(sha256(convert_to(coalesce(string_agg(
           concat_ws('|', m.id, m.participant_id, m.metric_id, m.point_key, m.measured_on,
                     coalesce(m.value::text, '')), E'\\n' ORDER BY m.id), ''), 'UTF8')), 'hex')
  FROM outcomes_measurement m
  JOIN contracts_reportingperiod p ON p.id = m.counted_in_id AND p.number <= %(number)s
 WHERE m.contract_id = %(contract)s AND m.id <= %(measurement)s
   AND EXISTS (SELECT 1 FROM outcomes_verification v
                WHERE v.measurement_id = m.id AND v.decision = 'verified'
                  AND v.id <= %(verification)s)
   AND NOT EXISTS (SELECT 1 FROM outcomes_measurement s
                    WHERE s.supersedes_id = m.id AND s.id <= %(measurement)s
                      AND s.supersedes_id IS NOT NULL)
"""


def latest_cut_off() -> CutOff:
    """The last rows there are; under its lock no row of a contract can come between."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT max(id) FROM outcomes_measurement), 0),"
            " coalesce((SELECT max(id) FROM outcomes_verification), 0)"
        )
        measurement, verification = cursor.fetchall()[0]
    return CutOff(measurement, verification)


def pinned(period: ReportingPeriod, cut_off: CutOff) -> Pinned:
    """Count and digest of the verified rows of a period and those before it, at the cut-offs."""
    with connection.cursor() as cursor:
        cursor.execute(
            _PINNED,
            {
                "contract": period.contract_id,
                "number": period.number,
                "measurement": cut_off.measurement,
                "verification": cut_off.verification,
            },
        )
        row_count, digest = cursor.fetchall()[0]
    return Pinned(row_count, digest)


def figures(scene: Scene) -> dict[str, Figures]:
    """The figures of every outcome at a closing, by outcome key."""
    whole = counted_base(scene)
    left = {one.participant for one in whole.standings if one.rows_until or one.neutral}
    if not tally.can_count(scene.terms):
        inside = _people(scene.period.contract_id).filter(_inside(scene)).values_list("pk")
        left = {str(pk) for (pk,) in inside}
        whole = replace(whole, standings=_every_standing(whole, left))
    metrics = {one: row.pk for one, row in metrics_of(_metrics(scene.terms)).items()}
    outside = _people(scene.period.contract_id).exclude(_inside(scene)).values_list("pk", flat=True)
    fast = tally.tally(
        verified_rows(scene).exclude(participant__in=[*outside, *(UUID(one) for one in left)]),
        scene.terms,
        metrics,
        now=_now(scene),
        before=_before(scene),
    )
    return tally.together(scene.terms, whole, fast, _of_leavers(scene, whole, left))


def counted_base(scene: Scene) -> Base:
    """The denominator at a closing, and the standings of those who left before its end.

    Equal to cohorts/rules/counting.base but for the standings of those who stay.
    """
    contract_id, counting_policy = scene.period.contract_id, scene.terms.counting
    kind = counting_policy.denominator or Denominator.ENROLLED
    people = _people(contract_id)
    inside = people.filter(_inside(scene))
    places = Cohort.objects.filter(contract=contract_id).values_list("places", flat=True)
    count = people.aggregate(
        inside=Count("pk", filter=_inside(scene)),
        known=Count("pk", filter=_known(scene) & Q(counts=True)),
    )
    size = size_of(kind, people=count["known"], inside=count["inside"], places=sum(places))
    gone = inside.filter(enrolment__exited_on__lt=scene.period.ends_on).exclude(
        enrolment__exit_reason=ExitReason.COMPLETED
    )
    return base_from_leavers(
        participant_statuses(gone),
        counting_policy,
        size=size,
        inside=count["inside"],
        until=scene.period.ends_on,
    )


def participant_statuses(people: QuerySet[Participant]) -> list[Status]:
    """Participants as the counting policy sees them."""
    rows = people.values_list(
        "pk",
        "counts",
        "referral__referred_on",
        "enrolment__enrolled_on",
        "enrolment__started_on",
        "enrolment__exited_on",
        "enrolment__exit_reason",
        "enrolment__exit_confirmed_at",
    )
    return [
        Status(
            participant=str(pk),
            referred_on=referred_on or enrolled_on,
            enrolled_on=enrolled_on,
            started_on=started_on,
            exited_on=exited_on,
            exit_reason=exit_reason or "",
            exit_confirmed=confirmed_at is not None,
            counts=counts,
        )
        for pk, counts, referred_on, enrolled_on, started_on, exited_on, exit_reason, confirmed_at
        in rows
        if referred_on or enrolled_on
    ]  # fmt: skip


def _people(contract_id: UUID) -> QuerySet[Participant]:
    return Participant.objects.filter(cohort__contract=contract_id).order_by()


def _known(scene: Scene) -> Q:
    """Referred or enrolled before the end of the period."""
    until = scene.period.ends_on
    return Q(referral__referred_on__lt=until) | Q(enrolment__enrolled_on__lt=until)


def _inside(scene: Scene) -> Q:
    """Those whose rows can count (cohorts/rules/counting)."""
    until = scene.period.ends_on
    inside = Q(counts=True, enrolment__enrolled_on__lt=until)
    if scene.terms.counting.denominator is Denominator.STARTED:
        inside &= Q(enrolment__started_on__lt=until)
    return inside


def _every_standing(whole: Base, inside: set[str]) -> tuple[Standing, ...]:
    """Standings of everybody, where the definition counts everybody."""
    gone = {one.participant: one for one in whole.standings}
    return tuple(gone.get(one) or Standing(one) for one in sorted(inside))


def verified_rows(scene: Scene) -> QuerySet[Measurement]:
    """Rows that a verifier had accepted by the cut-off; some may be superseded since.

    Each has its decision as `verified_by` and its correction, if any, as `corrected_by`.
    """
    return (
        Measurement.objects.alias(
            acceptance=FilteredRelation(
                "verifications", condition=Q(verifications__decision=Decision.VERIFIED)
            ),
            correction=FilteredRelation(
                "superseded_by", condition=Q(superseded_by__supersedes__isnull=False)
            ),
            verified_by=F("acceptance__pk"),
            corrected_by=F("correction__pk"),
        )
        .filter(
            contract=scene.period.contract_id,
            pk__lte=scene.cut_off.measurement,
            verified_by__lte=scene.cut_off.verification,
            counted_in__in=_periods(scene, Q(number__lte=scene.period.number)),
        )
        .order_by()
    )


def rows(scene: Scene, participants: Iterable[str] | None = None) -> list[Row]:
    """The rows of a closing as the definition of counting reads them."""
    found = verified_rows(scene)
    if participants is not None:
        found = found.filter(participant__in=[UUID(one) for one in participants])
    values = found.select_related(None).values_list(
        "participant", "metric__code", "metric__version", "point_key", "measured_on", "value",
        "pk", "counted_in__number", F("corrected_by"), F("verified_by"),
    )  # fmt: skip
    return [
        Row(
            participant=str(participant),
            metric=MetricReference(code, version),
            point=point,
            measured_on=measured_on,
            value=value,
            sequence=pk,
            period=number,
            state=_state(scene.cut_off, pk, verified, superseded),
            state_before=_state(scene.previous, pk, verified, superseded),
        )
        for participant, code, version, point, measured_on, value, pk, number, superseded, verified
        in values
    ]  # fmt: skip


def stand_ins(scene: Scene, whole: Base) -> list[StandIn]:
    """Points that came due, unmeasured, after the exit of people whose last value stands in.

    A point counts as missed from the period in which its window closed.
    """
    people = [one.participant for one in whole.standings if one.last_value]
    if not people:
        return []
    periods = list(
        ReportingPeriod.objects.filter(
            contract=scene.period.contract_id, number__lte=scene.period.number
        )
    )
    found = []
    rows = Participant.objects.filter(pk__in=people).select_related("enrolment")
    for participant in rows:
        for point in scene.terms.points:
            due = window(point, person_dates(participant))
            since = next(
                (one.number for one in periods if due and due.closes_on < one.ends_on
                 and one.starts_on <= due.closes_on), None,
            )  # fmt: skip
            if since is not None:
                found.append(StandIn(str(participant.pk), point.key, since))
    return found


def _of_leavers(scene: Scene, whole: Base, left: set[str]) -> tally.Tally:
    """Those who left, counted by the definition itself."""
    if not left:
        return {}
    part = replace(
        whole, standings=tuple(one for one in whole.standings if one.participant in left)
    )
    known = rows(scene, left)
    held = stand_ins(scene, part)
    number = scene.period.number
    now = counting.count(known, scene.terms, part, period=number, stand_ins=held)
    then = [
        replace(row, state=row.state_before, state_before="")
        for row in known
        if row.period < number
    ]
    missed = [one for one in held if one.period < number]
    before = counting.count(then, scene.terms, part, period=number, stand_ins=missed)
    return {
        key: tally.Counts(
            newly=one.numerator,
            lost=one.lost,
            people=one.cumulative_numerator,
            events=one.cumulative_events,
            events_before=before[key].cumulative_events,
            measured=one.measured,
            out_of=one.denominator - (whole.size or 0),
        )
        for key, one in now.items()
    }


def _now(scene: Scene) -> Q:
    cut = scene.cut_off.measurement
    return Q(corrected_by=None) | Q(corrected_by__gt=cut)


def _before(scene: Scene) -> Q | None:
    """The rows that counted at the closing before; None where there was none."""
    previous = scene.previous
    if previous == NOTHING:
        return None
    return (
        Q(pk__lte=previous.measurement, verified_by__lte=previous.verification)
        & (Q(corrected_by=None) | Q(corrected_by__gt=previous.measurement))
        & Q(counted_in__in=_periods(scene, Q(number__lt=scene.period.number)))
    )


def _periods(scene: Scene, which: Q) -> Sequence[UUID]:
    """Ids, not a join: a contract has few periods and many rows."""
    return list(
        ReportingPeriod.objects.filter(which, contract=scene.period.contract_id).values_list(
            "pk", flat=True
        )
    )


def _state(cut_off: CutOff, row: int, verified: int, superseded: int | None) -> str:
    if row > cut_off.measurement:
        return ""
    if superseded is not None and superseded <= cut_off.measurement:
        return State.SUPERSEDED
    return State.VERIFIED if verified <= cut_off.verification else State.SUBMITTED


def _metrics(terms: TermsDocument) -> set[MetricReference]:
    return {one.metric for one in terms.outcomes if one.metric is not None}
