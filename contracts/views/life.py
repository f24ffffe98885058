"""The course of a contract: what happened to it as a whole, suspending it and letting it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts import selectors, services
from contracts.forms import ResumptionForm, SuspensionForm
from contracts.models import ContractTurn
from contracts.states import CONTRACT, ContractState
from contracts.views.shown import contract_page, contract_status
from sibportal.accounts.roles import Action
from sibportal.web import formats
from sibportal.web.components import LogEntry
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_ICONS = {"suspended": "triangle-alert", "resumed": "circle-check", "ended": "octagon-x"}


@login_required
@require_safe
def contract_course(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Suspensions and the end of a contract, and what can be done about it now."""
    viewer = signed_in(request)
    contract = selectors.contract(viewer, contract_id)
    steers = Action.STEER_CONTRACT in selectors.rights(viewer, contract)
    next_states = CONTRACT[contract.state]
    context = {
        "status": contract_status(contract.state),
        "entries": [_entry(turn) for turn in selectors.turns(viewer, contract)],
        "may_suspend": steers and ContractState.SUSPENDED in next_states,
        "may_resume": steers and contract.state == ContractState.SUSPENDED,
        "may_end": steers and ContractState.CLOSED in next_states,
    }
    return contract_page(request, "contracts/contract_course.html", contract, context)


def _entry(turn: ContractTurn) -> LogEntry:
    cause = sentence(f"contracts.cause.{turn.cause}") if turn.cause else ""
    text = sentence(f"contracts.turn.{turn.turn}", day=turn.on)
    return LogEntry(
        turn.recorded_at,
        f"{text} {cause}".strip(),
        _ICONS[turn.turn],
        turn.recorded_by.name,
        turn.reason,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contract_suspend(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Stop a contract for a cause, from a day."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.STEER_CONTRACT)
    form = SuspensionForm(request.POST or None, initial={"on": selectors.today(contract)})
    if (
        request.method == "POST"
        and accepted(
            form,
            lambda: services.suspend_contract(actor=actor, contract=contract, **form.cleaned_data),
        )
        is not None
    ):
        messages.success(request, _("The contract is suspended. All parties see why."))
        return redirect("contracts:contract-course", contract.pk)
    return contract_page(
        request, "contracts/contract_suspend.html", contract, {"form": form}, status=status_of(form)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contract_resume(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Let a suspended contract go on from a day."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.STEER_CONTRACT)
    form = ResumptionForm(request.POST or None, initial={"on": selectors.today(contract)})
    if (
        request.method == "POST"
        and accepted(
            form,
            lambda: services.resume_contract(actor=actor, contract=contract, **form.cleaned_data),
        )
        is not None
    ):
        messages.success(request, _("The contract is in force again."))
        return redirect("contracts:contract-course", contract.pk)
    since = selectors.turns(actor, contract).first()
    context = {"form": form, "since": formats.day(since.on) if since else ""}
    return contract_page(
        request, "contracts/contract_resume.html", contract, context, status=status_of(form)
    )
