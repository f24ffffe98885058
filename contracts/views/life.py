"""The course of a contract: what happened to it as a whole, suspending it and letting it go on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts import selectors, services
from contracts.forms import ReasonForm, ResumptionForm, SuspensionForm, SuspicionForm
from contracts.models import ContractTurn
from contracts.rules.terms.say_settlement import say_contingencies
from contracts.states import CONTRACT, ContractState
from contracts.views.shown import contract_page, contract_status, may_amend
from sibportal.accounts.roles import Action
from sibportal.web import formats
from sibportal.web.components import LogEntry, Status
from sibportal.web.doors import carried_out, signed_in, status_of
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract
    from sibportal.accounts.models import User

_ICONS = {"suspended": "triangle-alert", "resumed": "circle-check", "ended": "octagon-x"}


@login_required
@require_safe
def contract_course(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Suspensions and the end of a contract, and what can be done about it now."""
    viewer = signed_in(request)
    contract = selectors.contract(viewer, contract_id)
    rights = selectors.rights(viewer, contract)
    steers = Action.STEER_CONTRACT in rights
    next_states = CONTRACT[contract.state]
    context = {
        "status": contract_status(contract.state),
        "entries": [_entry(turn) for turn in selectors.turns(viewer, contract)],
        "may_suspend": steers and ContractState.SUSPENDED in next_states,
        "may_resume": steers and contract.state == ContractState.SUSPENDED,
        "may_end": steers and ContractState.CLOSED in next_states,
        "suspicions": _suspicions(viewer, contract),
        "disruptions": _disruptions(contract),
        "open_terms": selectors.open_terms(contract),
        "may_amend": may_amend(contract, rights),
        "may_suspect": Action.SUSPECT_METRIC in rights and contract.state != ContractState.DRAFT,
    }
    return contract_page(request, "contracts/contract_course.html", contract, context)


def _disruptions(contract: Contract) -> list[str]:
    """What the last agreed terms say about disturbances, in words."""
    wording = selectors.last_wording(contract)
    if wording is None:
        return []
    only = replace(wording, terminations=())
    return [sentence(phrase.code, **phrase.params) for phrase in say_contingencies(only)]


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
    if carried_out(
        request,
        form,
        lambda: services.suspend_contract(actor=actor, contract=contract, **form.cleaned_data),
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
    if carried_out(
        request,
        form,
        lambda: services.resume_contract(actor=actor, contract=contract, **form.cleaned_data),
    ):
        messages.success(request, _("The contract is in force again."))
        return redirect("contracts:contract-course", contract.pk)
    since = selectors.turns(actor, contract).first()
    context = {"form": form, "since": formats.day(since.on) if since else ""}
    return contract_page(
        request, "contracts/contract_resume.html", contract, context, status=status_of(form)
    )


# --- Metrics under suspicion ----------------------------------------------------------------------


def _suspicions(viewer: User, contract: Contract) -> list[dict[str, object]]:
    titles = selectors.metric_titles(contract)
    found = []
    for one in selectors.suspicions(viewer, contract):
        cleared = getattr(one, "cleared", None)
        found.append(
            {
                "suspicion": one,
                "title": titles.get(one.metric_code, one.metric_code),
                "cleared": cleared,
                "status": Status("success", _("Cleared"))
                if cleared
                else Status("warning", _("Under suspicion")),
                "is_own": one.raised_by_id == viewer.pk,
            }
        )
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def metric_suspect(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Mark a metric as suspect from a day: payment that rests on it waits."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.SUSPECT_METRIC)
    titles = selectors.metric_titles(contract)
    form = SuspicionForm(request.POST or None, metrics=list(titles.items()))
    if carried_out(
        request,
        form,
        lambda: services.suspect_metric(actor=actor, contract=contract, **form.cleaned_data),
    ):
        messages.success(request, _("Payment that rests on this metric waits until it is cleared."))
        return redirect("contracts:contract-course", contract.pk)
    return contract_page(
        request, "contracts/metric_suspect.html", contract, {"form": form}, status=status_of(form)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def metric_clear(request: HttpRequest, suspicion_id: UUID) -> HttpResponse:
    """Clear a metric that somebody else has put under suspicion."""
    actor = signed_in(request)
    suspicion = selectors.suspicion(actor, suspicion_id)
    contract = suspicion.contract
    form = ReasonForm(request.POST or None)
    if carried_out(
        request,
        form,
        lambda: services.clear_metric(actor=actor, suspicion=suspicion, **form.cleaned_data),
    ):
        messages.success(request, _("Payment may rest on the metric again."))
        return redirect("contracts:contract-course", contract.pk)
    titles = selectors.metric_titles(contract)
    context = {
        "form": form,
        "suspicion": suspicion,
        "title": titles.get(suspicion.metric_code, suspicion.metric_code),
        "alongside": selectors.measured_alongside(contract),
    }
    return contract_page(
        request, "contracts/metric_clear.html", contract, context, status=status_of(form)
    )
