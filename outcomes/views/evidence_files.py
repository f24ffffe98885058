"""Files of evidence: what the page of a measurement shows of them, and handing them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.views.decorators.http import require_safe

from outcomes import selectors, services
from outcomes.forms import EvidenceForm
from outcomes.models import Measurement
from outcomes.rules.evidence import NOT_SHOWN
from outcomes.views.common import metric_title, value_text
from sibportal.accounts.roles import Action
from sibportal.web.doors import signed_in
from sibportal.web.exports import attachment

if TYPE_CHECKING:
    from django.http import FileResponse, HttpRequest

    from sibportal.accounts.models import User


def evidence_context(
    viewer: User, row: Measurement, form: EvidenceForm | None = None
) -> dict[str, Any]:
    """What `outcomes/_evidence_files.html` needs: the files, and the form for one more."""
    may_add = row.state not in NOT_SHOWN and selectors.may(viewer, Action.SUBMIT_MEASUREMENT, row)
    return {
        "evidence_links": list(selectors.evidence_links(viewer, row)),
        "evidence_form": form or (evidence_form(viewer, row) if may_add else None),
    }


def evidence_form(viewer: User, row: Measurement, *args: Any) -> EvidenceForm:
    """The form for a file of one measurement, which may show others of the same visit too."""
    others = [
        (one.uuid, f"{metric_title(one.metric)}: {value_text(one)}")
        for one in selectors.same_visit(viewer, row)
    ]
    return EvidenceForm(*args, others=others)


@login_required
@require_safe
def evidence_download(request: HttpRequest, link_id: UUID) -> FileResponse:
    """The file as an attachment; opening it is written to the participant's use log."""
    actor = signed_in(request)
    link = selectors.evidence_link(actor, link_id)
    content = services.open_evidence(actor=actor, link=link)
    return attachment(link.evidence.file_name, link.evidence.content_type, content)
