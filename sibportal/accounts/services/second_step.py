"""Taking away a second sign-in step that its owner has lost.

It opens nothing by itself: the password is still needed, every session ends, and where the portal
asks for two steps the person sets up a new one before anything else.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from sibportal.accounts import access, rules, selectors
from sibportal.accounts.models import Membership, Organisation, User
from sibportal.accounts.roles import Action, UserKind
from sibportal.accounts.services.organisations import system_user
from sibportal.audit import services as audit
from sibportal.jobs import services as jobs
from sibportal.jobs.mail import send_mail
from sibportal.jobs.models import Job
from sibportal.kernel.errors import NotVisible

SECOND_STEP_REMOVED = "accounts.second_step_removed"


@transaction.atomic
def remove_second_step(*, actor: User, organisation: Organisation, member: User) -> bool:
    """Remove the second step and recovery codes of a member; False where there were none.

    RuleViolation `accounts.own_second_step` or `accounts.second_step_elsewhere`.
    """
    access.require(actor, Action.MANAGE_MEMBERS, organisation)
    person = _locked(member)
    held = Membership.objects.filter(organisation=organisation, user=person, active=True)
    if person.kind != UserKind.PERSON or not held.exists():
        raise NotVisible
    rules.require_second_step_removable(
        actor.pk,
        person.pk,
        is_support=person.is_staff,
        elsewhere=selectors.belongs_elsewhere(actor, person),
    )
    return _remove(actor, person)


@transaction.atomic
def remove_second_step_by_operator(*, email: str) -> bool:
    """The same for whoever runs the portal: for people of several organisations, and for support.

    NotVisible where no person has this address.
    """
    found = User.objects.filter(email__iexact=email.strip(), kind=UserKind.PERSON).first()
    if found is None:
        raise NotVisible
    return _remove(system_user(), _locked(found))


def send_second_step_removed(job: Job) -> None:
    """Job: tell a person that their second step is gone, in case they did not ask for it."""
    user = User.objects.get(pk=job.subject_id)
    if user.is_active:
        send_mail(user, "second_step_removed", {"portal_url": f"{settings.SIB_BASE_URL}/"})


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _remove(actor: User, person: User) -> bool:
    kinds = sorted(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    if not kinds:
        return False
    Authenticator.objects.filter(user=person).delete()
    ended = _end_sessions(person)
    event = audit.record(
        actor=actor,
        action="user.second_step_removed",
        target=person,
        before={"kinds": kinds},
        after={"sessions_ended": ended},
    )
    jobs.enqueue(SECOND_STEP_REMOVED, person.pk, str(event.pk))
    return True


def _end_sessions(person: User) -> int:
    """Delete every session of a person; a session names its owner only inside."""
    own = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    return Session.objects.filter(pk__in=own).delete()[0]
