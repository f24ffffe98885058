"""Organisations, members, tokens: what the services write, refuse and record."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connections
from django.utils import timezone

from sibportal.accounts import access, selectors, services
from sibportal.accounts.models import ApiToken, Membership, Organisation, User
from sibportal.accounts.roles import Action, MemberRole, UserKind
from sibportal.accounts.services.membership import Invitee
from sibportal.audit.models import Event
from sibportal.jobs.models import Job
from sibportal.jobs.states import JobState
from sibportal.kernel.errors import DomainError, NotAllowed, NotVisible, RuleViolation
from tests.factories.accounts import make_membership, make_service_account, make_token
from tests.worlds import Town

Mails = Callable[[], list[EmailMessage]]
A_NEW_PROVIDER: dict[str, Any] = {
    "name": "Puro ry",
    "kind": "provider",
    "country": "FI",
    "business_id": "99999968",
    "administrator": Invitee("Bo Example", "Bo@Example.org", "sv"),
}


def roles_of(user: User, organisation: Organisation) -> set[str]:
    held = Membership.objects.filter(user=user, organisation=organisation, active=True)
    return set(held.values_list("role", flat=True))


def invite(town: Town, **values: Any) -> User:
    invitation: dict[str, Any] = {
        "name": "Nea Example",
        "email": "nea@example.org",
        "language": "fi",
    }
    arguments = invitation | {"roles": {"reader"}, "organisation": town.koivula} | values
    return services.invite_member(**{"actor": town.adam, **arguments})


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


# --- Organisations --------------------------------------------------------------------------------


def test_a_preparer_of_a_municipality_creates_an_organisation_with_its_administrator(
    people: Town, sent_mails: Mails
) -> None:
    made = services.create_organisation(actor=people.pia, **A_NEW_PROVIDER)
    bo = User.objects.get(email="bo@example.org")
    assert made.business_id == "9999996-8"
    assert roles_of(bo, made) == {MemberRole.ADMINISTRATOR}
    assert not bo.has_usable_password()
    assert [mail.to for mail in sent_mails()] == [["bo@example.org"]]
    assert list(Event.objects.order_by("id").values_list("action", flat=True)) == [
        "organisation.created",
        "user.let_in",
        "member.invited",
    ]


@pytest.mark.parametrize("who", ["ada", "casper", "ben", "cleo", "disa"])
def test_others_create_no_organisations(people: Town, who: str) -> None:
    with pytest.raises(NotAllowed):
        services.create_organisation(actor=getattr(people, who), **A_NEW_PROVIDER)


def test_a_business_id_is_used_once_and_nothing_half_done_stays(people: Town) -> None:
    taken = A_NEW_PROVIDER | {"business_id": people.lahde.business_id}
    code = code_of(lambda: services.create_organisation(actor=people.pia, **taken))
    assert code == "accounts.business_id_taken"
    assert Organisation.objects.count() == 5
    assert not User.objects.filter(email="bo@example.org").exists()


def test_nobody_becomes_administrator_of_what_they_create(people: Town) -> None:
    own = A_NEW_PROVIDER | {"administrator": Invitee("Pia", people.pia.email.upper())}
    code = code_of(lambda: services.create_organisation(actor=people.pia, **own))
    assert code == "accounts.own_administrator"
    assert Organisation.objects.count() == 5


def test_an_administrator_renames_only_their_own_organisation(people: Town) -> None:
    services.rename_organisation(
        actor=people.adam, organisation=people.koivula, name="Uusi Koivula"
    )
    people.koivula.refresh_from_db()
    assert people.koivula.name == "Uusi Koivula"
    with pytest.raises(NotAllowed):
        services.rename_organisation(actor=people.adam, organisation=people.muu, name="Valta")


def test_the_portal_has_one_user_of_its_own_that_cannot_sign_in(db: None) -> None:
    system = services.system_user()
    assert services.system_user().pk == system.pk
    assert User.objects.filter(kind=UserKind.SYSTEM).count() == 1
    assert not system.has_usable_password()
    assert access.visible(Organisation.objects.all(), system, Action.MANAGE_MEMBERS).count() == 0


# --- Members --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "You are invited to the SIB portal by Koivula", "Hello Nea Example,"),
        ("fi", None, "Nea Example"),
        ("sv", None, "Nea Example"),
    ],
)
def test_an_invitation_comes_in_the_language_of_the_invited(
    people: Town, sent_mails: Mails, language: str, subject: str | None, words: str
) -> None:
    nea = invite(people, language=language)
    (mail,) = sent_mails()
    assert mail.to == ["nea@example.org"]
    assert "Koivula" in mail.subject
    assert subject is None or mail.subject == subject
    assert words in mail.body
    assert "/sign-in/password/reset/key/" in mail.body
    assert people.adam.name not in mail.body
    assert people.adam.email not in mail.body
    assert roles_of(nea, people.koivula) == {"reader"}
    assert nea.is_active


def test_somebody_with_an_account_just_gets_the_membership(people: Town, sent_mails: Mails) -> None:
    ben = invite(people, email="BEN@example.org", name="Somebody else", language="sv")
    (mail,) = sent_mails()
    ben.refresh_from_db()
    assert (ben.pk, ben.name, ben.language) == (people.ben.pk, "Ben Example", "en")
    assert "reset" not in mail.body
    assert roles_of(ben, people.lahde) == {"case_worker"}


def test_a_double_click_on_invite_is_one_person_and_one_mail(
    people: Town, sent_mails: Mails
) -> None:
    nea = invite(people)
    assert code_of(lambda: invite(people)) == "accounts.already_member"
    services.send_password_link(actor=people.adam, organisation=people.koivula, member=nea)
    services.send_password_link(actor=people.adam, organisation=people.koivula, member=nea)
    assert User.objects.filter(email="nea@example.org").count() == 1
    assert len(sent_mails()) <= 2, "at most one a minute"


def test_a_service_account_or_the_portal_cannot_be_invited(people: Town) -> None:
    system = services.system_user()
    assert code_of(lambda: invite(people, email=system.email)) == "accounts.not_a_person"


@pytest.mark.parametrize("who", ["pia", "ada", "casper"])
def test_only_administrators_invite(people: Town, who: str) -> None:
    with pytest.raises(NotAllowed):
        invite(people, actor=getattr(people, who))


@pytest.mark.parametrize("who", ["ben", "cleo", "dag"])
def test_for_outsiders_the_organisation_does_not_exist(people: Town, who: str) -> None:
    with pytest.raises(NotVisible):
        invite(people, actor=getattr(people, who))


def test_an_administrator_elsewhere_has_no_say_here(people: Town) -> None:
    # Eve's municipality may enter organisations, so she sees Koivula; she does not run it.
    with pytest.raises(NotAllowed):
        invite(people, actor=people.eve)
    with pytest.raises(NotAllowed):
        services.deactivate_member(actor=people.eve, organisation=people.koivula, member=people.pia)


def test_an_administrator_cannot_approve_by_giving_themself_the_role(people: Town) -> None:
    code = code_of(
        lambda: services.set_member_roles(
            actor=people.adam,
            organisation=people.koivula,
            member=people.adam,
            roles={"administrator", "approver"},
        )
    )
    assert code == "accounts.own_role"
    assert roles_of(people.adam, people.koivula) == {"administrator"}


def test_roles_are_given_and_taken_and_on_record(people: Town) -> None:
    services.set_member_roles(
        actor=people.adam,
        organisation=people.koivula,
        member=people.pia,
        roles={"reader", "case_worker"},
    )
    assert roles_of(people.pia, people.koivula) == {"reader", "case_worker"}
    event = Event.objects.get(action="member.roles_set")
    assert event.before == {"member": str(people.pia.pk), "roles": ["preparer"]}
    assert event.after is not None
    assert event.after["roles"] == ["case_worker", "reader"]
    assert event.actor_id == people.adam.pk


def test_saving_the_same_roles_again_records_nothing(people: Town) -> None:
    services.set_member_roles(
        actor=people.adam, organisation=people.koivula, member=people.pia, roles={"preparer"}
    )
    assert Event.objects.count() == 0


def test_a_last_day_in_the_past_is_refused(people: Town) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    assert code_of(lambda: invite(people, valid_until=yesterday)) == "accounts.end_date_past"
    assert not User.objects.filter(email="nea@example.org").exists()


def test_the_last_administrator_cannot_leave_or_be_limited(people: Town) -> None:
    def deactivate() -> None:
        services.deactivate_member(
            actor=people.adam, organisation=people.koivula, member=people.adam
        )

    assert code_of(deactivate) == "accounts.last_administrator"
    nea = invite(people, roles={"administrator"}, valid_until=timezone.localdate() + timedelta(9))
    assert code_of(deactivate) == "accounts.last_administrator", "she has a last day"
    services.set_member_roles(
        actor=people.adam, organisation=people.koivula, member=nea, roles={"administrator"}
    )
    deactivate()
    assert roles_of(people.adam, people.koivula) == set()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_leave_at_once_do_not_both_leave() -> None:
    from tests.worlds import build_people

    town = build_people()
    second = make_membership(organisation=town.koivula, role=MemberRole.ADMINISTRATOR).user
    barrier, refused = threading.Barrier(2), []

    def leave(member: User) -> None:
        barrier.wait()
        try:
            services.deactivate_member(actor=member, organisation=town.koivula, member=member)
        except RuleViolation as violation:
            refused.append(violation.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=[member]) for member in (town.adam, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["accounts.last_administrator"]
    left = Membership.objects.filter(
        organisation=town.koivula, role=MemberRole.ADMINISTRATOR, active=True
    )
    assert left.count() == 1


def test_who_left_everywhere_cannot_get_in_until_invited_again(people: Town) -> None:
    token = make_token(user=people.pia)
    services.deactivate_member(actor=people.adam, organisation=people.koivula, member=people.pia)
    token.refresh_from_db()
    assert not User.objects.get(pk=people.pia.pk).is_active
    assert token.revoked_at is not None
    services.set_member_roles(
        actor=people.adam, organisation=people.koivula, member=people.pia, roles={"preparer"}
    )
    people.pia.refresh_from_db()
    assert people.pia.is_active
    assert roles_of(people.pia, people.koivula) == {"preparer"}


def test_who_left_one_organisation_stays_in_the_other(people: Town) -> None:
    make_membership(user=people.pia, organisation=people.lahde)
    services.deactivate_member(actor=people.adam, organisation=people.koivula, member=people.pia)
    people.pia.refresh_from_db()
    assert people.pia.is_active


def test_strangers_cannot_be_managed_by_guessing_their_id(people: Town) -> None:
    for call in (services.deactivate_member, services.send_password_link):
        with pytest.raises(NotVisible):
            call(actor=people.adam, organisation=people.koivula, member=people.ben)


def test_a_reset_link_goes_to_the_member_alone(people: Town, sent_mails: Mails) -> None:
    services.send_password_link(actor=people.adam, organisation=people.koivula, member=people.pia)
    (mail,) = sent_mails()
    assert mail.to == [people.pia.email]
    assert "http://localhost/sign-in/password/reset/key/" in mail.body
    assert Event.objects.get(action="user.password_link_sent").target_id == str(people.pia.pk)


def test_a_mail_that_cannot_be_sent_now_is_tried_later(
    people: Town, sent_mails: Mails, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invite(people)
    assert sent_mails() == []
    job = Job.objects.get(kind=services.INVITATION)
    assert (job.state, job.error_code) == (JobState.WAITING, "ConnectionRefusedError")


# --- Profile, tokens, service accounts ------------------------------------------------------------


def test_people_change_their_own_profile(people: Town) -> None:
    saved = services.save_profile(
        actor=people.ben, name=" Ben  B. Example", language="fi", receives_reminders=False
    )
    assert (saved.name, saved.language, saved.receives_reminders) == ("Ben B. Example", "fi", False)
    changed = Event.objects.get(action="user.profile_changed")
    assert changed.after == {"fields": ["name", "language", "receives_reminders"]}


def test_a_token_is_shown_once_and_kept_as_a_digest(people: Town) -> None:
    made = services.create_token(actor=people.ben, owner=people.ben, name="Records", days=30)
    row = ApiToken.objects.values().get()
    assert made.secret.startswith("sib_")
    assert made.secret not in map(str, row.values())
    assert row["prefix"] == made.secret[:12]
    found = selectors.valid_token(made.secret)
    assert found is not None
    assert found.user == people.ben
    left = made.token.expires_at - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)


def test_nobody_makes_or_ends_tokens_of_another_person(people: Town) -> None:
    token = make_token(user=people.pia)
    with pytest.raises(NotVisible):
        services.create_token(actor=people.adam, owner=people.pia, name="Mine now", days=30)
    with pytest.raises(NotVisible):
        services.revoke_token(actor=people.adam, token=token)


def test_a_service_account_integrates_and_its_administrator_holds_the_tokens(people: Town) -> None:
    account = services.create_service_account(
        actor=people.adam, organisation=people.koivula, name="Client records"
    )
    made = services.create_token(actor=people.adam, owner=account, name="Nightly", days=90)
    assert account.kind == UserKind.SERVICE
    assert not account.has_usable_password()
    assert roles_of(account, people.koivula) == {MemberRole.INTEGRATION}
    assert selectors.valid_token(made.secret) is not None
    with pytest.raises(NotAllowed):
        services.create_token(actor=people.pia, owner=account, name="Mine now", days=90)
    with pytest.raises(NotVisible):
        services.revoke_token(actor=people.ben, token=made.token)
    services.revoke_token(actor=people.adam, token=made.token)
    assert selectors.valid_token(made.secret) is None


def test_a_service_account_becomes_nothing_else(people: Town) -> None:
    account = services.create_service_account(
        actor=people.adam, organisation=people.koivula, name="Client records"
    )
    code = code_of(
        lambda: services.set_member_roles(
            actor=people.adam, organisation=people.koivula, member=account, roles={"approver"}
        )
    )
    assert code == "accounts.service_account_roles"


def test_a_service_account_makes_no_tokens_for_itself_beyond_its_own(people: Town) -> None:
    account = make_service_account()
    make_membership(user=account, organisation=people.koivula, role=MemberRole.INTEGRATION)
    with pytest.raises(DomainError):
        services.create_token(actor=account, owner=account, name="Another", days=365)


# --- The list -------------------------------------------------------------------------------------


def test_the_list_shows_what_one_may_see_in_nordic_order(people: Town) -> None:
    Organisation.objects.filter(pk=people.muu.pk).update(name="Åby")
    Organisation.objects.filter(pk=people.tarkka.pk).update(name="öljy")
    Organisation.objects.filter(pk=people.vaahtera.pk).update(name="Äänekoski")
    names = [row.name for row in selectors.organisations(people.pia)]
    assert names == ["Koivula", "Lähde ry", "Åby", "Äänekoski", "öljy"]
    assert [row.name for row in selectors.organisations(people.ben)] == ["Lähde ry"]


def test_the_list_is_searched_by_name_number_and_kind(people: Town) -> None:
    def found(**values: str) -> list[str]:
        return [row.name for row in selectors.organisations(people.pia, **values)]

    assert found(search="LÄHDE") == ["Lähde ry"]
    assert found(search="9999993") == ["Vaahtera Rahasto"]
    assert found(kind="fund") == ["Vaahtera Rahasto"]
    assert found(kind="no such kind") == found()
    assert found(search="koivula ry") == []
