"""Why a claim or a line comes to its amount, on screen and on paper, and whether it still does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from contracts.rules.terms import TermsDocument, parse
from payments import services
from payments.rules import wording
from payments.selectors import claims as selectors
from payments.selectors import differences, disclosure, explained, recalculation
from payments.views import shown
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotAllowed
from sibportal.kernel.explain import Calculation, Step
from sibportal.web.doors import signed_in
from sibportal.web.http import page
from sibportal.web.messages import phrase_sentence, sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sibportal.accounts.models import User


@login_required
@require_safe
def claim_explanation(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Why a claim comes to its amount: the sentences, then every step down to the evidence."""
    viewer = signed_in(request)
    context = _explanation(viewer, claim_id, marked=request.GET.get("step", ""))
    return page(request, "payments/claim_explanation.html", context)


@login_required
@require_safe
def claim_explanation_print(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """The same on paper, as an annex to a decision."""
    context = _explanation(signed_in(request), claim_id)
    return page(request, "payments/claim_explanation_print.html", context)


def _explanation(viewer: User, claim_id: UUID, marked: str = "") -> dict[str, Any]:
    claim = selectors.claim(viewer, claim_id)
    terms = parse(claim.terms.document)
    reasoning = disclosure.reasoning_shown(viewer, claim)
    context = {
        "contract": claim.contract,
        "claim": claim,
        "reasoning": reasoning,
        "headline": shown.headline(claim, reasoning=reasoning),
        "tells_count": not reasoning and disclosure.amount_tells_count(claim, terms),
        "may_compare": selectors.may(viewer, Action.RECALCULATE_CLAIM, claim),
    }
    if reasoning:
        root = Calculation.from_json(claim.calculation).root
        known = explained.names(viewer, claim, terms, marked)
        context |= {"tree": [explained.tree(root, known)], **_sentences(root, known, terms)}
    return context


def _sentences(root: Step, known: explained.Names, terms: TermsDocument) -> dict[str, Any]:
    """The claim in sentences: each line, what the contract's limits changed, and who pays."""
    summed, *limits, split = root.children
    return {
        "lines": [
            {
                "title": _title(line, terms),
                "words": shown.line_sentence(line, terms),
                "amount": explained.value(line, terms.currency),
            }
            for line in summed.children
        ],
        "limits": [phrase_sentence(wording.phrase(step, terms)) for step in limits],
        "payers": [explained.said(step, known) for step in split.children],
    }


def _title(line: Step, terms: TermsDocument) -> str:
    """The payment term of a line; a settlement at an early end has none."""
    key = line.inputs.get("payment_term")
    return shown.term_title(terms, str(key)) if key else sentence(line.label)


@login_required
@require_safe
def line_explain(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Why one line comes to its amount: the sentence, then the tree down to what it stands on."""
    viewer = signed_in(request)
    line = selectors.line(viewer, line_id)
    claim = selectors.claim(viewer, line.claim_id)
    if not disclosure.sees_counts(viewer, claim):
        raise NotAllowed
    terms = parse(claim.terms.document)
    step = Step.from_json(line.explanation)
    context = {
        "contract": claim.contract,
        "claim": claim,
        "line": line,
        "title": shown.term_title(terms, line.payment_term_key),
        "headline": shown.line_sentence(step, terms),
        "tree": [explained.tree(step, explained.names(viewer, claim, terms))],
    }
    return page(request, "payments/line_explain.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_recalculate(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Calculate a claim again and compare: equal to the cent, or the first step that differs."""
    actor = signed_in(request)
    claim = recalculation.claim_to_recalculate(actor, claim_id)
    if request.method == "POST":
        services.recalculate_claim(actor=actor, claim=claim)
        return redirect(f"{reverse('payments:claim-recalculate', args=[claim.pk])}?compared=yes")
    found = recalculation.recalculate(claim) if "compared" in request.GET else None
    known = next((one for one in differences.differing_claims(actor) if one.claim == claim), None)
    context = {
        "contract": claim.contract,
        "claim": claim,
        "found": found,
        "difference": explained.difference(found) if found and not found.is_equal else None,
        "known": known,
        "may_see": selectors.may(actor, Action.VIEW_CLAIM, claim),
    }
    return page(request, "payments/claim_recalculate.html", context)
