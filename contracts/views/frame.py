"""Pages of contracts as such: list, create, edit, history."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import django_tables2 as tables
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contracts import selectors, services
from contracts.forms import ContractForm
from contracts.models import Contract
from contracts.states import ContractState
from contracts.views.shown import (
    contract_address,
    contract_page,
    contract_status,
    fixed_facts,
    log_entry,
)
from sibportal.accounts.roles import Action
from sibportal.web import formats
from sibportal.web.components import Filter, Status
from sibportal.web.doors import accepted, carried_out, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.localised import LocalisedText, localised
from sibportal.web.tables import DateColumn, PortalTable, StatusColumn

ROWS_ON_A_PAGE = 25
EVENTS_ON_A_PAGE = 50
LONGEST_SEARCH = 100


class ContractTable(PortalTable):
    """The list of contracts."""

    code = tables.Column(gettext_lazy("Contract"), linkify=lambda record: contract_address(record))
    title = tables.Column(gettext_lazy("Title"), empty_values=(), orderable=False)
    place = tables.Column(gettext_lazy("Place"))
    starts_on = DateColumn(gettext_lazy("Starts on"))
    ends_on = DateColumn(gettext_lazy("Last day"))
    state = StatusColumn(gettext_lazy("State"))

    class Meta(PortalTable.Meta):
        caption = gettext_lazy("Contracts")
        empty_text = gettext_lazy("No contract matches.")

    def render_title(self, record: Contract) -> LocalisedText:
        return localised(record, "title")

    def render_ends_on(self, value: date) -> str:
        """Write the last day; sorting by the first one after it gives the same order."""
        return formats.last_day(value)

    def render_state(self, value: Any, record: Contract) -> str:
        shown: Status = contract_status(record.state)
        return StatusColumn().render(shown)


@login_required
@require_safe
def contract_list(request: HttpRequest) -> HttpResponse:
    """The contracts that the reader takes part in, searched, filtered and sorted."""
    viewer = signed_in(request)
    wanted = {
        "search": request.GET.get("search", "")[:LONGEST_SEARCH],
        "state": request.GET.get("state", ""),
    }
    table = ContractTable(selectors.contract_list(viewer, **wanted))
    tables.RequestConfig(request, paginate={"per_page": ROWS_ON_A_PAGE}).configure(table)
    counts = selectors.contract_counts(viewer)
    context = {
        **wanted,
        "table": table,
        "filters": _filters(request, counts, wanted["state"]),
        "has_any": bool(counts),
        "may_create": selectors.own_payer_organisations(viewer).exists(),
    }
    return page(request, "contracts/contract_list.html", context)


def _filters(request: HttpRequest, counts: dict[str, int], current: str) -> list[Filter]:
    """One pill per state that occurs, keeping the words searched for."""

    def address(state: str) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query["state"] = state
        return f"?{query.urlencode()}"

    everything = Filter(_("All"), address(""), sum(counts.values()), current == "")
    return [everything] + [
        Filter(state.label, address(state), counts[state], current == state)
        for state in ContractState
        if state in counts
    ]


@login_required
@require_http_methods(["GET", "POST"])
def contract_create(request: HttpRequest) -> HttpResponse:
    """A new contract in the name of a public body that the reader prepares for."""
    actor = signed_in(request)
    form = ContractForm(
        request.POST or None, organisations=selectors.payers_for_new_contract(actor)
    )
    if request.method == "POST":
        created = accepted(
            form,
            lambda: services.create_contract(
                actor=actor, organisation=form.cleaned_data["organisation"], facts=form.facts()
            ),
        )
        if created:
            messages.success(request, _("Contract created. Add the other parties next."))
            return redirect("contracts:party-list", created.pk)
    return page(request, "contracts/contract_create.html", {"form": form}, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def contract_edit(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The frame of a contract; what terms rest on is shown and not changed."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_CONTRACT)
    is_fixed = selectors.frame_is_fixed(contract)
    form = ContractForm(
        request.POST or None, of=selectors.contract_facts(contract), is_fixed=is_fixed
    )
    if carried_out(
        request,
        form,
        lambda: services.update_contract(actor=actor, contract=contract, facts=form.facts()),
    ):
        messages.success(request, _("Contract saved."))
        return redirect(contract_address(contract))
    context = {
        "form": form,
        "is_fixed": is_fixed,
        "fixed": fixed_facts(contract) if is_fixed else [],
        "contract_url": contract_address(contract),
    }
    return contract_page(
        request, "contracts/contract_edit.html", contract, context, status=status_of(form)
    )


@login_required
@require_safe
def contract_history(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Who did what, when, as far as the reader may see what it was done to."""
    viewer = signed_in(request)
    contract = selectors.contract(viewer, contract_id, Action.VIEW_HISTORY)
    search = request.GET.get("search", "")[:LONGEST_SEARCH]
    events = selectors.contract_history(viewer, contract, search=search)
    page_obj = Paginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "entries": [log_entry(event) for event in page_obj],
        "page_obj": page_obj,
        "page_range": page_obj.paginator.get_elided_page_range(page_obj.number),
        "search": search,
    }
    return contract_page(request, "contracts/contract_history.html", contract, context)
