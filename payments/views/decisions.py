"""What officials do about a claim: submit, return, draft the decision, approve, record payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments import services
from payments.forms import ApprovalForm, PaymentForm, ReturnForm
from payments.forms.decisions import DecisionForm
from payments.models import Approval, Claim, DecisionDraft, PayerShare
from payments.selectors import approvals, disclosure, objections
from payments.selectors import claims as selectors
from payments.states import ApprovalStepKind, Vat
from payments.views import shown, steps
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import InvalidTransition, NotVisible
from sibportal.web import formats
from sibportal.web.doors import accepted, carried_out, signed_in, status_of
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sibportal.accounts.models import User


@login_required
@require_POST
def claim_submit(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Send a claim to its approvers."""
    actor = signed_in(request)
    claim = selectors.claim(actor, claim_id)
    services.submit_claim(actor=actor, claim=claim)
    messages.success(request, _("The claim waits for approval by each payer."))
    return redirect("payments:claim-detail", claim.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_return(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Send a claim back to its maker with a reason."""
    actor = signed_in(request)
    claim = selectors.claim(actor, claim_id, Action.APPROVE_CLAIM)
    form = ReturnForm(request.POST or None)
    if carried_out(
        request, form, lambda: services.return_claim(actor=actor, claim=claim, **form.cleaned_data)
    ):
        messages.success(request, _("The claim is returned to its maker."))
        return redirect("payments:claim-detail", claim.pk)
    context = {"contract": claim.contract, "claim": claim, "form": form}
    return page(request, "payments/claim_return.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_approve(request: HttpRequest, claim_id: UUID, payer_id: UUID) -> HttpResponse:
    """Ask before approving, on a page of its own; a post approves the calculation seen."""
    actor = signed_in(request)
    claim = selectors.claim(actor, claim_id, Action.APPROVE_CLAIM)
    share = selectors.share(actor, claim, payer_id)
    form = ApprovalForm(request.POST or None, initial={"digest": claim.digest})
    if request.method == "POST":
        try:
            if accepted(form, lambda: _approve(actor, claim, share, form)) is not None:
                messages.success(request, _("Your approval is recorded."))
                return redirect("payments:claim-detail", claim.pk)
        except InvalidTransition:
            if not selectors.has_approved(actor, claim):
                raise
        if selectors.has_approved(actor, claim):  # a double click, or the page sent once more
            messages.info(request, _("You have approved this claim already. Nothing changed."))
            return redirect("payments:claim-detail", claim.pk)
    context = {"form": form, **_confirmation(actor, claim), **_step(actor, claim, share)}
    context |= {"share": share, "amount": shown.claim_money(claim, share.amount)}
    return page(request, "payments/claim_approve.html", context, status=status_of(form))


def _approve(actor: User, claim: Claim, share: PayerShare, form: ApprovalForm) -> Approval:
    return services.approve_claim(
        actor=actor, claim=claim, payer=share.payer, digest=form.cleaned_data["digest"]
    )


def _confirmation(actor: User, claim: Claim) -> dict[str, Any]:
    reasoning = disclosure.reasoning_shown(actor, claim)
    return {
        "contract": claim.contract,
        "claim": claim,
        "words": shown.headline(claim, reasoning=reasoning),
        "pairs": [
            (_("Claim as a whole"), shown.claim_money(claim)),
            (_("Paid to"), claim.payee.organisation.name),
            (_("Calculated by"), claim.calculated_by.name),
            (_("Mark of the calculation"), claim.digest[:12]),
        ],
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def payment_record(request: HttpRequest, claim_id: UUID, payer_id: UUID) -> HttpResponse:
    """Record that one payer has paid its share."""
    actor = signed_in(request)
    claim = selectors.claim(actor, claim_id, Action.RECORD_PAYMENT)
    share = selectors.share_prepared_by(actor, claim, payer_id)
    position = objections.position(claim, share)
    repaid = position.outstanding < 0
    form = PaymentForm(
        request.POST or None, repaid=repaid, initial={"amount": abs(position.outstanding)}
    )
    if carried_out(
        request,
        form,
        lambda: services.record_payment(
            actor=actor, claim=claim, payer=share.payer, **form.cleaned_data
        ),
    ):
        told = _("The repayment is recorded.") if repaid else _("The payment is recorded.")
        messages.success(request, told)
        return redirect("payments:claim-detail", claim.pk)
    context = {"form": form, "position": position, **_confirmation(actor, claim)}
    amount = shown.claim_money(claim, abs(position.outstanding))
    context |= {"share": share, "repaid": repaid, "amount": amount}
    return page(request, "payments/payment_record.html", context, status=status_of(form))


def _step(actor: User, claim: Claim, share: PayerShare) -> dict[str, Any]:
    """Which step the approver takes, in whose place, and the decision draft that it is about."""
    taken = approvals.steps_taken(claim)[share.payer_id]
    next_step = next((row for row in taken if row.approval is None), None)
    absent = approvals.absent_approver(actor, claim, share.payer)
    return {
        "step": ApprovalStepKind(next_step.kind.value).label if next_step else "",
        "number": next_step.step if next_step else 0,
        "of": len(taken),
        "absent": absent,
        "draft": approvals.latest_draft(claim, share.payer_id),
    }


# --- The decision -----------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decision_draft(request: HttpRequest, claim_id: UUID, payer_id: UUID) -> HttpResponse:
    """Write the draft of one payer's decision; every saving is a version."""
    actor = signed_in(request)
    claim = selectors.claim(actor, claim_id, Action.PREPARE_DECISION)
    share = selectors.share_prepared_by(actor, claim, payer_id)
    before = approvals.earlier_draft(claim, payer_id)
    form = DecisionForm(request.POST or None, initial=_as_typed(before))
    if carried_out(
        request,
        form,
        lambda: services.draft_decision(
            actor=actor, claim=claim, payer=share.payer, **form.cleaned_data
        ),
    ):
        messages.success(request, _("The decision draft is saved."))
        return redirect("payments:decision-print", claim.pk, payer_id)
    context = {"contract": claim.contract, "claim": claim, "share": share, "form": form}
    return page(request, "payments/decision_draft.html", context, status=status_of(form))


def _as_typed(draft: DecisionDraft | None) -> dict[str, Any]:
    if draft is None:
        return {}
    return {name: getattr(draft, name) for name in DecisionForm.base_fields}


@login_required
@require_safe
def decision_print(request: HttpRequest, claim_id: UUID, payer_id: UUID) -> HttpResponse:
    """The decision draft on paper: what is paid, to whom, why, who checked and who accepts."""
    viewer = signed_in(request)
    claim = selectors.claim(viewer, claim_id, Action.VIEW_COUNTS)
    share = selectors.share(viewer, claim, payer_id)
    draft = approvals.latest_draft(claim, payer_id)
    if draft is None:
        raise NotVisible
    part = next(one for one in steps.payer_parts(claim) if one.share.pk == share.pk)
    context = {
        "contract": claim.contract,
        "claim": claim,
        "share": share,
        "draft": draft,
        "status": shown.claim_status(claim.state),
        "words": shown.headline(claim, reasoning=disclosure.reasoning_shown(viewer, claim)),
        "vat": _vat(draft),
        "part": part,
        "shares": claim.payer_shares.all(),
    }
    return page(request, "payments/decision_print.html", context)


def _vat(draft: DecisionDraft) -> str:
    label = str(Vat(draft.vat_treatment).label)
    if draft.vat_rate_percent is None:
        return label
    rate = formats.percentage(draft.vat_rate_percent)
    return _("%(treatment)s, %(rate)s") % {"treatment": label, "rate": rate}
