"""What a measurement is compared with: other values at its point, other rows of its submitter,
other codes of its person, and other people behind its files. Counted by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from cohorts.selectors import same_people
from contracts.models import Contract
from outcomes.models import Measurement
from outcomes.rules.checks import Sameness, Spread, Twin
from outcomes.selectors.submission import NOT_LIVE

Place = tuple[UUID, str]  # metric and point

_STANDING = """
    SELECT m.metric_id, m.point_key, m.submitted_by_id, m.value
      FROM outcomes_measurement m
      JOIN unnest(%(metrics)s::uuid[], %(points)s::text[]) AS place (metric_id, point_key)
        ON place.metric_id = m.metric_id AND place.point_key = m.point_key
     WHERE m.contract_id = %(contract)s AND m.value IS NOT NULL
       AND m.state NOT IN ('superseded', 'rejected')
"""
_SPREAD = """
WITH standing AS MATERIALIZED (STANDING), middle AS (
    SELECT metric_id, point_key, count(*) AS number,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY value)::numeric AS median
      FROM standing GROUP BY metric_id, point_key
)
SELECT metric_id, point_key, min(number), min(median),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(value - median))::numeric,
       avg(abs(value - median))
  FROM standing JOIN middle USING (metric_id, point_key)
 GROUP BY metric_id, point_key
""".replace("STANDING", _STANDING)
_SAMENESS = """
WITH counted AS (
    SELECT submitted_by_id, metric_id, point_key, value, count(*) AS of_value,
           (sum(count(*)) OVER one)::int AS of_all,
           row_number() OVER (one ORDER BY count(*) DESC, value) AS place
      FROM (STANDING) standing
     GROUP BY submitted_by_id, metric_id, point_key, value
    WINDOW one AS (PARTITION BY submitted_by_id, metric_id, point_key)
)
SELECT submitted_by_id, metric_id, point_key, of_all, value, of_value
  FROM counted WHERE place = 1
""".replace("STANDING", _STANDING)
_PROOFS = """
SELECT link.measurement_id, count(DISTINCT link.evidence_id),
       count(DISTINCT other.participant_id) FILTER (
           WHERE other.participant_id <> own.participant_id
             AND other.state NOT IN ('superseded', 'rejected'))
  FROM outcomes_evidencelink link
  JOIN outcomes_measurement own ON own.id = link.measurement_id
  JOIN outcomes_evidencefile file ON file.id = link.evidence_id
  JOIN outcomes_evidencefile same ON same.digest = file.digest
  JOIN outcomes_evidencelink others ON others.evidence_id = same.id
  JOIN outcomes_measurement other ON other.id = others.measurement_id
 WHERE link.measurement_id = ANY(%(measurements)s)
 GROUP BY link.measurement_id
"""


@dataclass
class Comparisons:
    """Of one contract: each place is counted once, however many rows of it are checked."""

    contract: Contract
    spreads: dict[Place, Spread] = field(default_factory=dict)
    sameness: dict[tuple[Any, UUID, str], Sameness] = field(default_factory=dict)
    known: set[Place] = field(default_factory=set)

    def read(self, rows: Iterable[Measurement]) -> None:
        """Count what is not known yet of the places of these rows: two queries at most."""
        places = sorted({(row.metric_id, row.point_key) for row in rows} - self.known)
        if not places:
            return
        self.known.update(places)
        asked = {
            "contract": self.contract.pk,
            "metrics": [metric for metric, _point in places],
            "points": [point for _metric, point in places],
        }
        for metric, point, *figures in _rows(_SPREAD, asked):
            self.spreads[metric, point] = Spread(*figures)
        for submitter, metric, point, *figures in _rows(_SAMENESS, asked):
            self.sameness[submitter, metric, point] = Sameness(*figures)


@dataclass(frozen=True)
class Proof:
    """How many files show a measurement, and how many other people one of them is also about."""

    files: int = 0
    shared_with: int = 0


def twins(contract: Contract, people: Iterable[UUID]) -> Mapping[tuple[UUID, str], list[Twin]]:
    """The standing rows of the same people under other codes, by participant and metric code."""
    alike = same_people(people)
    others = {one for found in alike.values() for one in found}
    by_other: dict[UUID, list[tuple[str, Twin]]] = defaultdict(list)
    if others:
        rows = Measurement.objects.filter(participant__in=others, value__isnull=False)
        for other, metric, day, where in rows.exclude(state__in=NOT_LIVE).values_list(
            "participant", "metric__code", "measured_on", "contract"
        ):
            by_other[other].append((metric, Twin(day, where == contract.pk)))
    found: dict[tuple[UUID, str], list[Twin]] = defaultdict(list)
    for person, same in alike.items():
        for other in same:
            for metric, twin in by_other[other]:
                found[person, metric].append(twin)
    return found


def proofs(measurements: Sequence[int]) -> Mapping[int, Proof]:
    """The files behind measurements, by the id of the measurement; a removed one still counts."""
    rows = _rows(_PROOFS, {"measurements": list(measurements)})
    return {pk: Proof(files, shared_with) for pk, files, shared_with in rows}


def _rows(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
