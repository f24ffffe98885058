"""The verifier's queue: oldest first, by contract; several rows can be verified in one step."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from outcomes import selectors, services
from outcomes.selectors import samples
from outcomes.views.common import document_of, metric_title, paged, point_title, value_text
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import RuleViolation
from sibportal.web.components import Filter
from sibportal.web.doors import signed_in
from sibportal.web.http import page
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from outcomes.models import Measurement


@login_required
@require_safe
def verification_queue(request: HttpRequest) -> HttpResponse:
    """What waits for the verifier, in all contracts or in one."""
    viewer = signed_in(request)
    every = selectors.awaiting_verification(viewer)
    wanted = _uuid(request.GET.get("contract", ""))
    rows = every.filter(contract=wanted) if wanted else every
    context = paged(request, rows.order_by("contract__code", "id"))
    if wanted:
        context["contract"] = selectors.contract_seen(viewer, wanted, Action.VIEW_MEASUREMENT)
    context["groups"] = _groups(list(context["page_obj"]))
    context["filters"] = [Filter(_("All"), "?", every.count(), wanted is None)] + [
        Filter(code, f"?contract={pk}", count, wanted == pk)
        for pk, code, count in selectors.waiting_by_contract(viewer)
    ]
    context["rounds"] = [(row, samples.standing(row)) for row in samples.open_rounds(viewer)]
    context["to_lock"] = samples.to_lock(viewer)
    context["closings"] = list(selectors.closings_to_sign(viewer))
    return page(request, "outcomes/verification_queue.html", context)


@login_required
@require_POST
def verification_together(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Verify the rows that were ticked; those that cannot be are named."""
    actor = signed_in(request)
    contract = selectors.contract_seen(actor, contract_id, Action.VERIFY_MEASUREMENT)
    ticked = [one for one in map(_uuid, request.POST.getlist("measurement")) if one]
    back = redirect(f"{reverse('outcomes:verification-queue')}?contract={contract.pk}#messages")
    try:
        outcome = services.verify_measurements(
            actor=actor, contract=contract, measurement_ids=ticked
        )
    except RuleViolation as violation:
        messages.error(request, issue_sentence(violation.issues[0]))
        return back
    count = outcome.verified
    if count:
        text = ngettext(
            "%(count)s measurement is verified.", "%(count)s measurements are verified.", count
        )
        messages.success(request, text % {"count": count})
    for message in {issue_sentence(issue) for _measurement, issue in outcome.left}:
        messages.warning(request, message)
    return back


def _groups(rows: list[Measurement]) -> list[dict[str, object]]:
    groups = []
    for contract, found in groupby(rows, key=lambda row: row.contract):
        document = document_of(contract)
        lines = [
            {
                "row": row,
                "metric": metric_title(row.metric),
                "point": point_title(document, row.point_key),
                "value": value_text(row),
                "to_look_at": getattr(row, "to_look_at", 0),
            }
            for row in found
        ]
        groups.append({"contract": contract, "lines": lines})
    return groups


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
