"""The pages of the sign-in package wear the portal's dress, for strangers and for people."""

import re

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client

from tests.factories.accounts import PASSWORD, make_user

pytestmark = [pytest.mark.urls("tests.web.views"), pytest.mark.django_db]

STRANGERS = ["login/", "password/reset/", "password/reset/done/", "inactive/", "signup/"]
PEOPLE = ["logout/", "password/change/", "two-step/", "reauthenticate/"]


def check(text: str) -> None:
    assert text.count("<h1>") == 1
    assert 'class="skip"' in text
    assert not re.search(r"\sstyle\s*=|<style|data:image", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("address", STRANGERS)
def test_a_stranger_sees_a_whole_page(client: Client, address: str) -> None:
    response = client.get(f"/sign-in/{address}")
    assert response.status_code == 200
    check(response.content.decode())


@pytest.mark.parametrize("address", PEOPLE)
def test_somebody_signed_in_sees_a_whole_page(client: Client, address: str) -> None:
    client.force_login(make_user())
    response = client.get(f"/sign-in/{address}", follow=True)
    assert response.status_code == 200
    check(response.content.decode())


def test_signing_in_by_password_opens_the_account_menu(client: Client) -> None:
    user = make_user(name="Pia Preparer")
    wrong = client.post("/sign-in/login/", {"login": user.email, "password": "wrong"})
    assert "ds-error-summary" in wrong.content.decode()
    right = client.post("/sign-in/login/", {"login": user.email, "password": PASSWORD})
    assert right.status_code == 302
    text = client.get("/sign-in/logout/").content.decode()
    assert "Pia Preparer" in text
    assert ">PP</span>" in text


def test_two_steps_are_set_up_with_a_picture_that_the_policy_allows(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    asked = client.get("/sign-in/two-step/totp/activate/")
    response = client.post(asked["Location"], {"password": PASSWORD}, follow=True)
    text = response.content.decode()
    assert response.status_code == 200
    check(text)
    assert re.search(r'class="qr"[^>]*>\s*<svg', text)
    assert response.context["form"].secret in text


def test_an_old_link_for_a_new_password_says_how_to_get_another(client: Client) -> None:
    user = make_user()
    token = default_token_generator.make_token(user)
    text = client.get(f"/sign-in/password/reset/key/nobody-{token}/").content.decode()
    check(text)
    assert "/sign-in/password/reset/" in text
