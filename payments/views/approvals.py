"""Pages of how an organisation approves: its rule by amount, and deputies of who is away."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from payments import services
from payments.forms.decisions import DelegationForm, PolicyForm, RevokeForm
from payments.selectors import approvals as selectors
from sibportal.accounts.roles import Action
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sibportal.accounts.models import Organisation, User


@login_required
@require_safe
def approval_rules(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """How the organisation approves its shares of claims, and who stands in for whom."""
    viewer = signed_in(request)
    organisation = selectors.own_organisation(viewer, organisation_id)
    today = timezone.localdate()
    policy = selectors.policy_in_force(organisation, today)
    context = {
        "organisation": organisation,
        "policy": policy,
        "tiers": selectors.tiers_of(policy),
        "others": [
            (row, row.valid_from > today)
            for row in selectors.policies(viewer, organisation)
            if row != policy
        ],
        "delegations": [
            (row, _may_revoke(viewer, organisation, row.principal_id) and row.last_on >= today)
            for row in selectors.delegations(viewer, organisation)
        ],
        "may_set": selectors.may(viewer, Action.SET_APPROVAL_POLICY, organisation),
        "may_delegate": selectors.may(viewer, Action.DELEGATE_APPROVAL, organisation)
        and selectors.is_approver(viewer, organisation),
    }
    return page(request, "payments/approval_rules.html", context)


def _may_revoke(viewer: User, organisation: Organisation, principal_id: UUID) -> bool:
    if principal_id == viewer.pk:
        return True
    return selectors.may(viewer, Action.SET_APPROVAL_POLICY, organisation)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approval_policy_set(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """A new rule from a day on; the one before stays readable."""
    actor = signed_in(request)
    organisation = selectors.organisation(actor, organisation_id, Action.SET_APPROVAL_POLICY)
    today = timezone.localdate()
    form = PolicyForm(
        request.POST or None,
        initial={"valid_from": today},
        tiers=selectors.tiers_of(selectors.policy_in_force(organisation, today)),
    )
    if request.method == "POST":
        done = accepted(
            form,
            lambda: services.set_approval_policy(
                actor=actor,
                organisation=organisation,
                valid_from=form.cleaned_data["valid_from"],
                basis=form.cleaned_data["basis"],
                tiers=form.tiers(),
            ),
        )
        if done is not None:
            messages.success(request, _("The rule is recorded."))
            return redirect("payments:approval-rules", organisation.pk)
    context = {"organisation": organisation, "form": form}
    return page(request, "payments/approval_policy_set.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_create(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Name a deputy for the days of an absence."""
    actor = signed_in(request)
    organisation = selectors.organisation_approved_for(actor, organisation_id)
    form = DelegationForm(
        request.POST or None, deputies=selectors.possible_deputies(actor, organisation)
    )
    if request.method == "POST":
        done = accepted(
            form,
            lambda: services.delegate_approval(
                actor=actor, organisation=organisation, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("Your deputy is named."))
            return redirect("payments:approval-rules", organisation.pk)
    context = {"organisation": organisation, "form": form}
    return page(request, "payments/delegation_create.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_revoke(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Ask before a delegation is called back; a post calls it back at once."""
    actor = signed_in(request)
    delegation = selectors.delegation(actor, delegation_id)
    form = RevokeForm(request.POST or None)
    if request.method == "POST":
        services.revoke_delegation(actor=actor, delegation=delegation)
        messages.success(request, _("The delegation is called back."))
        return redirect("payments:approval-rules", delegation.organisation_id)
    context = {"organisation": delegation.organisation, "delegation": delegation, "form": form}
    return page(request, "payments/delegation_revoke.html", context)
