"""Errors of the domain become pages and problem documents, and leave nothing behind."""

import json
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from rest_framework.test import APIClient

from sibportal.web import messages, middleware
from sibportal.web.components import NavigationItem
from sibportal.web.uploads import LIMIT
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.urls("tests.web.views"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    late = "Record it within %(days)s days; %(value)s is too late."
    monkeypatch.setitem(messages.MESSAGES, "example.late", late)


@pytest.fixture
def api() -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(make_user())
    return client


HTMX = {"hx-request": "true"}


@pytest.mark.parametrize(
    ("kind", "status"), [("rule", 422), ("transition", 409), ("refused", 403), ("hidden", 404)]
)
def test_a_domain_error_is_a_page_with_its_status(client: Client, kind: str, status: int) -> None:
    response = client.get(f"/fail/{kind}/", headers={"accept-language": "en"})
    assert response.status_code == status
    assert response.content.decode().count("<h1>") == 1


def test_a_broken_rule_says_what_to_mend(client: Client) -> None:
    text = client.get("/fail/rule/", headers={"accept-language": "en"}).content.decode()
    assert "Record it within 14 days; 3.11.2026 is too late." in text


def test_what_may_not_be_seen_looks_like_what_does_not_exist(client: Client) -> None:
    hidden = client.get("/fail/hidden/").content.decode()
    missing = client.get("/nowhere/at/all").content.decode()
    assert "<h1>There is no such page</h1>" in hidden
    assert "<h1>There is no such page</h1>" in missing


def test_htmx_gets_the_problem_into_the_live_region(client: Client) -> None:
    response = client.get("/fail/transition/", headers=HTMX)
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#messages"
    assert "<html" not in response.content.decode()


def test_an_error_of_the_portal_tells_nothing_of_its_inside() -> None:
    client = Client(raise_request_exception=False)
    response = client.get("/fail/broken/")
    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    assert "<h1>Something went wrong</h1>" in response.content.decode()


@pytest.mark.parametrize("kind", ["rule", "transition", "refused", "hidden"])
def test_a_refused_request_leaves_no_row(client: Client, kind: str) -> None:
    client.get(f"/fail/{kind}/")
    assert not Session.objects.filter(session_key=f"before-{kind}").exists()


@pytest.mark.parametrize(("status", "kept"), [(200, True), (302, True), (400, False), (422, False)])
def test_the_status_decides_whether_the_transaction_stays(
    client: Client, status: int, kept: bool
) -> None:
    client.get(f"/answer/{status}/")
    assert Session.objects.filter(session_key=f"status-{status}").exists() is kept


def test_failed_sign_in_attempts_outlive_the_refusal(client: Client) -> None:
    from axes.models import AccessAttempt

    make_user(email="pia@example.org")
    for _attempt in range(12):
        client.post("/sign-in/login/", {"login": "pia@example.org", "password": "wrong"})
    assert AccessAttempt.objects.filter(username="pia@example.org").exists()


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("rule", 422, "example.late"),
        ("transition", 409, "kernel.invalid_transition"),
        ("refused", 403, "kernel.not_allowed"),
        ("hidden", 404, "kernel.not_visible"),
    ],
)
def test_a_client_gets_a_problem_document(
    api: APIClient, kind: str, status: int, code: str
) -> None:
    response = api.post(f"/api/fail/{kind}/", headers={"accept-language": "en"})
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    document = json.loads(response.content)
    assert {"type", "title", "status", "detail", "code", "errors"} == set(document)
    assert (document["status"], document["code"]) == (status, code)


def test_a_broken_rule_names_field_value_and_message(api: APIClient) -> None:
    response = api.post("/api/fail/rule/", headers={"accept-language": "en"})
    message = "Record it within 14 days; 3.11.2026 is too late."
    assert json.loads(response.content)["errors"] == [
        {"field": "measured_on", "value": "3.11.2026", "message": message}
    ]


def test_a_nested_body_is_refused_with_paths(api: APIClient) -> None:
    body: dict[str, Any] = {"lines": [{"amount": "1"}, {"amount": "x"}]}
    response = api.post("/api/fail/body/", body, format="json")
    assert response.status_code == 422
    fields = {error["field"] for error in json.loads(response.content)["errors"]}
    assert fields == {"name", "lines[1].amount"}


def test_malformed_json_is_a_problem_document_too(api: APIClient) -> None:
    response = api.post("/api/fail/body/", "{", content_type="application/json")
    assert response.status_code == 400
    assert json.loads(response.content)["code"] == "parse_error"


