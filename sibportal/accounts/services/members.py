"""Inviting people into an organisation, giving and taking roles, ending a membership."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from sibportal.accounts import access
from sibportal.accounts.models import Membership, Organisation, User
from sibportal.accounts.roles import Action
from sibportal.accounts.services.invitations import enqueue_invitation
from sibportal.accounts.services.membership import (
    Invitee,
    apply_roles,
    find_or_create_person,
    lock_organisation,
    role_values,
)
from sibportal.kernel.errors import Issue, NotVisible, RuleViolation


@transaction.atomic
def invite_member(
    *,
    actor: User,
    organisation: Organisation,
    name: str,
    email: str,
    language: str,
    roles: Collection[str],
    valid_until: date | None = None,
) -> User:
    """Give a person roles in the organisation and mail them; a new one gets a link to a password.

    Somebody who has an account keeps their name and language. RuleViolation for a member.
    """
    access.require(actor, Action.MANAGE_MEMBERS, organisation)
    organisation = lock_organisation(organisation)
    _require_future(valid_until)
    invitee = Invitee(name=name, email=email, language=language)
    member = find_or_create_person(invitee, email_field="email", name_field="name")
    if Membership.objects.filter(organisation=organisation, user=member, active=True).exists():
        raise RuleViolation(Issue("accounts.already_member", "email", email, {"email": email}))
    apply_roles(
        actor,
        organisation,
        member,
        role_values(roles),
        action="member.invited",
        valid_until=valid_until,
    )
    enqueue_invitation(organisation, member)
    return member


@transaction.atomic
def set_member_roles(
    *,
    actor: User,
    organisation: Organisation,
    member: User,
    roles: Collection[str],
    valid_until: date | None = None,
) -> None:
    """Give a member exactly these roles; a member who had been deactivated is back with them."""
    access.require(actor, Action.MANAGE_MEMBERS, organisation)
    organisation = lock_organisation(organisation)
    _require_member(organisation, member)
    _require_future(valid_until)
    apply_roles(
        actor,
        organisation,
        member,
        role_values(roles),
        action="member.roles_set",
        valid_until=valid_until,
    )


@transaction.atomic
def deactivate_member(*, actor: User, organisation: Organisation, member: User) -> None:
    """Take all roles of a member in the organisation; the record of what they did stays."""
    access.require(actor, Action.MANAGE_MEMBERS, organisation)
    organisation = lock_organisation(organisation)
    _require_member(organisation, member)
    apply_roles(
        actor,
        organisation,
        member,
        (),
        action="member.deactivated",
    )


def _require_member(organisation: Organisation, member: User) -> None:
    if not Membership.objects.filter(organisation=organisation, user=member).exists():
        raise NotVisible


def _require_future(valid_until: date | None) -> None:
    if valid_until is not None and valid_until <= timezone.localdate():
        raise RuleViolation(
            Issue("accounts.end_date_past", "valid_until", str(valid_until), {"day": valid_until})
        )
