"""What ending a contract would cost today, and ending it on a page that says what it means."""

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
from payments.forms.ending import EndForm
from payments.selectors.obligations import exits_seen
from payments.views.obligations import exit_rows, exit_words
from sibportal.accounts.roles import Action
from sibportal.web.doors import carried_out, signed_in, status_of
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def exit_cost(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """What an end today would cost: by cause as a page, from least to most for a dashboard.

    A dashboard asks once for each contract: working it out takes a claim's worth of reading.
    """
    viewer = signed_in(request)
    contract = contracts.selectors.contract(viewer, contract_id)
    found = exits_seen(viewer, contract)
    context = {
        "contract": contract,
        "words": exit_words(contract, found),
        "exits": exit_rows(contract, found) if found else [],
    }
    return page(request, "payments/exit_cost.html", context, fragment="payments/_exit_cost.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contract_end(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """End a contract early for a cause, or close it after its last day."""
    actor = signed_in(request)
    contract = contracts.selectors.contract(actor, contract_id, Action.STEER_CONTRACT)
    today = contracts.selectors.today(contract)
    is_over = today >= contract.ends_on
    found = None if is_over else exits_seen(actor, contract)
    form = EndForm(
        request.POST or None,
        is_over=is_over,
        initial={
            "on": contract.ends_on if is_over else today,
            "seen": found.digest if found else "",
        },
    )
    if carried_out(
        request,
        form,
        lambda: services.end_contract(actor=actor, contract=contract, **form.answers()),
    ):
        messages.success(request, _("The contract has ended. Its records stay readable."))
        return redirect("contracts:contract-course", contract.pk)
    context = {
        "contract": contract,
        "form": form,
        "is_over": is_over,
        "exits": exit_rows(contract, found) if found else [],
    }
    return page(request, "payments/contract_end.html", context, status=status_of(form))
