"""One dashboard per kind of party: what waits first, then figures and how contracts stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

import outcomes.selectors
from contracts.selectors import today
from contracts.states import ContractState
from outcomes.rules.points import PointStatus
from outcomes.views.common import metric_title
from outcomes.views.due import SHOWN, entry_url
from outcomes.views.results import progress_chart
from payments.selectors.obligations import obligations
from payments.selectors.statements import investor_statement
from payments.views.obligations import ObligationShown, shown_obligations
from payments.views.shown import headline
from sibportal.accounts import access
from sibportal.accounts.roles import Action, PartyRole
from sibportal.portal import selectors
from sibportal.portal.selectors import DASHBOARDS, Dashboard, Overview
from sibportal.portal.views import shown
from sibportal.portal.views.tasks import tasks, waiting_of
from sibportal.web import formats
from sibportal.web.components import Filter, Kpi, Meter, Status
from sibportal.web.doors import signed_in
from sibportal.web.http import page
from sibportal.web.localised import choose

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from outcomes.selectors import DueItem
    from payments.selectors.statements import Statement

_STATE_ORDER = list(ContractState.values)
_STATE_ORDER.insert(0, _STATE_ORDER.pop(_STATE_ORDER.index(ContractState.ACTIVE)))
DUE_SHOWN = 8


@login_required
@require_safe
def official(request: HttpRequest) -> HttpResponse:
    """The payer's and co-payer's: decisions, key figures, contracts, claims, money."""
    rows = _rows(request, Dashboard.OFFICIAL)
    counted = {one.contract.pk for one in rows if one.counts_shown}
    claims = list(selectors.claims_in_progress(request.user, [one.contract.pk for one in rows]))
    words: dict[object, str] = {
        claim.pk: headline(claim, reasoning=claim.contract_id in counted) for claim in claims
    }
    context = {
        **_common(request, Dashboard.OFFICIAL, rows),
        "kpis": _official_kpis(rows),
        "claims": shown.claim_rows(claims, words),
        "shows_money": any(one.money for one in rows),
        "obligations": _obligations(request, rows),
        "may_create": access.organisations_for(request.user, Action.CREATE_CONTRACT).exists(),
    }
    return page(request, "portal/official.html", context, fragment="portal/_progress.html")


@login_required
@require_safe
def provider(request: HttpRequest) -> HttpResponse:
    """The lead provider's and service partner's: what to measure, questions, corrections."""
    rows = _rows(request, Dashboard.PROVIDER)
    waiting = waiting_of(request)
    due = outcomes.selectors.due_list(request.user)
    context = {
        **_common(request, Dashboard.PROVIDER, rows),
        "kpis": _provider_kpis(due, waiting.questions, waiting.stopped),
        "due": [_due_row(one) for one in due[:DUE_SHOWN]],
        "due_count": len(due),
        "questions": outcomes.selectors.questions(request.user)[:DUE_SHOWN],
        "stopped": outcomes.selectors.stopped(request.user)[:DUE_SHOWN],
        "rejected": selectors.rejected(request.user),
        "imports": selectors.imports_lately(request.user),
    }
    return page(request, "portal/provider.html", context, fragment="portal/_progress.html")


@login_required
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The verifier's: the queue by contract, closings to sign, exits, and one's independence."""
    rows = _rows(request, Dashboard.VERIFIER)
    waiting = waiting_of(request)
    ids = [one.contract.pk for one in rows]
    states = selectors.checking_states(request.user, ids)
    queue = [
        {"row": shown.contract_row(one), "state": states[one.contract.pk]}
        for one in rows
        if one.contract.state != ContractState.DRAFT
    ]
    context = {
        **_common(request, Dashboard.VERIFIER, rows),
        "kpis": _verifier_kpis(waiting, [states[pk].oldest for pk in ids]),
        "queue": queue,
        "dependent": [
            {
                "title": shown.contract_title(one.contract),
                "roles": ", ".join(
                    str(PartyRole(role).label)
                    for role in sorted(states[one.contract.pk].other_roles)
                ),
            }
            for one in rows
            if states[one.contract.pk].other_roles
        ],
    }
    return page(request, "portal/verifier.html", context, fragment="portal/_progress.html")


