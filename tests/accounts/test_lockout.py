"""Too many wrong passwords: a page that says when and how to get in, on the real sign-in page."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import Settings

from sibportal.accounts.models import User
from tests.factories.accounts import PASSWORD, make_user

BEN = "ben@example.org"
HEADING = {
    "en": "Sign-in is closed for a while",
    "fi": "Kirjautuminen on hetken suljettu",
    "sv": "Inloggningen är stängd en stund",
}


@pytest.fixture
def ben(db: None) -> Iterator[User]:
    """Ben, and no attempts remembered from elsewhere."""
    cache.clear()
    yield make_user(email=BEN)
    cache.clear()


def attempt(
    password: str = "wrong", login: str = BEN, client: Client | None = None, ip: str = "192.0.2.1"
) -> HttpResponse:
    """One attempt; allauth's own count by the minute starts anew, so that axes alone counts."""
    cache.clear()
    data = {"login": login, "password": password}
    return (client or Client()).post(reverse("account_login"), data, REMOTE_ADDR=ip)  # type: ignore[return-value]


def lock_out(password: str = "wrong") -> None:
    statuses = [attempt(password).status_code for _ in range(10)]
    assert statuses == [200] * 9 + [429]


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_after_ten_wrong_passwords_a_page_says_when_and_how(ben: User, language: str) -> None:
    client = Client()
    client.cookies["language"] = language
    lock_out()
    response = attempt(PASSWORD, client=client)
    page = response.content.decode()
    assert response.status_code == 429
    assert "_auth_user_id" not in client.session
    assert page.count("<h1>") == 1
    assert HEADING[language] in page
    assert re.search(r"\b15\b", page)
    assert reverse("account_reset_password") in page
    assert 'class="skip"' in page
    assert BEN not in page
    with translation.override(language):
        assert translation.gettext("Go to sign-in") in page


def test_one_page_also_where_the_minute_is_counted_first(ben: User) -> None:
    client = Client()
    data = {"login": BEN, "password": "wrong"}
    answers = [client.post(reverse("account_login"), data) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert HEADING["en"] in answers[-1].content.decode()


def test_after_a_quarter_of_an_hour_the_right_password_opens_and_trying_did_not_prolong_it(
    ben: User,
) -> None:
    lock_out()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert attempt(PASSWORD).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert attempt(PASSWORD).status_code == 302


def test_letter_case_gives_no_further_attempts(ben: User) -> None:
    for number in range(9):
        assert attempt(login=BEN.upper() if number % 2 else BEN).status_code == 200
    assert attempt(login="Ben@Example.org").status_code == 429


def test_a_new_password_opens_at_once(ben: User, mailoutbox: list[object]) -> None:
    lock_out()
    visitor = Client()
    visitor.post(reverse("account_reset_password"), {"email": BEN})
    (mail,) = mailoutbox
    link = re.search(r"http://\S+?(/sign-in/\S+)", str(mail.body))  # type: ignore[attr-defined]
    assert link is not None
    form = visitor.get(link[1], follow=True)
    chosen = {"password1": "a-long-enough-secret", "password2": "a-long-enough-secret"}
    visitor.post(form.request["PATH_INFO"], chosen)
    assert attempt("a-long-enough-secret").status_code == 302


def test_others_sign_in_meanwhile_also_from_behind_the_same_proxy(
    ben: User, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    address = reverse("account_login")
    for _ in range(10):
        cache.clear()
        wrong = {"login": BEN, "password": "wrong"}
        Client().post(address, wrong, headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"})
    assert {row.ip_address for row in AccessAttempt.objects.all()} == {"192.0.2.7"}
    right = {"login": BEN, "password": PASSWORD}
    forged = Client().post(address, right, headers={"X-Forwarded-For": "192.0.2.8, 192.0.2.7"})
    assert forged.status_code == 429
    elsewhere = Client().post(address, right, headers={"X-Forwarded-For": "192.0.2.8"})
    assert elsewhere.status_code == 302


def test_nothing_of_an_attempt_is_in_the_log(ben: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        lock_out(password="my-other-secret")
    for secret in (BEN, "my-other-secret"):
        assert secret not in caplog.text
    assert "my-other-secret" not in str(AccessAttempt.objects.values())


def test_a_page_asked_for_too_often_says_so(db: None) -> None:
    cache.clear()
    client = Client()
    answers = [client.post(reverse("account_reset_password"), {"email": BEN}) for _ in range(6)]
    cache.clear()
    assert answers[-1].status_code == 429
    assert "wait a few minutes" in answers[-1].content.decode()
