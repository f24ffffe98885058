"""The pages and the REST resources: who gets which, what they say, what they leave behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cohorts import services
from cohorts.models import Cohort, Consent, Enrolment, IntakePlan, Participant, Referral
from cohorts.states import ReferralState, UseKind
from contracts.models import KeyCustodian
from sibportal.accounts.models import User
from sibportal.audit.models import UseLog
from tests.cohorts.conftest import ENROLLED_ON, REFERRED_ON, Scene
from tests.factories.cohorts import make_participants

FORM = {
    "title_en": "Spring cohort",
    "code_prefix": "sp",
    "unit": "person",
    "places": "40",
    "enrolment_starts_on": "1.1.2025",
    "enrolment_ends_on": "2026-01-01",
    "age_unit": "years",
    "minimum_age": "18",
    "plan": "31.3.2025 20\n30.6.2025: 40",
    "risk_factors": "Debt | Velka | Skuld",
    "questions": "Lives in Koivula",
}


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def addresses(scene: Scene, participant: Participant) -> list[str]:
    steps = (
        "contact", "decline", "enrol", "start", "exit", "exit/confirm", "consents/new",
        "household/join", "household/leave", "provider", "identity/edit", "identity/show",
        "identity/erase", "use-log",
    )  # fmt: skip
    return [
        f"/contracts/{scene.contract.pk}/cohorts/",
        f"/contracts/{scene.contract.pk}/cohorts/new/",
        f"/cohorts/{scene.cohort.pk}/",
        f"/cohorts/{scene.cohort.pk}/edit/",
        f"/cohorts/{scene.cohort.pk}/refer/",
        f"/participants/{participant.pk}/",
        *(f"/participants/{participant.pk}/{step}/" for step in steps),
        f"/participants/{participant.pk}/use-log/export.csv",
        f"/api/v1/cohorts/{scene.cohort.pk}/",
        f"/api/v1/participants/{participant.pk}/",
    ]


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_for_an_outsider_nothing_exists(scene: Scene, client: Client, htmx: dict[str, str]) -> None:
    signed_in(client, scene.town.eve)
    participant = scene.enrolled()
    for address in addresses(scene, participant):
        assert client.get(address, headers=htmx).status_code == 404, address
        if not address.endswith(".csv") and "/api/" not in address:
            assert client.post(address, {}, headers=htmx).status_code in (404, 405), address


def test_who_has_not_signed_in_is_sent_to_sign_in(scene: Scene, client: Client) -> None:
    for address in addresses(scene, scene.enrolled()):
        expected = (401, 403) if "/api/" in address else (302,)
        assert client.get(address).status_code in expected, address


def test_an_investor_sees_the_cohort_and_no_participant(scene: Scene, client: Client) -> None:
    participant = scene.enrolled()
    signed_in(client, scene.town.dag)
    text = client.get(f"/cohorts/{scene.cohort.pk}/").content.decode()
    assert participant.code not in text
    assert "hidden (small number)" in text
    assert client.get(f"/participants/{participant.pk}/").status_code == 404
    assert client.get("/api/v1/participants/").json()["results"] == []
    intake = client.get(f"/api/v1/cohorts/{scene.cohort.pk}/").json()["intake"]
    assert (intake["enrolled"], intake["declined"]) == (None, None)


def test_what_one_sees_and_may_not_do_is_forbidden(scene: Scene, client: Client) -> None:
    participant = scene.enrolled()
    signed_in(client, scene.town.cleo)
    assert client.get(f"/participants/{participant.pk}/").status_code == 200
    assert client.get(f"/participants/{participant.pk}/exit/").status_code == 403
    assert client.get(f"/cohorts/{scene.cohort.pk}/edit/").status_code == 403


def test_a_cohort_is_created_and_changed_through_its_form(scene: Scene, client: Client) -> None:
    signed_in(client, scene.town.pia)
    answer = client.post(f"/contracts/{scene.contract.pk}/cohorts/new/", FORM)
    cohort = Cohort.objects.get(code_prefix="SP")
    assert answer.headers["Location"] == f"/cohorts/{cohort.pk}/"
    assert list(cohort.intake_plan.values_list("planned", flat=True)) == [20, 40]
    assert cohort.criteria["risk_factors"][0] == {
        "key": "debt",
        "title": {"en": "Debt", "fi": "Velka", "sv": "Skuld"},
        "expected": True,
    }
    page = client.get(f"/cohorts/{cohort.pk}/edit/").content.decode()
    assert "Debt | Velka | Skuld" in page
    assert "30.6.2025 40" in page
    client.post(f"/cohorts/{cohort.pk}/edit/", FORM | {"places": "50"})
    changed = Cohort.objects.get(pk=cohort.pk)
    assert (changed.places, changed.criteria) == (50, cohort.criteria)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"enrolment_starts_on": "31.2.2025"}, "There is no such day"),
        ({"plan": "spring: many"}, "Line 1: write a date and a number"),
        ({"plan": "31.3.2025 400"}, "the cohort has only 40 places"),
        ({"code_prefix": "TP"}, "Another cohort of this contract has the prefix TP"),
        ({"places": "0"}, "at least 1"),
    ],
)
def test_a_refused_cohort_comes_back_with_its_input_and_leaves_nothing(
    scene: Scene, client: Client, change: dict[str, str], message: str
) -> None:
    signed_in(client, scene.town.pia)
    answer = client.post(f"/contracts/{scene.contract.pk}/cohorts/new/", FORM | change)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert message in text
    assert "Debt | Velka | Skuld" in text
    assert Cohort.objects.count() == 1
    assert not IntakePlan.objects.exists()


def test_intake_against_plan_and_places_comes_first(scene: Scene, client: Client) -> None:
    today = timezone.localdate()
    Cohort.objects.update(enrolment_ends_on=today + timedelta(days=400))
    for by_on, planned in ((date(2025, 6, 30), 10), (today + timedelta(days=200), 200)):
        IntakePlan.objects.create(cohort=scene.cohort, by_on=by_on, planned=planned)
    make_participants(scene.cohort, 6)
    text = signed_in(client, scene.town.pia).get(f"/cohorts/{scene.cohort.pk}/").content.decode()
    assert "6 are enrolled; 10 were planned by today." in text
    assert "4 fewer than planned" in text
    assert text.index("of 200") < text.index('class="chart') < text.index("TP-0001")


def test_the_table_searches_filters_and_sorts(scene: Scene, client: Client) -> None:
    make_participants(scene.cohort, 3)
    make_participants(scene.cohort, 2, state=ReferralState.DECLINED, unit_name="Other office")
    signed_in(client, scene.town.ben)
    address = f"/cohorts/{scene.cohort.pk}/"

    def found(query: str) -> list[str]:
        table = client.get(f"{address}?{query}").context["table"]
        return [row.record.code for row in table.page]

    everybody = [f"TP-000{number}" for number in range(1, 6)]
    assert found("") == everybody
    assert found("sort=-code") == everybody[::-1]
    assert found("state=declined") == ["TP-0004", "TP-0005"]
    assert found("unit=Other+office&search=tp-0005") == ["TP-0005"]
    assert found("state=nonsense&page=99&sort=nonsense") == everybody
    fragment = client.get(f"{address}?state=declined", HTTP_HX_REQUEST="true").content.decode()
    assert fragment.startswith('<div id="participants">')


def test_every_reading_leaves_a_row_in_the_use_log(scene: Scene, client: Client) -> None:
    participant = scene.enrolled()
    scene.enrolled()
    signed_in(client, scene.town.ben)
    client.get(f"/cohorts/{scene.cohort.pk}/")
    client.get(f"/participants/{participant.pk}/")
    client.get(f"/api/v1/participants/?search={participant.code}")
    used = UseLog.objects.filter(participant_id=participant.pk).order_by("id")
    assert [row.what for row in used] == [UseKind.LIST, UseKind.PAGE, UseKind.INTERFACE]
    assert {row.organisation_names for row in used} == {"Lähde ry"}
    page = client.get(f"/participants/{participant.pk}/use-log/").content.decode()
    assert page.count("Ben Example") >= 4
    export = client.get(f"/participants/{participant.pk}/use-log/export.csv")
    lines = export.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Time;Who;Organisation;What;Purpose"
    assert len(lines) == 6
    assert UseLog.objects.filter(participant_id=participant.pk).count() == 5


def test_a_formula_in_a_name_does_not_run_in_the_export(scene: Scene, client: Client) -> None:
    participant = scene.enrolled()
    User.objects.filter(pk=scene.town.ben.pk).update(name='=HYPERLINK("x")')
    signed_in(client, scene.town.ben)
    export = client.get(f"/participants/{participant.pk}/use-log/export.csv").content.decode()
    assert "'=HYPERLINK" in export


def test_a_person_walks_from_referral_to_a_confirmed_exit_through_the_pages(
    scene: Scene, client: Client
) -> None:
    signed_in(client, scene.town.ben)
    answer = client.post(
        f"/cohorts/{scene.cohort.pk}/refer/",
        {"unit_kind": "school", "unit_name": "Koivula school", "referred_on": "3.2.2025"},
    )
    participant = Participant.objects.get()
    base = f"/participants/{participant.pk}"
    assert answer.headers["Location"] == f"{base}/"
    posts: list[tuple[str, dict[str, str]]] = [
        ("contact", {"contacted_on": "10.2.2025"}),
        ("enrol", {"enrolled_on": "3.3.2025", "birth_month": "5.2003"}),
        ("start", {"started_on": "10.3.2025"}),
        (
            "consents/new",
            {
                "switch": "service",
                "given": "yes",
                "given_by": "self",
                "effective_on": "3.3.2025",
            },
        ),
        ("household/join", {"role": "team_member", "valid_from": "3.3.2025"}),
        ("household/leave", {"valid_until": "1.9.2025"}),
        ("provider", {"served_by": str(scene.partner.pk)}),
        ("exit", {"exited_on": "1.10.2025", "exit_reason": "moved_away"}),
    ]
    for step, values in posts:
        assert client.get(f"{base}/{step}/").status_code == 200, step
        assert client.post(f"{base}/{step}/", values).status_code == 302, step
    text = client.get(f"{base}/").content.decode()
    assert "Moved away" in text
    assert "The exit is not confirmed yet." in text
    signed_in(client, scene.town.cleo)
    assert "waits for your confirmation" in client.get(f"{base}/").content.decode()
    assert client.post(f"{base}/exit/confirm/").status_code == 302
    enrolment = Enrolment.objects.get()
    assert enrolment.exit_confirmed_by == scene.town.cleo
    assert Consent.objects.get().recorded_by == scene.town.ben
    assert Participant.objects.get().served_by == scene.partner


@pytest.mark.parametrize(
    ("step", "values", "message"),
    [
        ("enrol", {"enrolled_on": "1.1.2025"}, "Enrolment cannot be earlier"),
        ("enrol", {"enrolled_on": "soon"}, "Write the date as day.month.year"),
        ("enrol", {"enrolled_on": "3.3.2025", "birth_month": "2003"}, "Write month and year"),
        (
            "decline",
            {"decision": "declined", "decided_on": "4.2.2025", "reason": "131052-308T"},
            "personal identity code in the text",
        ),
        ("exit", {"exited_on": "3.3.2025", "exit_reason": "moved_away"}, "is not enrolled"),
        ("start", {"started_on": "3.3.2025"}, "is not enrolled"),
    ],
)
def test_a_refused_step_says_why_and_changes_nothing(
    scene: Scene, client: Client, step: str, values: dict[str, str], message: str
) -> None:
    participant = scene.referred()
    signed_in(client, scene.town.ben)
    answer = client.post(f"/participants/{participant.pk}/{step}/", values)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert Referral.objects.get().state == ReferralState.REFERRED
    assert not Enrolment.objects.exists()


def test_unanswered_criteria_are_pointed_at_where_they_stand(scene: Scene, client: Client) -> None:
    scene.cohort.criteria = {
        "questions": [{"key": "resident", "title": {"en": "Lives in Koivula"}}],
    }
    scene.cohort.save()
    participant = scene.referred()
    signed_in(client, scene.town.ben)
    address = f"/participants/{participant.pk}/enrol/"
    form = client.post(address, {"enrolled_on": "3.3.2025"}).context["form"]
    assert form.errors == {"question_resident": ["Answer this criterion."]}
    values = {"enrolled_on": "3.3.2025", "question_resident": "yes"}
    assert client.post(address, values).status_code == 302
    assert "Lives in Koivula" in client.get(f"/participants/{participant.pk}/").content.decode()


def test_names_are_asked_for_only_where_the_key_lies(scene: Scene, client: Client) -> None:
    participant = scene.enrolled()
    signed_in(client, scene.town.casper)
    page = client.get(f"/participants/{participant.pk}/").content.decode()
    assert "kept outside the portal" in page
    refused = client.get(f"/participants/{participant.pk}/identity/edit/")
    assert refused.status_code == 422
    assert "kept outside the portal" in refused.content.decode()
    scene.custody(KeyCustodian.PROVIDER)
    refused = client.get(f"/participants/{participant.pk}/identity/show/")
    assert refused.status_code == 403
    assert "The provider holds the key" in refused.content.decode()
    signed_in(client, scene.town.ben)
    answer = client.post(
        f"/participants/{participant.pk}/identity/edit/", {"personal_id": "131052-308T"}
    )
    assert answer.status_code == 302
    erased = client.post(
        f"/participants/{participant.pk}/identity/erase/", {"reason": "Case 4", "understood": "on"}
    )
    assert erased.status_code == 302
    assert "Erased for good" in client.get(f"/participants/{participant.pk}/").content.decode()


def test_how_the_terms_count_an_exit_is_said_in_words(scene: Scene, client: Client) -> None:
    participant = scene.enrolled()
    services.exit_participant(
        actor=scene.town.ben,
        participant=participant,
        exited_on=ENROLLED_ON + timedelta(days=30),
        reason="dropped_out",
    )
    signed_in(client, scene.town.ben)
    text = client.get(f"/participants/{participant.pk}/").content.decode()
    assert "Left, and counts as not having reached the outcome." in text


def test_a_referral_over_rest_is_the_same_as_by_form(scene: Scene, client: Client) -> None:
    signed_in(client, scene.town.ben)
    sent = {
        "cohort": str(scene.cohort.pk),
        "unit_kind": "school",
        "unit_name": "Koivula school",
        "referred_on": REFERRED_ON.isoformat(),
        "birth_month": "2003-05-17",
    }
    made = client.post("/api/v1/participants/", sent, content_type="application/json")
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["code"], body["state"], body["birth_month"]) == (
        "TP-0001",
        "referred",
        "2003-05-01",
    )
    wrong = sent | {"referred_on": "2099-01-01"}
    refused = client.post("/api/v1/participants/", wrong, content_type="application/json")
    assert refused.status_code == 422
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert refused.json()["errors"][0]["field"] == "referred_on"
    assert Participant.objects.count() == 1


def test_rest_lists_are_filtered_and_bad_filters_named(scene: Scene, client: Client) -> None:
    make_participants(scene.cohort, 2)
    make_participants(scene.cohort, 1, state=ReferralState.DECLINED)
    signed_in(client, scene.town.ben)

    def listed(query: str) -> list[str]:
        rows = client.get(f"/api/v1/participants/?{query}").json()["results"]
        return [row["code"] for row in rows]

    assert listed(f"contract={scene.contract.pk}") == ["TP-0001", "TP-0002", "TP-0003"]
    assert listed("state=declined") == ["TP-0003"]
    assert listed(f"cohort={scene.town.lahde.pk}") == []
    assert client.get("/api/v1/participants/?contract=nonsense").status_code == 422
    cohorts = client.get(f"/api/v1/cohorts/?contract={scene.contract.pk}").json()["results"]
    assert [row["intake"]["enrolled"] for row in cohorts] == [2]


def test_a_page_of_participants_costs_the_same_queries_for_ten_as_for_twenty(
    scene: Scene, client: Client
) -> None:
    signed_in(client, scene.town.ben)
    counts = []
    for _ in range(2):
        make_participants(scene.cohort, 10)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/cohorts/{scene.cohort.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
