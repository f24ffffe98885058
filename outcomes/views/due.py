"""What is due, visit by visit: late ones first, what can be entered now, what is coming."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cohorts.models import ConsentSwitch, Participant
from cohorts.selectors import consent_state
from cohorts.states import ExitReason
from contracts.models import Contract
from outcomes import selectors
from outcomes.rules.points import DUE_SOON_DAYS, PointStatus
from outcomes.selectors import DueItem, Visit
from outcomes.views.common import metric_title, paged
from sibportal.accounts.roles import Action
from sibportal.web import formats
from sibportal.web.components import Filter, Status
from sibportal.web.doors import signed_in
from sibportal.web.http import page
from sibportal.web.localised import choose, localised

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SHOWN = {
    PointStatus.OVERDUE: ("danger", gettext_lazy("Late")),
    PointStatus.DUE: ("warning", gettext_lazy("Due now")),
    PointStatus.DUE_SOON: ("info", gettext_lazy("Due soon")),
    PointStatus.NOT_DUE: ("new", gettext_lazy("Not due yet")),
    PointStatus.MEASURED: ("success", gettext_lazy("Reported")),
    PointStatus.NOT_REACHED: ("neutral", gettext_lazy("Not reached")),
    PointStatus.LEFT: ("neutral", gettext_lazy("Left before")),
    PointStatus.WITHDRAWN: ("neutral", gettext_lazy("Consent withdrawn")),
    PointStatus.EXCUSED: ("neutral", gettext_lazy("Excused")),
}
WAITING = (PointStatus.OVERDUE, PointStatus.DUE, PointStatus.DUE_SOON)


@login_required
@require_safe
def due_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """What is to be measured now or soon, one row and one button per visit."""
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_MEASUREMENT)
    visits = selectors.due_visits(viewer, contract)
    wanted = request.GET.get("status", "")
    search = request.GET.get("q", "").strip().upper()
    kept = [
        one
        for one in visits
        if (not wanted or one.status == wanted) and search in one.participant.code
    ]
    return page(
        request,
        "outcomes/due_list.html",
        {
            "contract": contract,
            "filters": _filters(visits, wanted),
            "search": request.GET.get("q", ""),
            "days": DUE_SOON_DAYS,
            "cohorts": [
                (one, str(localised(one, "title")) or one.code_prefix)
                for one in selectors.cohorts_seen(viewer, contract)
            ],
            "questions": selectors.questions(viewer, contract)[:10],
            "stopped": selectors.stopped(viewer, contract)[:10],
            "may_submit": selectors.may(viewer, Action.SUBMIT_MEASUREMENT, contract),
            **_page_of_visits(request, contract, kept),
        },
        fragment="outcomes/_due_table.html",
    )


def entry_url(item: DueItem) -> str:
    """Where one item of the due list is entered."""
    return visit_url(Visit((item,)))


def visit_url(visit: Visit) -> str:
    """Where the items of a visit are entered together; the address names each of them."""
    address = reverse("outcomes:measurement-submit", args=[visit.participant.pk])
    codes = [item.metric.code for item in visit.items]
    return f"{address}?{urlencode({'point': visit.point.key, 'metric': codes}, doseq=True)}"


def status_tag(status: PointStatus) -> Status:
    """How a point stands, as a tag."""
    tone, label = SHOWN[status]
    return Status(tone, label)  # type: ignore[arg-type]


def titles(item: DueItem) -> tuple[str, str]:
    """What the metric and the measurement point of an item are called."""
    return metric_title(item.metric), str(choose(item.point.title)) or item.point.key


def standing_notes(participant: Participant) -> list[str]:
    """What whoever enters something of a person must know first: gone, or does not want it."""
    enrolment, found = participant.enrolment, []
    if enrolment.exited_on is not None:
        died = _("The participant has died. Only what was measured until %(day)s can be entered.")
        left = _("The participant left on %(day)s.")
        text = died if enrolment.exit_reason == ExitReason.DEATH else left
        found.append(text % {"day": formats.day(enrolment.exited_on)})
    words = {
        ConsentSwitch.SERVICE: _("Consent to the service is withdrawn from %(day)s on."),
        ConsentSwitch.CONTACT: _("The participant does not want to be contacted."),
        ConsentSwitch.REGISTER_FOLLOW_UP: _("Follow-up from registers is refused from %(day)s on."),
    }
    for one in consent_state(participant).switches:
        if one.entry is not None and not one.given and one.switch in words:
            found.append(words[one.switch] % {"day": formats.day(one.entry.effective_on)})
    return found


def visit_row(visit: Visit, unit: str = "") -> dict[str, Any]:
    """A visit as a row shows it; only what can be entered today has an address."""
    named = [(metric_title(one.metric), entry_url(one)) for one in visit.items]
    return {
        "visit": visit,
        "unit": unit,
        "metrics": named,
        "what": ", ".join(name for name, _url in named),
        "point": titles(visit.items[0])[1],
        "status": status_tag(visit.status),
        "url": visit_url(visit) if visit.status in selectors.ENTERABLE else "",
    }


def _page_of_visits(request: HttpRequest, contract: Contract, kept: list[Visit]) -> dict[str, Any]:
    context = paged(request, kept)
    shown: list[Visit] = list(context["page_obj"])
    on = selectors.today(contract)
    units = selectors.unit_codes([one.participant for one in shown], on)
    context["rows"] = [visit_row(one, units.get(one.participant.pk, "")) for one in shown]
    return context


def _filters(visits: list[Visit], wanted: str) -> list[Filter]:
    pills = [Filter(_("All"), "?", len(visits), not wanted)]
    for status in WAITING:
        count = sum(one.status == status for one in visits)
        pills.append(Filter(SHOWN[status][1], f"?status={status}", count, wanted == status))
    return pills
