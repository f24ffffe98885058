"""The page of an amendment's frame: whom it concerns, from when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts import selectors, services
from contracts.forms import AmendmentForm
from contracts.rules.amendments import questions
from contracts.states import TermsState
from contracts.views.shown import contract_page
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract, Terms
    from sibportal.accounts.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def terms_amend(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Begin an amendment of the agreed terms, or say more about the draft that there is."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_TERMS)
    draft = selectors.open_terms(contract)
    if draft is not None and draft.state != TermsState.DRAFT:
        draft = None
    base = draft.base if draft else selectors.last_agreed(contract)
    if base is None:
        raise NotVisible
    if request.method == "POST":
        form = AmendmentForm(request.POST)
        if saved := accepted(form, lambda: _save(actor, contract, draft, form)):
            messages.success(request, _("The draft of the amendment is saved."))
            return redirect("contracts:terms-version", saved.pk)
    else:
        form = AmendmentForm(initial=_filled(contract, draft))
    context = {
        "form": form,
        "terms": draft,
        "base": base,
        "everyone": selectors.required_parties(contract, everyone=True),
        "waiting": selectors.proposed_terms(contract),
    }
    return contract_page(
        request, "contracts/terms_amend.html", contract, context, status=status_of(form)
    )


def _filled(contract: Contract, draft: Terms | None) -> dict[str, object]:
    amendment = selectors.terms_document(draft).amendment if draft else None
    if amendment is None:
        today = selectors.today(contract)
        return {"valid_from": selectors.amendment_calendar(contract).proposal(today, None)}
    return {
        "scope": amendment.scope or "",
        "valid_from": amendment.effective_on,
        "reason": amendment.reason,
    }


def _save(actor: User, contract: Contract, draft: Terms | None, form: AmendmentForm) -> Terms:
    given = {name: form.cleaned_data[name] for name in ("scope", "valid_from", "reason")}
    if draft is None:
        return services.draft_amendment(actor=actor, contract=contract, **given)
    return services.save_terms(
        actor=actor,
        contract=contract,
        document=draft.document,
        mechanism=draft.mechanism,
        **given,
    )


def open_points(terms: Terms) -> list[str]:
    """What the parties would still have to ask about an amendment itself."""
    amendment = selectors.terms_document(terms).amendment
    return [issue_sentence(one) for one in questions(amendment)] if amendment else []
