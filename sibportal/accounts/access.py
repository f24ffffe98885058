"""The one place that decides who may see and do what.

A person acts through an organisation: the organisation's party role in the contract and the
person's role in that same organisation together grant actions (grants.py, which is meant to be read
by a lawyer). Models say where their contract is (`access_path`), what seeing them is called
(`view_action`) and, where a service partner or an investor may see only its own, `provider_path`
and `investor_path`.
Separation of duties (submitter is not verifier, calculator is not approver) is a rule over
history, not a grant, and lives in the rules of each app.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from sibportal.accounts.grants import (
    DEPUTY,
    GRANTS,
    ORGANISATION_GRANTS,
    OWN_ROWS_ONLY,
    PUBLIC_BODY_ONLY,
    SYSTEM_GRANTS,
)
from sibportal.accounts.models import Membership, Organisation
from sibportal.accounts.roles import (
    PUBLIC_BODIES,
    Action,
    MemberRole,
    OrganisationKind,
    PartyRole,
    UserKind,
)
from sibportal.kernel.errors import NotAllowed, NotVisible

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from sibportal.accounts.models import User

    Viewer = User | AnonymousUser

T = TypeVar("T", bound=Model)


@dataclass(frozen=True, slots=True)
class Held:
    """One role of a person in one contract, through one party; a deputy has an absent person's."""

    contract: UUID
    party: UUID
    organisation: UUID
    party_role: PartyRole
    member_role: MemberRole
    is_deputy: bool = False

    @property
    def actions(self) -> frozenset[Action]:
        """What the two roles open together."""
        opened = GRANTS.get((self.party_role, self.member_role), frozenset())
        return opened & DEPUTY if self.is_deputy else opened


# Every question begins with this one, so it is asked in the shortest way. A deputy holds the role
# of the approver they stand in for, while that person holds it and both belong to the organisation.
_HELD = """
WITH standing AS NOT MATERIALIZED (
    SELECT user_id, organisation_id, role FROM accounts_membership
     WHERE active AND (valid_until IS NULL OR valid_until > %(today)s)
), own AS (
    SELECT organisation_id, role, false AS is_deputy FROM standing WHERE user_id = %(viewer)s
    UNION ALL
    SELECT DISTINCT given.organisation_id, approver.role, true
      FROM payments_delegation given
      JOIN standing approver ON approver.user_id = given.principal_id
       AND approver.organisation_id = given.organisation_id AND approver.role = 'approver'
      JOIN standing deputy ON deputy.user_id = given.deputy_id
       AND deputy.organisation_id = given.organisation_id
     WHERE given.deputy_id = %(viewer)s
       AND %(today)s BETWEEN given.starts_on AND given.last_on
       AND NOT EXISTS (SELECT FROM payments_delegationrevocation back
                        WHERE back.delegation_id = given.id)
)
SELECT party.contract_id, party.id, party.organisation_id, party.role, own.role, own.is_deputy
  FROM contracts_party party
  JOIN own ON own.organisation_id = party.organisation_id
 WHERE (party.predecessor_id IS NULL OR party.valid_from <= %(today)s)
   AND (party.valid_until IS NULL OR party.valid_until > %(today)s)
   AND (%(contract)s::uuid IS NULL OR party.contract_id = %(contract)s)
"""


def held(viewer: Viewer, contract: UUID | None = None) -> list[Held]:
    """The roles that `viewer` holds today, in one contract or in all.

    A person holds few, and filters by their ids are read faster, by people and by the database,
    than the same question asked inside every query.
    """
    if not viewer.is_authenticated or not viewer.is_active:
        return []
    asked: dict[str, Any] = {
        "viewer": viewer.pk,
        "today": timezone.localdate(),
        "contract": contract,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HELD, asked)
        found = cursor.fetchall()
    return [
        Held(contract_id, party, organisation, PartyRole(role), MemberRole(member_role), is_deputy)
        for contract_id, party, organisation, role, member_role, is_deputy in found
    ]


def visible(queryset: QuerySet[T], viewer: Viewer, action: Action) -> QuerySet[T]:
    """The rows of `queryset` on which `viewer` may do `action`; one filter for all."""
    if not viewer.is_authenticated or not viewer.is_active:
        return queryset.none()
    if viewer.kind == UserKind.SYSTEM:
        return queryset if action in SYSTEM_GRANTS else queryset.none()
    path: str | None = getattr(queryset.model, "access_path", None)
    if path is None:
        return _visible_by_organisation(queryset, viewer, action)
    contract = path or "pk"
    whole: set[UUID] = set()
    reach = Q(pk__in=[])
    for one in held(viewer):
        if action not in one.actions:
            continue
        own_path = getattr(queryset.model, OWN_ROWS_ONLY.get(one.party_role, ""), None)
        if own_path is None:
            whole.add(one.contract)
        else:
            reach |= Q(**{contract: one.contract, own_path: one.organisation})
    return queryset.filter(reach | Q(**{f"{contract}__in": whole}))


