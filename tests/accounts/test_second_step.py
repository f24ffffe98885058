"""A second sign-in step that was lost: who may take it away, what ends with it, who is told."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sibportal.accounts import services
from sibportal.accounts.models import Membership, User
from sibportal.accounts.roles import MemberRole
from sibportal.audit.models import Event
from sibportal.kernel.errors import DomainError, NotAllowed, NotVisible, RuleViolation
from tests.factories.accounts import PASSWORD, make_membership
from tests.worlds import Town

Mails = Callable[[], list[EmailMessage]]
REMOVED = "user.second_step_removed"


def give_second_step(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


@pytest.fixture
def ada(people: Town) -> User:
    """An approver of Koivula who signs in with two steps."""
    give_second_step(people.ada)
    return people.ada


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def main_of(response: Any) -> str:
    """The page without its frame."""
    text: str = response.content.decode()
    return text.split("<main")[1].split("</main")[0]


def address(town: Town, user: User) -> str:
    return reverse("accounts:member-remove-second-step", args=[town.koivula.pk, user.pk])


def signed_in(client: Client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def sign_in(user: User) -> HttpResponse:
    data = {"login": user.email, "password": PASSWORD}
    return Client().post(reverse("account_login"), data)  # type: ignore[return-value]


def test_the_administrator_is_asked_and_removes_it(
    people: Town, ada: User, sent_mails: Mails
) -> None:
    assert "/two-step/" in sign_in(ada).headers["Location"]
    her_phone, her_desk, somebody = as_(ada), as_(ada), as_(people.pia)
    administrator = as_(people.adam)
    member = reverse("accounts:member-detail", args=[people.koivula.pk, ada.pk])
    assert address(people, ada) in administrator.get(member).content.decode()
    question = administrator.get(address(people, ada)).content.decode()
    assert "Check that it is this person" in question
    assert Authenticator.objects.filter(user=ada).count() == 2, "asking removes nothing"

    response = administrator.post(address(people, ada))

    assert response.headers["Location"] == member
    assert not Authenticator.objects.filter(user=ada).exists()
    assert not signed_in(her_phone)
    assert not signed_in(her_desk)
    assert signed_in(somebody)
    assert signed_in(administrator)
    event = Event.objects.get(action=REMOVED)
    assert (event.actor_id, event.target_id) == (people.adam.pk, str(ada.pk))
    assert event.before == {"kinds": ["recovery_codes", "totp"]}
    assert event.after == {"sessions_ended": 2}
    (mail,) = sent_mails()
    assert mail.to == [ada.email]
    assert "two-step sign-in" in mail.subject
    assert "Adam" not in f"{mail.subject} {mail.body}"
    assert "/two-step/" not in sign_in(ada).headers["Location"]


def test_a_second_click_finds_nothing_and_mails_nobody(
    people: Town, ada: User, sent_mails: Mails
) -> None:
    client = as_(people.adam)
    client.post(address(people, ada))
    page = client.post(address(people, ada), follow=True).content.decode()
    assert "Two-step sign-in was not in use." in page
    assert Event.objects.filter(action=REMOVED).count() == 1
    assert len(sent_mails()) == 1


def test_nobody_removes_their_own_by_this_way(people: Town) -> None:
    give_second_step(people.adam)
    client = as_(people.adam)
    response = client.post(address(people, people.adam))
    assert response.status_code == 422
    assert "You cannot remove your own two-step sign-in here." in response.content.decode()
    assert (
        "<form" not in client.get(address(people, people.adam)).content.decode().split("<main")[1]
    )
    assert Authenticator.objects.filter(user=people.adam).count() == 2


def test_who_also_works_for_another_organisation_is_not_weakened(people: Town, ada: User) -> None:
    make_membership(user=ada, organisation=people.muu, role=MemberRole.APPROVER)
    client = as_(people.adam)
    page = main_of(client.get(address(people, ada)))
    assert "an organisation that you do not manage" in page
    assert "Muu" not in page, "which one is nobody's business"
    response = client.post(address(people, ada))
    assert response.status_code == 422
    assert "an organisation that you do not manage" in response.content.decode()
    assert Authenticator.objects.filter(user=ada).count() == 2
    assert not Event.objects.filter(action=REMOVED).exists()


def test_an_administrator_of_both_organisations_may(people: Town, ada: User) -> None:
    make_membership(user=ada, organisation=people.muu, role=MemberRole.APPROVER)
    make_membership(user=people.adam, organisation=people.muu, role=MemberRole.ADMINISTRATOR)
    assert services.remove_second_step(actor=people.adam, organisation=people.koivula, member=ada)


@pytest.mark.parametrize("change", [{"active": False}, {"valid_until": "yesterday"}])
def test_a_role_that_has_ended_elsewhere_does_not_stand_in_the_way(
    people: Town, ada: User, change: dict[str, object]
) -> None:
    if "valid_until" in change:
        change = {"valid_until": timezone.localdate() - timedelta(days=1)}
    made = make_membership(user=ada, organisation=people.muu, role=MemberRole.APPROVER)
    Membership.objects.filter(pk=made.pk).update(**change)
    assert services.remove_second_step(actor=people.adam, organisation=people.koivula, member=ada)


def test_technical_support_is_not_for_organisations_to_weaken(people: Town, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    with pytest.raises(RuleViolation) as refused:
        services.remove_second_step(actor=people.adam, organisation=people.koivula, member=ada)
    assert refused.value.code == "accounts.second_step_elsewhere"


@pytest.mark.parametrize(
    ("who", "error"), [("pia", NotAllowed), ("eve", NotAllowed), ("ben", NotVisible)]
)
def test_only_who_manages_the_members_may(
    people: Town, ada: User, who: str, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        services.remove_second_step(
            actor=getattr(people, who), organisation=people.koivula, member=ada
        )
    assert Authenticator.objects.filter(user=ada).count() == 2


def test_a_stranger_to_the_organisation_is_not_reached_through_it(people: Town) -> None:
    give_second_step(people.ben)
    with pytest.raises(NotVisible):
        services.remove_second_step(
            actor=people.adam, organisation=people.koivula, member=people.ben
        )
    assert as_(people.adam).post(address(people, people.ben)).status_code == 404
    assert Authenticator.objects.filter(user=people.ben).count() == 2


def test_the_operator_helps_whom_no_administrator_may(
    people: Town, ada: User, sent_mails: Mails
) -> None:
    make_membership(user=ada, organisation=people.muu, role=MemberRole.APPROVER)
    as_(ada)
    out = io.StringIO()
    call_command("remove_second_step", " ADA@example.org", stdout=out)
    call_command("remove_second_step", "ada@example.org", stdout=out)
    assert out.getvalue().splitlines() == ["Removed.", "It was not in use."]
    assert not Authenticator.objects.filter(user=ada).exists()
    assert not Session.objects.exists()
    assert Event.objects.get(action=REMOVED).actor_name == "SIB portal"
    assert [mail.to for mail in sent_mails()] == [[ada.email]]
    with pytest.raises(CommandError):
        call_command("remove_second_step", "nobody@example.org")
