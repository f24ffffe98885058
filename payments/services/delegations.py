"""An approver who is away hands the approving of claims to a colleague, between two days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from payments.models import Delegation, DelegationRevocation
from payments.selectors.approvals import is_approver, may, possible_deputies
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, NotAllowed, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import Organisation, User

LONGEST = timedelta(days=366)  # whoever is away longer hands over the role itself


@transaction.atomic
def delegate_approval(
    *,
    actor: User,
    organisation: Organisation,
    deputy: User,
    starts_on: date,
    last_on: date,
    reason: str,
) -> Delegation:
    """Name a deputy who approves claims in the actor's place from one day to another, both
    included.

    RuleViolation when the actor is no approver there (nobody hands over what they do not hold),
    the deputy is nobody else of the organisation, or the days are past, turned round or too many.
    """
    access.require(actor, Action.DELEGATE_APPROVAL, organisation)
    if not is_approver(actor, organisation):
        raise RuleViolation("payments.delegates_what_is_held")
    issues = []
    if not possible_deputies(actor, organisation).filter(pk=deputy.pk).exists():
        issues.append(Issue("payments.deputy_of_the_organisation", "deputy"))
    if starts_on < timezone.localdate():
        issues.append(Issue("payments.delegation_in_past", "starts_on", starts_on.isoformat()))
    if last_on < starts_on:
        issues.append(Issue("payments.delegation_turned_round", "last_on", last_on.isoformat()))
    elif last_on - starts_on > LONGEST:
        issues.append(Issue("payments.delegation_too_long", "last_on", last_on.isoformat()))
    if issues:
        raise RuleViolation(issues)
    row = Delegation.objects.create(
        organisation=organisation,
        principal=actor,
        deputy=deputy,
        starts_on=starts_on,
        last_on=last_on,
        reason=reason.strip(),
    )
    after = {
        "organisation": organisation.name,
        "deputy": str(deputy.pk),
        "starts_on": starts_on.isoformat(),
        "last_on": last_on.isoformat(),
    }
    audit.record(actor=actor, action="delegation.given", target=row, after=after)
    return row


@transaction.atomic
def revoke_delegation(*, actor: User, delegation: Delegation) -> DelegationRevocation:
    """Call a delegation back at once: the approver's own, or any by an administrator. A second time
    changes nothing. NotAllowed for other approvers."""
    access.require(actor, Action.DELEGATE_APPROVAL, delegation.organisation)
    is_own = delegation.principal_id == actor.pk
    if not is_own and not may(actor, Action.SET_APPROVAL_POLICY, delegation.organisation):
        raise NotAllowed(action=str(Action.DELEGATE_APPROVAL))
    row, is_new = DelegationRevocation.objects.get_or_create(
        delegation=delegation, defaults={"revoked_by": actor}
    )
    if is_new:
        audit.record(actor=actor, action="delegation.revoked", target=delegation)
    return row
