"""Points that stand open, counted by the dates people share and judged one by one."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cohorts.models import Consent, Enrolment, Participant
from outcomes import selectors
from outcomes.models import Measurement
from outcomes.rules.points import PointStatus
from outcomes.selectors.due_counts import WAITING, due_counts, waiting_counts
from outcomes.states import MeasurementState
from tests.factories.outcomes import (
    TITLE,
    Scene,
    add_participants,
    make_scene,
    submitted,
    terms_document,
)

RECORDED = (PointStatus.MEASURED, PointStatus.NOT_REACHED)
REASONS = ("completed", "death", "moved_away", "transferred", "turned_18", "dropped_out")

EVERY_ANCHOR: list[dict[str, Any]] = [
    {"key": "start", "anchor": "enrolment", "tolerance_after_days": 30},
    {"key": "after", "anchor": "enrolment", "offset_months": 12, "tolerance_after_days": 60},
    {"key": "later", "anchor": "enrolment", "offset_months": 29, "tolerance_before_days": 20},
    {"key": "leaving", "anchor": "exit", "offset_days": 90},
    {"key": "adult", "anchor": "birthday", "offset_months": 216, "tolerance_after_days": 90},
    {"key": "third", "anchor": "school_grade", "grade": 3},
    {"key": "taxed", "anchor": "tax_year", "offset_months": 6},
    {"key": "agreed", "anchor": "calendar_date", "day": "2026-01-31"},
]  # fmt: skip


def scene_of_every_anchor(chance: random.Random) -> Scene:
    """Twenty people with dates at random, some gone, and rows at half of their points."""
    keys = [str(point["key"]) for point in EVERY_ANCHOR]
    document = terms_document(points=[point | {"title": TITLE} for point in EVERY_ANCHOR])
    document["outcomes"][0]["points"] = keys
    # An amendment left two wordings of the second outcome, and a third is for one cohort alone.
    day = timezone.localdate() - timedelta(days=300)
    health = document["outcomes"][1]
    document["outcomes"] += [
        health
        | {"key": "later", "points": ["after", "adult"], "only": {"measured_from": f"{day}"}},
        health | {"key": "early", "only": {"enrolled_from": "2020-01-01", "cohorts": ["xx"]}},
    ]
    health["only"] = {"measured_before": f"{day}"}
    document["counting"]["exits"] |= {"turned_18": "followed_by_register", "moved_away": "neutral"}
    scene = make_scene(participants=10, document=document)
    day = scene.contract.starts_on
    for _person in range(10):
        enrolled_on = day + timedelta(days=chance.randrange(5))
        gone = {"exited_on": enrolled_on + timedelta(days=chance.randrange(900))}
        leaves = gone | {"exit_reason": chance.choice(REASONS)} if chance.random() < 0.5 else {}
        add_participants(scene, 1, **({"enrolled_on": enrolled_on, "started_on": None} | leaves))
    for person in scene.participants:
        person.birth_month = chance.choice([None, date(2008, chance.randint(1, 12), 1)])
        person.school_started_year = chance.choice([None, 2024])
        person.counts = chance.random() < 0.9
    Participant.objects.bulk_update(
        scene.participants, ["birth_month", "school_started_year", "counts"]
    )
    Consent.objects.bulk_create(
        Consent(
            participant=person, switch=chance.choice(("service", "register_follow_up")),
            given=chance.random() < 0.3, given_by="self", recorded_by=scene.ben,
            effective_on=day + timedelta(days=chance.randrange(900)),
        )
        for person in chance.sample(scene.participants, 6)
    )  # fmt: skip
    record_at_random(scene, keys, chance)
    return scene


def record_at_random(scene: Scene, keys: list[str], chance: random.Random) -> None:
    rows: list[dict[str, Any]] = []
    for person in scene.participants:
        for point in keys:
            for metric in (scene.work, scene.health):
                # Two days for one point now and then: one person stands there all the same.
                for place in range(chance.choice((0, 1, 1, 2))):
                    on = scene.enrolled_on + timedelta(days=place)
                    row = {"participant": person, "metric": metric, "point_key": point}
                    reached = {"value": Decimal(1)} if chance.random() < 0.8 else {
                        "value": None, "not_reached_reason": "Not reached.",
                    }  # fmt: skip
                    rows.append(row | reached | {"measured_on": on})
    ids = [row.pk for row in submitted(scene, rows)]
    for state in (MeasurementState.SUPERSEDED, MeasurementState.REJECTED):
        Measurement.objects.filter(pk__in=chance.sample(ids, len(ids) // 5)).exclude(
            state__in=(MeasurementState.SUPERSEDED, MeasurementState.REJECTED)
        ).update(state=state)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_open_points_are_as_many_counted_as_listed(seed: int) -> None:
    scenes = [scene_of_every_anchor(random.Random(f"{seed} {place}")) for place in range(2)]
    contracts = [scene.contract for scene in scenes]
    listed = Counter(
        (one.contract.pk, one.metric.code, one.point.key, one.paid, one.status, one.window)
        for one in selectors.items(contracts)
        if one.status not in RECORDED
    )
    counted: Counter[tuple[Any, ...]] = Counter()
    for one in due_counts(contracts):
        planned = one.planned
        key = (planned.metric.code, planned.point.key, planned.paid, one.status, one.window)
        counted[(one.contract_id, *key)] += one.open_people
    counted = +counted
    assert counted == listed
    assert {one[4] for one in counted} > {PointStatus.OVERDUE, PointStatus.LEFT}
    ben = scenes[0].ben
    due = Counter(one.status for one in selectors.due_list(ben))
    assert due == Counter(
        one.status for one in selectors.items(contracts[:1]) if one.status in WAITING
    )
    assert waiting_counts(ben) == {status: due[status] for status in WAITING}


@pytest.mark.django_db
def test_the_checklist_counts_the_points_that_closed_before_the_end_of_each_period() -> None:
    scene = scene_of_every_anchor(random.Random("checklist"))
    overdue = [
        one.window.closes_on
        for one in selectors.items([scene.contract])
        if one.status == PointStatus.OVERDUE and one.window is not None
    ]
    statuses = selectors.period_status(scene.contract)
    missing = [
        next(item.count for item in one.items if item.code == "outcomes.close_points_measured")
        for one in statuses
    ]
    assert missing == [sum(day < one.period.ends_on for day in overdue) for one in statuses]
    assert missing[0] < missing[-1]


@pytest.mark.django_db
def test_neither_queries_nor_rows_of_a_checklist_grow_with_the_people() -> None:
    scene = make_scene(participants=2)
    found = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            selectors.period_status(scene.contract)
        found.append((len(queries), sum(1 for _one in due_counts([scene.contract]))))
        add_participants(scene, 30)
    assert Enrolment.objects.count() == 62
    assert found[0] == found[1]
