"""Pages of claims: list, one claim, and what officials do about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_tables2 as tables
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

import contracts.selectors
import outcomes.selectors
from contracts.rules.terms import TermsDocument, parse
from payments import services
from payments.models import Claim, DecisionDraft
from payments.selectors import approvals, disclosure, explained, objections
from payments.selectors import claims as selectors
from payments.selectors.claims import ClaimTask, ClaimTaskKind
from payments.selectors.corrections import corrected_claims, corrected_number, corrections_of
from payments.states import ClaimKind, ClaimState
from payments.views import shown, steps
from payments.views.obligations import shown_late_interest
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Calculation, Step
from sibportal.web.components import Explanation, Filter
from sibportal.web.doors import signed_in
from sibportal.web.http import page
from sibportal.web.messages import sentence
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
    payee = tables.Column(gettext_lazy("Paid to"), accessor="payee__organisation__name")
    due_on = DateColumn(gettext_lazy("Due on"))
    state = StatusColumn(gettext_lazy("State"))

    class Meta(PortalTable.Meta):
        caption = gettext_lazy("Claims")
        empty_text = gettext_lazy("No claim has been calculated yet.")

    def render_number(self, value: int) -> str:
        return _("Claim %(number)s") % {"number": value}

    def render_amount(self, record: Claim) -> str:
        return shown.claim_money(record)

    def render_state(self, record: Claim) -> str:
        return StatusColumn().render(shown.claim_status(record.state))


@dataclass(frozen=True)
class DraftLink:
    """What the claim's page offers about one payer's decision draft."""

    draft: DecisionDraft | None
    may_write: bool


@login_required
@require_safe
def claim_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The claims of one contract, newest first, and closed periods that wait for one."""
    viewer = signed_in(request)
    contract = contracts.selectors.contract(viewer, contract_id, Action.VIEW_CLAIM)
    rows = selectors.claims(viewer, contract)
    wanted = request.GET.get("state", "")
    shown_rows = rows.filter(state=wanted) if wanted in ClaimState.values else rows
    table = ClaimTable(shown_rows)
    tables.RequestConfig(request, paginate={"per_page": 25}).configure(table)
    context = {
        "contract": contract,
        "table": table,
        "filters": _filters(rows, wanted),
        "uncalculated": selectors.uncalculated(viewer, contract),
        "may_correct": selectors.may_correct(viewer, contract),
        "money": selectors.paid_and_possible(viewer, [contract])[contract.pk],
    }
    return page(request, "payments/claim_list.html", context, fragment="payments/_claim_table.html")


def _filters(rows: QuerySet[Claim], wanted: str) -> list[Filter]:
    counted = rows.order_by().values_list("state").annotate(count=Count("pk"))
    counts: dict[str, int] = dict(counted)
    pills = [Filter(_("All"), "?", sum(counts.values()), wanted not in counts)]
    return pills + [
        Filter(state.label, f"?state={state.value}", counts[state], wanted == state)
        for state in ClaimState
        if state in counts
    ]


