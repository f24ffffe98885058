"""Entering visits: several metrics on one date, drafts, attempts, events, families, the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cohorts.models import CohortUnit, Household, HouseholdMembership
from contracts.models import Metric, MetricDirection, MetricKind
from outcomes import services
from outcomes.models import ContactAttempt, EntryDraft, Measurement
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotAllowed
from tests.factories.accounts import make_membership, make_user
from tests.factories.outcomes import TITLE, Scene, make_scene, submitted, terms_document

pytestmark = pytest.mark.django_db

BOTH = ("permanent-work", "self-rated-health")


@dataclass
class Desk:
    """Somebody's browser at the entry of one visit."""

    scene: Scene
    user: User
    person: int = 0
    point: str = "after"
    metrics: tuple[str, ...] = BOTH

    def __post_init__(self) -> None:
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(self.user)

    def url(self, name: str = "measurement-submit") -> str:
        address = reverse(f"outcomes:{name}", args=[self.scene.participants[self.person].pk])
        query = {"point": self.point, "metric": self.metrics}
        return f"{address}?{urlencode(query, doseq=True)}"

    def get(self) -> str:
        answer = self.client.get(self.url())
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, **typed: str) -> Any:
        names = {name.replace("__", "-"): text for name, text in typed.items()}
        return self.client.post(self.url(), names)

    def visit(self, **typed: str) -> Any:
        return self.post(
            **{
                "measured_on": day_of(self.scene.after_on),
                "value__permanent-work": "yes",
                "value__self-rated-health": "4,5",
                "evidence_source": "Form",
                "evidence_location": "Client folder",
                "next": "1",
            }
            | typed
        )


