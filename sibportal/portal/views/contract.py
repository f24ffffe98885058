"""The hub of one contract, and the table of all contracts as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

import contracts.selectors
from contracts.rules.terms.words import BelowMinimum
from outcomes.views.results import progress_chart
from payments.selectors.obligations import obligations
from payments.views.obligations import shown_obligations
from payments.views.shown import headline
from sibportal.accounts import access
from sibportal.accounts.roles import PartyRole
from sibportal.portal import selectors
from sibportal.portal.selectors import Overview
from sibportal.portal.views import shown
from sibportal.portal.views.tasks import all_tasks, waiting_of
from sibportal.web import formats
from sibportal.web.components import Kpi, Meter
from sibportal.web.doors import signed_in
from sibportal.web.exports import csv_response
from sibportal.web.http import page
from sibportal.web.localised import localised
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.http import HttpRequest

    from contracts.models import Contract, Party


@login_required
@require_safe
def contract_detail(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """One contract at a glance, as far as the reader may see it."""
    viewer = signed_in(request)
    contract = contracts.selectors.contract(viewer, contract_id)
    (overview,) = selectors.overviews(viewer, [contract])
    claims = list(selectors.claims_in_progress(viewer, [contract.pk]))
    words: dict[object, str] = {
        claim.pk: headline(claim, reasoning=overview.counts_shown) for claim in claims
    }
    drawn = [one for one in overview.outcomes if one.series]
    context = {
        "contract": contract,
        "title": localised(contract, "title"),
        "status": shown.contract_status(contract),
        "as_of": selectors.verified_until([overview]),
        "row": shown.contract_row(overview),
        "tasks": all_tasks(waiting_of(request), contract.pk),
        "kpis": _kpis(overview),
        "charts": [progress_chart(one) for one in drawn],
        "pairs": _facts(contract, overview),
        "texts": _texts(contract),
        "people": _who_is_who(contracts.selectors.parties_today(contract)),
        "documents": contracts.selectors.documents(viewer, contract)[:5],
        "claims": shown.claim_rows(claims, words),
        "obligation": next(iter(shown_obligations(obligations(viewer, [contract]))), None),
        "intake_note": _intake_note(contract, overview),
        "actions": {str(one) for one in access.actions_on(viewer, contract)},
        "counts_shown": overview.counts_shown,
    }
    return page(request, "portal/contract_detail.html", context)


@login_required
@require_safe
def contract_export(request: HttpRequest) -> HttpResponse:
    """All contracts that the reader may see, as a file that spreadsheets read and do not run."""
    viewer = signed_in(request)
    found = selectors.overviews(viewer, contracts.selectors.contracts(viewer).order_by("code"))
    name = f"contracts-{timezone.localdate().isoformat()}.csv"
    return csv_response(name, _export(found))


def _export(found: list[Overview]) -> Iterator[list[object]]:
    yield [
        _("Contract"), _("Title"), _("State"), _("Starts on"), _("Last day"), _("Places"),
        _("Planned by today"), _("Enrolled"), _("Outcome"), _("Verified up to"), _("Estimate"),
        _("Interval from"), _("Interval to"), _("Threshold"), _("Currency"), _("Paid"),
        _("Calculated, not yet paid"), _("Still possible"), _("At most"),
    ]  # fmt: skip
    for one in found:
        contract, intake, money = one.contract, one.intake, one.money
        main = one.outcomes[0] if one.outcomes else None
        latest = main.current if main else None
        yield [
            contract.code,
            shown.contract_title(contract),
            contract.get_state_display(),
            contract.starts_on,
            contract.ends_on - shown.DAY,
            *((intake.places, intake.planned_by_today, intake.enrolled) if intake else (None,) * 3),
            shown.outcome_title(main) if main else "",
            *(
                (latest.period.ends_on - shown.DAY, latest.estimate, latest.low, latest.high)
                if latest
                else (None,) * 4
            ),
            main.threshold if main else None,
            contract.currency if money else "",
            *(
                (money.paid, money.waiting, money.still_possible, money.cap)
                if money
                else (None,) * 4
            ),
        ]


def _kpis(one: Overview) -> list[Kpi]:
    kpis = []
    intake, money = one.intake, one.money
    if intake is not None:
        enrolled = intake.enrolled
        kpis.append(
            Kpi(
                _("Participants"),
                shown.intake_words(one),
                detail=shown.plan_words(one),
                meter=Meter(enrolled, intake.places) if enrolled and intake.places else None,
            )
        )
    if money is not None:
        possible, cap = money.still_possible, money.cap
        most = _("of at most %(cap)s") % {"cap": formats.money(cap, money.currency)} if cap else ""
        kpis += [
            Kpi(
                _("Paid to date"),
                formats.money(money.paid, money.currency),
                detail=most,
                meter=shown.paid_meter([one]),
            ),
            Kpi(_("Calculated, not yet paid"), formats.money(money.waiting, money.currency)),
        ]
        if possible is not None:
            kpis.append(
                Kpi(
                    _("Still possible"),
                    formats.money(possible, money.currency),
                    detail=_("only if more outcomes are verified"),
                )
            )
    return kpis


def _intake_note(contract: Contract, overview: Overview) -> dict[str, str] | None:
    """Fewer people than the terms count on: how many, and what the terms say follows."""
    wording = contracts.selectors.last_wording(contract)
    intake = overview.intake
    if wording is None or intake is None or intake.enrolled is None:
        return None
    minimum, follows = wording.counting.minimum_cohort, wording.counting.below_minimum
    if not minimum or follows is None or intake.enrolled >= minimum:
        return None
    counts = {
        "enrolled": formats.number(intake.enrolled),
        "places": formats.number(intake.places),
        "minimum": formats.number(minimum),
    }
    told = _("%(enrolled)s of %(places)s places are filled; the terms count on %(minimum)s people.")
    return {
        "counts": told % counts,
        "follows": sentence(f"terms.say.below_minimum_{follows}", minimum=minimum),
        "renegotiate": "yes" if follows is BelowMinimum.RENEGOTIATE else "",
    }


def _facts(contract: Contract, overview: Overview) -> list[tuple[str, str]]:
    last = contract.ends_on - shown.DAY
    terms = contracts.selectors.terms_in_force(contract, contracts.selectors.today(contract))
    version = _("Version %(version)s") % {"version": terms.version} if terms else _("Not agreed")
    months = ngettext("%(months)s month", "%(months)s months", contract.period_months)
    name, on = shown.milestone(overview)
    found = [
        (_("Next"), f"{name}, {formats.day(on)}" if on else name),
        (_("Place"), contract.place),
        (_("In force"), f"{formats.day(contract.starts_on)}–{formats.day(last)}"),
        (_("Terms"), version),
        (_("Reporting period"), months % {"months": contract.period_months}),
        (_("Currency"), contract.currency),
        (_("Case number"), contract.case_number),
        (_("Decided on"), formats.day(contract.decided_on) if contract.decided_on else ""),
    ]
    return [(label, value) for label, value in found if value]


def _texts(contract: Contract) -> list[tuple[str, Any]]:
    found = [
        (_("Social problem"), localised(contract, "social_problem")),
        (_("Target group"), localised(contract, "target_group")),
        (_("Programme"), localised(contract, "programme")),
    ]
    return [(label, text) for label, text in found if text.value]


def _who_is_who(parties: Any) -> list[tuple[str, str]]:
    """Organisations by role, in the order in which roles are named."""
    names: dict[str, list[str]] = {}
    party: Party
    for party in parties:
        names.setdefault(party.role, []).append(party.organisation.name)
    return [
        (str(PartyRole(role).label), ", ".join(names[role]))
        for role in PartyRole.values
        if role in names
    ]
