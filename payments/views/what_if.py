"""What if: other numbers in the terms and other outcomes, two variants side by side.

Nothing is stored, unless somebody who may draft terms makes a variant the next draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import contracts.selectors
import contracts.services
from contracts.rules.terms import TermsDocument, open_questions, parse
from contracts.states import TermsState
from payments.forms.what_if import VARIANTS, WhatIfForm
from payments.rules.preview import stand_ins
from payments.rules.what_if import (
    AssumedClaim,
    Sums,
    claim_periods,
    claims,
    sums,
    with_values,
)
from payments.selectors import foresight
from payments.selectors.explained import Names, term_title, tree
from payments.selectors.foresight import Start
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import RuleViolation
from sibportal.web import formats
from sibportal.web.doors import signed_in
from sibportal.web.http import UNPROCESSABLE, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract, Terms
    from sibportal.accounts.models import User
    from sibportal.web.components import Explanation

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Row:
    """One line of the comparison: both variants, and what the second gives more."""

    title: str
    cells: list[str]
    is_total: bool = False


@dataclass(frozen=True)
class ShownClaim:
    """One assumed claim of a variant with its explanation."""

    title: str
    amount: str
    due: str
    lines: tuple[Explanation, ...]


@dataclass(frozen=True)
class Variant:
    """One variant, calculated."""

    terms: TermsDocument
    claims: tuple[AssumedClaim, ...]
    sums: Sums


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def terms_what_if(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """Try other numbers and outcomes; a post calculates, or makes a variant the next draft."""
    actor = signed_in(request)
    terms = contracts.selectors.terms_version(actor, terms_id)
    start = foresight.start(terms.contract, terms)
    payers = contracts.selectors.payer_names(terms.contract)
    form = WhatIfForm(start, payers, request.POST if request.method == "POST" else None)
    promoted = request.POST.get("promote", "")
    if promoted in VARIANTS and form.is_valid() and _promoted(actor, terms, form, promoted):
        messages.success(request, _("The variant is a draft of the terms."))
        return redirect("contracts:terms-detail", terms.contract_id)
    found = _calculated(start, form) if start.calculable and form.is_bound else {}
    context = {
        "contract": terms.contract,
        "terms": terms,
        "start": start,
        "form": form,
        "may_promote": _may_promote(actor, terms),
        **(_results(found, terms.contract, payers) if len(found) == len(VARIANTS) else {}),
    }
    status = UNPROCESSABLE if form.errors else 200
    return page(request, "payments/terms_what_if.html", context, status=status)


def _calculated(start: Start, form: WhatIfForm) -> dict[str, Variant]:
    """Each variant whose numbers fit together; the form says of the others why not."""
    found: dict[str, Variant] = {}
    if not form.is_valid():
        return found
    for variant in VARIANTS:
        try:
            found[variant] = _variant(start, form, variant)
        except RuleViolation as violation:
            form.attach(variant, violation)
    return found


def _variant(start: Start, form: WhatIfForm, variant: str) -> Variant:
    changed = parse(with_values(start.written, form.changes(variant)))
    terms = stand_ins(changed, start.last_day)
    if issues := open_questions(terms):
        raise RuleViolation(issues)
    made = claims(terms, claim_periods(start.periods), form.figures(variant), form.circumstances())
    return Variant(terms, made, sums(made))


def _may_promote(actor: User, terms: Terms) -> bool:
    """Whether a variant may become a draft: of this draft, or after what is agreed."""
    rights = contracts.selectors.rights(actor, terms.contract)
    if str(Action.EDIT_TERMS) not in rights:
        return False
    if terms.state == TermsState.DRAFT:
        return True
    agreed = contracts.selectors.last_agreed(terms.contract)
    return agreed == terms and contracts.selectors.open_terms(terms.contract) is None


def _promoted(actor: User, terms: Terms, form: WhatIfForm, variant: str) -> bool:
    """Make the variant's terms the draft; False where the rules refuse it, as the form says."""
    document = with_values(form.start.written, form.changes(variant))
    try:
        if terms.state == TermsState.DRAFT:
            contracts.services.save_terms(
                actor=actor,
                contract=terms.contract,
                document=document,
                mechanism=terms.mechanism,
            )
        else:
            document.pop("amendment", None)
            contracts.services.draft_amendment(
                actor=actor,
                contract=terms.contract,
                document=document,
                mechanism=terms.mechanism,
                base_digest=terms.digest,
            )
    except RuleViolation as violation:
        form.attach(variant, violation)
        return False
    return True


def _results(
    found: Mapping[str, Variant], contract: Contract, payers: Mapping[str, str]
) -> dict[str, Any]:
    first, second = (found[variant] for variant in VARIANTS)
    return {
        "rows": _rows(first, second, contract.currency, payers),
        "periods": [
            Row(
                f"{formats.day(one.period.period.start)} – {_last_day(one)}",
                _pair(one.claim.total, other.claim.total, contract.currency),
            )
            for one, other in zip(first.claims, second.claims, strict=True)
        ],
        "explained": [
            (_("Variant 1"), _shown(first, contract, payers)),
            (_("Variant 2"), _shown(second, contract, payers)),
        ],
    }


def _rows(first: Variant, second: Variant, currency: str, payers: Mapping[str, str]) -> list[Row]:
    """Both variants in all, by payer, by year and by payment term."""
    one, other = first.sums, second.sums
    rows = [Row(_("Paid in all"), _pair(one.total, other.total, currency), is_total=True)]
    by_payer = _both(one.by_payer, other.by_payer)
    rows += [
        Row(_("Paid by %(payer)s") % {"payer": payers.get(key, key)}, _pair(*amounts, currency))
        for key, amounts in by_payer.items()
    ]
    by_year = _both(one.by_year, other.by_year)
    rows += [
        Row(_("Falls due in %(year)s") % {"year": year}, _pair(*by_year[year], currency))
        for year in sorted(by_year)
        if any(by_year[year])
    ]
    by_term = _both(one.by_term, other.by_term)
    rows += [
        Row(
            _("Payment term “%(term)s”") % {"term": term_title(first.terms, key)},
            _pair(*amounts, currency),
        )
        for key, amounts in by_term.items()
        if len(by_term) > 1
    ]
    return rows


def _both(
    one: Mapping[Any, Decimal], other: Mapping[Any, Decimal]
) -> dict[Any, tuple[Decimal, Decimal]]:
    keys = list(dict.fromkeys([*one, *other]))
    return {key: (one.get(key, NOTHING), other.get(key, NOTHING)) for key in keys}


def _pair(one: Decimal, other: Decimal, currency: str) -> list[str]:
    amounts = (one, other, other - one)
    return [formats.money(amount, currency, cents=True) for amount in amounts]


def _shown(variant: Variant, contract: Contract, payers: Mapping[str, str]) -> list[ShownClaim]:
    """The claims that pay something, or the last one where none does."""
    known = Names(variant.terms, payers, {})
    paying = [one for one in variant.claims if one.claim.total] or list(variant.claims[-1:])
    return [
        ShownClaim(
            title=f"{formats.day(one.period.period.start)} – {_last_day(one)}",
            amount=formats.money(one.claim.total, contract.currency, cents=True),
            due=formats.day(one.due_on),
            lines=(tree(one.claim.explanation.root, known),),
        )
        for one in paying
    ]


def _last_day(one: AssumedClaim) -> str:
    end = one.period.period.end
    return formats.last_day(end) if end else ""
