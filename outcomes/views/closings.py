"""Pages about closing a period: checklist, the verifier's signature, an official's reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outcomes import selectors, services
from outcomes.forms import ForceClosingForm, SignForm
from outcomes.models import Closing
from outcomes.rules.closing import CheckItem
from outcomes.selectors import Draft, PeriodStatus
from outcomes.states import ClosingState
from outcomes.views.common import document_of, outcome_title
from outcomes.views.reopening import reopening_shown
from outcomes.views.results import last_day, result_words, shown_lines
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible
from sibportal.web import formats
from sibportal.web.components import Check
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

DIGEST_SHOWN = 12


@login_required
@require_safe
def closing_detail(request: HttpRequest, closing_id: UUID) -> HttpResponse:
    """One closing: what it waited for, and once signed what it froze."""
    viewer = signed_in(request)
    row = selectors.closing(viewer, closing_id)
    signed = row.state == ClosingState.SIGNED
    context = {
        "row": row,
        "contract": row.contract,
        "signed": signed,
        "last_day": last_day(row),
        "checks": _checks(row),
        "pairs": _facts(row) if signed else [],
        "lines": shown_lines(viewer, row) if signed else [],
        **reopening_shown(viewer, row),
        "may_sign": not signed and selectors.may(viewer, Action.SIGN_CLOSING, row),
    }
    return page(request, "outcomes/closing_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def closing_sign(request: HttpRequest, closing_id: UUID) -> HttpResponse:
    """The page before the signature: what will be frozen; the post sends the digest seen."""
    actor = signed_in(request)
    row = selectors.closing(actor, closing_id)
    if not selectors.may(actor, Action.SIGN_CLOSING, row):
        raise NotVisible
    if row.state == ClosingState.SIGNED:
        return redirect("outcomes:closing-detail", row.pk)
    form = SignForm(request.POST or None)
    if request.method == "POST":
        signed = accepted(
            form,
            lambda: services.sign_closing(
                actor=actor, closing=row, digest=form.cleaned_data["digest"]
            ),
        )
        if signed:
            messages.success(request, _("Signed. The results of the period are final."))
            return redirect("outcomes:closing-detail", row.pk)
    draft = selectors.draft(row.period)
    errors = form.errors
    form = SignForm(initial={"digest": draft.pinned.digest})
    context = {
        "row": row,
        "contract": row.contract,
        "form": form,
        "problems": [text for found in errors.values() for text in found],
        "checks": _checks(row),
        "pairs": _draft_facts(draft),
        "lines": _draft_lines(row, draft),
    }
    return page(request, "outcomes/closing_sign.html", context, status=422 if errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def closing_force(request: HttpRequest, period_id: UUID) -> HttpResponse:
    """An official proposes a period that is over but not complete, with a reason."""
    actor = signed_in(request)
    period = selectors.period_seen(actor, period_id, Action.FORCE_CLOSING)
    form = ForceClosingForm(request.POST or None)
    if request.method == "POST":
        closing = accepted(
            form,
            lambda: services.force_closing(
                actor=actor, period=period, reason=form.cleaned_data["reason"]
            ),
        )
        if closing:
            messages.success(request, _("Proposed. The verifier is asked to sign."))
            return redirect("outcomes:closing-detail", closing.pk)
    status = _status_of(period.pk, selectors.period_status(period.contract))
    context = {
        "form": form,
        "period": period,
        "contract": period.contract,
        "checks": list(_check_lines(status.items)) if status else [],
    }
    return page(request, "outcomes/closing_force.html", context, status=status_of(form))


def _status_of(period_id: UUID, statuses: Iterable[PeriodStatus]) -> PeriodStatus | None:
    return next((one for one in statuses if one.period.pk == period_id), None)


def _checks(row: Closing) -> list[Check]:
    status = _status_of(row.period_id, selectors.period_status(row.contract))
    return list(_check_lines(status.items)) if status else []


def _check_lines(items: Iterable[CheckItem]) -> Iterable[Check]:
    for item in items:
        text = sentence(item.code)
        if item.day is not None:
            text = f"{text} ({formats.day(item.day)})"
        elif not item.done:
            left = _("%(count)s left") % {"count": formats.number(item.count)}
            text = f"{text}: {left}"
        yield Check("ok" if item.done else "no" if item.required else "look", text)


def _facts(row: Closing) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Verified rows counted"), formats.number(row.row_count or 0)),
        *_deliveries(row.aggregate_count or 0),
        (_("Digest"), row.digest[:DIGEST_SHOWN]),
        (_("Terms"), _("Version %(number)s") % {"number": row.terms.version if row.terms else "–"}),
    ]
    if row.signed_by is not None and row.signed_at is not None:
        facts.append((_("Signed by"), row.signed_by.get_full_name()))
        facts.append((_("Signed"), formats.moment(row.signed_at)))
    if row.reason:
        facts.append((_("Closed incomplete because"), row.reason))
    return facts


def _deliveries(count: int) -> list[tuple[str, object]]:
    """How many deliveries of registers were counted, where any were."""
    return [(_("Deliveries of register figures counted"), formats.number(count))] if count else []


def _draft_facts(draft: Draft) -> list[tuple[str, object]]:
    return [
        (_("Verified rows counted"), formats.number(draft.pinned.row_count)),
        *_deliveries(draft.pinned.deliveries),
        (_("Digest"), draft.pinned.digest[:DIGEST_SHOWN]),
        (_("Terms"), _("Version %(number)s") % {"number": draft.terms.version}),
    ]


def _draft_lines(row: Closing, draft: Draft) -> list[dict[str, object]]:
    document = document_of(row.contract)
    return [
        {
            "title": outcome_title(document, one.outcome),
            "words": result_words(one),
            "numerator": one.numerator,
            "measured": one.measured,
        }
        for one in draft.results
    ]  # fmt: skip
