"""The one statement of a closing: digest, denominator and the tally of every outcome.

The fast path beside outcomes/rules/counting, for everybody who stays; those who left are counted
by that definition and added. The text is put together from the shape of the terms: names are
numbers of places in it, and every value of the terms is a parameter.

    counted   rows that stand                 people    who can count, who left
    person    the deciding value per place    simple,   how often per outcome,
              (a metric at a point)           reached   now and at the closing before
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from django.db import connection

from contracts.rules.terms.document import (
    Composite,
    Condition,
    MetricReference,
    Outcome,
    TermsDocument,
)
from contracts.rules.terms.words import CompositeScope, ConditionKind, CountKind, Denominator
from outcomes.selectors.pinned import COUNTED, DIGEST, REPLACED, Pinned, Scene
from outcomes.selectors.submission import metrics_of

Moment = Literal["now", "before"]
MOMENTS: tuple[Moment, ...] = ("now", "before")
UNITS = 10_000  # of a value with four decimals: whole numbers compare faster


@dataclass(frozen=True)
class Counts:
    """What one group of people adds to an outcome.

    `out_of` is what they add to the denominator where it is everyone measured, and what they take
    from it where its size is known.
    """

    newly: int
    lost: int
    people: int
    events: int
    events_before: int
    measured: int
    out_of: int


Tally = dict[str, Counts]
Places = dict[tuple[MetricReference, str], int]


@dataclass(frozen=True)
class Counted:
    """What the statement found: the rows in short, who is known, who can count, the tally."""

    pinned: Pinned
    known: int
    inside: int
    tally: Tally


# Whose rows can count (cohorts/rules/counting), and who left in a way that the terms judge.
_PEOPLE = """
SELECT participant.id,
       counts AND coalesce(least(referred_on, enrolled_on) < %(until)s, false) AS known,
       counts AND coalesce(enrolled_on < %(until)s, false)
           AND (NOT %(must_start)s OR coalesce(started_on < %(until)s, false)) AS inside,
       coalesce(exited_on < %(until)s AND exit_reason <> ALL (%(followed)s), false) AS gone
  FROM cohorts_participant participant
  JOIN cohorts_cohort cohort ON cohort.id = participant.cohort_id
  LEFT JOIN cohorts_enrolment enrolment ON enrolment.participant_id = participant.id
  LEFT JOIN cohorts_referral referral ON referral.participant_id = participant.id
 WHERE cohort.contract_id = %(contract)s
"""

_STATEMENT = """
WITH counted AS MATERIALIZED ({counted}),
people AS MATERIALIZED ({people}),
person AS (
    SELECT {person}
      FROM (SELECT id, participant_id, measured_on, value, before, true AS now, {units}, {place}
              FROM counted
             UNION ALL
            SELECT id, participant_id, measured_on, value, true, false, {units}, {place}
              FROM ({replaced}) replaced) known
     WHERE value IS NOT NULL
       AND participant_id NOT IN (SELECT id FROM people WHERE gone OR NOT inside)
     GROUP BY participant_id),
simple AS (SELECT {simple} FROM person),
reached AS (SELECT {reached} FROM simple)
SELECT pinned.*, base.*, tally.*
  FROM ({digest} FROM counted) pinned,
       (SELECT count(*) FILTER (WHERE known) AS known, count(*) FILTER (WHERE inside) AS inside
          FROM people) base,
       (SELECT {sums} FROM reached) tally