@login_required
@require_safe
def claim_detail(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """One claim: why this amount, who pays what, what was decided and what can be done now."""
    viewer = signed_in(request)
    claim = selectors.claim(viewer, claim_id)
    return page(request, "payments/claim_detail.html", _claim_context(viewer, claim))


def _claim_context(viewer: User, claim: Claim) -> dict[str, Any]:
    reasoning = disclosure.reasoning_shown(viewer, claim)
    counts = disclosure.sees_counts(viewer, claim)
    tasks = selectors.tasks_for(viewer, claim)
    terms = parse(claim.terms.document)
    about = objections.objections(viewer, claim.contract).filter(claim=claim)
    disputes = steps.disputes(viewer, about)
    log = [*shown.log(claim), *steps.log(disputes)]
    return {
        "contract": claim.contract,
        "claim": claim,
        "disputes": disputes,
        "tells_parts": counts or reasoning,
        "objection_last_day": objections.last_day(claim),
        "may_object": objections.is_open_to_objection(claim)
        and objections.objectors(viewer, claim.contract).exists(),
        "entries": sorted(log, key=lambda entry: entry.at, reverse=True),
        "status": shown.claim_status(claim.state),
        "headline": shown.headline(claim, reasoning=reasoning),
        "reasoning": reasoning,
        "tells_count": not reasoning and disclosure.amount_tells_count(claim, terms),
        "lines": _lines(viewer, claim, terms) if counts else [],
        "tree": _tree(viewer, claim, terms) if reasoning else [],
        "parts": steps.payer_parts(claim),
        "late_interest": shown_late_interest(viewer, claim),
        "drafts": _drafts(viewer, claim),
        "may_submit": any(task.kind is ClaimTaskKind.SUBMIT for task in tasks),
        "to_approve": [task for task in tasks if task.kind is ClaimTaskKind.APPROVE],
        "to_pay": [task for task in tasks if task.kind is ClaimTaskKind.PAY],
        "corrected_by": corrections_of(viewer, claim) if counts else [],
        "is_correction": claim.kind == ClaimKind.CORRECTION,
        "may_return": selectors.may_return(viewer, claim),
        "may_recalculate": selectors.may_recalculate(viewer, claim),
        "replacement": selectors.standing_instead_of(viewer, claim),
    }


def _drafts(viewer: User, claim: Claim) -> dict[UUID, DraftLink]:
    """By payer, whether there is a decision draft to read and whether the reader can write one."""
    writes = approvals.payers_prepared_by(viewer, claim)
    found = {}
    for share in claim.payer_shares.all():
        draft = approvals.draft_for(viewer, claim, share.payer_id)
        may_write = share.payer_id in writes
        if draft is not None or may_write:
            found[share.payer_id] = DraftLink(draft, may_write)
    return found


def _lines(viewer: User, claim: Claim, terms: TermsDocument) -> list[dict[str, Any]]:
    corrected = corrected_claims(viewer, claim)
    return [
        {
            "line": line,
            "corrects": corrected.get(corrected_number(line)),
            "title": shown.term_title(terms, line.payment_term_key),
            "words": shown.line_sentence(Step.from_json(line.explanation), terms),
        }
        for line in claim.lines.all()
    ]


def _tree(viewer: User, claim: Claim, terms: TermsDocument) -> list[Explanation]:
    root = Calculation.from_json(claim.calculation).root
    return [explained.tree(root, explained.names(viewer, claim, terms))]


# --- What officials do ------------------------------------------------------------------------


@login_required
@require_POST
def claim_calculate(request: HttpRequest, closing_id: UUID) -> HttpResponse:
    """Calculate the claim of a closed period, or again after it was returned."""
    actor = signed_in(request)
    closing = outcomes.selectors.closing(actor, closing_id)
    claim = services.calculate_claim(actor=actor, closing=closing)
    messages.success(request, _("The claim is calculated. Look at it before you submit it."))
    return redirect("payments:claim-detail", claim.pk)


@login_required
@require_POST
def claim_correct(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Calculate what corrections change once every period is claimed."""
    actor = signed_in(request)
    contract = contracts.selectors.contract(actor, contract_id, Action.VIEW_CLAIM)
    try:
        claim = services.calculate_correction(actor=actor, contract=contract)
    except RuleViolation as violation:
        if violation.code != "payments.nothing_to_correct":
            raise
        messages.info(request, sentence(violation.code))
        return redirect("payments:claim-list", contract.pk)
    messages.success(request, _("The claim is calculated. Look at it before you submit it."))
    return redirect("payments:claim-detail", claim.pk)


def task_address(task: ClaimTask) -> str:
    """Where a person does what waits for them."""
    if task.kind is ClaimTaskKind.APPROVE and task.payer is not None:
        return reverse("payments:claim-approve", args=[task.claim.pk, task.payer.pk])
    if task.kind is ClaimTaskKind.PAY and task.payer is not None:
        return reverse("payments:payment-record", args=[task.claim.pk, task.payer.pk])
    return reverse("payments:claim-detail", args=[task.claim.pk])
