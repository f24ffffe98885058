"""What the automatic checks look at, how strict this contract is, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from outcomes import selectors, services
from outcomes.forms import CheckForm
from outcomes.models import CheckLevel, CheckSetting
from outcomes.rules.checks import GROUPS
from outcomes.selectors import CheckRow
from outcomes.views.common import metric_title
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible
from sibportal.web import formats
from sibportal.web.components import Status, Tone
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract

TONES: dict[str, Tone] = {
    CheckLevel.BLOCKS: "danger",
    CheckLevel.LOOK: "warning",
    CheckLevel.INFORMATION: "info",
    CheckLevel.OFF: "neutral",
}
HEADINGS = {
    "values": gettext_lazy("The value"),
    "dates": gettext_lazy("The day"),
    "people": gettext_lazy("The participant"),
    "proof": gettext_lazy("Evidence and completeness"),
}


@login_required
@require_safe
def check_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Every automatic check in plain words, with how this contract treats what it finds."""
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_CONTRACT)
    rows = {row.check.code: row for row in selectors.checks_in_force(viewer, contract)}
    titles = _titles(contract)
    groups = [
        (HEADINGS[key], [_shown(rows[check.code], titles) for check in checks])
        for key, checks in GROUPS.items()
    ]
    context = {
        "contract": contract,
        "groups": groups,
        "may_set": selectors.may(viewer, Action.SET_CHECKS, contract),
    }
    return page(request, "outcomes/check_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def check_set(request: HttpRequest, contract_id: UUID, name: str) -> HttpResponse:
    """Change one check of a contract, with the reason; it holds for later checks."""
    actor = signed_in(request)
    contract = selectors.contract_seen(actor, contract_id, Action.SET_CHECKS)
    row = _row(actor, contract, name)
    form = CheckForm(
        request.POST or None,
        check=row.check,
        metrics=list(_titles(contract).items()),
        now=row.in_force.parameters,
        initial={"severity": row.in_force.severity or CheckLevel.OFF},
    )
    if request.method == "POST":
        changed = accepted(form, lambda: _set(request, contract, row, form))
        if changed is not None:
            messages.success(request, _("Changed. It holds for checks from now on."))
            return redirect("outcomes:check-list", contract.pk)
    context = {
        "contract": contract,
        "form": form,
        "title": sentence(f"{row.check.code}.title"),
        "about": sentence(f"{row.check.code}.about"),
        "default": CheckLevel(row.check.severity.value).label,
    }
    return page(request, "outcomes/check_set.html", context, status=status_of(form))


def _set(request: HttpRequest, contract: Contract, row: CheckRow, form: CheckForm) -> CheckSetting:
    return services.set_check(
        actor=signed_in(request),
        contract=contract,
        code=row.check.code,
        severity=form.cleaned_data["severity"],
        parameters=form.given(),
        reason=form.cleaned_data["reason"],
        metric=form.cleaned_data["metric"],
    )


def _row(actor: Any, contract: Contract, name: str) -> CheckRow:
    """The check that the address names; one that no contract may change leads nowhere."""
    for row in selectors.checks_in_force(actor, contract):
        if row.check.code == f"outcomes.{name}" and not row.check.fixed:
            return row
    raise NotVisible


def _shown(row: CheckRow, titles: dict[str, str]) -> dict[str, Any]:
    level = CheckLevel(row.in_force.severity.value) if row.in_force.severity else CheckLevel.OFF
    rests = bool(row.check.parameters) and not row.in_force.parameters
    return {
        "name": row.check.code.removeprefix("outcomes."),
        "title": sentence(f"{row.check.code}.title"),
        "about": sentence(f"{row.check.code}.about"),
        "status": Status("neutral", _("By metric")) if rests else _level(level),
        "figures": _figures(row),
        "fixed": row.check.fixed,
        "latest": row.latest,
        "by_metric": [
            (titles.get(one.metric_code, one.metric_code), _level(CheckLevel(one.severity)), one)
            for one in row.by_metric
        ],
    }


def _level(level: CheckLevel) -> Status:
    return Status(TONES[level], level.label)


def _figures(row: CheckRow) -> list[tuple[str, str]]:
    return [
        (sentence(f"outcomes.check_figure.{name}"), formats.number(figure.normalize() + 0))
        for name, figure in row.in_force.parameters.items()
    ]


def _titles(contract: Contract) -> dict[str, str]:
    return {
        code: metric_title(metric) for code, metric in selectors.metrics_measured(contract).items()
    }
