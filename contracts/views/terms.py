"""Pages of the terms: what they say, who agreed, and the steps to agreement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts import selectors, services
from contracts.forms import SCOPES, AgreeForm
from contracts.models import Contract, Party, Terms
from contracts.rules.terms import TermsDocument, open_questions
from contracts.rules.terms.sentences import sentences
from contracts.states import TermsState
from contracts.views.amendments import open_points
from contracts.views.shown import contract_page, contract_status, terms_status
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible, RuleViolation
from sibportal.web.components import Status
from sibportal.web.doors import accepted, signed_in
from sibportal.web.http import UNPROCESSABLE
from sibportal.web.messages import issue_sentence, sentence

if TYPE_CHECKING:
    from contracts.rules.terms.document import Amendment
    from sibportal.accounts.models import User


@dataclass(frozen=True)
class Version:
    """One version of the terms in the list of versions."""

    terms: Terms
    status: Status
    is_current: bool


@login_required
@require_safe
def terms_detail(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The terms of a contract: the open version, else the one in force."""
    viewer = signed_in(request)
    contract = selectors.contract(viewer, contract_id)
    in_force = selectors.terms_in_force(contract, selectors.today(contract))
    open_ones = [selectors.open_terms(contract), selectors.proposed_terms(contract)]
    if "edit_terms" not in selectors.rights(viewer, contract):
        open_ones.reverse()  # whoever does not draft is asked about what waits for agreement
    found = [*open_ones, in_force, selectors.last_agreed(contract)]
    terms = next((one for one in found if one is not None), None)
    return _terms_page(request, viewer, contract, terms)


