"""Forms that begin an amendment: a disruption, other payers from a day, a metric alongside."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts import selectors, services
from contracts.forms import DisruptionForm, ParallelMetricForm, PayersForm
from contracts.views.shown import contract_page
from sibportal.accounts.roles import Action
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.localised import localised

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Terms


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def disruption_draft(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Something disturbed the plan: what, when, and how the parties want to treat it."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_TERMS)
    form = DisruptionForm(request.POST or None, outcomes=selectors.outcome_titles(contract))
    if request.method == "POST":
        terms = accepted(
            form,
            lambda: services.draft_disruption(
                actor=actor,
                contract=contract,
                disruption=form.disruption(),
                reason=form.cleaned_data["reason"],
            ),
        )
        if terms is not None:
            return _drafted(request, terms)
    return contract_page(
        request, "contracts/disruption_draft.html", contract, {"form": form}, status=status_of(form)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def party_shares(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Who pays which share from a day on, when one payer is followed by several."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_TERMS)
    form = PayersForm(
        request.POST or None,
        payers=selectors.payer_names(contract),
        now=selectors.payer_shares(contract),
    )
    if request.method == "POST":
        terms = accepted(
            form,
            lambda: services.draft_payers_change(
                actor=actor,
                contract=contract,
                on=form.cleaned_data["on"],
                shares=form.shares(),
                document=form.cleaned_data["document"],
            ),
        )
        if terms is not None:
            return _drafted(request, terms)
    return contract_page(
        request, "contracts/party_shares.html", contract, {"form": form}, status=status_of(form)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def metric_parallel(request: HttpRequest, suspicion_id: UUID) -> HttpResponse:
    """Measure another metric alongside one in doubt, before the parties agree on a new baseline."""
    actor = signed_in(request)
    suspicion = selectors.suspicion_of(actor, suspicion_id, Action.EDIT_TERMS)
    contract = suspicion.contract
    metrics = selectors.newest_metrics(without=selectors.metrics_in_terms(contract))
    labels = {one.pk: str(localised(one, "title")) or one.code for one in metrics}
    form = ParallelMetricForm(request.POST or None, metrics=metrics, labels=labels)
    if request.method == "POST":
        terms = accepted(
            form,
            lambda: services.draft_parallel_metric(
                actor=actor,
                contract=contract,
                beside=suspicion.metric_code,
                **form.cleaned_data,
            ),
        )
        if terms is not None:
            return _drafted(request, terms)
    titles = selectors.metric_titles(contract)
    context = {"form": form, "title": titles.get(suspicion.metric_code, suspicion.metric_code)}
    return contract_page(
        request, "contracts/metric_parallel.html", contract, context, status=status_of(form)
    )


def _drafted(request: HttpRequest, terms: Terms) -> HttpResponse:
    messages.success(
        request,
        _("The draft of an amendment is ready. Read it, then propose it to the parties."),
    )
    return redirect("contracts:terms-version", terms.pk)
