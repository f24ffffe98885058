"""What the services of members, organisations and service accounts share; no door calls it.

The organisation's row is the lock root: two administrators who leave at once are one after the
other. The person's row is locked after it, because their other organisations change it too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from sibportal.accounts import rules
from sibportal.accounts.models import ApiToken, Language, Membership, Organisation, User
from sibportal.accounts.roles import MemberRole, UserKind
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation


@dataclass(frozen=True)
class Invitee:
    """Who is invited: shape checked by the form, the address not yet known to be new."""

    name: str
    email: str
    language: str = Language.FINNISH


def lock_organisation(organisation: Organisation) -> Organisation:
    """The lock root of everything about an organisation's members."""
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)


def find_or_create_person(invitee: Invitee, *, email_field: str, name_field: str) -> User:
    """The person with this address, made without a password where there is none yet."""
    email = invitee.email.strip().lower()
    name = rules.require_name(invitee.name, name_field)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        try:
            with transaction.atomic():
                user = User(email=email, name=name, language=invitee.language, is_active=False)
                user.set_unusable_password()
                user.save(force_insert=True)
        except IntegrityError:  # somebody else invited the same person a moment ago
            user = User.objects.get(email__iexact=email)
    if user.kind != UserKind.PERSON:
        raise RuleViolation(
            Issue("accounts.not_a_person", email_field, invitee.email, {"email": invitee.email})
        )
    return user


def apply_roles(
    actor: User,
    organisation: Organisation,
    member: User,
    roles: Collection[str],
    *,
    action: str,
    valid_until: date | None = None,
) -> bool:
    """Give `member` exactly `roles` in the locked organisation; False where they had just these."""
    held = list(Membership.objects.filter(organisation=organisation, active=True))
    own = {row.role: row for row in held if row.user_id == member.pk}
    wanted = set(roles)
    rules.require_fitting_roles(member.kind, wanted)
    rules.require_another_person(actor.pk, member.pk, wanted - own.keys())
    _require_an_administrator(held, member, wanted, valid_until)
    if own.keys() == wanted and all(row.valid_until == valid_until for row in own.values()):
        return False
    Membership.objects.filter(pk__in=[own[role].pk for role in own.keys() - wanted]).update(
        active=False
    )
    for role in sorted(wanted):
        Membership.objects.update_or_create(
            user=member,
            organisation=organisation,
            role=role,
            defaults={"active": True, "valid_until": valid_until},
        )
    _let_in_or_shut_out(actor, member)
    audit.record(
        actor=actor,
        action=action,
        target=organisation,
        before={"member": str(member.pk), "roles": sorted(own)},
        after={"member": str(member.pk), "roles": sorted(wanted), "until": _iso(valid_until)},
    )
    return True


def _require_an_administrator(
    held: Collection[Membership], member: User, wanted: set[str], valid_until: date | None
) -> None:
    before = [rules.Duty(row.user_id, row.role, row.valid_until is not None) for row in held]
    others = [duty for duty in before if duty.user_id != member.pk]
    given = [rules.Duty(member.pk, role, valid_until is not None) for role in wanted]
    rules.require_an_administrator(before, [*others, *given])


def _let_in_or_shut_out(actor: User, member: User) -> None:
    """Who is in no organisation any more cannot sign in, and their tokens end."""
    user = User.objects.select_for_update(of=("self",)).get(pk=member.pk)
    belongs = Membership.objects.filter(user=user, active=True).exists() or user.is_staff
    if belongs == user.is_active:
        return
    User.objects.filter(pk=user.pk).update(is_active=belongs)
    member.is_active = belongs
    if not belongs:
        ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=Now())
    audit.record(actor=actor, action="user.let_in" if belongs else "user.shut_out", target=user)


def role_values(roles: Collection[str]) -> frozenset[str]:
    """The roles as plain values; at least one, each known."""
    if not roles:
        raise RuleViolation("accounts.role_missing", field="roles")
    return frozenset(MemberRole(role).value for role in roles)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
