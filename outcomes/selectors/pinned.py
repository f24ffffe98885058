"""The rows of a closing: verified and not replaced, as its cut-offs saw them.

One text of SQL says which rows these are; the digest, the tally and the rows of those who left
all read it, so that what is signed is what was counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from contracts.models import ReportingPeriod
from contracts.rules.terms.document import MetricReference, TermsDocument
from outcomes.rules.closing import CutOff
from outcomes.rules.counting import Row
from outcomes.rules.points import measured_for
from outcomes.rules.words import State
from outcomes.selectors.submission import metrics_of

NOTHING = CutOff(0, 0)


@dataclass(frozen=True)
class Pinned:
    """The rows of a closing in short: how many, and the digest of their exact text; how many
    deliveries of register figures it covers besides."""

    row_count: int
    digest: str
    deliveries: int = 0


@dataclass(frozen=True)
class Scene:
    """One closing to be counted: its period, its cut-offs and those of the closing before."""

    period: ReportingPeriod
    terms: TermsDocument
    cut_off: CutOff
    previous: CutOff = NOTHING

    @property
    def parameters(self) -> dict[str, Any]:
        """What the texts below ask for by name."""
        return {
            "contract": self.period.contract_id,
            "number": self.period.number,
            "measurement": self.cut_off.measurement,
            "verification": self.cut_off.verification,
            "measurement_before": self.previous.measurement,
            "verification_before": self.previous.verification,
        }


# The rows that stand at this closing. EXISTS hashes the narrow side and leaves the wide rows where
# they are. That `supersedes_id` is not null follows, but lets an index find the few corrections.
_STANDING = """
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
_COLUMNS = "m.id, m.participant_id, m.metric_id, m.point_key, m.measured_on, m.value, p.number"

# `before` tells those that stood at the closing before as well: nothing was verified twice, so a
# row verified since was not verified then. Sorted here, where several processes share the work.
COUNTED = f"""
SELECT {_COLUMNS}, p.number < %(number)s AND m.id <= %(measurement_before)s
       AND m.id NOT IN (SELECT since.measurement_id FROM outcomes_verification since
                         WHERE since.decision = 'verified' AND since.id > %(verification_before)s
                           AND since.id <= %(verification)s) AS before
{_STANDING} ORDER BY m.id
"""  # noqa: S608

# The few that stood at the closing before and were replaced since.
REPLACED = f"""
SELECT {_COLUMNS}
  FROM outcomes_measurement s
  JOIN outcomes_measurement m ON m.id = s.supersedes_id
  JOIN contracts_reportingperiod p ON p.id = m.counted_in_id AND p.number < %(number)s
  JOIN outcomes_verification v ON v.measurement_id = m.id AND v.decision = 'verified'
   AND v.id <= %(verification_before)s
 WHERE m.contract_id = %(contract)s AND s.supersedes_id IS NOT NULL
   AND s.id > %(measurement_before)s AND s.id <= %(measurement)s
   AND m.id <= %(measurement_before)s
"""  # noqa: S608

# The text of a row is defined in outcomes/rules/closing.line; a test compares the two.
DIGEST = """
SELECT count(*) AS row_count,
       encode(sha256(convert_to(coalesce(string_agg(
           concat_ws('|', id, participant_id, metric_id, point_key, measured_on,
                     coalesce(value::text, '')), E'\\n' ORDER BY id), ''), 'UTF8')), 'hex')
       AS digest
"""
_PINNED = f"{DIGEST} FROM (SELECT {_COLUMNS} {_STANDING} ORDER BY m.id) counted"
_OF_PEOPLE = f"""
SELECT * FROM (SELECT *, true AS now FROM ({COUNTED}) counted
                UNION ALL
               SELECT *, true, false FROM ({REPLACED}) replaced) known
 WHERE participant_id = ANY (%(people)s)
"""  # noqa: S608


def latest_cut_off() -> CutOff:
    """The last rows there are; under its lock no row of a contract can come between."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT max(id) FROM outcomes_measurement), 0),"
            " coalesce((SELECT max(id) FROM outcomes_verification), 0),"
            " coalesce((SELECT max(id) FROM outcomes_aggregate), 0),"
            " coalesce((SELECT max(id) FROM outcomes_aggregateverification), 0)"
        )
        last = cursor.fetchall()[0]
    return CutOff(*last)


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


def rows(scene: Scene, participants: Iterable[str]) -> list[Row]:
    """The rows of some people as the definition of counting reads them."""
    metrics = {row.pk: one for one, row in metrics_of(metrics_named(scene.terms)).items()}
    people = [UUID(one) for one in participants]
    with connection.cursor() as cursor:
        cursor.execute(_OF_PEOPLE, scene.parameters | {"people": people})
        found = cursor.fetchall()
    return [
        Row(
            participant=str(participant),
            metric=metrics[metric],
            point=point,
            measured_on=measured_on,
            value=value,
            sequence=pk,
            period=number,
            state=State.VERIFIED if now else State.SUPERSEDED,
            state_before=State.VERIFIED if before else "",
        )
        for pk, participant, metric, point, measured_on, value, number, before, now in found
        if metric in metrics
    ]


def metrics_named(terms: TermsDocument) -> set[MetricReference]:
    """The metrics that outcomes of the terms rest on."""
    return {metric for one in terms.outcomes for metric, _point in measured_for(one)}
