"""Pages about the people of one organisation, for its administrators."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sibportal.accounts import selectors, services
from sibportal.accounts.forms import InvitationForm, RolesForm
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page


@login_required
@require_http_methods(["GET", "POST"])
def member_invite(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """A new member: who, in which language, with which roles."""
    actor = signed_in(request)
    organisation = selectors.managed_organisation(actor, organisation_id)
    form = InvitationForm(request.POST or None, initial={"language": actor.language})
    if request.method == "POST":
        invited = accepted(
            form,
            lambda: services.invite_member(
                actor=actor, organisation=organisation, **form.cleaned_data
            ),
        )
        if invited:
            messages.success(request, _("Invited. The mail leaves within a minute."))
            return redirect("accounts:organisation-detail", organisation.pk)
    context = {"form": form, "organisation": organisation}
    return page(request, "accounts/member_invite.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def member_detail(request: HttpRequest, organisation_id: UUID, user_id: UUID) -> HttpResponse:
    """One member: roles and last day; a post sets them, also for somebody who had left."""
    actor = signed_in(request)
    organisation = selectors.managed_organisation(actor, organisation_id)
    member = selectors.member(actor, organisation, user_id)
    form = RolesForm(
        request.POST or None, initial={"roles": member.roles, "valid_until": member.valid_until}
    )

    def save() -> bool:
        services.set_member_roles(
            actor=actor, organisation=organisation, member=member.user, **form.cleaned_data
        )
        return True

    if request.method == "POST" and accepted(form, save):
        messages.success(request, _("Roles saved."))
        return redirect("accounts:organisation-detail", organisation.pk)
    context = {
        "form": form,
        "organisation": organisation,
        "member": member,
        "second_step": selectors.second_step(actor, organisation, member),
    }
    return page(request, "accounts/member_detail.html", context, status=status_of(form))


@login_required
@require_POST
def member_deactivate(request: HttpRequest, organisation_id: UUID, user_id: UUID) -> HttpResponse:
    """End a membership, or a service account."""
    actor = signed_in(request)
    organisation = selectors.managed_organisation(actor, organisation_id)
    member = selectors.member(actor, organisation, user_id)
    services.deactivate_member(actor=actor, organisation=organisation, member=member.user)
    messages.success(request, _("%(name)s has no access any more.") % {"name": member.user.name})
    if member.user.pk == actor.pk:
        return redirect("/")
    return redirect("accounts:organisation-detail", organisation.pk)


@login_required
@require_POST
def member_send_link(request: HttpRequest, organisation_id: UUID, user_id: UUID) -> HttpResponse:
    """Send a member a link to choose a password: the invitation again, or a reset."""
    actor = signed_in(request)
    organisation = selectors.managed_organisation(actor, organisation_id)
    member = selectors.member(actor, organisation, user_id)
    services.send_password_link(actor=actor, organisation=organisation, member=member.user)
    messages.success(request, _("Sent. The link works once and for three days."))
    return redirect("accounts:member-detail", organisation.pk, member.user.pk)


@login_required
@require_http_methods(["GET", "POST"])
def member_remove_second_step(
    request: HttpRequest, organisation_id: UUID, user_id: UUID
) -> HttpResponse:
    """Ask, then remove the second sign-in step that a member has lost."""
    actor = signed_in(request)
    organisation = selectors.managed_organisation(actor, organisation_id)
    member = selectors.member(actor, organisation, user_id)
    if request.method == "POST":
        removed = services.remove_second_step(
            actor=actor, organisation=organisation, member=member.user
        )
        done = _("Two-step sign-in was removed and the member was told by e-mail.")
        messages.success(request, done if removed else _("Two-step sign-in was not in use."))
        return redirect("accounts:member-detail", organisation.pk, member.user.pk)
    second_step = selectors.second_step(actor, organisation, member)
    context = {"organisation": organisation, "member": member, "second_step": second_step}
    return page(request, "accounts/member_remove_second_step.html", context)
