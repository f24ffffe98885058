"""Measurements from submission to the signed closing, on a real database."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.test.utils import CaptureQueriesContext

from cohorts.models import Enrolment, Participant
from cohorts.rules.counting import base
from contracts.rules.terms import parse
from contracts.rules.terms.document import MetricReference
from outcomes import selectors, services
from outcomes.models import Closing, Door, Finding, Measurement, Result, Verification
from outcomes.rules import counting
from outcomes.rules.closing import CutOff, DecisionRow, PinnedRow, digest, states_at
from outcomes.rules.words import Decision, State
from outcomes.selectors import counted
from outcomes.states import MeasurementState
from sibportal.audit.models import Event
from sibportal.jobs.models import Job
from sibportal.kernel.errors import (
    InvalidTransition,
    NotAllowed,
    NotVisible,
    RuleViolation,
)
from tests.factories.outcomes import Scene, add_participants, make_scene, terms_document, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def submit(scene: Scene, *rows: Any) -> tuple[Measurement, ...]:
    return services.submit_measurements(
        actor=scene.ben, contract=scene.contract, rows=rows, door=Door.FORM
    ).measurements


def check(scene: Scene) -> None:
    services.check_measurements(actor=scene.system, contract=scene.contract)


def submit_and_verify(scene: Scene, *rows: Any) -> tuple[Measurement, ...]:
    saved = submit(scene, *rows)
    check(scene)
    for row in saved:
        services.verify_measurement(actor=scene.cleo, measurement=row)
    return saved


def sign(scene: Scene, number: int) -> Closing:
    """Close a period, complete or not."""
    period = scene.periods[number - 1]
    closing = services.force_closing(actor=scene.pia, period=period, reason="End of the test.")
    seen = selectors.draft(period).pinned.digest
    return services.sign_closing(actor=scene.cleo, closing=closing, digest=seen)


# --- Submitting -----------------------------------------------------------------------------------


def test_a_row_counts_in_the_period_that_contains_its_day(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    row.refresh_from_db()
    assert row.state == MeasurementState.SUBMITTED
    assert row.value == Decimal(1)
    assert row.counted_in.number == 3
    assert Event.objects.filter(action="measurement.submitted", target_id=row.pk).count() == 1
    assert Job.objects.filter(kind=services.CHECK, subject_id=scene.contract.pk).count() == 1


def test_one_bad_row_saves_none_and_every_fault_is_told(scene: Scene) -> None:
    rows = [
        scene.candidate(0),
        scene.candidate(1, value="maybe"),
        scene.candidate(2, participant="TP-9999", measured_on="31.2.2025"),
    ]
    with pytest.raises(services.RowsRefused) as refused:
        submit(scene, *rows)
    assert {place: {one.code for one in found} for place, found in refused.value.rows.items()} == {
        1: {"outcomes.value_not_yes_or_no"},
        2: {"outcomes.participant_unknown", "outcomes.date_impossible"},
    }
    assert not Measurement.objects.exists()


def test_the_same_row_twice_in_one_batch_is_refused(scene: Scene) -> None:
    with pytest.raises(services.RowsRefused) as refused:
        submit(scene, scene.candidate(0), scene.candidate(0, value="no"))
    assert refused.value.rows[1][0].code == "outcomes.given_twice"


def test_the_same_row_again_is_refused_as_already_reported(scene: Scene) -> None:
    submit(scene, scene.candidate(0))
    with pytest.raises(services.RowsRefused) as refused:
        submit(scene, scene.candidate(0))
    assert refused.value.rows[0][0].code == "outcomes.already_reported"
    assert Measurement.objects.count() == 1


def test_a_participant_of_another_contract_is_an_unknown_code(scene: Scene) -> None:
    other = make_scene(participants=30)
    with pytest.raises(services.RowsRefused) as refused:
        submit(scene, scene.candidate(other.participants[-1]))
    assert refused.value.rows[0][0].code == "outcomes.participant_unknown"


def test_only_the_provider_submits_and_outsiders_see_nothing(scene: Scene) -> None:
    for actor, error in (
        (scene.eve, NotVisible),
        (scene.cleo, NotAllowed),
        (scene.dag, NotAllowed),
    ):
        with pytest.raises(error):
            services.submit_measurements(
                actor=actor, contract=scene.contract, rows=[scene.candidate(0)], door=Door.FORM
            )
    assert not Measurement.objects.exists()


def test_five_thousand_rows_take_as_many_queries_as_five() -> None:
    scene = make_scene(participants=5010)
    counts = []
    for people in (scene.participants[:5], scene.participants[5:5005]):
        rows = [scene.candidate(person) for person in people]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            submit(scene, *rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Measurement.objects.count() == 5005


def test_a_late_row_counts_in_the_first_open_period(scene: Scene) -> None:
    for number in (1, 2, 3):
        sign(scene, number)
    (row,) = submit(scene, scene.candidate(0))
    assert row.counted_in.number == 4


# --- Correcting -----------------------------------------------------------------------------------


def test_a_correction_is_a_new_row_and_the_old_one_stays(scene: Scene) -> None:
    (old,) = submit_and_verify(scene, scene.candidate(0))
    new = services.correct_measurement(
        actor=scene.ben,
        measurement=old,
        row=scene.candidate(0, value="no", correction_reason="The job ended before."),
        door=Door.FORM,
    )
    old.refresh_from_db()
    assert (old.state, old.value) == (MeasurementState.SUPERSEDED, Decimal(1))
    assert (new.supersedes_id, new.value) == (old.pk, Decimal(0))
    with pytest.raises(InvalidTransition):
        services.correct_measurement(
            actor=scene.ben, measurement=old, door=Door.FORM,
            row=scene.candidate(0, correction_reason="Once more."),
        )  # fmt: skip


def test_a_correction_needs_a_reason(scene: Scene) -> None:
    (old,) = submit(scene, scene.candidate(0))
    with pytest.raises(RuleViolation) as refused:
        services.correct_measurement(
            actor=scene.ben, measurement=old, row=scene.candidate(0, value="no"), door=Door.FORM
        )
    assert refused.value.code == "outcomes.correction_reason_missing"


def test_a_rejected_measurement_can_be_corrected(scene: Scene) -> None:
    (old,) = submit(scene, scene.candidate(0))
    check(scene)
    services.reject_measurement(actor=scene.cleo, measurement=old, reason="Another person's.")
    new = services.correct_measurement(
        actor=scene.ben, measurement=old, door=Door.FORM,
        row=scene.candidate(0, correction_reason="The right contract."),
    )  # fmt: skip
    assert new.supersedes_id == old.pk
    assert new.correction_reason == "The right contract."


def test_a_row_of_a_file_with_a_reason_corrects_the_row_that_stands(scene: Scene) -> None:
    (old,) = submit(scene, scene.candidate(0))
    (new,) = submit(scene, scene.candidate(0, value="no", correction_reason="Mistyped."))
    assert new.supersedes_id == old.pk


# --- Checks, verification -------------------------------------------------------------------------


def test_checks_let_a_good_row_through_and_never_verify_it(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    check(scene)
    row.refresh_from_db()
    assert row.state == MeasurementState.CHECKED
    assert not Verification.objects.exists()


def test_checks_stop_a_row_after_death_and_say_so_once(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    Enrolment.objects.filter(participant=scene.participants[0]).update(
        exited_on=scene.after_on - timedelta(days=90), exit_reason="death"
    )
    check(scene)
    check(scene)
    row.refresh_from_db()
    assert row.state == MeasurementState.SUBMITTED
    assert list(Finding.objects.filter(severity="blocks").values_list("code", flat=True)) == [
        "outcomes.after_death"
    ]


def test_a_trusted_register_is_verified_automatically_by_the_terms() -> None:
    document = terms_document()
    document["outcomes"][0]["verified_automatically"] = True
    scene = make_scene(document=document)
    # A definition is final, so the register's metric is another version of it.
    scene.work = type(scene.work).objects.create(
        code="permanent-work", version=2, title_en="w", title_fi="w", title_sv="w", kind="yes_no",
        direction="higher", register_source=True,
    )  # fmt: skip
    document["outcomes"][0]["metric"]["version"] = 2
    other = make_scene(document=document)
    (row,) = submit(other, other.candidate(0))
    check(other)
    row.refresh_from_db()
    assert row.state == MeasurementState.VERIFIED
    assert row.verifications.get().basis == "automatic"


def test_who_submitted_does_not_verify(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    check(scene)
    with pytest.raises(NotAllowed):
        services.verify_measurement(actor=scene.ben, measurement=row)
    with pytest.raises(NotVisible):
        services.verify_measurement(actor=scene.eve, measurement=row)


def test_a_verifier_whose_organisation_plays_another_part_is_refused(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    check(scene)
    organisation = scene.cleo.memberships.get().organisation
    scene.contract.parties.create(
        organisation=organisation, role="service_partner", key="sp",
        valid_from=scene.contract.starts_on,
    )  # fmt: skip
    with pytest.raises(NotAllowed) as refused:
        services.verify_measurement(actor=scene.cleo, measurement=row)
    assert refused.value.code == "outcomes.verifier_has_another_role"


def test_a_question_goes_to_the_provider_and_back(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    check(scene)
    with pytest.raises(RuleViolation):
        services.query_measurement(actor=scene.cleo, measurement=row, question=" ")
    services.query_measurement(actor=scene.cleo, measurement=row, question="Is it permanent?")
    assert vars(selectors.questions(scene.ben).get())["question"] == "Is it permanent?"
    services.answer_question(actor=scene.ben, measurement=row, text="Yes, from May on.")
    row.refresh_from_db()
    assert row.state == MeasurementState.CHECKED
    assert not selectors.questions(scene.ben).exists()
    with pytest.raises(RuleViolation):
        services.answer_question(actor=scene.ben, measurement=row, text="Again.")


def test_ticked_rows_are_verified_together_and_the_rest_is_named(scene: Scene) -> None:
    rows = submit(scene, *(scene.candidate(place) for place in range(3)))
    check(scene)
    services.query_measurement(actor=scene.cleo, measurement=rows[2], question="Which job?")
    outcome = services.verify_measurements(
        actor=scene.cleo, contract=scene.contract, measurement_ids=[row.uuid for row in rows]
    )
    assert outcome.verified == 2
    assert [(one, issue.code) for one, issue in outcome.left] == [
        (rows[2].uuid, "outcomes.not_ready_to_verify")
    ]
    assert Measurement.objects.filter(state="verified").count() == 2


def test_a_row_that_no_check_let_through_cannot_be_verified(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    with pytest.raises(InvalidTransition):
        services.verify_measurement(actor=scene.cleo, measurement=row)


# --- The database says no by itself ---------------------------------------------------------------


BENT = (
    "UPDATE outcomes_measurement SET value = 0",
    "UPDATE outcomes_measurement SET recorded_at = now() - interval '1 year'",
    "DELETE FROM outcomes_measurement",
    "UPDATE outcomes_measurement SET state = 'verified'",
)


@pytest.mark.parametrize(
    "statement",
    [
        *BENT,
        "TRUNCATE outcomes_measurement CASCADE",
        "UPDATE outcomes_finding SET severity = 'information'",
        "DELETE FROM outcomes_verification",
        "UPDATE outcomes_result SET numerator = 100",
    ],
)
def test_the_serving_role_cannot_bend_facts(scene: Scene, statement: str) -> None:
    submit(scene, scene.candidate(0))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Measurement.objects.get().value == Decimal(1)


def test_the_serving_role_may_update_the_state_of_a_measurement_and_nothing_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'outcomes_measurement'"
            " AND has_column_privilege(table_name::text, column_name::text, 'UPDATE')"
        )
        assert cursor.fetchall() == [("state",)]


@pytest.mark.django_db(transaction=True)
def test_even_the_owner_cannot_bend_facts() -> None:
    scene = make_scene()
    submit(scene, scene.candidate(0))
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{name}").geturl()
    with psycopg.connect(address, autocommit=True) as owner:
        for statement in BENT:
            with pytest.raises(psycopg.errors.RaiseException, match="pgtrigger: "):
                owner.execute(statement.encode())


def test_a_row_cannot_be_born_verified_or_dated_back(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    copy = Measurement.objects.get(pk=row.pk)
    copy.pk, copy.uuid, copy.participant = None, Measurement().uuid, scene.participants[1]
    copy.state = MeasurementState.VERIFIED
    copy.recorded_at = scene.contract.created_at - timedelta(days=400)
    Measurement.objects.bulk_create([copy])
    stored = Measurement.objects.latest("pk")
    assert stored.state == MeasurementState.SUBMITTED
    assert stored.recorded_at.date() > row.measured_on


def test_one_standing_row_per_person_point_and_day_even_by_raw_insert(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    copy = Measurement.objects.get(pk=row.pk)
    copy.pk, copy.uuid = None, Measurement().uuid
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.bulk_create([copy])


# --- Closing --------------------------------------------------------------------------------------


def test_a_complete_period_is_proposed_and_an_incomplete_one_is_not(scene: Scene) -> None:
    assert services.propose_closing(actor=scene.system, contract=scene.contract) is None
    for person in scene.participants:
        submit_and_verify(
            scene,
            scene.candidate(
                person, metric=scene.health.code, point="start", value="2",
                measured_on=scene.enrolled_on.isoformat(),
            ),
        )  # fmt: skip
    closing = services.propose_closing(actor=scene.system, contract=scene.contract)
    assert closing is not None
    assert closing.period.number == 1
    assert services.propose_closing(actor=scene.system, contract=scene.contract) is None
    assert list(selectors.closings_to_sign(scene.cleo)) == [closing]


def test_signing_freezes_results_with_interval_and_denominator(scene: Scene) -> None:
    health: dict[str, Any] = {"metric": scene.health.code}
    start = health | {"point": "start", "measured_on": scene.enrolled_on.isoformat(), "value": "2"}
    for person, after in zip(scene.participants, ("4", "2,5", "3"), strict=True):
        submit_and_verify(
            scene,
            scene.candidate(person, **start),
            scene.candidate(person, **health, value=after),
            scene.candidate(person, value="yes" if after != "3" else "no"),
        )
    for number in (1, 2):
        sign(scene, number)
    closing = sign(scene, 3)
    found = {
        one.outcome_key: (one.cumulative_numerator, one.denominator, one.numerator)
        for one in Result.objects.filter(closing=closing)
    }
    assert found == {"work": (2, 3, 2), "health": (2, 3, 2), "together": (1, 3, 1)}
    together = Result.objects.get(closing=closing, outcome_key="together")
    assert together.estimate == Decimal("0.333333")
    assert together.method == "wilson_95"
    assert together.interval_low is not None
    assert together.interval_low < together.estimate
    assert closing.row_count == 9


def test_a_signed_closing_is_final_and_recomputes_to_the_same_digest(scene: Scene) -> None:
    (row,) = submit_and_verify(scene, scene.candidate(0))
    for number in (1, 2):
        sign(scene, number)
    closing = sign(scene, 3)
    before = list(Result.objects.order_by("pk").values())
    new = services.correct_measurement(
        actor=scene.ben, measurement=row, door=Door.FORM,
        row=scene.candidate(0, value="no", correction_reason="Seen later."),
    )  # fmt: skip
    check(scene)
    services.verify_measurement(actor=scene.cleo, measurement=new)
    assert new.counted_in.number == 4
    assert list(Result.objects.order_by("pk").values()) == before
    again = selectors.recompute_closing(closing)
    assert (again.row_count, again.digest) == (closing.row_count, closing.digest)
    later = sign(scene, 4)
    work = Result.objects.get(closing=later, outcome_key="work")
    assert (work.cumulative_numerator, work.numerator, work.events) == (0, 0, 0)
    for change in ({"digest": "0" * 64}, {"row_count": 0}, {"state": "proposed"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Closing.objects.filter(pk=closing.pk).update(**change)


def test_nobody_signs_figures_that_they_did_not_see(scene: Scene) -> None:
    period = scene.periods[0]
    closing = services.force_closing(actor=scene.pia, period=period, reason="End of the test.")
    with pytest.raises(RuleViolation) as refused:
        services.sign_closing(actor=scene.cleo, closing=closing, digest="0" * 64)
    assert refused.value.code == "outcomes.closing_changed"
    with pytest.raises(NotAllowed):
        services.sign_closing(actor=scene.pia, closing=closing, digest="")
    assert not Result.objects.exists()


def test_periods_are_closed_in_order_and_not_before_they_end(scene: Scene) -> None:
    for place in (1, 5, 7):
        with pytest.raises(RuleViolation):
            services.force_closing(actor=scene.pia, period=scene.periods[place], reason="Early.")
    with pytest.raises(NotAllowed):
        services.force_closing(actor=scene.ben, period=scene.periods[0], reason="Not mine.")


# --- Counting twice -------------------------------------------------------------------------------

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
        "key": "often", "title": {"en": "o"}, "points": ["start", "after"],
        "metric": {"code": "self-rated-health", "version": 1},
        "condition": {"kind": "at_least", "value": "3"},
        "count": {"kind": "repeatable", "most_per_person": 3},
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


@pytest.mark.parametrize("denominator", ["enrolled", "measured", "places", "referred", "started"])
@pytest.mark.parametrize("seed", range(4))
def test_the_database_counts_what_the_definition_counts(seed: int, denominator: str) -> None:
    chance = random.Random(f"{seed} {denominator}")
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
        assert counted.figures(frame) == counting.count(
            every_row(scene, cut, previous),
            terms,
            whole,
            period=number,
            stand_ins=counted.stand_ins(frame, whole),
        )
        assert counted.pinned(frame.period, cut).digest == digest(pinned_rows(scene, number, cut))
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
    for old in chance.sample(verified(scene, rows), 8):
        Measurement.objects.filter(pk=old.pk).update(state=MeasurementState.SUPERSEDED)
        new = {
            "participant": old.participant, "metric": old.metric, "point_key": old.point_key,
            "value": Decimal(1), "measured_on": old.measured_on, "supersedes": old,
            "counted_in": scene.periods[chance.randrange(3)], "correction_reason": "Corrected.",
        }  # fmt: skip
        verified(scene, [new])


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
