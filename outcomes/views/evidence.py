"""The measurements that counted in a frozen result, and whom they made reach the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outcomes import services
from outcomes.selectors.evidence import Behind, Reached, behind, parts, reached
from outcomes.views.common import metric_title, outcome_title, paged, point_title, value_text
from sibportal.web.components import Status
from sibportal.web.doors import signed_in
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from outcomes.models import Measurement


@login_required
@require_safe
def result_measurements(request: HttpRequest, result_id: UUID) -> HttpResponse:
    """What stands behind one result, by participant code, with links to evidence and decisions."""
    viewer = signed_in(request)
    found = behind(viewer, result_id)
    closing = found.result.closing
    context: dict[str, Any] = paged(request, found.rows)
    rows = services.read_counted(actor=viewer, result=found.result, rows=list(context["page_obj"]))
    people = reached(closing, {row.participant_id for row in rows})
    context |= {
        "contract": closing.contract,
        "closing": closing,
        "title": outcome_title(found.terms, found.result.outcome_key),
        "result": found.result,
        "rows": [
            {
                "row": row,
                "metric": metric_title(row.metric),
                "point": point_title(found.terms, row.point_key),
                "value": value_text(row),
                "status": _status(row, found, people),
            }
            for row in rows
        ],
    }
    return page(request, "outcomes/result_measurements.html", context)


def _status(row: Measurement, found: Behind, people: Reached) -> Status:
    """Whether the person behind a row reached the outcome of the result."""
    figures = people.get(row.participant_id)
    if figures is None:
        return Status("neutral", _("Does not count"))
    outcome = found.terms.outcome(found.result.outcome_key)
    if figures[outcome.key].cumulative_numerator:
        return Status("verified", _("Reached it"))
    if any(figures[part.key].cumulative_numerator for part in parts(outcome, found.terms)):
        return Status("info", _("Reached it in part"))
    return Status("neutral", _("Did not reach it"))