def day_of(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def ben(scene: Scene) -> Desk:
    return Desk(scene, scene.ben)


def test_one_visit_saves_every_metric_on_one_date_and_leads_to_the_next(ben: Desk) -> None:
    saved = ben.visit(**{"evidence_source__permanent-work": "Contract of employment"})
    assert saved.status_code == 302
    assert str(ben.scene.participants[1].pk) in saved["Location"]
    rows = {row.metric.code: row for row in Measurement.objects.select_related("metric")}
    assert {code: row.value for code, row in rows.items()} == {BOTH[0]: 1, BOTH[1]: 4.5}
    assert {row.measured_on for row in rows.values()} == {ben.scene.after_on}
    assert [rows[code].evidence_source for code in BOTH] == ["Contract of employment", "Form"]
    (event,) = Event.objects.filter(action="measurements.submitted")
    assert event.after is not None
    assert event.after["rows"] == 2


def test_one_bad_value_saves_nothing_and_is_said_at_its_own_field(ben: Desk) -> None:
    refused = ben.visit(**{"value__self-rated-health": "9", "measured_on": "31.2.2025"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'href="#id_value-self-rated-health"' in page
    assert page.count("is not a date") == 2  # once above, once at the one date of the visit
    assert 'value="9"' in page
    assert not Measurement.objects.exists()


def test_what_is_left_empty_beside_a_result_stays_due(ben: Desk) -> None:
    assert ben.visit(**{"value__self-rated-health": ""}).status_code == 302
    assert Measurement.objects.get().metric == ben.scene.work
    nothing = Desk(ben.scene, ben.user, person=1).visit(
        **{"value__self-rated-health": "", "value__permanent-work": ""}
    )
    assert nothing.status_code == 422
    left = ben.client.get(reverse("outcomes:due-list", args=[ben.scene.contract.pk]))
    rows = left.context["rows"]
    assert [(row["visit"].participant.code, row["visit"].point.key) for row in rows].count(
        ("TP-0001", "after")
    ) == 1


def test_a_draft_keeps_what_was_typed_for_its_writer_alone_until_it_is_submitted(
    ben: Desk,
) -> None:
    kept = ben.client.post(
        ben.url("draft-save"),
        {"value-self-rated-health": "3,5", "note": "Saw 131052-308T", "measured_on": "1.2"},
        headers={"HX-Request": "true"},
    )
    assert b"Draft saved" in kept.content
    draft = EntryDraft.objects.get()
    assert "131052" not in str(draft.typed)
    assert not Event.objects.filter(note__contains="3,5").exists()
    assert 'value="3,5"' in ben.get()
    alone = Desk(ben.scene, ben.user, metrics=BOTH[1:])
    assert 'value="3,5"' in alone.get()  # the same visit, one metric of it
    colleague = make_user()
    make_membership(user=colleague, organisation=ben.scene.provider, role=MemberRole.CASE_WORKER)
    assert 'value="3,5"' not in Desk(ben.scene, colleague).get()
    with pytest.raises(NotAllowed):
        services.save_draft(
            actor=ben.scene.cleo, participant=draft.participant, point="after", typed={}
        )
    ben.visit()
    assert not EntryDraft.objects.exists()


def test_a_draft_of_a_month_ago_is_forgotten(ben: Desk) -> None:
    ben.post(draft="1", note="Later")
    assert "Later" in ben.get()
    services.forget_old_drafts()
    assert EntryDraft.objects.exists()
    EntryDraft.objects.update(saved_at=timezone.now() - timedelta(days=31))
    services.forget_old_drafts()
    assert not EntryDraft.objects.exists()


def test_attempts_are_recorded_one_by_one_and_counted_when_nobody_was_reached(ben: Desk) -> None:
    day = ben.scene.after_on
    for number in range(3):
        recorded = ben.post(
            attempt="1", attempt_way="phone", attempt_result="no_answer", note="Typed before",
            attempted_on=day_of(day + timedelta(days=number)),
        )  # fmt: skip
        assert recorded.status_code == 302
    page = ben.get()
    assert "Typed before" in page
    assert page.count("Phone: No answer") == 3
    early = ben.post(
        attempt="1", attempt_way="visit", attempt_result="declined", attempted_on="1.1.2001"
    )
    assert early.status_code == 422
    assert b"before the enrolment" in early.content
    assert ContactAttempt.objects.count() == 3
    ben.post(measured_on=day_of(day), not_reached_reason="No answer", contact_attempts="1")
    rows = Measurement.objects.all()
    assert [(row.value, row.contact_attempts) for row in rows] == [(None, 3), (None, 3)]


def test_a_repeatable_outcome_takes_several_dates_and_days_are_reckoned_from_a_span() -> None:
    days = Metric.objects.create(
        code="placement-days", title_en="Days in placement", title_fi="Päivät", title_sv="Dagar",
        kind=MetricKind.DAYS, direction=MetricDirection.LOWER,
    )  # fmt: skip
    document = terms_document()
    document["outcomes"].append(
        {
            "key": "placed", "title": TITLE, "metric": {"code": days.code, "version": 1},
            "points": ["after"], "condition": {"kind": "at_least", "value": "1"},
            "count": {"kind": "repeatable"},
        }
    )  # fmt: skip
    scene = make_scene(document=document)
    ben = Desk(scene, scene.ben, metrics=(days.code,))
    day = scene.after_on
    assert "One more date: Days in placement" in ben.get()
    ben.post(more=days.code, value="", note="Two stays")
    assert 'name="measured_on-2"' in ben.get()
    shared = {"evidence_source": "Register", "evidence_location": "Case file", "note": "Two stays"}
    first = {"first_day": "28.12.2025", "last_day": "3.1.2026", "measured_on": day_of(day)}
    second = {"value-2": "4", "measured_on-2": day_of(day + timedelta(days=9))}
    backwards = ben.post(**shared, **first | {"last_day": "1.12.2025"}, **second)
    assert b"The last day is before the first." in backwards.content
    assert ben.post(**shared, **first, **second).status_code == 302
    rows: list[Any] = list(Measurement.objects.values_list("measured_on", "value", "note"))
    assert rows == [
        (day, 7, "2025-12-28/2026-01-03 Two stays"),
        (day + timedelta(days=9), 4, "Two stays"),
    ]


def test_what_holds_for_a_whole_family_is_entered_once(ben: Desk) -> None:
    scene = ben.scene
    scene.cohort.unit = CohortUnit.FAMILY
    scene.cohort.save()
    family = Household.objects.create(cohort=scene.cohort, code="TP-H001")
    for person in scene.participants[:2]:
        HouseholdMembership.objects.create(
            household=family, participant=person, role="child", valid_from=scene.enrolled_on
        )
    page = ben.get()
    assert "TP-H001" in page
    assert "also TP-0002" in page
    submitted(scene, [{"participant": scene.participants[1], "value": 1}])
    assert "also TP-0002" not in ben.get()  # not all of it is open for the sibling
    health = Desk(scene, ben.user, metrics=BOTH[1:])
    saved = health.visit(value="4", whole_unit="on")
    assert saved.status_code == 302
    rows = Measurement.objects.filter(metric=scene.health).order_by("participant__code")
    assert [row.participant.code for row in rows] == ["TP-0001", "TP-0002"]
    assert {row.value for row in rows} == {4}


def test_previous_and_skip_go_through_the_list_and_come_round(ben: Desk) -> None:
    # Three people, each with a baseline and the visit after: the oldest windows come first.
    page = ben.get()
    assert "4 of 6" in page
    people = ben.scene.participants
    at = {side: f'href="/participants/{people[n].pk}/' for side, n in (("before", 2), ("after", 1))}
    previous, skip = page.index(">Previous</a>"), page.index(">Skip</a>")
    assert at["before"] in page[page.index("Measurements</a>") : previous]
    assert at["after"] in page[previous:skip]
    last = Desk(ben.scene, ben.user, person=2)
    assert "6 of 6" in last.get()
    assert "point=start" in last.visit()["Location"]  # what was skipped comes round again


def test_schedules_show_every_point_by_year_and_only_to_who_may_see_them(ben: Desk) -> None:
    scene = ben.scene
    submitted(scene, [{"participant": scene.participants[0], "value": 1}])
    own = reverse("outcomes:participant-schedule", args=[scene.participants[0].pk])
    page = ben.client.get(own)
    years = page.context["years"]
    assert [year["year"] for year in years] == sorted({scene.enrolled_on.year, scene.after_on.year})
    standing = [row["status"].text for year in years for row in year["rows"]]
    assert sorted(map(str, standing)) == ["Late", "Late", "Reported"]
    cohort = reverse("outcomes:cohort-schedule", args=[scene.cohort.pk])
    rows = [row for year in ben.client.get(cohort).context["years"] for row in year["rows"]]
    cells = {(row["metric"], str(name)): n for row in rows for name, n in row["cells"]}
    assert cells[BOTH[0], "Reported"] == "1"
    assert cells[BOTH[0], "Late"] == "2"
    for reader in (scene.eve, scene.dag):
        outside = Desk(scene, reader).client
        assert outside.get(own).status_code == 404
        assert outside.get(cohort).status_code == 404