@login_required
@require_safe
def terms_version(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """One version of the terms."""
    viewer = signed_in(request)
    terms = selectors.terms_version(viewer, terms_id)
    return _terms_page(request, viewer, terms.contract, terms)


def _terms_page(
    request: HttpRequest,
    viewer: User,
    contract: Contract,
    terms: Terms | None,
    *,
    refused: RuleViolation | None = None,
) -> HttpResponse:
    context = {
        **(_wording(viewer, terms) if terms else {}),
        "terms": terms,
        "in_force": selectors.terms_in_force(contract, selectors.today(contract)),
        "contract_status": contract_status(contract.state),
        "versions": [
            Version(row, terms_status(row.state), row == terms)
            for row in selectors.versions(viewer, contract)
        ],
        "periods": selectors.periods(contract),
        "documents": selectors.documents(viewer, contract),
        "rights": selectors.rights(viewer, contract),
        "refused": [issue_sentence(issue) for issue in refused.issues] if refused else [],
        "has_draft": any(row.state == TermsState.DRAFT for row in contract.terms.all()),
        "last_agreed": selectors.last_agreed(contract),
    }
    status = UNPROCESSABLE if refused else 200
    return contract_page(request, "contracts/terms_detail.html", contract, context, status=status)


def _wording(viewer: User, terms: Terms) -> dict[str, Any]:
    is_open = terms.state in (TermsState.DRAFT, TermsState.PROPOSED)
    document, apart = _agreed_wording(terms)
    asked = [issue_sentence(one) for one in open_questions(document)] if is_open else []
    return {
        "status": terms_status(terms.state),
        "sentences": _sentences(terms, document),
        "questions": [*open_points(terms), *asked] if is_open else [],
        "apart": apart,
        "amendment": document.amendment,
        "scope": _scope(document.amendment),
        "base_changed": selectors.base_has_changed(terms),
        "agreements": selectors.agreement_rows(viewer, terms),
        "cap": document.claim.cap,
    }


def _agreed_wording(terms: Terms) -> tuple[TermsDocument, list[str]]:
    """The wording that would be agreed, or the draft and why it cannot be divided by its scope."""
    try:
        return selectors.combined_document(terms), []
    except RuleViolation as violation:
        return selectors.terms_document(terms), [issue_sentence(one) for one in violation.issues]


def _scope(amendment: Amendment | None) -> str:
    return str(dict(SCOPES).get(amendment.scope or "", "")) if amendment else ""


def _sentences(terms: Terms, document: TermsDocument) -> list[str]:
    """The terms in words; payers are named by their organisation, not by their key."""
    payers = selectors.payer_names(terms.contract)
    return [
        sentence(
            phrase.code,
            **{
                name: payers.get(str(value), value) if name == "party" else value
                for name, value in phrase.params.items()
            },
        )
        for phrase in sentences(document)
    ]


@login_required
@require_safe
def terms_download(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """The terms document as JSON, as it is digested."""
    terms = selectors.terms_version(signed_in(request), terms_id)
    text = json.dumps(terms.document, ensure_ascii=False, indent=2, sort_keys=True)
    response = HttpResponse(text, content_type="application/json")
    name = f"terms-{terms.version}-{terms.digest[:12]}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_POST
def terms_propose(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """Lay the draft before the parties, or say each question that is still open."""
    actor = signed_in(request)
    terms = selectors.terms_version(actor, terms_id, Action.EDIT_TERMS)
    try:
        services.propose_terms(actor=actor, terms=terms)
    except RuleViolation as violation:
        return _terms_page(request, actor, terms.contract, terms, refused=violation)
    messages.success(request, _("The terms wait for the parties' agreement."))
    return redirect("contracts:terms-detail", terms.contract_id)


@login_required
@require_POST
def terms_reopen(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """Take proposed terms back to draft."""
    actor = signed_in(request)
    terms = selectors.terms_version(actor, terms_id, Action.EDIT_TERMS)
    services.reopen_terms(actor=actor, terms=terms)
    messages.success(request, _("The terms are a draft again."))
    return redirect("contracts:terms-detail", terms.contract_id)


@login_required
@require_http_methods(["GET", "POST"])
def terms_withdraw(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """Give a version up for good, after a question."""
    actor = signed_in(request)
    terms = selectors.terms_version(actor, terms_id, Action.EDIT_TERMS)
    if request.method == "POST":
        services.withdraw_terms(actor=actor, terms=terms)
        messages.success(request, _("The version is withdrawn."))
        return redirect("contracts:terms-detail", terms.contract_id)
    context = {"terms": terms, "status": terms_status(terms.state)}
    return contract_page(request, "contracts/terms_withdraw.html", terms.contract, context)


@login_required
@require_http_methods(["GET", "POST"])
def terms_agree(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """What one agrees to, in whose name, and the yes to exactly this wording."""
    actor = signed_in(request)
    terms = selectors.terms_version(actor, terms_id, Action.AGREE_TERMS)
    if request.method == "POST":
        form = AgreeForm(request.POST)
        party = _party(actor, terms, request.POST.get("party", ""))
        if accepted(form, lambda: _agree(actor, terms, party, form)):
            messages.success(request, _("You have agreed to the terms."))
            return redirect("contracts:terms-detail", terms.contract_id)
        return _agree_page(request, actor, terms, party, _shown_again(form, terms))
    party = _party_asked(actor, terms, request.GET.get("party", ""))
    form = AgreeForm(initial={"party": party.pk, "digest": terms.digest})
    return _agree_page(request, actor, terms, party, form)


def _agree(actor: User, terms: Terms, party: Party, form: AgreeForm) -> object:
    return services.agree_terms(
        actor=actor, terms=terms, party=party, digest=form.cleaned_data["digest"]
    )


def _shown_again(form: AgreeForm, terms: Terms) -> AgreeForm:
    """The refused form with the wording that stands now; whoever goes on has seen that one."""
    form.data = {**form.data.dict(), "digest": terms.digest, "read": ""}  # type: ignore[attr-defined]
    return form


def _party(actor: User, terms: Terms, typed: str) -> Party:
    try:
        return selectors.party(actor, terms.contract, UUID(typed))
    except ValueError:
        raise NotVisible from None


def _party_asked(actor: User, terms: Terms, typed: str) -> Party:
    """The party that the reader was asked for, or else the first one that they can speak for."""
    if typed:
        return _party(actor, terms, typed)
    mine = selectors.may_agree_for(actor, selectors.missing_agreements(terms))
    if not mine:
        raise RuleViolation("contracts.agreement_not_needed")
    return mine[0]


def _agree_page(
    request: HttpRequest, actor: User, terms: Terms, party: Party, form: AgreeForm
) -> HttpResponse:
    context = {**_wording(actor, terms), "terms": terms, "party": party, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return contract_page(
        request, "contracts/terms_agree.html", terms.contract, context, status=status
    )
