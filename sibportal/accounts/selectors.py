"""Reads of the accounts app: organisations, their members, tokens, and who the reader is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from sibportal.accounts import access
from sibportal.accounts.models import ApiToken, Membership, Organisation, User
from sibportal.accounts.roles import Action, MemberRole, OrganisationKind, UserKind
from sibportal.accounts.rules import digest_of
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotVisible

# The database sorts by code point; Finnish and Swedish want å, ä, ö last, in this order.
_NORDIC = str.maketrans({"å": "{a", "ä": "{b", "æ": "{b", "ö": "{c", "ø": "{c"})
SORTS = ("name", "-name", "kind", "-kind", "business_id", "-business_id")


@dataclass(frozen=True)
class Member:
    """One person or service account in an organisation, with the roles they hold now."""

    user: User
    roles: tuple[str, ...]
    valid_until: date | None

    @property
    def is_active(self) -> bool:
        """Whether they hold any role here."""
        return bool(self.roles)

    @property
    def was_invited(self) -> bool:
        """Whether they still have to choose a password."""
        return self.user.kind == UserKind.PERSON and not self.user.has_usable_password()

    @property
    def role_labels(self) -> tuple[str, ...]:
        return tuple(str(MemberRole(role).label) for role in self.roles)


def nordic_key(text: str) -> str:
    """Sort key of a name as Finnish and Swedish readers expect it."""
    return text.casefold().translate(_NORDIC)


def organisations(
    viewer: access.Viewer, *, search: str = "", kind: str = "", sort: str = "name"
) -> list[Organisation]:
    """The organisations that `viewer` may see, narrowed by words of the name or a business id."""
    found = access.visible(Organisation.objects.all(), viewer, Action.VIEW_ORGANISATION)
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(business_id__icontains=word))
    if kind in OrganisationKind.values:
        found = found.filter(kind=kind)
    field = sort.lstrip("-") if sort in SORTS else "name"
    rows = sorted(found, key=lambda row: nordic_key(row.name))
    if field != "name":
        rows.sort(key=lambda row: nordic_key(_shown(row, field)))
    return rows[::-1] if sort.startswith("-") and sort in SORTS else rows


def _shown(row: Organisation, field: str) -> str:
    return str(row.get_kind_display() if field == "kind" else getattr(row, field))


def organisation(viewer: access.Viewer, organisation_id: UUID) -> Organisation:
    """One organisation that `viewer` may see, else NotVisible."""
    found = Organisation.objects.all()
    return access.get(found, viewer, Action.VIEW_ORGANISATION, pk=organisation_id)


def managed_organisation(viewer: access.Viewer, organisation_id: UUID) -> Organisation:
    """One organisation whose members `viewer` manages; NotAllowed where they only see it."""
    found = organisation(viewer, organisation_id)
    access.require(viewer, Action.MANAGE_MEMBERS, found)
    return found


def members(viewer: access.Viewer, of: Organisation) -> list[Member]:
    """The people of one's own organisation; only administrators see those without a role left."""
    rows = access.visible(Membership.objects.all(), viewer, Action.VIEW_ORGANISATION)
    found = _members(rows.filter(organisation=of, user__kind=UserKind.PERSON))
    if access.allowed(viewer, Action.MANAGE_MEMBERS, of):
        return found
    return [member for member in found if member.is_active]


def service_accounts(viewer: access.Viewer, of: Organisation) -> list[Member]:
    """The service accounts of an organisation, for those who manage it."""
    rows = access.visible(Membership.objects.all(), viewer, Action.MANAGE_MEMBERS)
    return _members(rows.filter(organisation=of, user__kind=UserKind.SERVICE))


def member(viewer: access.Viewer, of: Organisation, user_id: UUID) -> Member:
    """One member or service account of an organisation that `viewer` manages, else NotVisible."""
    rows = access.visible(Membership.objects.all(), viewer, Action.MANAGE_MEMBERS)
    found = _members(rows.filter(organisation=of, user=user_id))
    if not found:
        raise NotVisible
    return found[0]


def _members(rows: QuerySet[Membership]) -> list[Member]:
    by_user = groupby(
        sorted(rows.select_related("user"), key=lambda row: (row.user.name, str(row.user_id))),
        key=lambda row: row.user,
    )
    found = [_member(user, list(held)) for user, held in by_user]
    return sorted(found, key=lambda row: (not row.is_active, nordic_key(row.user.name)))


def _member(user: User, held: Iterable[Membership]) -> Member:
    active = {row.role: row for row in held if row.active}
    roles = tuple(role for role in MemberRole.values if role in active)
    ends = {row.valid_until for row in active.values()}
    return Member(user, roles, next(iter(ends)) if len(ends) == 1 else None)


def organisation_events(viewer: access.Viewer, of: Organisation, limit: int = 20) -> list[Event]:
    """What was changed about an organisation, newest first, for those who manage it."""
    access.require(viewer, Action.MANAGE_MEMBERS, of)
    target = Organisation._meta.label_lower
    return list(Event.objects.filter(target_type=target, target_id=str(of.pk))[:limit])


def tokens_of(viewer: User, owner: User) -> QuerySet[ApiToken]:
    """The tokens of oneself, or of a service account of an organisation that one manages."""
    if owner.pk != viewer.pk:
        managed = access.visible(Membership.objects.all(), viewer, Action.MANAGE_MEMBERS)
        if not managed.filter(user=owner, user__kind=UserKind.SERVICE).exists():
            raise NotVisible
    return ApiToken.objects.filter(user=owner).order_by(F("revoked_at").asc(nulls_first=True))


def own_memberships(viewer: access.Viewer) -> QuerySet[Membership]:
    """The roles that `viewer` holds today, by organisation."""
    return access.memberships(viewer).select_related("organisation")


def valid_token(secret: str) -> ApiToken | None:
    """The token behind a secret, if it counts now and its holder may get in."""
    return (
        ApiToken.objects.select_related("user")
        .filter(
            digest=digest_of(secret), revoked_at=None, expires_at__gt=Now(), user__is_active=True
        )
        .exclude(user__kind=UserKind.SYSTEM)
        .first()
    )
