"""Pages of organisations, members, tokens and the profile: for whom they exist, and bad input."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from sibportal.accounts import selectors, services
from sibportal.accounts.models import ApiToken, Membership, Organisation, User
from tests.factories.accounts import PASSWORD, make_token
from tests.worlds import Town

Mails = Callable[[], list[EmailMessage]]
NEA = {"name": "Nea Example", "email": "nea@example.org", "language": "fi", "roles": ["reader"]}
PURO = {
    "name": "Puro ry",
    "kind": "provider",
    "country": "FI",
    "business_id": "9999996-8",
    "administrator_name": "Bo Example",
    "administrator_email": "bo@example.org",
    "administrator_language": "sv",
}


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def koivula(town: Town, page: str, *more: object) -> str:
    return reverse(f"accounts:{page}", args=[town.koivula.pk, *more])


def pages_of_koivula(town: Town) -> list[str]:
    return [
        koivula(town, "organisation-rename"),
        koivula(town, "member-invite"),
        koivula(town, "member-detail", town.pia.pk),
        koivula(town, "service-account-create"),
    ]


def test_every_page_asks_who_is_there(people: Town) -> None:
    own = [reverse(f"accounts:{name}") for name in ("organisation-list", "profile", "token-list")]
    for address in [*own, koivula(people, "organisation-detail"), *pages_of_koivula(people)]:
        response = Client().get(address)
        assert response.status_code == 302, address
        assert response.headers["Location"].startswith("/sign-in/login/")


def test_the_administrator_has_every_page(people: Town) -> None:
    for address in [koivula(people, "organisation-detail"), *pages_of_koivula(people)]:
        assert as_(people.adam).get(address).status_code == 200, address


def test_for_people_of_elsewhere_the_organisation_is_not_there(people: Town) -> None:
    for address in [koivula(people, "organisation-detail"), *pages_of_koivula(people)]:
        assert as_(people.ben).get(address).status_code == 404, address


def test_colleagues_see_the_members_and_may_not_manage_them(people: Town) -> None:
    client = as_(people.pia)
    page = client.get(koivula(people, "organisation-detail")).content.decode()
    assert "Ada Example" in page
    assert "Invite member" not in page
    for address in pages_of_koivula(people):
        assert client.get(address).status_code == 403, address


def test_another_municipality_sees_the_organisation_and_not_its_people(people: Town) -> None:
    page = as_(people.eve).get(koivula(people, "organisation-detail")).content.decode()
    assert "9999990-9" in page
    assert "Ada Example" not in page


def test_the_list_searches_and_sorts_by_links(people: Town) -> None:
    address = reverse("accounts:organisation-list")
    page = as_(people.pia).get(address, {"search": "rahasto"}).content.decode()
    assert "Vaahtera Rahasto" in page
    assert "Tarkka Oy" not in page
    backwards = as_(people.pia).get(address, {"sort": "-name"}).content.decode()
    assert backwards.index("Vaahtera") < backwards.index("Tarkka") < backwards.index("Lähde")


def test_an_organisation_is_created_with_a_form(people: Town) -> None:
    client = as_(people.pia)
    address = reverse("accounts:organisation-create")
    assert client.get(address).status_code == 200
    response = client.post(address, PURO)
    made = Organisation.objects.get(business_id="9999996-8")
    assert response.headers["Location"] == reverse("accounts:organisation-detail", args=[made.pk])


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("business_id", "9999996-9", "The check digit of 9999996-9 does not match"),
        ("business_id", "9999991-7", "exists already"),
        ("business_id", "", "This field is required"),
        ("kind", "kingdom", "Select a valid choice"),
        ("administrator_email", "bo@", "Enter a valid email address"),
        ("administrator_email", "pia@example.org", "cannot be the administrator"),
        ("name", "x" * 201, "at most 200 characters"),
    ],
)
def test_bad_input_comes_back_with_a_word_at_the_field(
    people: Town, field: str, typed: str, words: str
) -> None:
    response = as_(people.pia).post(reverse("accounts:organisation-create"), PURO | {field: typed})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "bo@example.org" in page or field == "administrator_email", "what was typed is kept"
    assert f'id="id_{field}_error"' in page
    assert Organisation.objects.count() == 5
    assert not User.objects.filter(name="Bo Example").exists()


def test_who_may_not_create_organisations_is_told(people: Town) -> None:
    assert as_(people.ada).get(reverse("accounts:organisation-create")).status_code == 403
    assert as_(people.ada).post(reverse("accounts:organisation-create"), PURO).status_code == 403


def test_an_invitation_leads_to_a_password_and_in(people: Town, sent_mails: Mails) -> None:
    response = as_(people.adam).post(koivula(people, "member-invite"), NEA)
    assert response.status_code == 302
    (mail,) = sent_mails()
    link = re.search(r"http://localhost(/sign-in/\S+)", str(mail.body))
    assert link is not None
    visitor = Client()
    form = visitor.get(link[1], follow=True)
    chosen = {"password1": "a-long-enough-secret", "password2": "a-long-enough-secret"}
    visitor.post(form.request["PATH_INFO"], chosen)
    signed_in = Client()
    response = signed_in.post(
        reverse("account_login"), {"login": "nea@example.org", "password": "a-long-enough-secret"}
    )
    assert response.status_code == 302
    assert response.cookies["language"].value == "fi"
    again = Client().get(link[1], follow=True)
    assert "password1" not in again.content.decode(), "the link works once"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["integration"]}, "Select a valid choice"),
        ({"roles": ["king"]}, "Select a valid choice"),
        ({"email": "ada@example.org"}, "already a member"),
        ({"valid_until": "31.2.2030"}, "There is no such day"),
        ({"valid_until": "1.1.2020"}, "is not in the future"),
    ],
)
def test_a_bad_invitation_invites_nobody(
    people: Town, change: dict[str, object], words: str
) -> None:
    before = Membership.objects.count()
    response = as_(people.adam).post(koivula(people, "member-invite"), NEA | change)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Membership.objects.count() == before


def test_roles_are_changed_and_refused_on_the_member_page(people: Town) -> None:
    client = as_(people.adam)
    assert client.post(
        koivula(people, "member-detail", people.pia.pk), {"roles": ["preparer", "reader"]}
    ).headers["Location"] == koivula(people, "organisation-detail")
    refused = client.post(
        koivula(people, "member-detail", people.adam.pk), {"roles": ["administrator", "approver"]}
    )
    assert refused.status_code == 422
    assert "Nobody gives a role to themself" in refused.content.decode()
    refused = client.post(koivula(people, "member-detail", people.adam.pk), {"roles": ["reader"]})
    assert refused.status_code == 422


def test_a_member_is_deactivated_and_comes_back(people: Town) -> None:
    client = as_(people.adam)
    member = koivula(people, "member-detail", people.pia.pk)
    client.post(koivula(people, "member-deactivate", people.pia.pk))
    assert "Reactivate with these roles" in client.get(member).content.decode()
    assert (
        "Pia Example"
        not in as_(people.ada).get(koivula(people, "organisation-detail")).content.decode()
    )
    client.post(member, {"roles": ["preparer"]})
    people.pia.refresh_from_db()
    assert people.pia.is_active


def test_the_last_administrator_is_told_why_they_stay(people: Town) -> None:
    response = as_(people.adam).post(koivula(people, "member-deactivate", people.adam.pk))
    assert response.status_code == 422
    assert "last administrator" in response.content.decode()
    people.adam.refresh_from_db()
    assert people.adam.is_active


def test_verbs_are_posts(people: Town) -> None:
    token = make_token(user=people.adam)
    for address in (
        koivula(people, "member-deactivate", people.pia.pk),
        koivula(people, "member-send-link", people.pia.pk),
        reverse("accounts:token-revoke", args=[token.pk]),
    ):
        assert as_(people.adam).get(address).status_code == 405


def test_the_administrator_sends_a_link(people: Town, sent_mails: Mails) -> None:
    as_(people.adam).post(koivula(people, "member-send-link", people.pia.pk))
    assert [mail.to for mail in sent_mails()] == [["pia@example.org"]]


def test_the_profile_speaks_the_language_that_was_chosen(people: Town) -> None:
    client = as_(people.ben)
    address = reverse("accounts:profile")
    assert client.get(address).status_code == 200
    response = client.post(address, {"name": "Ben Example", "language": "sv"})
    assert response.cookies["language"].value == "sv"
    people.ben.refresh_from_db()
    assert (people.ben.language, people.ben.receives_reminders) == ("sv", False)
    assert client.post(address, {"name": "", "language": "xx"}).status_code == 422


def test_a_token_is_shown_once(people: Town) -> None:
    client = as_(people.ben)
    address = reverse("accounts:token-list")
    page = client.post(address, {"name": "Records", "days": "30"}).content.decode()
    found = re.search(r"sib_[\w-]{43}", page)
    assert found is not None
    assert selectors.valid_token(found[0]) is not None
    later = client.get(address).content.decode()
    assert "Records" in later
    assert found[0] not in later
    token = ApiToken.objects.get()
    assert client.post(reverse("accounts:token-revoke", args=[token.pk])).status_code == 302
    assert selectors.valid_token(found[0]) is None


@pytest.mark.parametrize("days", ["0", "9999", "forever", ""])
def test_a_token_for_ever_is_refused(people: Town, days: str) -> None:
    data = {"name": "Records", "days": days}
    assert as_(people.ben).post(reverse("accounts:token-list"), data).status_code == 422
    assert ApiToken.objects.count() == 0


def test_tokens_of_others_are_not_there(people: Town) -> None:
    token = make_token(user=people.pia)
    address = reverse("accounts:token-revoke", args=[token.pk])
    for user in (people.adam, people.ben):
        assert as_(user).post(address).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_service_account_gets_its_token_on_its_page(people: Town) -> None:
    client = as_(people.adam)
    made = client.post(koivula(people, "service-account-create"), {"name": "Client records"})
    address = made.headers["Location"]
    page = client.post(address, {"name": "Nightly", "days": "90"}).content.decode()
    found = re.search(r"sib_[\w-]{43}", page)
    assert found is not None
    answer = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {found[0]}"}).json()
    assert (answer["kind"], answer["name"]) == ("service", "Client records")
    assert as_(people.pia).get(address).status_code == 403
    assert as_(people.ben).get(address).status_code == 404
    revoked = client.post(reverse("accounts:token-revoke", args=[ApiToken.objects.get().pk]))
    assert revoked.headers["Location"] == address


# --- Signing in -----------------------------------------------------------------------------------


def sign_in(email: str, password: str = PASSWORD, query: str = "") -> tuple[int, Client]:
    client = Client()
    response = client.post(reverse("account_login") + query, {"login": email, "password": password})
    return response.status_code, client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_people_sign_in_by_address_in_any_case_and_go_where_they_wanted(people: Town) -> None:
    client = Client()
    response = client.post(
        reverse("account_login") + "?next=/tokens/",
        {"login": "BEN@example.org", "password": PASSWORD},
    )
    assert response.headers["Location"] == "/tokens/"
    assert response.cookies["language"].value == "en"
    assert is_in(client)


def test_the_language_chosen_in_a_browser_stays_after_signing_in(people: Town) -> None:
    client = Client()
    client.cookies["language"] = "sv"
    response = client.post(
        reverse("account_login"), {"login": people.ben.email, "password": PASSWORD}
    )
    assert "language" not in response.cookies
    assert '<html lang="sv"' in client.get("/", follow=True).content.decode()


def test_the_next_page_is_never_another_site(people: Town) -> None:
    client = Client()
    response = client.post(
        reverse("account_login") + "?next=https://elsewhere.example/",
        {"login": "ben@example.org", "password": PASSWORD},
    )
    assert "elsewhere" not in response.headers["Location"]


@pytest.mark.parametrize("kind", ["service", "system"])
def test_only_people_sign_in_even_with_the_right_password(people: Town, kind: str) -> None:
    people.ben.kind = kind
    people.ben.save()
    _status, client = sign_in("ben@example.org")
    assert not is_in(client)


def test_who_was_shut_out_does_not_get_in_and_falls_out(people: Town) -> None:
    _status, inside = sign_in("pia@example.org")
    assert is_in(inside)
    services.deactivate_member(actor=people.adam, organisation=people.koivula, member=people.pia)
    assert inside.get(reverse("accounts:profile")).status_code == 302
    _status, client = sign_in("pia@example.org")
    assert not is_in(client)


def test_nobody_signs_up_by_themselves(db: None) -> None:
    data = {"email": "new@example.org", "password1": "long-enough-1", "password2": "long-enough-1"}
    Client().post(reverse("account_signup"), data)
    assert User.objects.count() == 0
