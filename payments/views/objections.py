"""Pages of disputes: the objections of a contract, raising, deciding and withdrawing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import contracts.selectors
from contracts.rules.terms import parse
from payments import services
from payments.forms.decisions import ObjectionForm, OutcomeForm, WithdrawForm
from payments.rules.objection import Outcome
from payments.selectors import disclosure
from payments.selectors import objections as selectors
from payments.views import shown, steps
from sibportal.accounts.roles import Action
from sibportal.kernel.explain import Step
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from payments.models import Claim, Objection
    from sibportal.accounts.models import User


@login_required
@require_safe
def objection_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The disputes of a contract, and the claims to which the reader can object now."""
    viewer = signed_in(request)
    contract = contracts.selectors.contract(viewer, contract_id, Action.VIEW_OBJECTION)
    claims = selectors.claims_open_to_objection(viewer, contract)
    context = {
        "contract": contract,
        "open_claims": [(claim, selectors.last_day(claim)) for claim in claims],
        "rows": steps.disputes(viewer, selectors.objections(viewer, contract)),
        "deciders": selectors.deciders(contract),
    }
    return page(request, "payments/objection_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection_raise(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Object to a line of a claim in the name of one's party."""
    actor = signed_in(request)
    claim = selectors.claim_to_dispute(actor, claim_id)
    parties = list(selectors.objectors(actor, claim.contract))
    lines = _choices(actor, claim)
    form = ObjectionForm(
        request.POST or None,
        lines=lines,
        parties=[
            (str(one.pk), f"{one.organisation} – {one.get_role_display()}") for one in parties
        ],
    )
    if request.method == "POST" and accepted(form, lambda: _raise(actor, claim, form)) is not None:
        messages.success(request, _("The objection is recorded. Its part of the claim waits."))
        return redirect("payments:objection-list", claim.contract_id)
    context = {
        "contract": claim.contract,
        "claim": claim,
        "form": form,
        "last_day": selectors.last_day(claim),
        "is_open": bool(lines) and selectors.is_open_to_objection(claim),
        "deciders": selectors.deciders(claim.contract),
    }
    return page(request, "payments/objection_raise.html", context, status=status_of(form))


def _raise(actor: User, claim: Claim, form: ObjectionForm) -> Objection:
    lines = {str(line.pk): line for line in claim.lines.all()}
    parties = {str(one.pk): one for one in selectors.objectors(actor, claim.contract)}
    return services.raise_objection(
        actor=actor,
        line=lines[form.cleaned_data["line"]],
        party=parties[form.cleaned_data.get("party", next(iter(parties)))],
        reason=form.cleaned_data["reason"],
    )


def _choices(viewer: User, claim: Claim) -> list[tuple[str, str]]:
    """The lines that nobody has disputed yet, by title; with amounts for those who may see the
    counts behind them."""
    terms = parse(claim.terms.document)
    counts = disclosure.sees_counts(viewer, claim)
    found = []
    standings = selectors.line_standings(claim)
    for line in claim.lines.all():
        if standings[line.pk].is_disputed or standings[line.pk].decided is not None:
            continue
        title = shown.term_title(terms, line.payment_term_key)
        label = f"{title}: {shown.claim_money(claim, line.amount)}" if counts else title
        found.append((str(line.pk), label))
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection_decide(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Decide a dispute as the contract's expert or its steering group."""
    actor = signed_in(request)
    objection = selectors.objection(actor, objection_id, Action.DECIDE_OBJECTION)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST":
        done = accepted(
            form,
            lambda: services.decide_objection(
                actor=actor,
                objection=objection,
                **form.cleaned_data | {"outcome": Outcome(form.cleaned_data["outcome"])},
            ),
        )
        if done is not None:
            messages.success(request, _("The decision is recorded."))
            return redirect("payments:objection-list", objection.claim.contract_id)
    terms = parse(objection.claim.terms.document)
    context = _about(actor, objection) | {
        "form": form,
        "words": shown.line_sentence(Step.from_json(objection.line.explanation), terms),
        "amount": shown.claim_money(objection.claim, objection.line.amount),
    }
    return page(request, "payments/objection_decide.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection_withdraw(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Take back an objection of one's party."""
    actor = signed_in(request)
    objection = selectors.objection_to_withdraw(actor, objection_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST":
        done = accepted(
            form,
            lambda: services.withdraw_objection(
                actor=actor, objection=objection, reason=form.cleaned_data["reason"]
            ),
        )
        if done is not None:
            messages.success(request, _("The objection is withdrawn. The line stands."))
            return redirect("payments:objection-list", objection.claim.contract_id)
    context = _about(actor, objection) | {"form": form}
    return page(request, "payments/objection_withdraw.html", context, status=status_of(form))


def _about(viewer: User, objection: Objection) -> dict[str, Any]:
    return {
        "contract": objection.claim.contract,
        "claim": objection.claim,
        "objection": objection,
        "dispute": steps.disputes(viewer, [objection])[0],
    }