"""

# The latest measurement of a point decides, a tie the later entry, never the best one: the greatest
# of day, entry and value, of which the last is kept.
_DECIDING = (
    "(max(ARRAY[measured_on - DATE '2000-01-01', id, units])"
    " FILTER (WHERE {moment} AND place = {place}))[3] AS {moment}_{place}"
)
_EVERY = "array_agg(units) FILTER (WHERE {moment} AND place IN ({places})) AS {moment}_all_{number}"

_SUMS = """
       count(*) FILTER (WHERE now_o{n} > 0 AND before_o{n} = 0) AS newly_{n},
       count(*) FILTER (WHERE now_o{n} = 0 AND before_o{n} > 0) AS lost_{n},
       count(*) FILTER (WHERE now_o{n} > 0) AS people_{n},
       coalesce(sum(now_o{n}), 0)::bigint AS events_{n},
       coalesce(sum(before_o{n}), 0)::bigint AS events_before_{n},
       count(*) FILTER (WHERE measured_o{n}) AS measured_{n},
       count(*) FILTER (WHERE measured_o{n} OR now_o{n} > 0) AS out_of_{n}"""


def count(scene: Scene, followed: Collection[str]) -> Counted:
    """Count a closing; people who left otherwise than for a `followed` reason are not tallied."""
    outcomes = {one.key: n for n, one in enumerate(scene.terms.outcomes) if per_person(one)}
    places = _places(scene.terms)
    parameters = scene.parameters | _agreed(scene.terms) | _named(places)
    parameters |= {
        "until": scene.period.ends_on,
        "must_start": scene.terms.counting.denominator is Denominator.STARTED,
        "followed": list(followed),
    }
    with connection.cursor() as cursor:
        # Until the end of the transaction: a large contract is grouped in memory, not on disk.
        cursor.execute("SELECT set_config('work_mem', '64MB', true)")
        cursor.execute(_statement(scene.terms, outcomes, places), parameters)
        names = [column.name for column in cursor.description or ()]
        found = dict(zip(names, cursor.fetchall()[0], strict=True))
    return Counted(
        pinned=Pinned(found["row_count"], found["digest"]),
        known=found["known"],
        inside=found["inside"],
        tally={
            key: Counts(**{one.name: found[f"{one.name}_{n}"] for one in fields(Counts)})
            for key, n in outcomes.items()
        },
    )


def per_person(outcome: Outcome) -> bool:
    """False for a composite whose parts are compared over the whole cohort."""
    composite = outcome.composite
    return composite is None or composite.scope is CompositeScope.PER_PERSON


def _places(terms: TermsDocument) -> Places:
    """What is measured for an outcome or as its baseline, numbered."""
    found: Places = {}
    for outcome in terms.outcomes:
        if outcome.metric is not None and outcome.condition is not None:
            for point in (*outcome.points, outcome.condition.baseline_point):
                if point:
                    found.setdefault((outcome.metric, point), len(found))
    return found


def _named(places: Places) -> dict[str, Any]:
    """The metric and point of each place, as parameters."""
    metrics = metrics_of(metric for metric, _point in places)
    found: dict[str, Any] = {}
    for (metric, point), place in places.items():
        found |= {f"metric_{place}": metrics[metric].pk, f"point_{place}": point}
    return found


def _agreed(terms: TermsDocument) -> dict[str, Any]:
    """What each outcome asks for, as parameters: the agreed value in units, the most per person."""
    found: dict[str, Any] = {}
    for n, one in enumerate(terms.outcomes):
        if one.condition is not None:
            units = (one.condition.value or 0) * UNITS
            found[f"agreed_{n}"] = int(units) if units == int(units) else units
        found[f"most_{n}"] = one.count.most_per_person
    return found


def _statement(terms: TermsDocument, outcomes: Mapping[str, int], places: Places) -> str:
    person, simple, reached = ["participant_id"], ["participant_id"], ["*"]
    for place in places.values():
        person += [_DECIDING.format(moment=moment, place=place) for moment in MOMENTS]
    for n, one in enumerate(terms.outcomes):
        if one.metric is not None and one.condition is not None:
            own = [places[one.metric, point] for point in one.points]
            baseline = places.get((one.metric, one.condition.baseline_point))
            if one.count.kind is CountKind.REPEATABLE:
                listed = ", ".join(map(str, own))
                person += [_EVERY.format(moment=m, places=listed, number=n) for m in MOMENTS]
            simple += [f"{_times(n, one, own, baseline, m)} AS {m}_o{n}" for m in MOMENTS]
            simple.append(f"{_any(f'now_{place} IS NOT NULL' for place in own)} AS measured_o{n}")
        elif one.composite is not None and one.key in outcomes:
            reached += _together(n, one.composite, [outcomes[key] for key in one.composite.parts])
    whens = [
        f"WHEN metric_id = %(metric_{place})s AND point_key = %(point_{place})s THEN {place}"
        for place in places.values()
    ]
    return _STATEMENT.format(
        counted=COUNTED,
        people=_PEOPLE,
        replaced=REPLACED,
        digest=DIGEST,
        units=f"(value * {UNITS})::bigint AS units",
        place=f"CASE {' '.join(whens)} END AS place",
        person=", ".join(person),
        simple=", ".join(simple),
        reached=", ".join(reached),
        sums=",".join(_SUMS.format(n=n) for n in outcomes.values()),
    )


def _times(n: int, outcome: Outcome, own: list[int], baseline: int | None, moment: Moment) -> str:
    """How often one person reached a simple outcome (outcomes/rules/counting._times_of_one)."""
    condition = outcome.condition
    if condition is None:
        raise ValueError("A simple outcome has a condition.")
    before_service = f"{moment}_{baseline}"
    if outcome.count.kind is CountKind.REPEATABLE:
        held = _success(condition, n, "units", before_service)
        # least() leaves out a cap that is not agreed.
        return (
            f"least((SELECT count(*) FROM unnest({moment}_all_{n}) one (units) WHERE {held}),"  # noqa: S608
            f" %(most_{n})s::bigint)"
        )
    held_at = [_success(condition, n, f"{moment}_{place}", before_service) for place in own]
    if outcome.count.kind is CountKind.ONCE_PER_PERSON:
        return f"coalesce({_any(held_at)}, false)::integer"
    return " + ".join(f"coalesce({one}, false)::integer" for one in held_at)


def _success(condition: Condition, n: int, value: str, baseline: str) -> str:
    """The condition on one value; NULL, from a missing value or baseline, is no success."""
    match condition.kind:
        case ConditionKind.IS_TRUE:
            return f"{value} = {UNITS}"
        case ConditionKind.AT_LEAST:
            return f"{value} >= %(agreed_{n})s"
        case ConditionKind.AT_MOST:
            return f"{value} <= %(agreed_{n})s"
        case ConditionKind.CHANGE_AT_LEAST:
            falls = condition.value is not None and condition.value < 0
            return f"{value} - {baseline} {'<=' if falls else '>='} %(agreed_{n})s"


def _together(n: int, composite: Composite, parts: list[int]) -> list[str]:
    """The people who reached enough of the parts; measured are those measured in each part."""
    columns = []
    for moment in MOMENTS:
        added = " + ".join(f"({moment}_o{part} > 0)::integer" for part in parts)
        columns.append(f"({added} >= {composite.required:d})::integer AS {moment}_o{n}")
    measured = " AND ".join(f"measured_o{part}" for part in parts)
    return [*columns, f"{measured} AS measured_o{n}"]


def _any(conditions: Iterable[str]) -> str:
    return f"({' OR '.join(conditions)})"
