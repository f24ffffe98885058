"""The provider's pages: what is due, and the entry of one measurement after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.models import Participant
from contracts.models import Contract
from outcomes import selectors, services
from outcomes.forms import MeasurementForm
from outcomes.models import Door
from outcomes.rules.points import PointStatus
from outcomes.selectors import DueItem
from outcomes.views.common import metric_title, paged, value_text
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible
from sibportal.web.components import Filter, Status
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.localised import choose

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SHOWN = {
    PointStatus.OVERDUE: ("danger", gettext_lazy("Late")),
    PointStatus.DUE: ("warning", gettext_lazy("Due now")),
    PointStatus.DUE_SOON: ("info", gettext_lazy("Due soon")),
}


@login_required
@require_safe
def due_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """What is to be measured now or soon, oldest first, one button per row."""
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_MEASUREMENT)
    items = selectors.due_list(viewer, contract)
    wanted = request.GET.get("status", "")
    search = request.GET.get("q", "").strip().upper()
    kept = [
        one
        for one in items
        if (not wanted or one.status == wanted) and search in one.participant.code
    ]
    return page(
        request,
        "outcomes/due_list.html",
        {
            "contract": contract,
            "filters": _filters(request, items, wanted),
            "search": request.GET.get("q", ""),
            "questions": selectors.questions(viewer, contract)[:10],
            "stopped": selectors.stopped(viewer, contract)[:10],
            "may_submit": selectors.may(viewer, Action.SUBMIT_MEASUREMENT, contract),
            **_page_of_items(request, kept),
        },
        fragment="outcomes/_due_table.html",
    )


@login_required
@require_http_methods(["GET", "POST"])
def measurement_submit(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Enter one measurement; then the next one that is due, or back to the list."""
    actor = signed_in(request)
    participant = selectors.participant_for_entry(actor, participant_id)
    contract = participant.cohort.contract
    item = _item(actor, contract, participant, request)
    form = MeasurementForm(request.POST or None, metric=item.metric)
    if request.method == "POST":
        saved = accepted(
            form,
            lambda: services.submit_measurements(
                actor=actor,
                contract=contract,
                rows=[
                    form.candidate(
                        participant=participant.code,
                        metric=item.metric.code,
                        point=item.point.key,
                    )
                ],
                door=Door.FORM,
            ),
        )
        if saved:
            text = _("Saved: %(code)s, %(value)s.")
            row = saved.measurements[0]
            row.metric = item.metric
            messages.success(request, text % {"code": participant.code, "value": value_text(row)})
            return _onwards(request, actor, contract)
    context = {
        "form": form,
        "contract": contract,
        "participant": participant,
        "item": item,
        "metric": metric_title(item.metric),
        "point": str(choose(item.point.title)) or item.point.key,
    }
    return page(request, "outcomes/measurement_submit.html", context, status=status_of(form))


def entry_url(item: DueItem) -> str:
    """Where an item of the due list is entered."""
    address = reverse("outcomes:measurement-submit", args=[item.participant.pk])
    return f"{address}?{urlencode({'metric': item.metric.code, 'point': item.point.key})}"


def _item(
    actor: Any, contract: Contract, participant: Participant, request: HttpRequest
) -> DueItem:
    """The planned point that the address names; unknown names lead nowhere."""
    wanted = request.GET.get("metric", ""), request.GET.get("point", "")
    for one in selectors.items([contract], Participant.objects.filter(pk=participant.pk)):
        if (one.metric.code, one.point.key) == wanted:
            return one
    raise NotVisible


def _onwards(request: HttpRequest, actor: Any, contract: Contract) -> HttpResponse:
    """The next item that is due, where the person asked for it and there is one."""
    if "next" in request.POST:
        left = selectors.due_list(actor, contract)
        due = [one for one in left if one.status != PointStatus.DUE_SOON]
        if due:
            return redirect(entry_url(due[0]))
        messages.info(request, _("Nothing else is due now."))
    return redirect("outcomes:due-list", contract.pk)


def _page_of_items(request: HttpRequest, kept: list[DueItem]) -> dict[str, Any]:
    context = paged(request, kept)
    context["rows"] = [
        {
            "item": one,
            "metric": metric_title(one.metric),
            "point": str(choose(one.point.title)) or one.point.key,
            "status": Status(SHOWN[one.status][0], SHOWN[one.status][1]),  # type: ignore[arg-type]
            "url": entry_url(one),
        }
        for one in context["page_obj"]
    ]
    return context


def _filters(request: HttpRequest, items: list[DueItem], wanted: str) -> list[Filter]:
    pills = [Filter(_("All"), "?", len(items), not wanted)]
    for status, (_tone, label) in SHOWN.items():
        count = sum(one.status == status for one in items)
        pills.append(Filter(label, f"?status={status}", count, wanted == status))
    return pills
