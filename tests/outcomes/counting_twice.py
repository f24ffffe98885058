"""A cohort made at random, counted by the database and by the definition (decision 4)."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cohorts.models import Enrolment, Participant
from cohorts.rules.counting import base
from contracts.rules.terms import parse
from contracts.rules.terms.document import MetricReference
from outcomes.models import Measurement, Verification
from outcomes.rules import counting
from outcomes.rules.closing import CutOff, DecisionRow, PinnedRow, digest, states_at
from outcomes.rules.words import Decision, State
from outcomes.selectors import counted
from outcomes.states import MeasurementState
from tests.factories.outcomes import (
    Scene,
    add_participants,
    make_scene,
    submitted,
    terms_document,
    verified,
)

DENOMINATORS = ("enrolled", "measured", "places", "referred", "started")

ANY_RULES = terms_document()
ANY_RULES["counting"]["exits"] |= {
    "moved_away": "neutral", "transferred": "last_value", "turned_18": "followed_by_register",
}  # fmt: skip
ANY_RULES["counting"]["neutral_exit_cap_percent"] = "20"
ANY_RULES["outcomes"] += [
    {
        "key": "twice", "title": {"en": "t"}, "points": ["start", "after"],
        "metric": {"code": "self-rated-health", "version": 1},
        "condition": {"kind": "at_least", "value": "3"},
        "count": {"kind": "once_per_person_per_milestone"},
    },
    {
        "key": "ever", "title": {"en": "e"}, "points": ["start", "after"],
        "metric": {"code": "self-rated-health", "version": 1},
        "condition": {"kind": "at_least", "value": "3"},
    },
    {
        "key": "often", "title": {"en": "o"}, "points": ["start", "after"],
        "metric": {"code": "self-rated-health", "version": 1},
        "condition": {"kind": "at_least", "value": "3"},
        "count": {"kind": "repeatable", "most_per_person": 2},
    },
    {
        "key": "worse", "title": {"en": "w"}, "points": ["after"],
        "metric": {"code": "self-rated-health", "version": 1},
        "condition": {"kind": "change_at_least", "value": "-2", "baseline_point": "start"},
    },
    {
        "key": "better-often", "title": {"en": "b"}, "points": ["after"],
        "metric": {"code": "self-rated-health", "version": 1},
        "condition": {"kind": "change_at_least", "value": "1", "baseline_point": "start"},
        "count": {"kind": "repeatable"},
    },
    {
        "key": "low", "title": {"en": "l"}, "points": ["after"],
        "metric": {"code": "self-rated-health", "version": 1},
        "condition": {"kind": "at_most", "value": "2"},
    },
    {
        "key": "two-of-three", "title": {"en": "k"},
        "composite": {
            "rule": "k_of_n", "needed": 2, "parts": ["work", "health", "low"],
            "scope": "per_person",
        },
    },
    {
        "key": "separately", "title": {"en": "s"},
        "composite": {"rule": "all_of", "parts": ["work", "health"], "scope": "per_cohort"},
    },
]  # fmt: skip


def count_twice(chance: random.Random, denominator: str) -> None:
    """Fill a contract, close three periods at random cut-offs, and compare figures and digest."""
    document = terms_document(outcomes=ANY_RULES["outcomes"])
    document["counting"] = ANY_RULES["counting"] | {"denominator": denominator}
    scene = make_scene(participants=12, document=document)
    leave_at_random(scene, chance)
    fill_at_random(scene, chance)
    terms = parse(document)
    previous = CutOff(0, 0)
    for number in (1, 2, 3):
        cut = cut_off_at_random(chance, previous)
        frame = counted.Scene(scene.periods[number - 1], terms, cut, previous)
        everybody = Participant.objects.filter(cohort=scene.cohort)
        whole = base(
            counted.participant_statuses(everybody),
            terms.counting,
            places=scene.cohort.places,
            until=frame.period.ends_on,
        )
        found = counted.count(frame)
        assert found.figures == counting.count(
            every_row(scene, cut, previous),
            terms,
            whole,
            period=number,
            stand_ins=counted.stand_ins(frame, whole),
        )
        rows = pinned_rows(scene, number, cut)
        assert found.pinned == counted.pinned(frame.period, cut)
        assert found.pinned == counted.Pinned(len(rows), digest(rows))
        previous = cut


def leave_at_random(scene: Scene, chance: random.Random) -> None:
    add_participants(scene, 4, started_on=None)
    reasons = ("moved_away", "transferred", "turned_18", "dropped_out", "death")
    for person in chance.sample(scene.participants, 7):
        confirmed = chance.random() < 0.7
        Enrolment.objects.filter(participant=person).update(
            exited_on=scene.enrolled_on + timedelta(days=chance.randrange(500)),
            exit_reason=chance.choice(reasons),
            exit_confirmed_by=scene.cleo if confirmed else None,
            exit_confirmed_at=scene.contract.created_at if confirmed else None,
        )
    aside = scene.participants[chance.randrange(12)]
    aside.counts = False
    aside.save(update_fields=["counts"])


def fill_at_random(scene: Scene, chance: random.Random) -> None:
    """Verified rows in every period, some of them corrected, rejected or without a value."""
    rows = []
    taken = set()
    for person in scene.participants:
        for metric, point, value in (
            (scene.health, "start", Decimal(chance.randint(1, 5))),
            (scene.health, "after", Decimal(chance.randint(1, 5))),
            (scene.health, "after", Decimal(chance.randint(1, 5))),
            (scene.work, "after", Decimal(chance.randint(0, 1))),
        ):
            day = scene.enrolled_on + timedelta(days=chance.randrange(500))
            if chance.random() < 0.8 and (person.pk, metric.pk, point, day) not in taken:
                taken.add((person.pk, metric.pk, point, day))
                row: dict[str, Any] = {
                    "participant": person, "metric": metric, "point_key": point, "value": value,
                    "measured_on": day, "counted_in": scene.periods[chance.randrange(3)],
                }  # fmt: skip
                if chance.random() < 0.1:
                    row |= {"value": None, "not_reached_reason": "Not reached."}
                rows.append(row)
    chance.shuffle(rows)
    place = chance.randrange(len(rows))
    asked = ask(scene, rows[:place], chance)
    standing = verified(scene, rows[place:]) + asked
    for old in chance.sample(standing, min(8, len(standing))):
        Measurement.objects.filter(pk=old.pk).update(state=MeasurementState.SUPERSEDED)
        new = {
            "participant": old.participant, "metric": old.metric, "point_key": old.point_key,
            "value": Decimal(1), "measured_on": old.measured_on, "supersedes": old,
            "counted_in": scene.periods[chance.randrange(3)], "correction_reason": "Corrected.",
        }  # fmt: skip
        verified(scene, [new])


def ask(scene: Scene, rows: list[dict[str, Any]], chance: random.Random) -> list[Measurement]:
    """Rows that the verifier asked about: verified or rejected later, or still open."""
    made = submitted(scene, rows)
    ids = [row.pk for row in made]
    Measurement.objects.filter(pk__in=ids).update(state=MeasurementState.QUERIED)
    decide(scene, made, Decision.QUERIED)
    chance.shuffle(made)
    first, second = sorted(chance.randint(0, len(made)) for _part in range(2))
    for decision, part in (
        (Decision.VERIFIED, made[first:second]),
        (Decision.REJECTED, made[second:]),
    ):
        decide(scene, part, decision)
        ids = [row.pk for row in part]
        Measurement.objects.filter(pk__in=ids).update(state=decision.value)
    return made[first:second]


def decide(scene: Scene, rows: list[Measurement], decision: Decision) -> None:
    Verification.objects.bulk_create(
        Verification(measurement=row, verifier=scene.cleo, decision=decision, note="Note.")
        for row in rows
    )


def cut_off_at_random(chance: random.Random, previous: CutOff) -> CutOff:
    last = counted.latest_cut_off()
    if previous.measurement == 0:
        first = Measurement.objects.earliest("pk").pk, Verification.objects.earliest("pk").pk
        previous = CutOff(*first)
    return CutOff(
        chance.randint(previous.measurement, last.measurement),
        chance.randint(previous.verification, last.verification),
    )


def _states(scene: Scene, cut: CutOff) -> dict[int, State]:
    rows = Measurement.objects.filter(contract=scene.contract)
    decided = Verification.objects.filter(measurement__contract=scene.contract)
    return states_at(
        rows.values_list("pk", "supersedes"),
        [DecisionRow(one.pk, one.measurement_id, Decision(one.decision)) for one in decided],
        cut,
    )


def every_row(scene: Scene, cut: CutOff, previous: CutOff) -> list[counting.Row]:
    """All rows of the contract with their states, told from the tables in the plainest way."""
    now, before = _states(scene, cut), _states(scene, previous)
    found = Measurement.objects.filter(contract=scene.contract).select_related(
        "metric", "counted_in"
    )
    return [
        counting.Row(
            participant=str(one.participant_id),
            metric=MetricReference(one.metric.code, one.metric.version),
            point=one.point_key,
            measured_on=one.measured_on,
            value=one.value,
            sequence=one.pk,
            period=one.counted_in.number,
            state=now.get(one.pk, ""),
            state_before=before.get(one.pk, ""),
        )
        for one in found
    ]


def pinned_rows(scene: Scene, number: int, cut: CutOff) -> list[PinnedRow]:
    states = _states(scene, cut)
    return [
        PinnedRow(
            one.pk, str(one.participant_id), str(one.metric_id), one.point_key, one.measured_on,
            one.value,
        )
        for one in Measurement.objects.filter(
            contract=scene.contract, counted_in__number__lte=number
        )
        if states.get(one.pk) == State.VERIFIED
    ]  # fmt: skip
