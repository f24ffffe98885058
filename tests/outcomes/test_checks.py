"""The automatic checks on a real database: what they read of other rows, and when."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.models import Cohort, Identity, Participant
from contracts.models import Metric
from outcomes import selectors, services
from outcomes.models import CheckSetting, Door, Finding, Measurement
from outcomes.states import MeasurementState
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.factories.outcomes import Scene, add_participants, make_scene, terms_document

pytestmark = pytest.mark.django_db
AFTER = {"metric": "self-rated-health", "point": "after"}


def submit(scene: Scene, *rows: Any) -> tuple[Measurement, ...]:
    return services.submit_measurements(
        actor=scene.ben, contract=scene.contract, rows=rows, door=Door.FORM
    ).measurements


def check(scene: Scene) -> None:
    services.check_measurements(actor=scene.system, contract=scene.contract)


def compare(scene: Scene) -> int:
    return services.compare_measurements(actor=scene.system, contract=scene.contract)


def found(code: str) -> set[str]:
    rows = Finding.objects.filter(code=f"outcomes.{code}")
    return set(rows.values_list("measurement__participant__code", flat=True))


def with_health(**definition: Any) -> Scene:
    """A scene whose metric of health is defined so; a definition is final, so it is a version."""
    document = terms_document()
    scene = make_scene(participants=0)
    last = Metric.objects.filter(code="self-rated-health").order_by("version").last()
    assert last is not None
    fields = {
        "code": last.code, "version": last.version + 1, "kind": "number", "direction": "higher",
        "minimum": 1, "maximum": 100, "title_en": "h", "title_fi": "h", "title_sv": "h",
    }  # fmt: skip
    scene.health = Metric.objects.create(**{**fields, **definition})
    document["outcomes"][1]["metric"]["version"] = scene.health.version
    other = make_scene(participants=12, document=document)
    other.health = scene.health
    return other


def test_the_one_odd_value_among_peers_is_found_once_and_nothing_moves() -> None:
    scene = with_health()
    values = (50, 51, 49, 52, 48, 50, 51, 49, 50, 52, 48, 99)
    submit(
        scene, *(scene.candidate(place, **AFTER, value=value) for place, value in enumerate(values))
    )
    check(scene)
    assert found("unlike_peers") == {scene.participants[11].code}
    params = Finding.objects.get(code="outcomes.unlike_peers").params
    assert params == {"value": "99", "median": "50"}
    odd = Measurement.objects.get(value=99)
    assert odd.state == MeasurementState.CHECKED
    assert compare(scene) == 0


def test_what_others_enter_later_is_told_at_night_of_rows_already_let_through() -> None:
    """Ten people, the same value: the first nine were in order when they came."""
    scene = with_health()
    submit(scene, *(scene.candidate(place, **AFTER, value=70) for place in range(9)))
    check(scene)
    assert found("same_for_everybody") == set()
    submit(scene, scene.candidate(9, **AFTER, value=70))
    check(scene)
    assert found("same_for_everybody") == {scene.participants[9].code}
    with CaptureQueriesContext(connection) as queries:
        assert compare(scene) == 9
    assert len(queries) < 40
    assert compare(scene) == 0
    assert set(Measurement.objects.values_list("state", flat=True)) == {MeasurementState.CHECKED}
    assert Event.objects.get(action="measurements.compared").after == {"findings": 9}


def test_a_visit_recorded_in_part_is_seen_from_the_metrics_planned_at_its_point() -> None:
    scene = make_scene(participants=2)
    partly, fully, other = submit(
        scene, scene.candidate(0), scene.candidate(1), scene.candidate(1, **AFTER, value=4)
    )
    check(scene)
    assert found("incomplete") == set()  # entered today
    subjects = selectors.Examiner(scene.contract).examined([partly.pk, fully.pk, other.pk])
    assert [one.subject.missing for one in subjects] == [1, 0, 0]


def test_the_same_person_in_two_contracts_is_found_and_neither_contract_is_named() -> None:
    one, other = make_scene(participants=2), make_scene(participants=2)
    for scene, person, index in ((one, 0, "same"), (other, 1, "same"), (one, 1, "else")):
        Identity.objects.create(participant=scene.participants[person], blind_index=index)
    submit(other, other.candidate(1))
    check(other)
    assert found("reported_in_another_contract") == set()
    submit(one, one.candidate(0), one.candidate(1))
    check(one)
    finding = Finding.objects.get(code="outcomes.reported_in_another_contract")
    assert finding.measurement.participant == one.participants[0]
    assert finding.params == {}
    assert compare(other) == 1
    for scene, page in ((one, one.participants[0]), (other, other.participants[1])):
        row = Measurement.objects.get(participant=page)
        client = Client()
        client.force_login(scene.cleo)
        shown = client.get(reverse("outcomes:measurement-detail", args=[row.uuid])).content.decode()
        assert "reported in another contract too" in shown
        elsewhere = other if scene is one else one
        assert elsewhere.contract.code not in shown


def test_a_second_code_of_the_same_person_in_another_cohort_is_found() -> None:
    scene = make_scene(participants=1)
    second = Cohort.objects.create(
        contract=scene.contract, code_prefix="KX", places=9,
        enrolment_starts_on=scene.cohort.enrolment_starts_on,
        enrolment_ends_on=scene.cohort.enrolment_ends_on,
    )  # fmt: skip
    (twin,) = add_participants(scene, 1)
    Participant.objects.filter(pk=twin.pk).update(cohort=second, code="KX-0001")
    twin.refresh_from_db()
    for person in (scene.participants[0], twin):
        Identity.objects.create(participant=person, blind_index="same")
    submit(scene, scene.candidate(0), scene.candidate(twin))
    check(scene)
    assert found("reported_under_another_code") == {scene.participants[0].code, "KX-0001"}
    assert found("reported_in_another_contract") == set()


def test_without_a_personal_id_the_page_says_that_nothing_could_be_compared() -> None:
    scene = make_scene(participants=1)
    (row,) = submit(scene, scene.candidate(0))
    check(scene)
    client = Client()
    client.force_login(scene.cleo)
    address = reverse("outcomes:measurement-detail", args=[row.uuid])
    said = "cannot be compared with other codes"
    assert said in client.get(address).content.decode()
    Identity.objects.create(participant=scene.participants[0], blind_index="own")
    assert said not in client.get(address).content.decode()


def test_what_never_falls_and_what_changes_too_much_follow_the_metric_s_definition() -> None:
    scene = with_health(largest_change=Decimal(20), never_falls=True)
    start = {"metric": "self-rated-health", "point": "start"}
    on = scene.enrolled_on + timedelta(days=5)
    submit(
        scene,
        *(scene.candidate(place, **start, measured_on=on, value=60) for place in range(3)),
        scene.candidate(0, **AFTER, value=81),
        scene.candidate(1, **AFTER, value=80),
        scene.candidate(2, **AFTER, value=59),
    )
    check(scene)
    assert found("impossible_change") == {scene.participants[0].code}
    assert found("falls_back") == {scene.participants[2].code}
    stopped = Measurement.objects.filter(state=MeasurementState.SUBMITTED)
    assert {row.participant.code for row in stopped} == {scene.participants[2].code}


def test_two_hundred_rows_are_checked_with_as_many_queries_as_two() -> None:
    counts = []
    for people in (2, 200):
        scene = make_scene(participants=people)
        submit(scene, *(scene.candidate(person) for person in scene.participants))
        with CaptureQueriesContext(connection) as queries:
            check(scene)
        counts.append(len(queries))
        assert (
            Measurement.objects.filter(contract=scene.contract, state="checked").count() == people
        )
    assert counts[0] == counts[1]


# How strict a contract is -------------------------------------------------------------------------
def change(scene: Scene, actor: Any, **given: Any) -> CheckSetting:
    wanted = {
        "code": "outcomes.late_entry", "severity": "blocks", "parameters": {"days": "30"},
        "reason": "Agreed in the steering group.",
    }  # fmt: skip
    return services.set_check(actor=actor, contract=scene.contract, **{**wanted, **given})


def test_the_official_makes_a_check_stricter_for_later_checks() -> None:
    scene = make_scene(participants=2)
    (early,) = submit(scene, scene.candidate(0))
    check(scene)
    change(scene, scene.pia)
    (late,) = submit(scene, scene.candidate(1))
    check(scene)
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.state, late.state) == (MeasurementState.CHECKED, MeasurementState.SUBMITTED)
    assert Event.objects.get(action="check.set").note == "Agreed in the steering group."
    change(scene, scene.pia, severity="off", metric="permanent-work")
    check(scene)
    late.refresh_from_db()
    assert late.state == MeasurementState.CHECKED


def test_only_the_official_changes_a_check_and_never_one_that_is_fixed() -> None:
    scene = make_scene(participants=1)
    for actor, error in (
        (scene.ben, NotAllowed),
        (scene.cleo, NotAllowed),
        (scene.eve, NotVisible),
    ):
        with pytest.raises(error):
            change(scene, actor)
    for given, code in (
        ({"code": "outcomes.after_death", "parameters": {}}, "outcomes.check_fixed"),
        ({"code": "outcomes.invented"}, "outcomes.check_unknown"),
        ({"metric": "unheard-of"}, "outcomes.check_metric_unknown"),
        ({"reason": " "}, "outcomes.check_reason_needed"),
    ):
        with pytest.raises(RuleViolation) as refused:
            change(scene, scene.pia, **given)
        assert refused.value.code == code
    assert not CheckSetting.objects.exists()


def test_a_change_of_a_check_is_final() -> None:
    scene = make_scene(participants=1)
    setting = change(scene, scene.pia)
    for write in (lambda: CheckSetting.objects.update(severity="off"), setting.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_the_page_of_checks_says_what_each_does_and_takes_a_change() -> None:
    scene = make_scene(participants=1)
    official, worker = Client(), Client()
    official.force_login(scene.pia)
    worker.force_login(scene.ben)
    listed = reverse("outcomes:check-list", args=[scene.contract.pk])
    address = reverse("outcomes:check-set", args=[scene.contract.pk, "late_entry"])
    assert address in official.get(listed).content.decode()
    assert address not in worker.get(listed).content.decode()
    assert worker.get(address).status_code == 404
    fixed = reverse("outcomes:check-set", args=[scene.contract.pk, "after_death"])
    assert official.get(fixed).status_code == 404
    bad = official.post(address, {"severity": "blocks", "days": "-3", "reason": ""})
    assert bad.status_code == 422
    assert "Write why it is changed." in bad.content.decode()
    good = {"severity": "blocks", "days": "30", "reason": "Steering group 3 May."}
    assert official.post(address, good).status_code == 302
    assert "Steering group 3 May." in worker.get(listed).content.decode()
    assert CheckSetting.objects.get().parameters == {"days": "30"}


def test_how_often_somebody_must_be_sought_is_the_contract_s_own_number() -> None:
    scene = make_scene()
    ben = Client(headers={"accept-language": "en"})
    ben.force_login(scene.ben)
    person = scene.participants[0]
    query = "?point=after&metric=permanent-work"
    visit = reverse("outcomes:measurement-submit", args=[person.pk]) + query
    assert "2 attempts are expected" in ben.get(visit).content.decode()
    missed = scene.candidate(
        person, value="", evidence_source="", not_reached_reason="No answer", contact_attempts="3"
    )

    def asked(figure: str, severity: str, metric: str = "") -> None:
        services.set_check(
            actor=scene.pia, contract=scene.contract, code="outcomes.few_contact_attempts",
            severity=severity, parameters={"fewest": figure}, reason="Agreed.", metric=metric,
        )  # fmt: skip

    asked("4", "look")
    asked("9", "look", "self-rated-health")
    assert "4 attempts are expected" in ben.get(visit).content.decode()
    asked("4", "blocks", "permanent-work")
    with pytest.raises(RuleViolation) as refused:
        submit(scene, missed)
    (issue,) = refused.value.issues
    assert (issue.code, issue.params) == ("outcomes.attempts_needed", {"needed": 4, "attempts": 3})
    typed = {"measured_on": missed.measured_on, "not_reached_reason": "x", "next": "1"}
    assert "4 contact attempts are needed" in ben.post(visit, typed).content.decode()
    asked("", "off", "permanent-work")
    assert "attempts are expected" not in ben.get(visit).content.decode()
    submit(scene, missed)
    history = Event.objects.filter(contract_id=scene.contract.pk, action="check.set")
    assert history.count() == 4
