"""Pages of claims: list, one claim, one line, and what officials do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_tables2 as tables
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import contracts.selectors
import outcomes.selectors
from contracts.rules.terms import parse
from payments import services
from payments.forms import ApprovalForm, PaymentForm, ReturnForm
from payments.models import Claim
from payments.selectors import claims as selectors
from payments.selectors.claims import ClaimTask, ClaimTaskKind
from payments.views import shown
from sibportal.accounts.views.common import accepted, signed_in, status_of
from sibportal.kernel.explain import Step
from sibportal.web.http import page
from sibportal.web.tables import DateColumn, MoneyColumn, PortalTable, StatusColumn

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sibportal.accounts.models import User


class ClaimTable(PortalTable):
    """The claims of a contract."""

    number = tables.Column(
        gettext_lazy("Claim"),
        linkify=lambda record: reverse("payments:claim-detail", args=[record.pk]),
    )
    period = DateColumn(gettext_lazy("Period from"), accessor="period__starts_on")
    amount = MoneyColumn(gettext_lazy("Amount"), cents=True)
    due_on = DateColumn(gettext_lazy("Due on"))
    state = StatusColumn(gettext_lazy("State"))

    class Meta(PortalTable.Meta):
        caption = gettext_lazy("Claims")
        empty_text = gettext_lazy("No claim has been calculated yet.")

    def render_number(self, value: int) -> str:
        return _("Claim %(number)s") % {"number": value}

    def render_state(self, value: Any, record: Claim) -> str:
        return StatusColumn().render(shown.claim_status(record.state))


@require_safe
def claim_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The claims of one contract, newest first, and closed periods that wait for one."""
    viewer = signed_in(request)
    contract = contracts.selectors.contract(viewer, contract_id)
    table = ClaimTable(selectors.claims(viewer, contract))
    tables.RequestConfig(request, paginate={"per_page": 25}).configure(table)
    return page(request, "payments/claim_list.html", {"contract": contract, "table": table})


