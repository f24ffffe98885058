"""Who was due and never measured at a closing, and what an outcome would be with them.

The database finds whom nothing was measured of; only these are counted, by the definition of
counting itself, without and with their last value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from django.db import connection

from cohorts.models import Participant
from cohorts.rules.counting import Base, Standing, Status, base, reasons_to_confirm
from cohorts.rules.enrolment import ExitReason
from contracts.rules.terms.document import Outcome, TermsDocument
from contracts.rules.terms.words import Denominator
from outcomes.rules import counting, reaching, scopes
from outcomes.rules.asked import per_person
from outcomes.rules.counting import Row, StandIn, suffices
from outcomes.rules.evaluation.missing import Missing
from outcomes.rules.points import PersonDates, disruptions_by_point, excused, window
from outcomes.rules.reaching import ByMetric, exclusions
from outcomes.selectors import counted
from outcomes.selectors.pinned import COUNTED, Scene, rows
from outcomes.selectors.submission import metrics_of

_UNMEASURED = """
WITH counted AS MATERIALIZED ({counted})
SELECT participant.id
  FROM cohorts_participant participant
  JOIN cohorts_cohort cohort ON cohort.id = participant.cohort_id
  JOIN cohorts_enrolment enrolment ON enrolment.participant_id = participant.id
 WHERE cohort.contract_id = %(contract)s AND participant.counts
   AND enrolment.enrolled_on < %(until)s AND ({lacking})
