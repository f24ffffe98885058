"""How a payer organisation approves its shares: a dated rule that only asks for more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from payments.models import ApprovalPolicy, ApprovalTier
from payments.rules import approval
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from payments.rules.approval import Tier
    from sibportal.accounts.models import Organisation, User


@transaction.atomic
def set_approval_policy(
    *, actor: User, organisation: Organisation, valid_from: date, basis: str, tiers: Sequence[Tier]
) -> ApprovalPolicy:
    """From a day on, let the organisation's shares take these steps. Claims that are submitted
    already keep theirs. `basis` is the decision it rests on.

    RuleViolation for a day that is past, gaps, or fewer people than two.
    """
    access.require(actor, Action.SET_APPROVAL_POLICY, organisation)
    approval.require_policy(tiers)
    if valid_from < timezone.localdate():
        issue = Issue("payments.policy_in_past", "valid_from", valid_from.isoformat())
        raise RuleViolation(issue)
    policy = ApprovalPolicy.objects.create(
        organisation=organisation, valid_from=valid_from, basis=basis.strip(), recorded_by=actor
    )
    ApprovalTier.objects.bulk_create(
        ApprovalTier(
            policy=policy,
            from_amount=tier.from_amount,
            factual_checks=tier.factual_checks,
            acceptances=tier.acceptances,
        )
        for tier in tiers
    )
    steps = {str(tier.from_amount): [kind.value for kind in tier.steps] for tier in tiers}
    after = {
        "organisation": organisation.name,
        "valid_from": valid_from.isoformat(),
        "steps": steps,
    }
    audit.record(actor=actor, action="approval_policy.set", target=policy, after=after)
    return policy
