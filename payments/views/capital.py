"""Pages of the capital of a contract: commitments of investors and what they have paid in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import contracts.selectors
from payments import services
from payments.forms import CapitalPaymentForm, CommitmentForm
from payments.selectors import capital as selectors
from sibportal.accounts.roles import Action
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def capital(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """What investors have committed and paid in, as far as the reader may see it."""
    viewer = signed_in(request)
    contract = contracts.selectors.contract(viewer, contract_id, Action.VIEW_CAPITAL)
    context = {
        "contract": contract,
        "rows": selectors.commitments(viewer, contract),
        "may_record": selectors.may_record(viewer, contract),
    }
    return page(request, "payments/capital.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def commitment_record(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Record what an investor has bound itself to put in."""
    actor = signed_in(request)
    contract = contracts.selectors.contract(actor, contract_id, Action.RECORD_CAPITAL)
    form = CommitmentForm(request.POST or None, investors=selectors.investors(contract))
    if request.method == "POST":
        given = accepted(
            form,
            lambda: services.record_commitment(actor=actor, contract=contract, **form.cleaned_data),
        )
        if given is not None:
            messages.success(request, _("The commitment is recorded."))
            return redirect("payments:capital", contract.pk)
    context = {"contract": contract, "form": form}
    return page(request, "payments/commitment_record.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def capital_payment_record(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Record capital that an investor has paid in."""
    actor = signed_in(request)
    commitment = selectors.commitment(actor, commitment_id, Action.RECORD_CAPITAL)
    form = CapitalPaymentForm(request.POST or None)
    if request.method == "POST":
        given = accepted(
            form,
            lambda: services.record_capital_payment(
                actor=actor, commitment=commitment, **form.cleaned_data
            ),
        )
        if given is not None:
            messages.success(request, _("The capital payment is recorded."))
            return redirect("payments:capital", commitment.contract_id)
    context = {"contract": commitment.contract, "commitment": commitment, "form": form}
    return page(request, "payments/capital_payment_record.html", context, status=status_of(form))
