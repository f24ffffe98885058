"""Pages about opening a closing again: what is asked, who has consented, and the versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from outcomes import selectors, services
from outcomes.forms import AskReopeningForm, ConsentForm
from outcomes.models import Closing, ClosingReopening
from outcomes.states import ClosingState
from outcomes.views.results import last_day
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible
from sibportal.web import formats
from sibportal.web.components import Check
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sibportal.accounts.models import User


@login_required
@require_http_methods(["GET", "POST"])
def closing_reopen(request: HttpRequest, closing_id: UUID) -> HttpResponse:
    """An official asks the parties to open a signed closing again, with the reason."""
    actor = signed_in(request)
    row = selectors.closing(actor, closing_id)
    if not selectors.may(actor, Action.FORCE_CLOSING, row):
        raise NotVisible
    form = AskReopeningForm(request.POST or None)
    if request.method == "POST":
        asked = accepted(
            form,
            lambda: services.ask_reopening(
                actor=actor, closing=row, reason=form.cleaned_data["reason"]
            ),
        )
        if asked:
            messages.success(request, _("Asked. The period opens when every party has consented."))
            return redirect("outcomes:closing-detail", row.pk)
    code = selectors.kept_closed_by(row)
    context = {
        "row": row,
        "contract": row.contract,
        "form": form,
        "last_day": last_day(row),
        "refused": sentence(code) if code else "",
        "parties": selectors.parties_to_consent(row),
    }
    return page(request, "outcomes/closing_reopen.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def closing_consent(request: HttpRequest, closing_id: UUID) -> HttpResponse:
    """What a party consents to, and its yes to exactly this reason."""
    actor = signed_in(request)
    row = selectors.closing(actor, closing_id)
    reopening = selectors.reopening_of(row)
    own = selectors.may_consent_for(actor, reopening) if reopening else []
    if reopening is None or not own:
        raise NotVisible
    form = ConsentForm(request.POST or None, initial={"digest": reopening.digest})
    if request.method == "POST":
        found = accepted(
            form,
            lambda: services.consent_to_reopening(
                actor=actor, closing=row, digest=form.cleaned_data["digest"]
            ),
        )
        if found:
            messages.success(request, _said(found))
            return redirect("outcomes:closing-detail", found.pk)
        # Whoever goes on has seen what is asked now.
        form.data = {**form.data.dict(), "digest": reopening.digest, "read": ""}  # type: ignore[attr-defined]
    context = {
        "row": row,
        "contract": row.contract,
        "form": form,
        "reopening": reopening,
        "last_day": last_day(row),
        "own": own,
        "checks": list(_consents(reopening)),
    }
    return page(request, "outcomes/closing_consent.html", context, status=status_of(form))


def _said(found: Closing) -> str:
    if found.state == ClosingState.SIGNED:
        return _("You have consented. Other parties have not yet.")
    return _("You have consented. The period is open again.")


def reopening_shown(viewer: User, row: Closing) -> dict[str, object]:
    """What the page of a closing says about its versions and about opening it again."""
    reopening = selectors.reopening_of(row)
    versions = selectors.versions(row)
    kept_closed = selectors.kept_closed_by(row)
    waits = reopening is not None and not kept_closed
    may_ask = not kept_closed and selectors.may(viewer, Action.FORCE_CLOSING, row)
    return {
        "newer": versions[0] if versions[0].pk != row.pk else None,
        "versions": [_version(one, row) for one in versions] if len(versions) > 1 else [],
        "reopening": reopening if waits else None,
        "consents": list(_consents(reopening)) if reopening and waits else [],
        "may_ask": may_ask,
        "may_consent": bool(reopening and waits and selectors.may_consent_now(viewer, reopening)),
    }


def _consents(reopening: ClosingReopening) -> Iterable[Check]:
    for one in reopening.consents.select_related("party__organisation"):
        facts = {"party": one.party.organisation.name, "moment": formats.moment(one.given_at)}
        yield Check("ok", _("%(party)s has consented, %(moment)s") % facts)
    for party in selectors.missing_consents(reopening):
        yield Check("look", _("%(party)s has not consented yet") % {
            "party": party.organisation.name
        })  # fmt: skip


def _version(one: Closing, shown: Closing) -> dict[str, object]:
    signed = one.state == ClosingState.SIGNED and one.signed_at is not None
    return {
        "number": one.version,
        "state": _("Signed %(moment)s") % {"moment": formats.moment(one.signed_at)}
        if signed and one.signed_at
        else _("Waiting for the verifier's signature"),
        "reason": one.reopening.reason if one.reopening else "",
        "url": "" if one.pk == shown.pk else reverse("outcomes:closing-detail", args=[one.pk]),
    }