@require_safe
def claim_detail(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """One claim: why this amount, who pays what, what was decided and what can be done now."""
    viewer = signed_in(request)
    claim = selectors.claim(viewer, claim_id)
    return page(request, "payments/claim_detail.html", _claim_context(viewer, claim))


def _claim_context(viewer: User, claim: Claim) -> dict[str, Any]:
    counts_shown = outcomes.selectors.sees_small_numbers(viewer, claim.contract)
    paid = {payment.payer_id for payment in claim.payments.all()}
    tasks = selectors.tasks_for(viewer, claim)
    return {
        "contract": claim.contract,
        "claim": claim,
        "status": shown.claim_status(claim.state),
        "headline": shown.headline(claim, counts_shown=counts_shown),
        "counts_shown": counts_shown,
        "shares": [
            (share, shown.stages(claim, share, paid)) for share in claim.payer_shares.all()
        ],
        "may_submit": any(task.kind is ClaimTaskKind.SUBMIT for task in tasks),
        "to_approve": [task for task in tasks if task.kind is ClaimTaskKind.APPROVE],
        "to_pay": [task for task in tasks if task.kind is ClaimTaskKind.PAY],
        "may_return": selectors.may_return(viewer, claim),
        "may_recalculate": selectors.may_recalculate(viewer, claim),
        "replacement": selectors.standing_instead_of(viewer, claim),
    }


@require_safe
def line_explain(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Why one line comes to its amount: the sentence, then the tree down to what it stands on."""
    viewer = signed_in(request)
    line = selectors.line(viewer, line_id)
    claim = selectors.claim(viewer, line.claim_id)
    counts_shown = outcomes.selectors.sees_small_numbers(viewer, claim.contract)
    terms = parse(claim.terms.document)
    step = Step.from_json(line.explanation)
    links = shown.source_links(viewer, claim)
    context = {
        "contract": claim.contract,
        "claim": claim,
        "line": line,
        "title": shown.term_title(terms, line.payment_term_key),
        "headline": shown.line_sentence(step, terms, claim, counts_shown=counts_shown),
        "lines": [shown.explanation(step, terms, links, counts_shown=counts_shown)],
    }
    return page(request, "payments/line_explain.html", context)


# --- What officials do ------------------------------------------------------------------------


@require_POST
def claim_calculate(request: HttpRequest, closing_id: UUID) -> HttpResponse:
    """Calculate the claim of a closed period, or again after it was returned."""
    actor = signed_in(request)
    closing = outcomes.selectors.closing(actor, closing_id)
    claim = services.calculate_claim(actor=actor, closing=closing)
    messages.success(request, _("The claim is calculated. Look at it before you submit it."))
    return redirect("payments:claim-detail", claim.pk)


@require_POST
def claim_submit(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Send a claim to its approvers."""
    actor = signed_in(request)
    claim = selectors.claim(actor, claim_id)
    services.submit_claim(actor=actor, claim=claim)
    messages.success(request, _("The claim waits for approval by each payer."))
    return redirect("payments:claim-detail", claim.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def claim_return(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Send a claim back to its maker with a reason."""
    actor = signed_in(request)
    claim = selectors.claim(actor, claim_id)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and accepted(
        form, lambda: services.return_claim(actor=actor, claim=claim, **form.cleaned_data)
    ):
        messages.success(request, _("The claim is returned to its maker."))
        return redirect("payments:claim-detail", claim.pk)
    context = {"contract": claim.contract, "claim": claim, "form": form}
    return page(request, "payments/claim_return.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def claim_approve(request: HttpRequest, claim_id: UUID, payer_id: UUID) -> HttpResponse:
    """Ask before approving, on a page of its own; a post approves the calculation seen."""
    actor = signed_in(request)
    claim = selectors.claim(actor, claim_id)
    share = selectors.share(claim, payer_id)
    if request.method == "POST":
        if selectors.has_approved(actor, claim):
            messages.info(request, _("You have approved this claim already. Nothing changed."))
            return redirect("payments:claim-detail", claim.pk)
        form = ApprovalForm(request.POST)
        if accepted(
            form,
            lambda: services.approve_claim(
                actor=actor, claim=claim, payer=share.payer, **form.cleaned_data
            ),
        ):
            messages.success(request, _("Your approval is recorded."))
            return redirect("payments:claim-detail", claim.pk)
    else:
        form = ApprovalForm(initial={"digest": claim.digest})
    context = {"form": form, **_confirmation(actor, claim)}
    context |= {"share": share, "amount": shown.claim_money(claim, share.amount)}
    return page(request, "payments/claim_approve.html", context, status=status_of(form))


def _confirmation(actor: User, claim: Claim) -> dict[str, Any]:
    counts_shown = outcomes.selectors.sees_small_numbers(actor, claim.contract)
    return {
        "contract": claim.contract,
        "claim": claim,
        "words": shown.headline(claim, counts_shown=counts_shown),
        "pairs": [
            (_("Claim as a whole"), shown.claim_money(claim)),
            (_("Paid to"), claim.payee.organisation.name),
            (_("Calculated by"), claim.calculated_by.name),
            (_("Mark of the calculation"), claim.digest[:12]),
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def payment_record(request: HttpRequest, claim_id: UUID, payer_id: UUID) -> HttpResponse:
    """Record that one payer has paid its share."""
    actor = signed_in(request)
    claim = selectors.claim(actor, claim_id)
    share = selectors.share(claim, payer_id)
    form = PaymentForm(request.POST or None, initial={"amount": share.amount})
    if request.method == "POST" and accepted(
        form,
        lambda: services.record_payment(
            actor=actor, claim=claim, payer=share.payer, **form.cleaned_data
        ),
    ):
        messages.success(request, _("The payment is recorded."))
        return redirect("payments:claim-detail", claim.pk)
    context = {"form": form, **_confirmation(actor, claim)}
    context |= {"share": share, "amount": shown.claim_money(claim, share.amount)}
    return page(request, "payments/payment_record.html", context, status=status_of(form))


def task_address(task: ClaimTask) -> str:
    """Where a person does what waits for them."""
    if task.kind is ClaimTaskKind.APPROVE and task.payer is not None:
        return reverse("payments:claim-approve", args=[task.claim.pk, task.payer.pk])
    if task.kind is ClaimTaskKind.PAY and task.payer is not None:
        return reverse("payments:payment-record", args=[task.claim.pk, task.payer.pk])
    return reverse("payments:claim-detail", args=[task.claim.pk])
