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

from cohorts.models import Enrolment
from outcomes import selectors, services
from outcomes.models import Closing, Door, Finding, Measurement, Result, Verification
from outcomes.states import MeasurementState
from sibportal.accounts.roles import MemberRole
from sibportal.audit.models import Event
from sibportal.jobs.models import Job
from sibportal.kernel.errors import (
    InvalidTransition,
    NotAllowed,
    NotVisible,
    RuleViolation,
)
from tests.factories.accounts import make_membership
from tests.factories.outcomes import Scene, make_scene, terms_document
from tests.outcomes.counting_twice import DENOMINATORS, count_twice

pytestmark = pytest.mark.django_db


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


def test_five_hundred_rows_take_as_many_queries_as_five() -> None:
    scene = make_scene(participants=510)
    counts = []
    for people in (scene.participants[:5], scene.participants[5:505]):
        rows = [scene.candidate(person) for person in people]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            submit(scene, *rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Measurement.objects.count() == 505


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


def test_who_submitted_does_not_verify_after_changing_sides_either(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    check(scene)
    scene.ben.memberships.update(active=False)
    make_membership(
        user=scene.ben,
        organisation=scene.cleo.memberships.get().organisation,
        role=MemberRole.VERIFIER,
    )
    with pytest.raises(NotAllowed) as refused:
        services.verify_measurement(actor=scene.ben, measurement=row)
    assert refused.value.code == "outcomes.verifier_is_submitter"
    outcome = services.verify_measurements(
        actor=scene.ben, contract=scene.contract, measurement_ids=[row.uuid]
    )
    assert [issue.code for _one, issue in outcome.left] == ["outcomes.verifier_is_submitter"]
    row.refresh_from_db()
    assert row.state == MeasurementState.CHECKED


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


@pytest.mark.parametrize("denominator", DENOMINATORS)
@pytest.mark.parametrize("seed", range(2))
def test_the_database_counts_what_the_definition_counts(seed: int, denominator: str) -> None:
    count_twice(random.Random(f"{seed} {denominator}"), denominator)