"""
_LACKING = """NOT EXISTS (
    SELECT 1 FROM counted WHERE counted.participant_id = participant.id
       AND metric_id = %(metric_{n})s AND point_key = ANY (%(points_{n})s) AND value IS NOT NULL)"""


def missing(scene: Scene) -> dict[str, Missing]:
    """Of every share that people reach one by one: how many are missing, by outcome key."""
    asked = [one for one in _simple(scene.terms) if one.condition is not None]
    if not asked:
        return {}
    statuses = counted.participant_statuses(
        Participant.objects.filter(pk__in=_unmeasured(scene, asked))
    )
    return _Candidates(scene, statuses).missing()


def _simple(terms: TermsDocument) -> Iterator[Outcome]:
    for one in terms.outcomes:
        if one.composite is None and one.metric is not None and not one.is_aggregate:
            yield one


def _unmeasured(scene: Scene, asked: list[Outcome]) -> list[UUID]:
    """Those enrolled of whom some outcome has no row at its points."""
    metrics = metrics_of(one.metric for one in asked if one.metric is not None)
    places = dict.fromkeys((metrics[one.metric].pk, one.points) for one in asked if one.metric)
    parameters = dict(scene.parameters) | {"until": scene.period.ends_on}
    for n, (metric, points) in enumerate(places):
        parameters |= {f"metric_{n}": metric, f"points_{n}": list(points)}
    lacking = " OR ".join(_LACKING.format(n=n) for n in range(len(places)))
    with connection.cursor() as cursor:
        cursor.execute(_UNMEASURED.format(counted=COUNTED, lacking=lacking), parameters)
        return [pk for (pk,) in cursor.fetchall()]


@dataclass
class _Candidates:
    """People of whom something was not measured, and everything that counting needs of them."""

    scene: Scene
    statuses: list[Status]

    def missing(self) -> dict[str, Missing]:
        """How many are missing per outcome, and what they would add."""
        without = self._reached([])
        agreed = self._reached(counted.stand_ins(self.scene, self._base(self.standings)))
        last = self._reached(list(self._every_stand_in()))
        single = {one.participant: self._alone(one) for one in self.standings}
        found = {}
        outside = self.terms.counting.denominator is Denominator.MEASURED
        for outcome in self.terms.outcomes:
            if outcome.quantity or outcome.is_aggregate or not per_person(outcome):
                continue
            people = self._people(outcome)
            found[outcome.key] = Missing(
                people=len(people),
                counted=agreed[outcome.key] - without[outcome.key],
                last=last[outcome.key] - without[outcome.key],
                best=sum(self._may_reach(outcome, one, single[one]) for one in people),
                outside=outside,
            )
        return found

    @property
    def terms(self) -> TermsDocument:
        return self.scene.terms

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        # Neutral exits are told by the base of everybody, not by the cap of a few.
        policy = replace(self.terms.counting, neutral_exit_cap_percent=None)
        return base(self.statuses, policy, places=0, until=self.scene.period.ends_on).standings

    @cached_property
    def dates(self) -> dict[str, PersonDates]:
        return counted.dates_of(one.participant for one in self.standings)

    @cached_property
    def rows(self) -> list[Row]:
        return rows(self.scene, [one.participant for one in self.standings])

    @cached_property
    def rows_of(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {one.participant: [] for one in self.standings}
        for row in self.rows:
            found[row.participant].append(row)
        return found

    @cached_property
    def by_person(self) -> dict[str, ByMetric]:
        found: dict[str, ByMetric] = {one.participant: {} for one in self.standings}
        for row in self.rows:
            if row.value is not None and row.state == "verified":
                reaching.add_row(found, row)
        return found

    @cached_property
    def lacking(self) -> dict[str, set[str]]:
        """Of each simple outcome, who was due and measured at none of its points."""
        return {
            one.key: {
                standing.participant
                for standing in self.standings
                if scopes.counts(scopes.whom(one, self.terms), standing)
                and self._is_due(one, self.dates[standing.participant])
                and not self._is_measured(one, standing.participant)
            }
            for one in _simple(self.terms)
        }

    @cached_property
    def neutral(self) -> dict[str, set[str]]:
        """Who left the denominator of each outcome; everybody is read only where that can be."""
        counting_policy = self.terms.counting
        if not reasons_to_confirm(counting_policy) or not counting_policy.neutral_exit_cap_percent:
            return {}
        contract = self.scene.period.contract_id
        everybody = counted.participant_statuses(
            Participant.objects.filter(cohort__contract=contract)
        )
        places = counted.places_by_cohort(contract)
        found = {}
        for outcome in self.terms.outcomes:
            meant = scopes.whom(outcome, self.terms)
            whole = base(
                [one for one in everybody if scopes.counts(meant, one)],
                counting_policy,
                places=scopes.places_of(meant, places),
                until=self.scene.period.ends_on,
            )
            found[outcome.key] = {one.participant for one in whole.standings if one.neutral}
        return found

    def _people(self, outcome: Outcome) -> set[str]:
        parts = outcome.composite.parts if outcome.composite else (outcome.key,)
        people = set[str]().union(*(self.lacking.get(part, set()) for part in parts))
        return people - self.neutral.get(outcome.key, set())

    def _may_reach(self, outcome: Outcome, person: str, reached: Counter[str]) -> bool:
        """Whether somebody missing would add a success at the very best."""
        if reached[outcome.key]:
            return False
        if outcome.composite is None:
            return True
        parts = outcome.composite.parts
        return suffices(
            outcome.composite,
            [part for part in parts if reached[part] or person in self.lacking.get(part, set())],
        )

    def _is_due(self, outcome: Outcome, dates: PersonDates) -> bool:
        """Whether a point of the outcome was due; nobody is measured after death."""
        if dates.exit_reason == ExitReason.DEATH:
            return False
        moved = disruptions_by_point(self.terms)
        closed = exclusions(outcome, self.terms)
        for key in outcome.points:
            point = self.terms.point(key)
            due = window(point, dates, moved.get(key, ()))
            over = due is not None and due.closes_on < self.scene.period.ends_on
            if over and not excused(point, dates, closed):
                return True
        return False

    def _is_measured(self, outcome: Outcome, person: str) -> bool:
        rows_of = reaching.counted_rows(outcome, self.terms, self.by_person[person])
        return reaching.is_measured(outcome, rows_of)

    def _every_stand_in(self) -> Iterator[StandIn]:
        for outcome in _simple(self.terms):
            for person in self.lacking[outcome.key]:
                for key in outcome.points:
                    yield StandIn(person, key, self.scene.period.number)

    def _reached(self, stand_ins: list[StandIn]) -> Counter[str]:
        return self._count(self.rows, self.standings, stand_ins)

    def _alone(self, one: Standing) -> Counter[str]:
        """What one person reached as measured, without any stand-in."""
        return self._count(self.rows_of[one.participant], (one,), [])

    def _count(
        self, known: list[Row], standings: tuple[Standing, ...], stand_ins: list[StandIn]
    ) -> Counter[str]:
        found = counting.count(
            known,
            self.terms,
            self._base(standings),
            period=self.scene.period.number,
            stand_ins=stand_ins,
            dates=self.dates,
        )
        return Counter({key: one.cumulative_numerator for key, one in found.items()})

    def _base(self, standings: tuple[Standing, ...]) -> Base:
        return Base(standings, len(standings), 0, 0)