def test_an_unknown_address_and_a_fault_answer_clients_in_json(api: APIClient) -> None:
    for address, status in (("/api/nowhere/", 404), ("/api/fail/broken/", 500)):
        response = api.post(address)
        assert response.status_code == status
        assert response["Content-Type"] == "application/problem+json"
        assert "secret" not in response.content.decode()


def test_nobody_without_a_key_or_session_gets_further_than_401_or_403() -> None:
    response = APIClient().post("/api/fail/rule/")
    assert response.status_code in (401, 403)
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        (HTMX, False),
        ({**HTMX, "hx-boosted": "true"}, True),
        ({**HTMX, "hx-history-restore-request": "true"}, True),
    ],
)
def test_only_a_swap_gets_the_fragment(
    client: Client, headers: dict[str, str], whole: bool
) -> None:
    response = client.get("/parts/", headers=headers)
    assert response.status_code == 422
    assert ("<html" in response.content.decode()) is whole
    assert "HX-Request" in response["Vary"]


def test_a_page_with_errors_says_so_in_its_title(client: Client) -> None:
    text = client.get("/parts/", headers={"accept-language": "en"}).content.decode()
    assert "<title>Error: " in text


def test_no_page_is_stored_and_each_answer_has_a_name_of_its_own(client: Client) -> None:
    first, second = client.get("/answer/200/"), client.get("/fail/hidden/")
    assert first["Cache-Control"] == second["Cache-Control"] == "no-store"
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert "camera=()" in first["Permissions-Policy"]
    assert first["Content-Security-Policy"].count("unsafe") == 0


def test_a_client_cannot_choose_the_name_of_its_request(client: Client) -> None:
    response = client.get("/answer/200/", headers={"x-request-id": "forged"})
    assert response["X-Request-ID"] != "forged"


def test_a_form_without_its_token_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/answer/200/", headers={"accept-language": "en"})
    assert response.status_code == 403
    assert "Nothing was saved" in response.content.decode()
    assert not Session.objects.filter(session_key="status-200").exists()


def test_the_second_step_is_asked_for_where_it_is_missing(client: Client, settings: Any) -> None:
    settings.SIB_REQUIRE_MFA = True
    client.force_login(make_user())
    response = client.get("/answer/200/")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in/two-step/totp/activate/"
    assert client.get("/answer/200/", headers=HTMX)["HX-Redirect"] == response["Location"]
    assert client.post("/api/fail/rule/").json()["code"] == "mfa_missing"
    set_up = client.get(response["Location"], follow=True)
    assert set_up.status_code == 200
    assert "<h1>Confirm that it is you</h1>" in set_up.content.decode()
    assert client.get("/answer/201/").status_code == 302
    assert not Session.objects.filter(session_key="status-200").exists()


def test_the_second_step_is_not_asked_of_strangers_and_clients_with_a_key(
    client: Client, settings: Any
) -> None:
    settings.SIB_REQUIRE_MFA = True
    assert client.get("/answer/200/").status_code == 200
    keyed = APIClient()
    keyed.force_authenticate(make_user())
    assert keyed.post("/api/fail/hidden/").status_code == 404


def test_an_upload_beyond_the_limit_is_counted_and_not_kept(client: Client) -> None:
    size = LIMIT + 3_000_000
    file = SimpleUploadedFile("rows.csv", b"x" * size)
    arrived, kept, limit = map(int, client.post("/upload/", {"file": file}).content.split())
    assert arrived == size
    assert kept <= limit


def test_every_sentence_has_the_shape_that_fills_it() -> None:
    for code, text in messages.MESSAGES.items():
        sentence: Any = text
        assert str(sentence % AnyValue()), code


class AnyValue(dict[str, int]):
    """Fills every name, also the number that chooses a plural."""

    def __missing__(self, key: str) -> int:
        return 2


def test_an_unknown_code_fails_in_tests_and_is_polite_in_production(settings: Any) -> None:
    with pytest.raises(KeyError):
        messages.sentence("example.unknown")
    settings.SIB_STRICT_MESSAGES = False
    assert "example.unknown" in messages.sentence("example.unknown")


def test_health_pages_open_no_transaction() -> None:
    assert {"healthz", "readyz"} == middleware.WITHOUT_TRANSACTION


def test_an_error_in_the_navigation_is_an_error_and_not_a_page_without_one() -> None:
    def broken() -> list[NavigationItem]:
        raise LookupError("the navigation")

    with pytest.raises(LookupError, match="the navigation"):
        render_to_string("base.html", {"navigation": broken})
