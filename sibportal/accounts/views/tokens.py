"""Pages about oneself, one's tokens, and the service accounts of an organisation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from sibportal.accounts import selectors, services
from sibportal.accounts.adapter import set_language_cookie
from sibportal.accounts.forms import ProfileForm, ServiceAccountForm, TokenForm
from sibportal.accounts.models import Organisation, User
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own name, language and reminders; saving a language also switches to it."""
    actor = signed_in(request)
    fields = ("name", "language", "receives_reminders")
    initial = {field: getattr(actor, field) for field in fields}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST":
        saved = accepted(form, lambda: services.save_profile(actor=actor, **form.cleaned_data))
        if saved:
            with override(saved.language):
                messages.success(request, _("Profile saved."))
            response = redirect("accounts:profile")
            set_language_cookie(response, saved.language)
            return response
    context = {"form": form, "memberships": selectors.own_memberships(actor)}
    return page(request, "accounts/profile.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens; a post makes one and shows its secret, once."""
    return _tokens(request, signed_in(request), None)


@login_required
@require_http_methods(["GET", "POST"])
def service_account_create(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """A new account for a program of the organisation."""
    actor = signed_in(request)
    organisation = selectors.managed_organisation(actor, organisation_id)
    form = ServiceAccountForm(request.POST or None)
    if request.method == "POST":
        account = accepted(
            form,
            lambda: services.create_service_account(
                actor=actor, organisation=organisation, **form.cleaned_data
            ),
        )
        if account:
            messages.success(request, _("Service account created. Now make a token for it."))
            return redirect("accounts:service-account-detail", organisation.pk, account.pk)
    context = {"form": form, "organisation": organisation}
    return page(request, "accounts/service_account_create.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def service_account_detail(
    request: HttpRequest, organisation_id: UUID, user_id: UUID
) -> HttpResponse:
    """The tokens of a service account; a post makes one and shows its secret, once."""
    actor = signed_in(request)
    organisation = selectors.managed_organisation(actor, organisation_id)
    return _tokens(request, selectors.member(actor, organisation, user_id).user, organisation)


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    actor = signed_in(request)
    token = selectors.token(actor, token_id)
    services.revoke_token(actor=actor, token=token)
    messages.success(request, _("Token revoked. Clients that use it are refused from now on."))
    if token.user_id == actor.pk:
        return redirect("accounts:token-list")
    organisation = selectors.home_of(actor, token.user)
    return redirect("accounts:service-account-detail", organisation.pk, token.user_id)


def _tokens(request: HttpRequest, owner: User, organisation: Organisation | None) -> HttpResponse:
    actor = signed_in(request)
    tokens = selectors.tokens_of(actor, owner)
    form = TokenForm(request.POST or None, initial={"days": 90})
    context = {"form": form, "tokens": tokens, "owner": owner, "organisation": organisation}
    if request.method == "POST":
        made = accepted(
            form, lambda: services.create_token(actor=actor, owner=owner, **form.cleaned_data)
        )
        if made:
            return page(request, "accounts/token_created.html", context | {"made": made})
    return page(request, "accounts/token_list.html", context, status=status_of(form))
