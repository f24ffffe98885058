"""An amendment beside what it changes: field by field, and in money for each party."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import contracts.selectors
import contracts.services
from contracts.rules.terms import TermsDocument
from contracts.rules.terms.comparing import Difference, compare
from payments.forms.words import label
from payments.selectors.amendment import Effects, effects
from payments.views.compared import Wording
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible, RuleViolation
from sibportal.web.doors import signed_in
from sibportal.web.http import UNPROCESSABLE, page
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract, Terms
    from sibportal.accounts.models import User

OPEN = ("draft", "proposed")


@login_required
@require_safe
def terms_comparison(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """A version beside the one it amends, and what it changes for claims that are not decided."""
    context = _comparison(signed_in(request), terms_id, everything="all" in request.GET)
    return page(request, "payments/terms_comparison.html", context)


@login_required
@require_safe
def terms_comparison_print(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """The same on paper."""
    context = _comparison(signed_in(request), terms_id, everything="all" in request.GET)
    return page(request, "payments/terms_comparison_print.html", context)


def _comparison(viewer: User, terms_id: UUID, *, everything: bool) -> dict[str, Any]:
    terms = contracts.selectors.terms_version(viewer, terms_id)
    if terms.base is None:
        raise NotVisible
    before = contracts.selectors.terms_document(terms.base)
    after = contracts.selectors.drafted_document(terms)
    fields = compare(before, after)
    changed = [one for one in fields if one.difference is not Difference.SAME]
    found, refused = _effects(viewer, terms)
    return {
        "contract": terms.contract,
        "terms": terms,
        "base": terms.base,
        "amendment": after.amendment,
        "scope": _scope(after),
        "groups": _wording(terms.contract, before, after).groups(fields if everything else changed),
        "everything": everything,
        "changes": len(changed),
        "is_open": terms.state in OPEN,
        "effects": found,
        "refused": refused,
        "currency": terms.contract.currency,
    }


def _scope(after: TermsDocument) -> str:
    scope = after.amendment.scope if after.amendment else None
    return str(label(scope)) if scope else ""


def _wording(contract: Contract, before: TermsDocument, after: TermsDocument) -> Wording:
    return Wording(before, after, contracts.selectors.payer_names(contract))


def _effects(viewer: User, terms: Terms) -> tuple[Effects | None, list[str]]:
    """What the amendment changes in money, for those who see claims; or why that is not known."""
    if terms.state not in OPEN or not access.allowed(viewer, Action.VIEW_CLAIM, terms.contract):
        return None, []
    try:
        return effects(viewer, terms), []
    except RuleViolation as violation:
        return None, [issue_sentence(issue) for issue in violation.issues]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def terms_carry_over(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """Put a draft onto the wording that was agreed since it was begun, after a question."""
    actor = signed_in(request)
    terms = contracts.selectors.terms_version(actor, terms_id, Action.EDIT_TERMS)
    newest = contracts.selectors.last_agreed(terms.contract)
    if newest is None or terms.base is None:
        raise NotVisible
    refused: list[str] = []
    if request.method == "POST":
        try:
            contracts.services.carry_over_terms(actor=actor, terms=terms)
        except RuleViolation as violation:
            refused = [issue_sentence(issue) for issue in violation.issues]
        else:
            messages.success(request, _("The draft rests on the terms last agreed now."))
            return redirect("contracts:terms-version", terms.pk)
    before, after = (contracts.selectors.terms_document(one) for one in (newest, terms))
    wording = _wording(terms.contract, before, after)
    context = {
        "contract": terms.contract,
        "terms": terms,
        "newest": newest,
        "conflicts": [wording.row(one) for one in contracts.selectors.carried_conflicts(terms)],
        "refused": refused,
    }
    status = UNPROCESSABLE if refused else 200
    return page(request, "payments/terms_carry_over.html", context, status=status)
