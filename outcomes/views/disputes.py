"""Pages of disputes about rejected measurements: raise, decide, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.selectors import deciders
from outcomes import services
from outcomes.forms.samples import DisputeForm, RulingForm
from outcomes.models import Measurement, Verification
from outcomes.selectors import disputes
from outcomes.views.common import (
    document_of,
    metric_title,
    number_text,
    point_title,
    value_text,
)
from sibportal.accounts.roles import Action
from sibportal.web import formats
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute_raise(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """Dispute the rejection of a measurement, with the reason."""
    actor = signed_in(request)
    row = disputes.measurement_to_dispute(actor, measurement_id)
    rejected = disputes.rejection(row)
    form = DisputeForm(request.POST or None)
    if request.method == "POST":
        done = accepted(
            form,
            lambda: services.raise_dispute(
                actor=actor, measurement=row, reason=form.cleaned_data["reason"]
            ),
        )
        if done is not None:
            messages.success(request, _("The dispute is recorded. It waits for its decision."))
            return redirect("outcomes:measurement-detail", row.uuid)
    context = _about(row, rejected) | {
        "form": form,
        "deciders": deciders(row.contract),
        "last_day": disputes.last_day(rejected) if rejected else None,
        "is_open": disputes.disputable_until(actor, row) is not None,
    }
    return page(request, "outcomes/dispute_raise.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute_decide(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """Decide a dispute as the contract's expert or its steering group."""
    actor = signed_in(request)
    dispute = disputes.dispute_seen(actor, dispute_id, Action.DECIDE_DISPUTE)
    row = dispute.verification.measurement
    form = RulingForm(request.POST or None)
    if request.method == "POST":
        done = accepted(
            form,
            lambda: services.rule_on_dispute(
                actor=actor,
                dispute=dispute,
                overturn=form.cleaned_data["outcome"] == "overturned",
                reason=form.cleaned_data["reason"],
            ),
        )
        if done is not None:
            messages.success(request, _("The decision is recorded."))
            return redirect("outcomes:plan-detail", row.contract_id)
    context = _about(row, dispute.verification) | {"form": form, "dispute": dispute}
    return page(request, "outcomes/dispute_decide.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute_withdraw(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """Take back a dispute of one's party."""
    actor = signed_in(request)
    dispute = disputes.dispute_to_withdraw(actor, dispute_id)
    row = dispute.verification.measurement
    form = DisputeForm(request.POST or None)
    if request.method == "POST":
        done = accepted(
            form,
            lambda: services.withdraw_dispute(
                actor=actor, dispute=dispute, reason=form.cleaned_data["reason"]
            ),
        )
        if done is not None:
            messages.success(request, _("The dispute is withdrawn. The rejection stands."))
            return redirect("outcomes:plan-detail", row.contract_id)
    context = _about(row, dispute.verification) | {"form": form, "dispute": dispute}
    return page(request, "outcomes/dispute_withdraw.html", context, status=status_of(form))


def _about(row: Measurement, rejected: Verification | None) -> dict[str, Any]:
    """What was reported, and why it was rejected."""
    pairs: list[tuple[Any, Any]] = [
        (_("Participant"), row.participant.code),
        (
            _("What"),
            f"{metric_title(row.metric)}, {point_title(document_of(row.contract), row.point_key)}",
        ),
        (_("As reported"), value_text(row)),
        (_("Measured on"), formats.day(row.measured_on)),
        (_("Source of the evidence"), row.evidence_source or "–"),
        (_("Where the evidence is held"), row.evidence_location or "–"),
    ]
    if rejected is not None:
        pairs.append((_("Why it was rejected"), rejected.note))
        if rejected.found_value is not None:
            found = number_text(row.metric, rejected.found_value)
            pairs.append((_("What the verifier found"), found))
    return {"contract": row.contract, "row": row, "pairs": pairs}
