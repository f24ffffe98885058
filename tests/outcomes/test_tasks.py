"""What the portal does by itself, and two doors at once."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cohorts.models import Enrolment
from outcomes import selectors, services
from outcomes.models import Closing, Door, Measurement
from sibportal.jobs import services as jobs
from sibportal.jobs.models import Job, Reminder
from sibportal.kernel.errors import RuleViolation
from tests.factories.outcomes import Scene, make_scene


def submit(scene: Scene) -> None:
    services.submit_measurements(
        actor=scene.ben, contract=scene.contract, rows=[scene.candidate(0)], door=Door.API
    )


@pytest.mark.django_db
def test_reminders_are_kept_once_and_called_off_with_their_reason() -> None:
    scene = make_scene()
    services.keep_reminders(actor=scene.system, contract=scene.contract)
    services.keep_reminders(actor=scene.system, contract=scene.contract)
    waiting = Reminder.objects.filter(recipient=scene.ben, cancelled_at=None)
    due = len(selectors.due_list(scene.ben, scene.contract))
    assert waiting.count() == due == 9
    submit(scene)
    services.check_measurements(actor=scene.system, contract=scene.contract)
    assert waiting.count() == due - 1
    Enrolment.objects.filter(participant=scene.participants[1]).update(
        exited_on=timezone.localdate(), exit_reason="death"
    )
    services.keep_reminders(actor=scene.system, contract=scene.contract)
    assert not waiting.filter(subject_id=scene.participants[1].pk).exists()


@pytest.mark.django_db
def test_the_due_list_takes_as_many_queries_for_forty_people_as_for_four() -> None:
    counts = []
    for people in (4, 40):
        scene = make_scene(participants=people)
        with CaptureQueriesContext(connection) as queries:
            assert len(selectors.due_list(scene.ben, scene.contract)) == 3 * people
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_reminding_and_calling_off_take_as_many_queries_for_twenty_people_as_for_two() -> None:
    counts = []
    for people in (2, 20):
        scene = make_scene(participants=people)
        waiting = Reminder.objects.filter(contract_id=scene.contract.pk, cancelled_at=None)
        with CaptureQueriesContext(connection) as reminding:
            services.keep_reminders(actor=scene.system, contract=scene.contract)
        assert waiting.count() == 3 * people
        rows = [scene.candidate(place) for place in range(people)]
        services.submit_measurements(
            actor=scene.ben, contract=scene.contract, rows=rows, door=Door.API
        )
        with CaptureQueriesContext(connection) as checking:
            services.check_measurements(actor=scene.system, contract=scene.contract)
        assert waiting.count() == 2 * people
        Enrolment.objects.filter(participant__in=scene.participants).update(
            exited_on=timezone.localdate(), exit_reason="death"
        )
        with CaptureQueriesContext(connection) as ending:
            services.keep_reminders(actor=scene.system, contract=scene.contract)
        assert not waiting.exists()
        counts.append([len(one) for one in (reminding, checking, ending)])
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_the_sweep_checks_what_was_submitted_and_a_second_one_adds_nothing() -> None:
    scene = make_scene()
    submit(scene)
    jobs.sweep()
    row = Measurement.objects.get()
    assert row.state == "checked"
    done = Job.objects.filter(state="done").count()
    jobs.sweep()
    assert Job.objects.exclude(state="done").count() == 0
    assert Job.objects.filter(state="done").count() >= done
    assert not Closing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_row_from_eight_clients_at_once_is_saved_once() -> None:
    scene = make_scene()
    start, refused, failed = Barrier(8), [], []

    def send() -> None:
        try:
            start.wait()
            submit(scene)
        except RuleViolation as violation:
            refused.append(violation.code)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=send) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert refused == ["outcomes.already_reported"] * 7
    assert Measurement.objects.count() == 1


@pytest.mark.django_db
def test_progress_shows_the_path_the_series_and_where_it_stands() -> None:
    scene = make_scene()
    health = scene.candidate(0, metric=scene.health.code, value="3")
    rows = services.submit_measurements(
        actor=scene.ben, contract=scene.contract, rows=[scene.candidate(0), health], door=Door.FORM
    ).measurements
    services.check_measurements(actor=scene.system, contract=scene.contract)
    for row in rows:
        services.verify_measurement(actor=scene.cleo, measurement=row)
    for number in (1, 2, 3):
        period = scene.periods[number - 1]
        closing = services.force_closing(actor=scene.pia, period=period, reason="End.")
        digest = selectors.draft(period).pinned.digest
        services.sign_closing(actor=scene.cleo, closing=closing, digest=digest)
    (shown,) = selectors.outcome_progress(scene.pia, [scene.contract.pk])[scene.contract.pk]
    assert shown.outcome_key == "together"
    # Closings before anybody was measured say nothing about the outcome.
    assert [(point.period.number, point.numerator) for point in shown.series] == [(3, 0)]
    assert shown.standing == selectors.Standing.NEAR
    (hidden,) = selectors.outcome_progress(scene.dag, [scene.contract.pk])[scene.contract.pk]
    assert [(point.numerator, point.estimate) for point in hidden.series] == [(None, None)]
    assert hidden.standing is None
    assert selectors.outcome_progress(scene.eve, [scene.contract.pk]) == {}


@pytest.mark.django_db
def test_a_late_entry_says_so_without_stopping_the_row() -> None:
    scene = make_scene()
    submit(scene)
    services.check_measurements(actor=scene.system, contract=scene.contract)
    row = Measurement.objects.get()
    assert timezone.localdate() - row.measured_on > timedelta(days=60)
    assert "outcomes.late_entry" in {one.code for one in selectors.findings(row)}
    assert row.state == "checked"
