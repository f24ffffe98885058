"""Service accounts and the tokens with which they, and people's own programs, use REST."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from sibportal.accounts import access, rules
from sibportal.accounts.models import ApiToken, Membership, Organisation, User
from sibportal.accounts.roles import Action, MemberRole, UserKind
from sibportal.accounts.services.membership import apply_roles, lock_organisation
from sibportal.audit import services as audit
from sibportal.kernel.errors import NotVisible

PREFIX = "sib_"
SHOWN = 12  # the beginning of a token that is kept readable, so that people can tell theirs apart
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class NewToken:
    """A token and its secret, which exists here and nowhere else."""

    token: ApiToken
    secret: str


@transaction.atomic
def create_service_account(*, actor: User, organisation: Organisation, name: str) -> User:
    """Make an account for a program of the organisation; it cannot sign in, it has tokens."""
    access.require(actor, Action.MANAGE_MEMBERS, organisation)
    organisation = lock_organisation(organisation)
    account = User(
        email=f"service-{uuid.uuid4()}@portal.invalid",
        name=rules.require_name(name),
        kind=UserKind.SERVICE,
        is_active=False,
        receives_reminders=False,
        language=actor.language,
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    apply_roles(
        actor,
        organisation,
        account,
        (MemberRole.INTEGRATION,),
        action="service_account.created",
    )
    return account


@transaction.atomic
def create_token(*, actor: User, owner: User, name: str, days: int) -> NewToken:
    """Make a token for oneself or for a service account one manages.

    Its secret is in the answer and nowhere else.
    """
    if owner.pk != actor.pk or actor.kind != UserKind.PERSON:
        access.require(actor, Action.MANAGE_MEMBERS, _home_of(owner))
    rules.require_token_owner(owner.kind, is_active=owner.is_active)
    rules.require_token_days(days)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=owner,
        name=rules.require_name(name),
        prefix=secret[:SHOWN],
        digest=rules.digest_of(secret),
        expires_at=Now() + timedelta(days=days),
    )
    token.refresh_from_db()
    audit.record(
        actor=actor,
        action="token.created",
        target=token,
        after={"owner": str(owner.pk), "expires_at": token.expires_at.isoformat()},
    )
    return NewToken(token, secret)


@transaction.atomic
def revoke_token(*, actor: User, token: ApiToken) -> None:
    """End a token at once; ending it twice is once."""
    if token.user_id != actor.pk or actor.kind != UserKind.PERSON:
        access.require(actor, Action.MANAGE_MEMBERS, _home_of(token.user))
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=Now()):
        audit.record(actor=actor, action="token.revoked", target=token)


def note_use_of_token(token: ApiToken) -> None:
    """Remember when a token was last used, at most once a minute, without waiting for anybody."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - USE_NOTED_EVERY)
    free = ApiToken.objects.select_for_update(skip_locked=True).filter(stale, pk=token.pk)
    ApiToken.objects.filter(pk__in=free.values("pk")).update(last_used_at=Now())


def _home_of(account: User) -> Organisation:
    """The organisation of a service account; another person's tokens are nobody's business."""
    membership = (
        Membership.objects.filter(user=account, user__kind=UserKind.SERVICE)
        .select_related("organisation")
        .first()
    )
    if membership is None:
        raise NotVisible
    return membership.organisation
