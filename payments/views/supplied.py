"""Figures from outside: the list, entering one, checking one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import contracts.selectors
from payments import services
from payments.forms.supplied import FigureCheckForm, SuppliedFigureForm
from payments.models import SuppliedFigure, SuppliedKind
from payments.selectors import supplied as selectors
from sibportal.accounts.roles import Action
from sibportal.web import formats
from sibportal.web.components import Status
from sibportal.web.doors import carried_out, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.localised import choose

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract
    from sibportal.accounts.models import User


@login_required
@require_safe
def figure_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Costs, other funding and index values, and whether somebody has checked them."""
    viewer = signed_in(request)
    contract = contracts.selectors.contract(viewer, contract_id, Action.VIEW_CLAIM)
    rights = contracts.selectors.rights(viewer, contract)
    rows = [_row(viewer, one, rights) for one in selectors.figures(viewer, contract)]
    context = {"contract": contract, "rows": rows, "may_supply": Action.SUPPLY_FIGURE in rights}
    return page(request, "payments/figure_list.html", context)


def _row(viewer: User, figure: SuppliedFigure, rights: frozenset[str]) -> dict[str, object]:
    checked = getattr(figure, "checked", None)
    if checked is None:
        status = Status("info", _("Waits for a check"))
    elif checked.accepted:
        status = Status("success", _("Accepted"))
    else:
        status = Status("danger", _("Rejected"))
    may_check = checked is None and figure.recorded_by_id != viewer.pk
    return {
        "figure": figure,
        "title": _title(figure),
        "value": _value(figure),
        "checked": checked,
        "status": status,
        "may_check": may_check and Action.CHECK_FIGURE in rights,
    }


def _title(figure: SuppliedFigure) -> str:
    if figure.kind != SuppliedKind.INDEX:
        return figure.get_kind_display()
    title = selectors.index_titles(figure.contract).get(figure.index_key)
    return str(choose(title)) if title else figure.index_key


def _value(figure: SuppliedFigure) -> str:
    if figure.kind == SuppliedKind.INDEX:
        return formats.displayed(figure.value.normalize())
    return formats.money(figure.value, figure.contract.currency, cents=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def figure_supply(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Enter a figure with its source."""
    actor = signed_in(request)
    contract = contracts.selectors.contract(actor, contract_id, Action.SUPPLY_FIGURE)
    form = SuppliedFigureForm(request.POST or None, indexes=_indexes(contract))
    if carried_out(
        request,
        form,
        lambda: services.supply_figure(actor=actor, contract=contract, **form.cleaned_data),
    ):
        messages.success(request, _("Entered. It counts once somebody else has checked it."))
        return redirect("payments:figure-list", contract.pk)
    context = {"contract": contract, "form": form}
    return page(request, "payments/figure_supply.html", context, status=status_of(form))


def _indexes(contract: Contract) -> list[tuple[str, str]]:
    titles = selectors.index_titles(contract)
    return [(key, str(choose(title))) for key, title in titles.items()]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def figure_check(request: HttpRequest, figure_id: UUID) -> HttpResponse:
    """Check a figure that somebody else has entered."""
    actor = signed_in(request)
    figure = selectors.figure(actor, figure_id)
    form = FigureCheckForm(request.POST or None)
    if carried_out(
        request,
        form,
        lambda: services.check_supplied_figure(actor=actor, figure=figure, **form.cleaned_data),
    ):
        messages.success(request, _("Your check is recorded."))
        return redirect("payments:figure-list", figure.contract_id)
    pairs = [
        (_("What"), _title(figure)),
        (_("Amount or value"), _value(figure)),
        (_("From"), formats.day(figure.from_day)),
        (_("Last day"), formats.last_day(figure.until)),
        (_("Source"), figure.source),
        (_("Entered by"), figure.recorded_by.name),
    ]
    context = {"contract": figure.contract, "form": form, "pairs": pairs}
    return page(request, "payments/figure_check.html", context, status=status_of(form))
