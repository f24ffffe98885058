"""Pages of register data: what was agreed, delivering figures, signing and verifying them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outcomes import selectors, services
from outcomes.forms import AnswerForm
from outcomes.forms.aggregates import (
    DeliveryForm,
    FiguresDecisionForm,
    FiguresForm,
    SignFiguresForm,
)
from outcomes.models import AggregateDoor, DataDelivery, Decision
from outcomes.rules.aggregates.words import AggregateState
from outcomes.selectors import aggregates as read
from outcomes.selectors.aggregated import delivered
from outcomes.views import shown_aggregates as shown
from outcomes.views.common import document_of, outcome_title
from sibportal.accounts.roles import Action
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract
    from outcomes.models import Aggregate
    from sibportal.accounts.models import User


@login_required
@require_safe
def delivery_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """What data holders deliver for a contract, and how far each delivery has come."""
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_CONTRACT)
    found = read.agreements(viewer, contract)
    document = document_of(contract)
    may_see = selectors.may(viewer, Action.VIEW_AGGREGATE, contract)
    may_deliver = selectors.may(viewer, Action.DELIVER_AGGREGATE, contract)
    may_agree = selectors.may(viewer, Action.EDIT_CONTRACT, contract)
    context = {
        "contract": contract,
        "agreements": [shown.agreement(one, document) for one in found],
        "lines": [
            shown.expected(one, document, may_see=may_see, may_deliver=may_deliver)
            for one in reversed(read.schedule(found))
        ],
        "may_agree": may_agree,
        "is_needed": bool(read.needed_of(document)),
        "unplanned": shown.unplanned(document, found) if may_agree else [],
    }
    return page(request, "outcomes/delivery_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_agree(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Write down what a data holder delivers."""
    actor = signed_in(request)
    contract = selectors.contract_seen(actor, contract_id, Action.EDIT_CONTRACT)
    return _agreement(request, actor, contract, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_change(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Put a new agreement in the place of one that holds."""
    actor = signed_in(request)
    row = read.delivery(actor, delivery_id, Action.EDIT_CONTRACT)
    return _agreement(request, actor, row.contract, row)


def _agreement(
    request: HttpRequest, actor: User, contract: Contract, of: DataDelivery | None
) -> HttpResponse:
    document = document_of(contract)
    holders = {one.pk: one for one in read.holders(contract)}
    titles = {key: outcome_title(document, key) for key in read.needed_of(document)}
    form = DeliveryForm(request.POST or None, holders=holders.values(), outcomes=titles, of=of)

    def agree() -> DataDelivery:
        return services.agree_delivery(
            actor=actor,
            contract=contract,
            holder=holders[form.cleaned_data["holder"]],
            facts=form.facts(),
            supersedes=of,
        )

    if request.method == "POST" and accepted(form, agree) is not None:
        messages.success(request, _("Written down. The data holder sees what is due."))
        return redirect("outcomes:delivery-list", contract.pk)
    context = {"contract": contract, "form": form, "of": of, "titles": titles, "holders": holders}
    return page(request, "outcomes/delivery_agree.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def aggregate_deliver(
    request: HttpRequest, delivery_id: UUID, number: int, outcome: str
) -> HttpResponse:
    """Deliver, or correct, the figures of one outcome and period."""
    actor = signed_in(request)
    row, period, need = read.to_give(actor, delivery_id, number, outcome)
    standing = read.standing_row(period, outcome)
    form = FiguresForm(
        request.POST or None,
        need=need,
        span=read.setting(period, need).span,
        of=delivered(standing) if standing else None,
        is_correction=standing is not None,
    )
    if request.method == "POST":
        made = accepted(
            form,
            lambda: services.deliver_aggregate(
                actor=actor, delivery=row, period=period, outcome=outcome, given=form.given(),
                door=AggregateDoor.FORM,
            ),
        )  # fmt: skip
        if made:
            messages.success(request, _("Delivered. Somebody else in your organisation signs it."))
            return redirect("outcomes:aggregate-detail", made.uuid)
    context = {
        "contract": row.contract,
        "form": form,
        "title": outcome_title(document_of(row.contract), outcome),
        "period": period,
        "standing": standing,
        "agreement": shown.agreement(row, document_of(row.contract)),
        "filters": shown.ways(row, period, outcome),
    }
    return page(request, "outcomes/aggregate_deliver.html", context, status=status_of(form))


@login_required
@require_safe
def aggregate_detail(request: HttpRequest, aggregate_id: UUID) -> HttpResponse:
    """Delivered figures, what is odd in them, and what was done with them."""
    viewer = signed_in(request)
    row = read.aggregate(viewer, aggregate_id)
    return _detail(request, viewer, row, FiguresDecisionForm(), AnswerForm(), SignFiguresForm())


@login_required
@require_POST
def aggregate_sign(request: HttpRequest, aggregate_id: UUID) -> HttpResponse:
    """The second person confirms the figures that were on the page."""
    actor = signed_in(request)
    row = read.aggregate(actor, aggregate_id)
    form = SignFiguresForm(request.POST)
    if accepted(
        form,
        lambda: services.sign_aggregate(
            actor=actor, aggregate=row, digest=form.cleaned_data["digest"]
        ),
    ):
        messages.success(request, _("Signed. The verifier looks at the figures."))
        return redirect("outcomes:aggregate-detail", row.uuid)
    return _detail(request, actor, row, FiguresDecisionForm(), AnswerForm(), form)


@login_required
@require_POST
def aggregate_verify(request: HttpRequest, aggregate_id: UUID) -> HttpResponse:
    """The verifier accepts figures, asks about them, or rejects them."""
    actor = signed_in(request)
    row = read.aggregate(actor, aggregate_id)
    form = FiguresDecisionForm(request.POST)
    if accepted(form, lambda: _decide(actor, row, form.cleaned_data)):
        messages.success(request, _("Your decision is recorded."))
        return redirect("outcomes:aggregate-detail", row.uuid)
    return _detail(request, actor, row, form, AnswerForm(), SignFiguresForm())


@login_required
@require_POST
def aggregate_answer(request: HttpRequest, aggregate_id: UUID) -> HttpResponse:
    """The data holder answers the verifier's question."""
    actor = signed_in(request)
    row = read.aggregate(actor, aggregate_id)
    form = AnswerForm(request.POST)
    if accepted(
        form,
        lambda: services.answer_aggregate(
            actor=actor, aggregate=row, text=form.cleaned_data["text"]
        ),
    ):
        messages.success(request, _("Answered. The verifier looks at it again."))
        return redirect("outcomes:aggregate-detail", row.uuid)
    return _detail(request, actor, row, FiguresDecisionForm(), form, SignFiguresForm())


def _decide(actor: User, row: Aggregate, given: dict[str, Any]) -> object:
    match given["decision"]:
        case Decision.VERIFIED:
            return services.verify_aggregate(actor=actor, aggregate=row, note=given["note"])
        case Decision.QUERIED:
            return services.query_aggregate(actor=actor, aggregate=row, question=given["note"])
        case _:
            return services.reject_aggregate(actor=actor, aggregate=row, reason=given["note"])


def _detail(
    request: HttpRequest,
    viewer: User,
    row: Aggregate,
    decision: FiguresDecisionForm,
    answer: AnswerForm,
    sign: SignFiguresForm,
) -> HttpResponse:
    state = read.state(row)
    may_deliver = selectors.may(viewer, Action.DELIVER_AGGREGATE, row)
    to_decide = state in {AggregateState.SIGNED, AggregateState.QUERIED}
    may_sign = state is AggregateState.DELIVERED and row.delivered_by_id != viewer.pk
    refused = bool(decision.errors or answer.errors or sign.errors)
    context = {
        "row": row,
        "contract": row.contract,
        "title": outcome_title(document_of(row.contract), row.outcome_key),
        "status": shown.state_status(state),
        "groups": shown.groups(row),
        "pairs": shown.facts(row),
        "checks": shown.checks(row),
        "entries": shown.history(row),
        "earlier": read.history(row),
        "question": read.open_question(row),
        "decision_form": decision,
        "answer_form": answer,
        "sign_form": sign if sign.errors else SignFiguresForm(initial={"digest": row.digest}),
        "may_sign": may_sign and selectors.may(viewer, Action.SIGN_AGGREGATE, row),
        "may_decide": to_decide and selectors.may(viewer, Action.VERIFY_MEASUREMENT, row),
        "may_answer": state is AggregateState.QUERIED and may_deliver,
        "may_see_rows": shown.has_rows(row) and selectors.may(viewer, Action.VIEW_CODED_ROW, row),
        "may_correct": state is not AggregateState.REPLACED and may_deliver,
    }
    return page(request, "outcomes/aggregate_detail.html", context, status=422 if refused else 200)
