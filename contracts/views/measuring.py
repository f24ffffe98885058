"""How success is measured in a contract, and where the data accumulates: two of the questions that
a council asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts import selectors, services
from contracts.forms import DataItemForm, ReasonForm
from contracts.views.shown import contract_page
from contracts.views.shown_metrics import counted, meaningful, measured, said, value_range
from sibportal.accounts.roles import Action
from sibportal.web import formats
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.localised import choose, localised
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract, Metric
    from contracts.selectors import HeldData, Measured


@login_required
@require_safe
def contract_measuring(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Both questions on one page, for everybody who sees the contract."""
    return _measuring_page(request, contract_id, "contracts/contract_measuring.html")


@login_required
@require_safe
def contract_measuring_print(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The same on paper, as an annex to a decision."""
    return _measuring_page(request, contract_id, "contracts/contract_measuring_print.html")


def _measuring_page(request: HttpRequest, contract_id: UUID, template: str) -> HttpResponse:
    viewer = signed_in(request)
    contract = selectors.contract(viewer, contract_id)
    found = selectors.measuring(viewer, contract)
    held = [_held(one) for one in selectors.data_map(viewer, contract)]
    context = {
        "terms": found.terms if found else None,
        "outcomes": _outcomes(found.rows) if found else [],
        "held": [row for row in held if row["is_current"]],
        "ended": [row for row in held if not row["is_current"]],
        "may_edit": Action.EDIT_CONTRACT in selectors.rights(viewer, contract),
    }
    return contract_page(request, template, contract, context)


def _outcomes(rows: Iterable[Measured]) -> list[dict[str, Any]]:
    """Each outcome in words; a metric that several rest on is described at the first of them."""
    described: dict[Metric, dict[str, Any]] = {}
    shown = []
    for row in rows:
        outcome: dict[str, Any] = {
            "anchor": f"outcome-{row.key}",
            "title": str(choose(row.title)) or row.key,
            "is_followed_only": row.is_followed_only,
            "sentences": [sentence(phrase.code, **phrase.params) for phrase in row.phrases],
        }
        outcome["metrics"] = [
            _metric(metric) | {"described": described.get(metric)} for metric in row.metrics
        ]
        shown.append(outcome)
        for metric in row.metrics:
            described.setdefault(metric, outcome)
    return shown


def _metric(metric: Metric) -> dict[str, Any]:
    pairs = [
        *counted(metric),
        (_("Possible values"), value_range(metric)),
        (_("What the ends of the scale mean"), said(metric, "scale")),
        *measured(metric),
        *meaningful(metric),
    ]
    return {
        "metric": metric,
        "title": localised(metric, "title"),
        "pairs": [(label, text) for label, text in pairs if text],
    }


def _held(one: HeldData) -> dict[str, Any]:
    return {
        "row": one.item,
        "item": localised(one.item, "item"),
        "holder": one.holder,
        "role": one.party.get_role_display() if one.party else "",
        "basis": said(one.item, "legal_basis"),
        "users": said(one.item, "used_by"),
        "is_current": one.is_current,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def data_item_add(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """One more line of the data map."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_CONTRACT)
    form = DataItemForm(
        request.POST or None,
        holders=selectors.data_holders(contract),
        initial={"valid_from": contract.starts_on},
    )
    if request.method == "POST":
        added = accepted(
            form,
            lambda: services.add_data_item(actor=actor, contract=contract, facts=form.facts()),
        )
        if added is not None:
            return _saved(request, contract)
    return _form_page(request, contract, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def data_item_change(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """What a line of the data map says from now on, or until when it held."""
    actor = signed_in(request)
    item = selectors.data_item(actor, item_id)
    form = DataItemForm(
        request.POST or None,
        holders=selectors.data_holders(item.contract),
        of=selectors.data_item_facts(item),
    )
    if request.method == "POST":
        changed = accepted(
            form,
            lambda: services.change_data_item(actor=actor, item=item, facts=form.facts()),
        )
        if changed is not None:
            return _saved(request, item.contract)
    return _form_page(request, item.contract, form, item=localised(item, "item"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def data_item_withdraw(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Ask why a line is taken back, and take it back."""
    actor = signed_in(request)
    item = selectors.data_item(actor, item_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        taken = accepted(
            form,
            lambda: services.withdraw_data_item(actor=actor, item=item, **form.cleaned_data),
        )
        if taken is not None:
            messages.success(request, _("Withdrawn. The history tells what it said, and why."))
            return redirect("contracts:contract-measuring", item.contract.pk)
    pairs = [
        (_("What is held"), localised(item, "item")),
        (_("System or register"), item.system),
        (_("Legal basis"), said(item, "legal_basis")),
        (_("Since"), formats.day(item.valid_from)),
    ]
    context = {"form": form, "item": localised(item, "item"), "pairs": pairs}
    return contract_page(
        request,
        "contracts/data_item_withdraw.html",
        item.contract,
        context,
        status=status_of(form),
    )


def _saved(request: HttpRequest, contract: Contract) -> HttpResponse:
    messages.success(request, _("The data map is saved. All parties see it."))
    return redirect("contracts:contract-measuring", contract.pk)


def _form_page(
    request: HttpRequest, contract: Contract, form: DataItemForm, **context: Any
) -> HttpResponse:
    return contract_page(
        request,
        "contracts/data_item.html",
        contract,
        {"form": form, **context},
        status=status_of(form),
    )
