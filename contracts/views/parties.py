"""Pages of the parties of a contract, and of where the key to the codes lies."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts import selectors, services
from contracts.forms import CustodyForm, PartyEndForm, PartyForm, SuccessionForm
from contracts.views.shown import contract_page, may_amend
from sibportal.accounts.roles import Action
from sibportal.web.doors import accepted, carried_out, signed_in, status_of


@login_required
@require_safe
def party_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Who plays which role, from when to when, and where the key to the codes lies."""
    viewer = signed_in(request)
    contract = selectors.contract(viewer, contract_id)
    rights = selectors.rights(viewer, contract)
    context = {
        "parties": selectors.all_parties(viewer, contract),
        "acting": {party.pk for party in selectors.parties_today(contract)},
        "succeeded": selectors.succeeded_parties(contract),
        "custodies": selectors.custodies(viewer, contract),
        "rights": rights,
        "may_share": may_amend(contract, rights),
    }
    return contract_page(request, "contracts/party_list.html", contract, context)


@login_required
@require_http_methods(["GET", "POST"])
def party_add(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """One more organisation in a role."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_CONTRACT)
    form = PartyForm(
        request.POST or None,
        organisations=selectors.partner_organisations(actor),
        initial={"valid_from": contract.starts_on},
    )
    if (
        request.method == "POST"
        and accepted(
            form, lambda: services.add_party(actor=actor, contract=contract, **form.cleaned_data)
        )
        is not None
    ):
        messages.success(request, _("Party added."))
        return redirect("contracts:party-list", contract.pk)
    return contract_page(
        request, "contracts/party_add.html", contract, {"form": form}, status=status_of(form)
    )


@login_required
@require_http_methods(["GET", "POST"])
def party_end(request: HttpRequest, contract_id: UUID, party_id: UUID) -> HttpResponse:
    """The end of a party's role, without a successor."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_CONTRACT)
    party = selectors.party(actor, contract, party_id)
    form = PartyEndForm(request.POST or None)
    if (
        request.method == "POST"
        and accepted(
            form, lambda: services.end_party(actor=actor, party=party, **form.cleaned_data)
        )
        is not None
    ):
        messages.success(request, _("The party's role ends on that day."))
        return redirect("contracts:party-list", contract.pk)
    context = {"form": form, "party": party}
    return contract_page(
        request, "contracts/party_end.html", contract, context, status=status_of(form)
    )


@login_required
@require_http_methods(["GET", "POST"])
def party_succeed(request: HttpRequest, contract_id: UUID, party_id: UUID) -> HttpResponse:
    """Another organisation takes over a party's role."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_CONTRACT)
    party = selectors.party(actor, contract, party_id)
    form = SuccessionForm(
        request.POST or None, organisations=selectors.partner_organisations(actor)
    )
    if (
        request.method == "POST"
        and accepted(
            form, lambda: services.succeed_party(actor=actor, party=party, **form.cleaned_data)
        )
        is not None
    ):
        messages.success(request, _("Succession recorded."))
        return redirect("contracts:party-list", contract.pk)
    context = {"form": form, "party": party}
    return contract_page(
        request, "contracts/party_succeed.html", contract, context, status=status_of(form)
    )


@login_required
@require_http_methods(["GET", "POST"])
def custody_record(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Where the key to the participant codes lies from a day on."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_CONTRACT)
    form = CustodyForm(request.POST or None, initial={"valid_from": contract.starts_on})
    if carried_out(
        request,
        form,
        lambda: services.record_key_custody(actor=actor, contract=contract, **form.cleaned_data),
    ):
        messages.success(request, _("Custody of the key recorded."))
        return redirect("contracts:party-list", contract.pk)
    return contract_page(
        request, "contracts/custody_record.html", contract, {"form": form}, status=status_of(form)
    )
