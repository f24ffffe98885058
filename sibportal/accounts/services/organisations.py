"""Creating organisations with their first administrator; the portal's own user."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from sibportal.accounts import access, rules
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import Action, MemberRole, UserKind
from sibportal.accounts.services.invitations import enqueue_invitation
from sibportal.accounts.services.membership import (
    Invitee,
    apply_roles,
    find_or_create_person,
    lock_organisation,
)
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation

SYSTEM_EMAIL = "system@portal.invalid"


def system_user() -> User:
    """The portal itself: the one user of kind *system*, without a password, with fixed grants."""
    defaults = {"email": SYSTEM_EMAIL, "name": "SIB portal", "language": "en", "password": "!"}
    user, _created = User.objects.get_or_create(kind=UserKind.SYSTEM, defaults=defaults)
    return user


@transaction.atomic
def create_organisation(
    *,
    actor: User,
    name: str,
    kind: str,
    country: str,
    business_id: str,
    administrator: Invitee,
) -> Organisation:
    """Create an organisation and invite its first administrator, who is never the actor."""
    access.require_somewhere(actor, Action.CREATE_ORGANISATION)
    organisation = _insert(
        actor=actor, name=name, kind=kind, country=country, business_id=business_id
    )
    _make_administrator(actor, organisation, administrator)
    return organisation


@transaction.atomic
def rename_organisation(*, actor: User, organisation: Organisation, name: str) -> Organisation:
    """Give the organisation another name; its business id stays what it is."""
    access.require(actor, Action.MANAGE_MEMBERS, organisation)
    locked = lock_organisation(organisation)
    before, locked.name = locked.name, rules.require_name(name)
    locked.save(update_fields=["name"])
    audit.record(
        actor=actor,
        action="organisation.renamed",
        target=locked,
        before={"name": before},
        after={"name": locked.name},
    )
    return locked


@transaction.atomic
def add_first_administrator(
    *, name: str, kind: str, country: str, business_id: str, administrator: Invitee
) -> tuple[Organisation, User]:
    """For the command line of an empty portal, or of an organisation that lost its administrators.

    Whoever can run commands on the server needs no grant; the portal itself is on record.
    """
    actor = system_user()
    number = rules.normalise_business_id(country, business_id)
    organisation = Organisation.objects.filter(country=country, business_id=number).first()
    if organisation is None:
        organisation = _insert(
            actor=actor, name=name, kind=kind, country=country, business_id=business_id
        )
    return organisation, _make_administrator(actor, organisation, administrator)


def _insert(*, actor: User, name: str, kind: str, country: str, business_id: str) -> Organisation:
    number = rules.normalise_business_id(country, business_id)
    organisation = Organisation(
        name=rules.require_name(name), kind=kind, country=country, business_id=number
    )
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
    except IntegrityError:
        taken = Issue("accounts.business_id_taken", "business_id", number, {"value": number})
        raise RuleViolation(taken) from None
    audit.record(
        actor=actor,
        action="organisation.created",
        target=organisation,
        after={"name": organisation.name, "kind": kind, "business_id": number},
    )
    return organisation


def _make_administrator(actor: User, organisation: Organisation, invitee: Invitee) -> User:
    member = find_or_create_person(
        invitee, email_field="administrator_email", name_field="administrator_name"
    )
    if member.pk == actor.pk:
        raise RuleViolation("accounts.own_administrator", field="administrator_email")
    apply_roles(
        actor,
        lock_organisation(organisation),
        member,
        (MemberRole.ADMINISTRATOR,),
        action="member.invited",
    )
    enqueue_invitation(organisation, member)
    return member
