"""Data quality of a contract: for the official by provider and period, for the provider what to
mend and why something was rejected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from outcomes import selectors
from outcomes.models import FindingSeverity
from outcomes.selectors import quality as selector
from outcomes.selectors.quality import Completeness, FindingCount, Quality
from outcomes.views.common import metric_title, shown
from outcomes.views.results import progress_chart
from sibportal.accounts.roles import Action, PartyRole
from sibportal.web import formats
from sibportal.web.components import Kpi, Meter, Status, Tone
from sibportal.web.doors import signed_in
from sibportal.web.http import page
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract
    from sibportal.accounts.models import User

WAITING_SHOWN = 20
PERIODS_SHOWN = 4
SEVERITIES: dict[str, Tone] = {
    FindingSeverity.BLOCKS: "danger",
    FindingSeverity.LOOK: "warning",
    FindingSeverity.INFORMATION: "info",
}


@dataclass(frozen=True)
class Row:
    """One line of a table: its heading, what stands small under it, and cells as text."""

    title: str
    cells: list[str]
    sub: str = ""
    meter: Meter | None = None
    status: Status | None = None


@login_required
@require_safe
def quality_detail(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """How complete, how timely and how good the data are, and what there is to mend."""
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_MEASUREMENT)
    complete = selector.completeness(viewer, contract)
    rows = selector.quality(viewer, contract)
    latest = sorted({one.period for one in rows if one.period}, reverse=True)[:PERIODS_SHOWN]
    context = {
        "contract": contract,
        "may_verify": selectors.may(viewer, Action.VERIFY_MEASUREMENT, contract),
        "kpis": _kpis(selector.whole(viewer, contract), complete),
        "complete": [_completeness(one) for one in complete[:PERIODS_SHOWN]],
        "rows": [_quality(one) for one in rows if one.period in latest],
        "findings": [_finding(one) for one in selector.finding_counts(viewer, contract)],
        "rejected": [
            {"row": row, "metric": metric_title(row.metric)}
            for row in selector.rejected(viewer, contract)
        ],
        **_to_mend(viewer, contract),
    }
    return page(request, "outcomes/quality_detail.html", context)


def _to_mend(viewer: User, contract: Contract) -> dict[str, object]:
    """What waits for whoever enters the data, and how their outcomes are doing."""
    if not selectors.may(viewer, Action.SUBMIT_MEASUREMENT, contract):
        return {"is_provider": False}
    progress = selectors.outcome_progress(viewer, [contract.pk]).get(contract.pk, ())
    return {
        "is_provider": True,
        "questions": [
            {"row": row, "metric": metric_title(row.metric)}
            for row in selectors.questions(viewer, contract)[:WAITING_SHOWN]
        ],
        "stopped": [
            {"row": row, "metric": metric_title(row.metric)}
            for row in selectors.stopped(viewer, contract)[:WAITING_SHOWN]
        ],
        "charts": [progress_chart(one) for one in progress if one.series],
    }


def _kpis(whole: Quality, complete: list[Completeness]) -> list[Kpi]:
    due, missing = sum(one.due for one in complete), sum(one.missing for one in complete)
    return [
        Kpi(
            _("Complete"),
            _share(due - missing, due),
            "",
            ngettext("%(count)s missing", "%(count)s missing", missing)
            % {"count": formats.number(missing)},
        ),
        Kpi(_("From measuring to entry"), _days(whole.days_to_entry), "", _("median")),
        Kpi(
            _("Decided by the verifier"),
            _share(whole.decided, whole.rows),
            "",
            _("of %(rows)s measurements") % {"rows": formats.number(whole.rows)},
        ),
        Kpi(
            _("Rejected"),
            _share(whole.rejected, whole.decided),
            "",
            _("of those decided"),
        ),
    ]


def _completeness(one: Completeness) -> Row:
    return Row(
        _period(one.period.number),
        [
            formats.number(one.due),
            formats.number(one.measured),
            formats.number(one.not_reached),
            formats.number(one.missing),
            _share(one.due - one.missing, one.due),
        ],
        meter=Meter(one.due - one.missing, one.due) if one.due else None,
    )


def _quality(one: Quality) -> Row:
    return Row(
        one.provider or str(PartyRole.LEAD_PROVIDER.label),
        [
            formats.number(one.rows),
            _days(one.days_to_entry),
            _share(one.decided, one.rows),
            _share(one.rejected, one.decided),
            formats.number(one.queried),
        ],
        sub=_period(one.period or 0),
    )


def _finding(one: FindingCount) -> Row:
    severity = FindingSeverity(one.severity)
    return Row(
        sentence(one.latest.code, **shown(one.latest.params)),
        [formats.number(one.rows)],
        status=Status(SEVERITIES[severity], severity.label),
    )


def _period(number: int) -> str:
    return _("Period %(number)s") % {"number": number}


def _share(part: int, whole: int) -> str:
    return formats.percent(part / whole, places=0) if whole else "–"


def _days(delay: timedelta | None) -> str:
    if delay is None:
        return "–"
    days = round(delay / timedelta(days=1))
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": formats.number(days)}
