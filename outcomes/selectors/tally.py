"""The one statement of a closing: digest, denominator and the tally of every outcome.

The fast path beside outcomes/rules/counting, for everybody who stays; those who left are counted
by that definition and added. Its text is put together by outcomes/selectors/statement.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from contracts.rules.terms.words import Denominator
from outcomes.rules.asked import profile_outcomes
from outcomes.rules.counting import Profiles
from outcomes.rules.scopes import Whom
from outcomes.selectors import excusing, statement
from outcomes.selectors.pinned import COUNTED, DIGEST, REPLACED, Pinned, Scene, metrics_named
from outcomes.selectors.statement import UNITS, Text
from outcomes.selectors.submission import metrics_of

Cells = dict[str, tuple[Decimal, Decimal]]
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Counts:
    """What one group of people adds to an outcome.

    `out_of` is what they add to the denominator where it is everyone measured, `away` what they
    take from it where its size is known. `cells` are the figures of the period and to date.
    """

    newly: int
    lost: int
    people: int
    events: int
    events_before: int
    measured: int
    out_of: int
    away: int
    total: Decimal = NOTHING
    total_before: Decimal = NOTHING
    squares: Decimal = NOTHING
    cells: Cells = field(default_factory=dict)


Tally = dict[str, Counts]


@dataclass(frozen=True)
class Size:
    """Of those whom an outcome means: how many are known, and how many can count."""

    known: int
    inside: int


@dataclass(frozen=True)
class Counted:
    """What the statement found: the rows in short, how many people, the tally, the profiles."""

    pinned: Pinned
    sizes: dict[Whom, Size]
    tally: Tally
    profiles: Profiles


# Whose rows can count (cohorts/rules/counting), and who left in a way that the terms judge.
_PEOPLE = """
SELECT participant.id, {columns}
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
WITH counted AS MATERIALIZED ({counted}), {facts_of_people}
base AS MATERIALIZED (
    SELECT {base}, array_agg(id) FILTER (WHERE gone OR NOT inside) AS outside FROM {people}),
person AS (
    SELECT participant_id {person}
      FROM (SELECT id, participant_id, measured_on, value, before, true AS now, {units}, {place}
              FROM counted
             UNION ALL
            SELECT id, participant_id, measured_on, value, true, false, {units}, {place}
              FROM ({replaced}) replaced) known
     WHERE value IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM (SELECT unnest(outside) AS id FROM base) others
                        WHERE others.id = participant_id)
     GROUP BY participant_id),
simple AS (SELECT {facts} {simple} FROM {source}),
tied AS (SELECT {facts} {tied} FROM simple),
reached AS (SELECT {reached} FROM tied)
SELECT pinned.*, {sizes}, tally.* {extras}
  FROM ({digest} FROM counted) pinned, base,
       (SELECT {sums} FROM reached) tally
"""

# People are kept only where facts about them are asked for: counting them is quick, and who cannot
# count are few. Everybody, only where somebody without a row matters.
_EVERYBODY = (
    "(SELECT * FROM people WHERE inside AND NOT gone) people"
    " LEFT JOIN person ON person.participant_id = people.id"
)
_WITH_FACTS = "person JOIN people ON people.id = person.participant_id"


def count(scene: Scene, followed: Collection[str]) -> Counted:
    """Count a closing; people who left otherwise than for a `followed` reason are not tallied."""
    texts, parameters = excusing.conditions(scene)
    text = Text(scene.terms, metrics_of(metrics_named(scene.terms)), texts)
    written = _written(text, scene)
    parameters |= scene.parameters | text.parameters
    parameters |= {
        "until": scene.period.ends_on,
        "must_start": scene.terms.counting.denominator is Denominator.STARTED,
        "followed": list(followed),
    }
    with connection.cursor() as cursor:
        # Until the end of the transaction: a large contract is grouped in memory, not on disk.
        cursor.execute("SELECT set_config('work_mem', '64MB', true)")
        cursor.execute(written, parameters)
        names = [column.name for column in cursor.description or ()]
        found = dict(zip(names, cursor.fetchall()[0], strict=True))
    return Counted(
        pinned=Pinned(found["row_count"], found["digest"]),
        sizes={
            meant: Size(found[f"known_{number}"], found[f"inside_{number}"])
            for number, meant in enumerate(text.meant)
        },
        tally={one.key: _counts(found, n) for n, one in text.outcomes.items()},
        profiles=_profiles(text, json.loads(found.get("profiles", "[]"))),
    )


def _written(text: Text, scene: Scene) -> str:
    sizes = statement.sizes(text)
    simple, tied, reached = statement.simple(text), statement.tied(text), statement.reached(text)
    facts = [f"whom_{number}" for number in range(1, len(text.meant))]
    extras = statement.extras(text)
    columns = text.scopes() + excusing.columns(text.excused, scene)
    if any("cohort_key" in one for one in extras):
        columns.append("lower(code_prefix) AS cohort_key")
        facts.append("cohort_key")
    source = _EVERYBODY if text.excused else _WITH_FACTS if facts else "person"
    people = f"({_PEOPLE.format(columns=''.join(f'{one}, ' for one in columns))})"
    person = [
        f"{aggregate.format(m=m)} AS {name.format(m=m)}"
        for aggregate, name in text.person.items()
        for m in statement.MOMENTS
    ]
    return _STATEMENT.format(
        counted=COUNTED,
        facts_of_people="" if source == "person" else f"people AS MATERIALIZED {people},",
        people=f"{people} people" if source == "person" else "people",
        replaced=REPLACED,
        digest=DIGEST,
        units=f"(value * {UNITS})::bigint AS units",
        place=f"{text.place()} AS place",
        person="".join(f", {one}" for one in person),
        facts="".join(f"{one}, " for one in facts),
        source=source,
        simple=", ".join(simple) or "1",
        tied=", ".join(tied) or "1",
        reached=", ".join(["*", *reached]),
        base=", ".join(f"{count} AS {name}" for name, count in sizes.items()),
        sizes=", ".join(sizes),
        sums=statement.sums(text),
        extras="".join(f", {one}" for one in extras),
    )


def _counts(found: Mapping[str, Any], n: int) -> Counts:
    whole = ("newly", "lost", "people", "events", "events_before", "measured", "out_of", "away")
    cells = {
        key: (_in_values(period), _in_values(to_date))
        for key, (period, to_date) in json.loads(found.get(f"cells_{n}", "{}")).items()
    }
    if f"total_{n}" not in found:
        people = {key: (one * UNITS, two * UNITS) for key, (one, two) in cells.items()}
        return Counts(**{name: found[f"{name}_{n}"] for name in whole}, cells=people)
    return Counts(
        **{name: found[f"{name}_{n}"] for name in whole},
        total=_in_values(found[f"total_{n}"]),
        total_before=_in_values(found[f"total_before_{n}"]),
        squares=_in_values(found[f"squares_{n}"]) / UNITS,
        cells=cells,
    )


def _in_values(units: object) -> Decimal:
    return Decimal(str(units)) / UNITS


def _profiles(text: Text, found: list[list[int]]) -> Profiles:
    keys = profile_outcomes(text.terms)
    return Counter(
        {
            tuple((key, number) for key, number in zip(keys, times, strict=True) if number): people
            for *times, people in found
        }
    )
