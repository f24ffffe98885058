"""A cohort made at random, counted by the database and by the definition (decision 4)."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cohorts.models import Cohort, Enrolment, Participant
from cohorts.rules.counting import Base, base
from contracts.rules.terms import parse
from contracts.rules.terms.document import MetricReference
from outcomes.models import Measurement, Verification
from outcomes.rules import counting, scopes
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
from tests.outcomes.any_terms import POINTS, any_terms, first_day

DENOMINATORS = ("enrolled", "measured", "places", "referred", "started")
REASONS = ("moved_away", "transferred", "turned_18", "dropped_out", "death", "completed")


def document_at_random(chance: random.Random, denominator: str) -> dict[str, Any]:
    """Terms with every way of counting there is (tests/outcomes/any_terms)."""
    document = terms_document(**any_terms(chance, first_day()))
    document["counting"]["denominator"] = denominator
    document["counting"]["neutral_exit_cap_percent"] = "20"
    document["counting"]["exits"] |= {
        "moved_away": "neutral", "transferred": "last_value",
        "turned_18": "followed_by_register",
    }  # fmt: skip
    return document


def count_twice(chance: random.Random, denominator: str) -> None:
    """Fill a contract, close three periods at random cut-offs, and compare figures and digest."""
    document = document_at_random(chance, denominator)
    scene = make_scene(participants=12, document=document)
    leave_at_random(scene, chance)
    fill_at_random(scene, chance)
    terms = parse(document)
    previous = CutOff(0, 0)
    for number in (1, 2, 3):
        cut = cut_off_at_random(chance, previous)
        frame = counted.Scene(scene.periods[number - 1], terms, cut, previous)
        found = counted.count(frame)
        figures, profiles = by_definition(scene, frame)
        assert found.figures == figures
        assert found.profiles == profiles
        rows = pinned_rows(scene, number, cut)
        assert found.pinned == counted.pinned(frame.period, cut)
        assert found.pinned == counted.Pinned(len(rows), digest(rows))
        previous = cut


def by_definition(
    scene: Scene, frame: counted.Scene
) -> tuple[dict[str, counting.Figures], counting.Profiles]:
    """What the definition counts from all rows and all people, one by one."""
    terms, number, until = frame.terms, frame.period.number, frame.period.ends_on
    everybody = Participant.objects.filter(cohort__contract=scene.contract)
    statuses = counted.participant_statuses(everybody)
    places = counted.places_by_cohort(scene.contract.pk)

    def base_of(meant: scopes.Whom) -> Base:
        people = [one for one in statuses if scopes.counts(meant, one)]
        there = scopes.places_of(meant, places)
        return base(people, terms.counting, places=there, until=until)

    whole = base_of(scopes.EVERYBODY)
    rows = every_row(scene, frame.cut_off, frame.previous)
    known: dict[str, Any] = {
        "stand_ins": counted.stand_ins(frame, whole),
        "dates": counted.dates_of(one.participant for one in statuses if one.enrolled_on),
    }
    within = {one.key: base_of(scopes.whom(one, terms)) for one in terms.outcomes}
    return (
        counting.count(rows, terms, whole, period=number, within=within, **known),
        counting.profiles(rows, terms, whole, period=number, **known),
    )


def leave_at_random(scene: Scene, chance: random.Random) -> None:
    add_participants(scene, 4, started_on=None)
    other = Cohort.objects.create(
        contract=scene.contract, code_prefix="QX", places=chance.randint(1, 9),
        enrolment_starts_on=scene.contract.starts_on, enrolment_ends_on=scene.contract.ends_on,
    )  # fmt: skip
    for person in scene.participants:
        days = scene.enrolled_on + timedelta(days=chance.choice((0, 0, 30, 200)))
        Enrolment.objects.filter(participant=person).update(enrolled_on=days)
        if chance.random() < 0.4:
            person.cohort = other
        person.birth_month = first_day() if chance.random() < 0.5 else None
        person.save(update_fields=["cohort", "birth_month"])
    for person in chance.sample(scene.participants, 7):
        confirmed = chance.random() < 0.7
        Enrolment.objects.filter(participant=person).update(
            exited_on=scene.enrolled_on + timedelta(days=200 + chance.randrange(400)),
            exit_reason=chance.choice(REASONS),
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
        for _row in range(chance.randint(3, 14)):
            metric, point, value = (
                scene.health,
                chance.choice(POINTS),
                Decimal(chance.randint(1, 5)),
            )
            if chance.random() < 0.3:
                metric, value = scene.work, Decimal(chance.randint(0, 1))
            day = scene.enrolled_on + timedelta(days=chance.randrange(500))
            if (person.pk, metric.pk, point, day) not in taken:
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