@login_required
@require_safe
def investor(request: HttpRequest) -> HttpResponse:
    """The investor's and fund manager's: capital, received, outcomes against expectations."""
    rows = _rows(request, Dashboard.INVESTOR)
    capital = selectors.capital_by_investor(request.user)
    organisations = {one.organisation.pk: one.organisation for one in capital}
    statement = None
    if len(organisations) == 1:
        (own,) = organisations.values()
        statement = investor_statement(request.user, own, timezone.localdate())
    context = {
        **_common(request, Dashboard.INVESTOR, rows),
        "kpi_strips": _investor_kpis(capital, statement),
        "capital": capital,
        "statement": statement,
        "outcome_rows": [
            {"row": shown.contract_row(one), "cells": shown.path_cells(one)}
            for one in rows
            if one.contract.state != ContractState.DRAFT
        ],
        "protected": any(not one.counts_shown for one in rows),
        "limit": max((one.contract.small_number_limit for one in rows), default=0),
    }
    return page(request, "portal/investor.html", context, fragment="portal/_progress.html")


@login_required
@require_safe
def observer(request: HttpRequest) -> HttpResponse:
    """For steering members, auditors, experts and others who follow and decide nothing here."""
    rows = _rows(request, Dashboard.OBSERVER)
    context = {
        **_common(request, Dashboard.OBSERVER, rows),
        "kpis": _official_kpis(rows),
        "shows_money": any(one.money for one in rows),
        "shows_outcomes": any(one.outcomes for one in rows),
        "obligations": _obligations(request, rows),
    }
    return page(request, "portal/observer.html", context, fragment="portal/_progress.html")


# --- What they share ------------------------------------------------------------------------------


def _rows(request: HttpRequest, dashboard: Dashboard) -> list[Overview]:
    """The contracts of one dashboard, those in force first; NotVisible without the role."""
    viewer = signed_in(request)
    selectors.require_dashboard(viewer, dashboard)
    rows = selectors.contracts_as(viewer, DASHBOARDS[dashboard])
    found = selectors.overviews(viewer, rows)
    return sorted(
        found, key=lambda one: (_STATE_ORDER.index(one.contract.state), one.contract.code)
    )


def _common(request: HttpRequest, dashboard: Dashboard, rows: list[Overview]) -> dict[str, Any]:
    ids = {one.contract.pk for one in rows}
    return {
        "as_of": selectors.verified_until(rows),
        "tasks": tasks(waiting_of(request), dashboard, ids),
        "rows": [shown.contract_row(one) for one in rows],
        **_progress(request, rows),
    }


def _obligations(request: HttpRequest, rows: list[Overview]) -> list[ObligationShown]:
    found = obligations(signed_in(request), [one.contract for one in rows])
    return shown_obligations(found)


def _progress(request: HttpRequest, rows: list[Overview]) -> dict[str, Any]:
    """The charts of one contract, and pills to choose another."""
    drawable = [one for one in rows if any(p.series for p in one.outcomes)]
    wanted = request.GET.get("contract", "")
    chosen = next((one for one in drawable if str(one.contract.pk) == wanted), None)
    chosen = chosen or next(iter(drawable), None)
    pills = [
        Filter(shown.contract_title(one.contract), f"?contract={one.contract.pk}#progress", None,
               one is chosen)
        for one in drawable
    ]  # fmt: skip
    drawn = [p for p in chosen.outcomes if p.series] if chosen else []
    return {
        "charts": [progress_chart(p) for p in drawn],
        "chart_title": shown.contract_title(chosen.contract) if chosen else "",
        "chart_filters": pills if len(pills) > 1 else [],
    }


