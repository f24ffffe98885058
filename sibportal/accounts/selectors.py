"""Reads of the accounts app: organisations, their members, tokens, and who the reader is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from sibportal.accounts import access
from sibportal.accounts.models import ApiToken, Country, Membership, Organisation, User
from sibportal.accounts.roles import Action, MemberRole, OrganisationKind, UserKind
from sibportal.accounts.rules import digest_of
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotVisible

# The database sorts by code point; Finnish and Swedish want å, ä, ö last, in this order.
_NORDIC = str.maketrans({"å": "{a", "ä": "{b", "æ": "{b", "ö": "{c", "ø": "{c"})


@dataclass(frozen=True)
class OrganisationRow:
    """One line of the list of organisations."""

    id: UUID
    name: str
    kind: str
    business_id: str

    @property
    def name_key(self) -> str:
        return nordic_key(self.name)


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


@dataclass(frozen=True)
class SecondStep:
    """Whether a member signs in with two steps, and what speaks against removing the second."""

    in_use: bool
    is_own: bool
    elsewhere: bool

    @property
    def is_removable(self) -> bool:
        return self.in_use and not self.is_own and not self.elsewhere


def nordic_key(text: str) -> str:
    """Sort key of a name as Finnish and Swedish readers expect it."""
    return text.casefold().translate(_NORDIC)


def organisations(
    viewer: access.Viewer, *, search: str = "", kind: str = ""
) -> list[OrganisationRow]:
    """The organisations that `viewer` may see, narrowed by words of the name or a business id."""
    found = access.visible(Organisation.objects.all(), viewer, Action.VIEW_ORGANISATION)
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(business_id__icontains=word))
    if kind in OrganisationKind.values:
        found = found.filter(kind=kind)
    rows = [
        OrganisationRow(row.pk, row.name, str(row.get_kind_display()), row.business_id)
        for row in found
    ]
    return sorted(rows, key=lambda row: row.name_key)


def may_create_organisation(viewer: access.Viewer) -> bool:
    """Whether to show the way to the form."""
    return access.organisations_for(viewer, Action.CREATE_ORGANISATION).exists()


def country_of_new_organisation(viewer: access.Viewer) -> str:
    """What the form begins with: the country of one's own; NotAllowed for those who create none."""
    access.require_somewhere(viewer, Action.CREATE_ORGANISATION)
    own = access.organisations_for(viewer, Action.CREATE_ORGANISATION).first()
    return own.country if own else Country.FINLAND


def organisation(viewer: access.Viewer, organisation_id: UUID) -> Organisation:
    """One organisation that `viewer` may see, else NotVisible."""
    found = Organisation.objects.all()
    return access.get(found, viewer, Action.VIEW_ORGANISATION, pk=organisation_id)


def managed_organisation(viewer: access.Viewer, organisation_id: UUID) -> Organisation:
    """One organisation whose members `viewer` manages; NotAllowed where they only see it."""
    found = organisation(viewer, organisation_id)
    access.require(viewer, Action.MANAGE_MEMBERS, found)
    return found


def manages(viewer: access.Viewer, of: Organisation) -> bool:
    """Whether to show what only administrators of the organisation do."""
    return access.allowed(viewer, Action.MANAGE_MEMBERS, of)


def is_public_body(organisation: Organisation) -> bool:
    """Whether the organisation can pay for outcomes, and so approves claims."""
    return access.is_public_body(organisation)


def members(viewer: access.Viewer, of: Organisation) -> list[Member]:
    """The people of one's own organisation; only administrators see those without a role left."""
    rows = access.visible(Membership.objects.all(), viewer, Action.VIEW_ORGANISATION)
    found = _members(rows.filter(organisation=of, user__kind=UserKind.PERSON))
    if manages(viewer, of):
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


def second_step(viewer: access.Viewer, of: Organisation, who: Member) -> SecondStep:
    """The second sign-in step of a member, for those who manage the organisation."""
    access.require(viewer, Action.MANAGE_MEMBERS, of)
    return SecondStep(
        in_use=Authenticator.objects.filter(user=who.user).exists(),
        is_own=who.user.pk == viewer.pk,
        elsewhere=who.user.is_staff or belongs_elsewhere(viewer, who.user),
    )


def belongs_elsewhere(viewer: access.Viewer, person: User) -> bool:
    """Whether a person holds a role today in an organisation that `viewer` does not manage."""
    managed = access.organisations_for(viewer, Action.MANAGE_MEMBERS)
    return access.memberships(person).exclude(organisation__in=managed).exists()


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


def token(viewer: User, token_id: UUID) -> ApiToken:
    """One token of oneself or of a service account that one manages, else NotVisible."""
    found = ApiToken.objects.select_related("user").filter(pk=token_id).first()
    if found is None:
        raise NotVisible
    return tokens_of(viewer, found.user).select_related("user").get(pk=token_id)


def home_of(viewer: access.Viewer, account: User) -> Organisation:
    """The organisation of a service account that `viewer` manages, else NotVisible."""
    managed = Organisation.objects.filter(memberships__user=account).distinct()
    return access.get(managed, viewer, Action.MANAGE_MEMBERS)
