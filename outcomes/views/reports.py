"""The report of a round: read and signed by the verifier, then a page, a paper and a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outcomes import selectors, services
from outcomes.forms import SignForm
from outcomes.rules.rounds import report_digest
from outcomes.selectors import reports, samples
from outcomes.views import report_shown
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import RuleViolation
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.messages import issue_sentence
from sibportal.web.pdf import Report, pdf_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from outcomes.models import VerificationReport
    from sibportal.accounts.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_sign(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Read the whole report and sign it."""
    actor = signed_in(request)
    row = samples.round_seen(actor, round_id, Action.SIGN_CLOSING)
    try:
        services.require_signable(row)
    except RuleViolation as violation:
        messages.error(request, issue_sentence(violation.issues[0]))
        return redirect("outcomes:round-detail", row.pk)
    form = SignForm(request.POST or None)
    if request.method == "POST":
        done = accepted(
            form,
            lambda: services.sign_report(actor=actor, row=row, digest=form.cleaned_data["digest"]),
        )
        if done is not None:
            messages.success(request, _("The report is signed. All parties can read it."))
            return redirect("outcomes:report-detail", row.pk)
    content = reports.report_content(row)
    shown = report_shown.report(
        content, signed=None, sees_items=True, sees_counts=True,
        limit=row.contract.small_number_limit,
    )  # fmt: skip
    context = {
        "contract": row.contract,
        "row": row,
        "shown": shown,
        "problems": [text for found in form.errors.values() for text in found],
        "form": SignForm(initial={"digest": report_digest(content)}),
    }
    return page(request, "outcomes/report_sign.html", context, status=status_of(form))


@login_required
@require_safe
def report_detail(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """A signed report, as the reader may see it."""
    return _page(request, round_id, "outcomes/report_detail.html")


@login_required
@require_safe
def report_print(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The same as a paper."""
    return _page(request, round_id, "outcomes/report_print.html")


@login_required
@require_safe
def report_pdf(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The same as a file to keep."""
    viewer = signed_in(request)
    signed = samples.report_seen(viewer, round_id)
    name = f"verification-{signed.round.contract.code}-{signed.round.number}.pdf"
    return pdf_response(name, _shown(viewer, signed))


def _page(request: HttpRequest, round_id: UUID, template: str) -> HttpResponse:
    viewer = signed_in(request)
    signed = samples.report_seen(viewer, round_id)
    context = {
        "contract": signed.round.contract,
        "row": signed.round,
        "signed": signed,
        "shown": _shown(viewer, signed),
        "sees_round": selectors.may(viewer, Action.VIEW_SAMPLE, signed.round),
    }
    return page(request, template, context)


def _shown(viewer: User, signed: VerificationReport) -> Report:
    contract = signed.round.contract
    return report_shown.report(
        signed.content,
        signed=signed,
        sees_items=selectors.may(viewer, Action.VIEW_SAMPLE, signed.round),
        sees_counts=selectors.sees_small_numbers(viewer, contract),
        limit=contract.small_number_limit,
    )