def _official_kpis(rows: list[Overview]) -> list[Kpi]:
    active = sum(one.contract.state == ContractState.ACTIVE for one in rows)
    drafts = sum(one.contract.state == ContractState.DRAFT for one in rows)
    more = ngettext("%(count)s more in preparation", "%(count)s more in preparation", drafts)
    kpis = [
        Kpi(
            _("Contracts in force"),
            formats.number(active),
            detail=more % {"count": drafts} if drafts else "",
        ),
    ]
    if any(one.intake is not None for one in rows):  # a data holder sees no participants
        kpis.append(_places_kpi(rows))
    money = [one.money for one in rows if one.money is not None]
    if money:
        caps = [(one.currency, one.cap) for one in money if one.cap is not None]
        most = _("of at most %(cap)s") % {"cap": shown.amounts(caps)} if caps else ""
        possible = [
            (one.currency, one.still_possible) for one in money if one.still_possible is not None
        ]
        still = _("%(amount)s still possible after that") % {"amount": shown.amounts(possible)}
        kpis += [
            Kpi(
                _("Paid to date"),
                shown.amounts((one.currency, one.paid) for one in money),
                detail=most,
                meter=shown.paid_meter(rows),
            ),
            Kpi(
                _("Calculated, not yet paid"),
                shown.amounts((one.currency, one.waiting) for one in money),
                detail=still if possible else "",
            ),
        ]
    return kpis


def _places_kpi(rows: list[Overview]) -> Kpi:
    enrolled, places = shown.places_filled(rows)
    if enrolled is None:
        return Kpi(
            _("Participants"), "–", detail=_("Too few people to show in one of the contracts")
        )
    return Kpi(
        _("Participants"),
        formats.number(enrolled),
        of=_("of %(places)s places") % {"places": formats.number(places)},
        meter=Meter(enrolled, places) if places else None,
    )


def _provider_kpis(due: list[DueItem], questions: int, stopped: int) -> list[Kpi]:
    late = sum(one.status == PointStatus.OVERDUE for one in due)
    now = sum(one.status == PointStatus.DUE for one in due)
    soon = sum(one.status == PointStatus.DUE_SOON for one in due)
    late_words = ngettext("%(count)s of them late", "%(count)s of them late", late)
    return [
        Kpi(
            _("To measure now"),
            formats.number(late + now),
            detail=late_words % {"count": late} if late else "",
        ),
        Kpi(_("Coming soon"), formats.number(soon)),
        Kpi(_("The verifier asks"), formats.number(questions)),
        Kpi(_("Stopped by a check"), formats.number(stopped), detail=_("to correct by you")),
    ]


def _verifier_kpis(waiting: selectors.Waiting, oldest: list[Any]) -> list[Kpi]:
    known = [moment for moment in oldest if moment is not None]
    since = _("oldest from %(day)s") % {"day": formats.day(min(known).date())} if known else ""
    return [
        Kpi(_("Measurements to verify"), formats.number(waiting.to_verify), detail=since),
        Kpi(_("Results to sign"), formats.number(len(waiting.closings))),
        Kpi(_("Exits to confirm"), formats.number(len(waiting.exits))),
    ]


def _investor_kpis(
    capital: list[selectors.CapitalOfInvestor], statement: Statement | None
) -> list[list[Kpi]]:
    """One strip of figures per currency: sums never cross currencies."""
    strips = []
    for currency in sorted({one.currency for one in capital}):
        held = [one for one in capital if one.currency == currency]
        strip = [
            Kpi(_("Committed"), shown.amounts((currency, one.committed) for one in held)),
            Kpi(_("Paid in"), shown.amounts((currency, one.paid_in) for one in held)),
            Kpi(_("Received"), shown.amounts((currency, one.received) for one in held)),
        ]
        for total in statement.totals if statement is not None else ():
            if total.currency == currency:
                possible = formats.money(total.line.still_possible, currency)
                words = _("calculated, not yet paid; %(amount)s still possible after that")
                expected = formats.money(total.line.expected, currency)
                strip.append(Kpi(_("Expected"), expected, detail=words % {"amount": possible}))
        strips.append(strip)
    return strips


def _due_row(one: DueItem) -> dict[str, Any]:
    now = today(one.contract)
    tone, label = SHOWN[one.status]
    return {
        "item": one,
        "contract": shown.contract_title(one.contract),
        "metric": metric_title(one.metric),
        "point": choose(one.point.title).value or one.point.key,
        "left": shown.left(one.window.closes_on, now) if one.window else "",
        "status": Status(tone, label),  # type: ignore[arg-type]
        "url": entry_url(one),
        "all_url": reverse("outcomes:due-list", args=[one.contract.pk]),
    }
