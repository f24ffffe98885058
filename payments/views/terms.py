"""Drafting terms: the choice of a template, and one editor with a live preview for all of them."""

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
from contracts.rules.terms.library import Template, library
from contracts.services.terms import misfits
from payments.forms import posted
from payments.forms.editor import Editor
from payments.forms.fields import Options
from payments.forms.refilling import filled
from payments.selectors import drafting
from payments.views.outlook import outlook
from sibportal.accounts.roles import Action
from sibportal.accounts.views.common import signed_in
from sibportal.kernel.errors import NotVisible, RuleViolation
from sibportal.web.http import UNPROCESSABLE, page, wants_fragment
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract, Terms
    from sibportal.accounts.models import User

# The word in the address for the wording so far; any other names a template of the library.
CURRENT = "current"
ONLY_OPEN, ALL = "open", "all"


@login_required
@require_safe
def terms_choose(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The library of templates in plain words, the wording so far, and other contracts'."""
    viewer = signed_in(request)
    contract = contracts.selectors.contract(viewer, contract_id, Action.EDIT_TERMS)
    context = {
        "contract": contract,
        "basis": drafting.basis(contract),
        "templates": [_card(template) for template in library()],
        "others": drafting.others(viewer, contract),
        "current": CURRENT,
    }
    return page(request, "payments/terms_choose.html", context)


@dataclass(frozen=True)
class Card:
    """One template as the page of templates shows it."""

    slug: str
    title: str
    about: str
    deals: list[tuple[str, str, str]]


def _card(template: Template) -> Card:
    return Card(
        slug=template.key.replace("_", "-"),
        title=sentence(template.title),
        about=sentence(template.about),
        deals=[(deal.name, deal.country, deal.years) for deal in template.deals],
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def terms_draft(request: HttpRequest, contract_id: UUID, mechanism: str) -> HttpResponse:
    """The editor. A post shows what comes of it, changes rows, or saves the draft."""
    actor = signed_in(request)
    contract = contracts.selectors.contract(actor, contract_id, Action.EDIT_TERMS)
    basis = drafting.basis(contract)
    now = drafting.draft_digest(contract)
    editor, focus = _editor(request, actor, contract, mechanism, basis)
    is_refused = False
    saving = request.method == "POST" and "save" in request.POST and not wants_fragment(request)
    if saving and editor.is_valid:
        try:
            contracts.services.save_terms(
                actor=actor,
                contract=contract,
                document=editor.document,
                mechanism=_stored(mechanism, basis),
                base_digest=request.POST.get("base", ""),
                seen_digest=request.POST.get("seen"),
            )
        except RuleViolation as violation:
            editor.refuse(violation)
            is_refused = True
        else:
            messages.success(request, _("The draft of the terms is saved."))
            return redirect("contracts:terms-detail", contract.pk)
    context = {
        "contract": contract,
        "mechanism": mechanism,
        "basis": basis,
        "base": request.POST.get("base") or drafting.base_digest(basis),
        # Whoever was told of another draft may write over it, knowing what they do.
        "seen": request.POST.get("seen", now) if not is_refused else now,
        "editor": editor,
        "focus": focus,
        "outlook": outlook(editor.terms, contract) if editor.is_valid else None,
        "saving": saving,
    }
    return page(
        request,
        "payments/terms_draft.html",
        context,
        fragment="payments/_terms_editor.html",
        status=UNPROCESSABLE if saving else 200,
    )


def _editor(
    request: HttpRequest, actor: User, contract: Contract, mechanism: str, basis: Terms | None
) -> tuple[Editor, str]:
    """The editor, and the name of the part that gets the keyboard."""
    focus = ""
    if request.method == "POST":
        node, focus = _changed(request, posted.nested(request.POST.lists()))
        shown = request.POST.get("show") or request.POST.get("shown", ALL)
        asked = request.POST.get("asked", "").split() if "show" not in request.POST else []
    else:
        source = request.GET.get("from", "")
        node = filled(_start(actor, contract, mechanism, basis, source))
        shown = ONLY_OPEN
        asked = [] if mechanism == CURRENT else posted.first_asked(node)
    options = Options(
        currency=contract.currency,
        metrics=drafting.metric_choices(),
        payers=drafting.payer_choices(contract),
        cohorts=drafting.cohort_choices(contract),
    )
    editor = Editor(
        node,
        options,
        lambda terms: misfits(contract, terms),
        asked=asked if shown == ONLY_OPEN else None,
    )
    editor.give_keyboard_to(focus)
    if request.method != "POST" and not editor.questions:
        editor.show(None)
    return editor, focus


def _changed(request: HttpRequest, node: posted.Node) -> tuple[posted.Node, str]:
    """What was posted, after the button that adds, takes away or moves a row.

    No button is called `remove`: a form's own method of that name would be out of reach of scripts.
    """
    node = posted.numbered_anew(node)
    if name := request.POST.get("add", ""):
        return posted.with_row(node, name)
    if name := request.POST.get("take_away", ""):
        return posted.without_row(node, name), f"add-{name.rpartition('-')[0]}"
    for button, by in (("up", -1), ("down", 1)):
        if name := request.POST.get(button, ""):
            node, moved = posted.with_row_moved(node, name, by)
            return node, f"{button}-{moved}"
    return node, ""


def _start(
    actor: User, contract: Contract, mechanism: str, basis: Terms | None, source: str
) -> dict[str, object]:
    """The document to begin with; NotVisible where the address names none."""
    if mechanism != CURRENT:
        return drafting.from_template(contract, mechanism)
    if source:
        return drafting.from_contract(actor, contract, source)
    if basis is None:
        raise NotVisible
    return drafting.document_of(basis)


def _stored(mechanism: str, basis: Terms | None) -> str:
    """What is kept as the name of the mechanism: the template that the wording began with."""
    return basis.mechanism if mechanism == CURRENT and basis else mechanism
