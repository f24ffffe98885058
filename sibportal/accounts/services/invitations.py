"""Mails with a link to choose a password: written to the queue here, sent by a worker.

The link is that of a forgotten password: it works once and for three days (PASSWORD_RESET_TIMEOUT).
"""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from sibportal.accounts import access
from sibportal.accounts.models import Membership, Organisation, User
from sibportal.accounts.roles import Action, UserKind
from sibportal.audit import services as audit
from sibportal.jobs import services as jobs
from sibportal.jobs.mail import send_mail
from sibportal.jobs.models import Job
from sibportal.kernel.errors import NotVisible

INVITATION = "accounts.invitation"
PASSWORD_LINK = "accounts.password_link"  # noqa: S105 - the name of a kind of job
SECONDS_A_DAY = 86_400


def enqueue_invitation(organisation: Organisation, member: User) -> None:
    """Queue the mail about one membership; a double click within a minute is one mail."""
    membership = Membership.objects.filter(organisation=organisation, user=member).first()
    if membership is not None:
        jobs.enqueue(INVITATION, membership.pk, _this_minute())


@transaction.atomic
def send_password_link(*, actor: User, organisation: Organisation, member: User) -> None:
    """Mail a member a link to choose a password: the invitation again if they never chose one."""
    access.require(actor, Action.MANAGE_MEMBERS, organisation)
    found = Membership.objects.filter(
        organisation=organisation, user=member, active=True, user__kind=UserKind.PERSON
    )
    if not found.exists():
        raise NotVisible
    if member.has_usable_password():
        jobs.enqueue(PASSWORD_LINK, member.pk, _this_minute())
    else:
        enqueue_invitation(organisation, member)
    audit.record(actor=actor, action="user.password_link_sent", target=member)


def password_link(user: User) -> str:
    """The address at which `user` chooses a password; works once."""
    key = default_token_generator.make_token(user)
    arguments = {"uidb36": user_pk_to_url_str(user), "key": key}
    return f"{settings.SIB_BASE_URL}{reverse('account_reset_password_from_key', kwargs=arguments)}"


def send_invitation(job: Job) -> None:
    """Job: tell a person that they belong to an organisation now, and how to get in."""
    membership = Membership.objects.select_related("user", "organisation").get(pk=job.subject_id)
    user = membership.user
    if not user.is_active:
        return
    context = _context(user) | {"organisation": membership.organisation.name}
    if user.has_usable_password():
        context["link"] = ""
    send_mail(user, "invitation", context)


def send_password_link_mail(job: Job) -> None:
    """Job: send a person the link that an administrator asked for."""
    user = User.objects.get(pk=job.subject_id)
    if user.is_active:
        send_mail(user, "password_link", _context(user))


def _context(user: User) -> dict[str, str | int]:
    return {
        "link": password_link(user),
        "days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_A_DAY,
        "portal_url": f"{settings.SIB_BASE_URL}/",
    }


def _this_minute() -> str:
    return timezone.now().strftime("%Y-%m-%dT%H:%M")
