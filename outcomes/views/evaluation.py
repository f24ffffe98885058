"""The evaluation of a contract: page, paper and table."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outcomes import selectors
from outcomes.selectors.evaluation import closings_to_evaluate, evaluation
from outcomes.views import evaluated
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible
from sibportal.web.components import Filter
from sibportal.web.doors import signed_in
from sibportal.web.exports import csv_response
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract
    from outcomes.models import Closing


@login_required
@require_safe
def evaluation_detail(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """What the verified figures say about the service; `?period=` picks a closed period."""
    return _evaluation_page(request, contract_id, "outcomes/evaluation_detail.html")


@login_required
@require_safe
def evaluation_print(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The same on paper."""
    return _evaluation_page(request, contract_id, "outcomes/evaluation_print.html")


@login_required
@require_safe
def evaluation_export(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The same as a table, with every figure and its method code."""
    contract, closings = _closings(request, contract_id)
    closing = _chosen(request, closings)
    if closing is None:
        raise NotVisible
    found = evaluation(signed_in(request), contract, closing)
    name = f"evaluation-{contract.code}-{closing.period.number}.csv"
    return csv_response(name, evaluated.export_rows(found))


def _evaluation_page(request: HttpRequest, contract_id: UUID, template: str) -> HttpResponse:
    contract, closings = _closings(request, contract_id)
    closing = _chosen(request, closings)
    context: dict[str, object] = {"contract": contract, "closing": closing}
    if closing is not None:
        found = evaluation(signed_in(request), contract, closing)
        context |= {
            "found": found,
            "panels": evaluated.panels(found),
            "blends": evaluated.blends(found),
            "methods": evaluated.methods(found),
            "query": f"period={closing.period.number}",
            "filters": [
                Filter(
                    _("Period %(number)s") % {"number": one.period.number},
                    f"?period={one.period.number}",
                    current=one == closing,
                )
                for one in closings
            ],
        }
    return page(request, template, context)


def _closings(request: HttpRequest, contract_id: UUID) -> tuple[Contract, list[Closing]]:
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_RESULT)
    return contract, closings_to_evaluate(viewer, contract)


def _chosen(request: HttpRequest, closings: list[Closing]) -> Closing | None:
    """The closing of the period in the address, else the latest; NotVisible where there is none."""
    wanted = request.GET.get("period")
    if not wanted:
        return closings[0] if closings else None
    for one in closings:
        if str(one.period.number) == wanted:
            return one
    raise NotVisible
