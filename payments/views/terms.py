"""Drafting terms: the choice of a mechanism, and one form for each with a live preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import contracts.selectors
import contracts.services
from contracts.rules.terms import TermsDocument, open_questions, parse
from contracts.rules.terms.sentences import sentences
from contracts.rules.terms.templates import COST_PLUS_PREMIUM, RATE_CARD
from payments.forms.draft import Options, TermsDraft, with_another_row
from payments.forms.refilling import blank, filled
from payments.rules.preview import PreviewRow, preview
from payments.selectors import drafting
from sibportal.accounts.roles import Action
from sibportal.accounts.views.common import signed_in
from sibportal.kernel.errors import NotVisible, RuleViolation
from sibportal.web.http import UNPROCESSABLE, page, wants_fragment
from sibportal.web.localised import choose
from sibportal.web.messages import issue_sentence, phrase_sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract, Terms

# The word in the address, which is also stored with the terms, and the template behind it.
MECHANISMS = {"cost-plus-premium": COST_PLUS_PREMIUM, "rate-card": RATE_CARD}


@dataclass(frozen=True)
class Preview:
    """What the draft says and would pay, and what is missing."""

    rows: tuple[PreviewRow, ...]
    titles: list[str]
    sentences: list[str]
    questions: list[str]
    people: int
    by_share: bool
    unreadable: bool = False


@login_required
@require_safe
def terms_choose(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The two mechanisms in plain words."""
    viewer = signed_in(request)
    contract = contracts.selectors.contract(viewer, contract_id, Action.EDIT_TERMS)
    context = {"contract": contract, "basis": drafting.basis(contract)}
    return page(request, "payments/terms_choose.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def terms_draft(request: HttpRequest, contract_id: UUID, mechanism: str) -> HttpResponse:
    """The form of one mechanism. A post previews, adds a row, or saves the draft."""
    actor = signed_in(request)
    contract = contracts.selectors.contract(actor, contract_id, Action.EDIT_TERMS)
    if mechanism not in MECHANISMS:
        raise NotVisible
    basis = drafting.basis(contract)
    draft = _draft(request, contract, mechanism, basis)
    saving = request.method == "POST" and "save" in request.POST and not wants_fragment(request)
    if saving and draft.is_valid():
        try:
            contracts.services.save_terms(
                actor=actor,
                contract=contract,
                document=draft.document(),
                mechanism=mechanism,
                valid_from=draft.main.cleaned_data.get("valid_from"),
            )
        except RuleViolation as violation:
            draft.attach(violation)
        else:
            messages.success(request, _("The draft of the terms is saved."))
            return redirect("contracts:terms-detail", contract.pk)
    context = {
        "contract": contract,
        "mechanism": mechanism,
        "basis": basis,
        "draft": draft,
        "is_card": MECHANISMS[mechanism] == RATE_CARD,
        "preview": _preview(draft, contract, basis, saving=saving),
    }
    status = UNPROCESSABLE if saving else 200
    return page(
        request,
        "payments/terms_draft.html",
        context,
        fragment="payments/_terms_preview.html",
        status=status,
    )


def _draft(
    request: HttpRequest, contract: Contract, mechanism: str, basis: Terms | None
) -> TermsDraft:
    options = Options(
        currency=contract.currency,
        metrics=drafting.metric_choices(),
        payers=drafting.payer_choices(contract),
        has_agreed=contracts.selectors.last_agreed(contract) is not None,
        follow_up=drafting.follow_up(basis),
    )
    template = MECHANISMS[mechanism]
    if request.method == "POST":
        data = with_another_row(request.POST, request.POST.get("add", ""))
        return TermsDraft(template, options, data=data)
    if basis is None:
        start = blank(template, [key for key, _name in options.payers])
    else:
        same = basis.mechanism == mechanism
        start = filled(parse(basis.document), template, is_same=same)
    return TermsDraft(template, options, filled=start)


def _preview(
    draft: TermsDraft, contract: Contract, basis: Terms | None, *, saving: bool
) -> Preview | None:
    """The preview of what was typed; at first, of the wording so far."""
    if draft.data is None:
        return _preview_of(parse(basis.document), contract) if basis else None
    if not draft.is_valid():
        return _UNREADABLE
    try:
        terms = parse(draft.document())
    except RuleViolation as violation:
        if not saving:  # else it is shown already
            draft.attach(violation)
        return _UNREADABLE
    return _preview_of(terms, contract)


_UNREADABLE = Preview((), [], [], [], 0, by_share=False, unreadable=True)


def _preview_of(terms: TermsDocument, contract: Contract) -> Preview:
    people = drafting.places(contract)
    names = dict(drafting.payer_choices(contract))
    said = [
        one._replace(params={**one.params, "party": names.get(str(one.params["party"]), "")})
        if "party" in one.params
        else one
        for one in sentences(terms)
    ]
    rows = preview(terms, people)
    return Preview(
        rows=rows,
        titles=[str(choose(term.title)) for term in terms.payment_terms],
        sentences=[phrase_sentence(one) for one in said],
        questions=[issue_sentence(issue) for issue in open_questions(terms)],
        people=people,
        by_share=any(row.percent is not None for row in rows),
    )