def require(actor: Viewer, action: Action, obj: Model) -> None:
    """Raise NotVisible where `actor` may not even see `obj`, NotAllowed where only not `action`."""
    rows = type(obj)._default_manager.filter(pk=obj.pk)
    if visible(rows, actor, action).exists():
        return
    if visible(rows, actor, obj.view_action).exists():  # type: ignore[attr-defined]
        raise NotAllowed(action=str(action))
    raise NotVisible()


def get(queryset: QuerySet[T], viewer: Viewer, action: Action, **lookup: Any) -> T:
    """The one row of `queryset` that matches and that `viewer` may see, else NotVisible."""
    row = visible(queryset, viewer, action).filter(**lookup).first()
    if row is None:
        raise NotVisible()
    return row


def allowed(actor: Viewer, action: Action, obj: Model) -> bool:
    """Whether to show the button; the service behind it asks again."""
    return visible(type(obj)._default_manager.filter(pk=obj.pk), actor, action).exists()


def actions_on(viewer: Viewer, contract: Model) -> frozenset[Action]:
    """Everything `viewer` may do in one contract: which tabs and buttons to show, in one query."""
    if viewer.is_authenticated and viewer.is_active and viewer.kind == UserKind.SYSTEM:
        return SYSTEM_GRANTS
    return frozenset().union(*(one.actions for one in held(viewer, contract.pk)))


def require_somewhere(actor: Viewer, action: Action) -> None:
    """For actions without an object yet: some membership of `actor` must grant `action`."""
    if not organisations_for(actor, action).exists():
        raise NotAllowed(action=str(action))


def organisations_for(actor: Viewer, action: Action) -> QuerySet[Organisation]:
    """The organisations in whose name `actor` may do an organisation-level `action`."""
    if not actor.is_authenticated or not actor.is_active:
        return Organisation.objects.none()
    roles = [role for role, actions in ORGANISATION_GRANTS.items() if action in actions]
    own = memberships(actor).filter(role__in=roles, organisation=OuterRef("pk"))
    found = Organisation.objects.filter(Exists(own))
    if action in PUBLIC_BODY_ONLY:
        found = found.filter(kind__in=PUBLIC_BODIES)
    return found


def memberships(user: Viewer) -> QuerySet[Membership]:
    """The memberships of `user` that hold today."""
    return standing_memberships().filter(user=user.pk)


def standing_memberships() -> QuerySet[Membership]:
    """Everybody's memberships that hold today."""
    today = timezone.localdate()
    return Membership.objects.filter(Q(valid_until=None) | Q(valid_until__gt=today), active=True)


def _visible_by_organisation(queryset: QuerySet[T], viewer: User, action: Action) -> QuerySet[T]:
    """Organisations and memberships: one's own, and for VIEW those one shares a contract with."""
    path = "" if queryset.model is Organisation else "organisation"
    outer = OuterRef(path or "pk")
    reach = Q(Exists(organisations_for(viewer, action).filter(pk=outer)))
    if action == Action.VIEW_ORGANISATION and queryset.model is Organisation:
        if organisations_for(viewer, Action.CREATE_ORGANISATION).exists():
            return queryset
        seen = {one.contract for one in held(viewer) if Action.VIEW_CONTRACT in one.actions}
        shared = apps.get_model("contracts", "Party").objects.filter(contract__in=seen)
        reach |= Q(Exists(shared.filter(organisation=outer)))
    return queryset.filter(reach)


def acting_parties(viewer: Viewer, action: Action, contract: Model) -> QuerySet[Any]:
    """The parties of one contract in whose name `viewer` may do `action` today."""
    parties = [one.party for one in held(viewer, contract.pk) if action in one.actions]
    return apps.get_model("contracts", "Party").objects.filter(pk__in=parties)


def member_roles(party_role: PartyRole, action: Action) -> frozenset[MemberRole]:
    """The roles in an organisation of `party_role` that hold `action`: whom to tell about it."""
    return frozenset(
        member for (party, member), actions in GRANTS.items()
        if party is party_role and action in actions
    )  # fmt: skip


def party_roles(viewer: Viewer) -> frozenset[PartyRole]:
    """The party roles through which `viewer` sees contracts today: which dashboards they get."""
    return frozenset(one.party_role for one in held(viewer) if Action.VIEW_CONTRACT in one.actions)


def is_public_body(organisation: Organisation) -> bool:
    """Whether `organisation` can be a payer and write contracts."""
    return OrganisationKind(organisation.kind) in PUBLIC_BODIES
