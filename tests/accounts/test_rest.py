"""Tokens open REST as their holder, and say nothing about why they do not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sibportal.accounts.models import ApiToken
from tests.factories.accounts import make_token
from tests.worlds import Town

SECRET = "sib_a-secret-of-the-tests"
ME = "/api/v1/me/"


def me(secret: str = SECRET, scheme: str = "Bearer") -> tuple[int, dict[str, object], str]:
    response = Client().get(ME, headers={"Authorization": f"{scheme} {secret}"})
    return response.status_code, response.json(), response.headers.get("WWW-Authenticate", "")


def test_a_token_tells_who_calls_and_what_they_are(people: Town) -> None:
    make_token(SECRET, user=people.ben)
    status, body, _challenge = me()
    assert status == 200
    assert body["email"] == "ben@example.org"
    assert body["kind"] == "person"
    assert body["memberships"] == [
        {
            "organisation": {
                "id": str(people.lahde.pk),
                "name": "Lähde ry",
                "kind": "provider",
                "country": "FI",
                "business_id": "9999991-7",
            },
            "role": "case_worker",
            "valid_until": None,
        }
    ]


@pytest.mark.parametrize("what", ["unknown", "expired", "revoked", "shut out"])
def test_a_token_that_does_not_count_is_answered_the_same_way(people: Town, what: str) -> None:
    token = make_token(SECRET, user=people.ben)
    assert me()[0] == 200
    if what == "unknown":
        token.delete()
    elif what == "expired":
        token.expires_at = timezone.now() - timedelta(seconds=1)
        token.save()
    elif what == "revoked":
        token.revoked_at = timezone.now()
        token.save()
    else:
        people.ben.is_active = False
        people.ben.save()
    status, body, challenge = me()
    assert status == 401
    assert challenge == 'Bearer realm="SIB portal"'
    assert body["detail"] == "The token is unknown, has expired or was revoked."


@pytest.mark.parametrize("secret", ["", "ä", "sib_", "x" * 5000, "a b c"])
def test_odd_headers_are_refused_and_break_nothing(db: None, secret: str) -> None:
    assert me(secret)[0] == 401


def test_without_a_token_the_client_is_told_how_to_send_one(db: None) -> None:
    response = Client().get(ME)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="SIB portal"'


def test_the_session_of_a_page_opens_rest_too(people: Town) -> None:
    client = Client()
    client.force_login(people.dag)
    assert client.get(ME).json()["email"] == "dag@example.org"


def test_the_last_use_is_noted_once_a_minute(people: Town) -> None:
    token = make_token(SECRET, user=people.ben)
    me()
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    me()
    token.refresh_from_db()
    assert token.last_used_at == first
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=first - timedelta(seconds=61))
    me()
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert token.last_used_at > first - timedelta(seconds=61)


def test_me_costs_few_queries(
    people: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_token(SECRET, user=people.eve)
    assert connection.in_atomic_block
    with django_assert_max_num_queries(6):
        assert len(me()[1]["memberships"]) == 6  # type: ignore[arg-type]
