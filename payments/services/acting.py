"""For whom somebody acts: in the payer's own organisation, or the one that took over from it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from payments.selectors.approvals import principal_for
from payments.selectors.payers import acts_now
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole
from sibportal.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection

    from contracts.models import Party
    from payments.models import Claim
    from payments.rules.approval import Approved
    from sibportal.accounts.models import User


def require_acts_for(actor: User, payer: Party, role: MemberRole, action: Action) -> None:
    """NotAllowed unless the actor holds `role` today in the payer's own organisation, or in the
    one that has taken over from it."""
    organisation = acts_now(payer).organisation_id
    own = access.memberships(actor).filter(organisation=organisation, role=role)
    if not own.exists():
        raise NotAllowed(action=str(action))


def require_approver(
    actor: User, claim: Claim, payer: Party, given: Collection[Approved]
) -> UUID | None:
    """The absent approver in whose place the actor approves; None in the actor's own right.

    NotAllowed for whoever is neither approver of the payer nor somebody's deputy there today.
    """
    try:
        principal = principal_for(actor, claim, payer, given)
    except LookupError:
        raise NotAllowed(action=str(Action.APPROVE_CLAIM)) from None
    return None if principal == actor.pk else principal
