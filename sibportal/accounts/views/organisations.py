"""Pages about organisations: list, one organisation, create, rename."""

from __future__ import annotations

from uuid import UUID

import django_tables2 as tables
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from sibportal.accounts import selectors, services
from sibportal.accounts.forms import OrganisationFilterForm, OrganisationForm, RenameForm
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.tables import PortalTable

ROWS_ON_A_PAGE = 50


class OrganisationTable(PortalTable):
    """The list of organisations."""

    name = tables.Column(
        gettext_lazy("Name"),
        order_by="name_key",
        linkify=("accounts:organisation-detail", {"organisation_id": tables.A("id")}),
    )
    kind = tables.Column(gettext_lazy("Kind"))
    business_id = tables.Column(gettext_lazy("Business id"))

    class Meta(PortalTable.Meta):
        caption = gettext_lazy("Organisations")
        empty_text = gettext_lazy("No organisation matches.")


@login_required
@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """The organisations that the reader may see, searched and sorted."""
    form = OrganisationFilterForm(request.GET)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name, "") for name in ("search", "kind")}
    table = OrganisationTable(selectors.organisations(signed_in(request), **wanted))
    tables.RequestConfig(request, paginate={"per_page": ROWS_ON_A_PAGE}).configure(table)
    context = {
        "form": form,
        "table": table,
        "may_create": selectors.may_create_organisation(signed_in(request)),
    }
    return page(request, "accounts/organisation_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def organisation_create(request: HttpRequest) -> HttpResponse:
    """A new organisation and the invitation of its first administrator."""
    actor = signed_in(request)
    country = selectors.country_of_new_organisation(actor)
    form = OrganisationForm(
        request.POST or None,
        initial={"country": country, "administrator_language": actor.language},
    )
    if request.method == "POST":
        created = accepted(
            form, lambda: services.create_organisation(actor=actor, **form.arguments())
        )
        if created:
            messages.success(request, _("Organisation created. Its administrator gets a mail."))
            return redirect("accounts:organisation-detail", created.pk)
    return page(
        request, "accounts/organisation_create.html", {"form": form}, status=status_of(form)
    )


@login_required
@require_safe
def organisation_detail(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One organisation; its people for those who belong to it, more for its administrators."""
    viewer = signed_in(request)
    organisation = selectors.organisation(viewer, organisation_id)
    context = {
        "organisation": organisation,
        "manages": selectors.manages(viewer, organisation),
        "pairs": [
            (_("Kind"), organisation.get_kind_display()),
            (_("Business id"), organisation.business_id),
            (_("Country"), organisation.get_country_display()),
        ],
        "approves": selectors.is_public_body(organisation),
        "members": selectors.members(viewer, organisation),
        "service_accounts": selectors.service_accounts(viewer, organisation),
    }
    return page(request, "accounts/organisation_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def organisation_rename(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Another name for the organisation."""
    actor = signed_in(request)
    organisation = selectors.managed_organisation(actor, organisation_id)
    form = RenameForm(request.POST or None, initial={"name": organisation.name})
    if request.method == "POST":
        renamed = accepted(
            form,
            lambda: services.rename_organisation(
                actor=actor, organisation=organisation, **form.cleaned_data
            ),
        )
        if renamed:
            messages.success(request, _("Name saved."))
            return redirect("accounts:organisation-detail", organisation.pk)
    context = {"form": form, "organisation": organisation}
    return page(request, "accounts/organisation_rename.html", context, status=status_of(form))
