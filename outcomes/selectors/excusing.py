"""Who does not miss a point, because a disruption excludes its day: as conditions on dates.

The day of a point follows from a few dates of the person. People with the same dates are judged
once, by the definition that judges one by one (outcomes/rules/points), as for the open points.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cohorts.models import Participant
from contracts.rules.terms.words import Anchor
from outcomes.rules.points import PersonDates, excused
from outcomes.rules.reaching import exclusions
from outcomes.selectors.pinned import Scene

# What a point is reckoned from, as columns of the database and as dates of a person.
_COLUMNS: Mapping[Anchor, Mapping[str, str]] = {
    Anchor.ENROLMENT: {"enrolled_on": "enrolment__enrolled_on"},
    Anchor.TAX_YEAR: {"enrolled_on": "enrolment__enrolled_on"},
    Anchor.CALENDAR_DATE: {"enrolled_on": "enrolment__enrolled_on"},
    Anchor.BIRTHDAY: {"birth_month": "birth_month"},
    Anchor.SCHOOL_GRADE: {
        "birth_month": "birth_month", "school_started_year": "school_started_year",
    },
    Anchor.EXIT: {"exited_on": "enrolment__exited_on", "exit_reason": "enrolment__exit_reason"},
}  # fmt: skip


def conditions(scene: Scene) -> tuple[dict[tuple[int, str], str], dict[str, Any]]:
    """For each outcome (by number) and point, a text of SQL that says who is excused there, and
    the parameters of these texts; nothing where no disruption excludes anything."""
    texts, parameters = {}, {}
    for n, outcome in enumerate(scene.terms.outcomes):
        disruptions = exclusions(outcome, scene.terms)
        if not disruptions or outcome.composite is not None:
            continue
        for at, key in enumerate(outcome.points):
            point = scene.terms.point(key)
            columns = _COLUMNS[point.anchor]
            alike = [
                days
                for days in _distinct(scene, columns)
                if excused(point, _dates(columns, days), disruptions)
            ]
            if alike:
                name = f"excused_{n}_{at}"
                texts[n, key] = name
                parameters[name] = ["|".join("" if one is None else str(one) for one in days)
                                    for days in alike]  # fmt: skip
    return texts, parameters


def columns(texts: Mapping[tuple[int, str], str], scene: Scene) -> list[str]:
    """The texts of `conditions` as columns of people."""
    return [
        f"concat_ws('|', {_parts(scene.terms.point(key).anchor)}) = ANY (%({name})s) AS {name}"
        for (_n, key), name in texts.items()
    ]


def _parts(anchor: Anchor) -> str:
    return ", ".join(f"coalesce({name}::text, '')" for name in _COLUMNS[anchor])


def _distinct(scene: Scene, names: Mapping[str, str]) -> list[tuple[Any, ...]]:
    people = Participant.objects.filter(
        cohort__contract=scene.period.contract_id, enrolment__isnull=False
    )
    return list(people.order_by().values_list(*names.values()).distinct())


def _dates(names: Mapping[str, str], days: tuple[Any, ...]) -> PersonDates:
    known: dict[str, Any] = {"enrolled_on": None} | dict(zip(names, days, strict=True))
    return PersonDates(**known | {"exit_reason": known.get("exit_reason") or ""})
