"""Before anyone signs: what the terms may bring if the service has no effect at all and if it
works as expected, how investors may fare, and the most that can ever be owed. Stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import contracts.selectors
from contracts.rules.terms import open_questions
from contracts.rules.terms.document import Waterfall
from payments.forms.foresight import ForesightForm
from payments.rules.most_owed import most_owed
from payments.rules.returns import Return
from payments.rules.risk import Belief, Forecast, Foreseen, Setting
from payments.rules.what_if import claim_periods
from payments.selectors import foresight
from payments.selectors.foresight import Start
from payments.views.detectable import detectable
from sibportal.kernel.errors import RuleViolation
from sibportal.web import formats
from sibportal.web.components import Kpi
from sibportal.web.doors import signed_in
from sibportal.web.http import UNPROCESSABLE, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from contracts.models import Contract

SHARES = tuple(Decimal(percent) for percent in range(10, 100, 10))


@dataclass(frozen=True)
class Row:
    """One line of a table: what it is, and its cells as text."""

    title: str
    cells: list[str]


@login_required
@require_safe
def terms_foresight(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """What the terms may bring, with the assumptions that the address holds."""
    return _foresight_page(request, terms_id, "payments/terms_foresight.html")


@login_required
@require_safe
def terms_foresight_print(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """The same on paper, as an annex to the decision."""
    return _foresight_page(request, terms_id, "payments/terms_foresight_print.html")


def _foresight_page(request: HttpRequest, terms_id: UUID, template: str) -> HttpResponse:
    terms = contracts.selectors.terms_version(signed_in(request), terms_id)
    start = foresight.start(terms.contract, terms)
    form = ForesightForm(start, request.GET if request.GET else None)
    found: dict[str, Any] = {}
    if start.calculable and form.is_valid():
        try:
            found = _found(terms.contract, start, form)
        except RuleViolation as violation:
            form.attach(violation)
    context = {
        "contract": terms.contract,
        "terms": terms,
        "start": start,
        "form": form,
        "query": request.GET.urlencode(),
        "assumptions": _assumptions(form),
        "owed": _owed(terms.contract, start),
        "told": detectable(form) if form.is_valid() else [],
        **found,
    }
    return page(request, template, context, status=UNPROCESSABLE if form.errors else 200)


def _found(contract: Contract, start: Start, form: ForesightForm) -> dict[str, Any]:
    people = form.cleaned_data["people"]
    setting = Setting(
        terms=start.terms,
        periods=start.periods,
        people=people,
        without=form.without(),
        comparison_people=form.cleaned_data.get("comparison_people") or people,
        circumstances=form.circumstances(),
        waterfall=_distribution(start),
    )
    forecast = Forecast(setting)
    nothing, expected = form.no_effect(), form.expected()
    without = forecast.foresee(nothing) if nothing is not None else None
    usual = forecast.foresee(expected) if expected is not None and _has_levels(form) else None
    cases = [case for case in (without, usual) if case]
    return {
        "without": without,
        "usual": usual,
        "kpis": _kpis(without, usual, contract.currency),
        "chances": _chances(without, usual, contract.currency),
        "returns": _returns(usual or without, contract.currency),
        "returns_without": usual is None,
        "shares": _shares(forecast, form, contract.currency),
        "method": _method(cases),
        "is_distributed": setting.waterfall is not None,
    }


def _distribution(start: Start) -> Waterfall | None:
    """How a payment is distributed, once the terms say all of it."""
    is_open = any(issue.field.startswith("waterfall") for issue in open_questions(start.written))
    return None if is_open else start.written.waterfall


def _has_levels(form: ForesightForm) -> bool:
    """Whether everything is answered that the expected case is compared with."""
    without = form.without()
    return all(
        one.outcome.key in without
        for one in form.start.asked
        if one.has_comparison or not one.is_chance
    )


def _kpis(without: Foreseen | None, usual: Foreseen | None, currency: str) -> list[Kpi]:
    found = []
    for case, words in ((without, _("without any effect")), (usual, _("with the expected effect"))):
        if case is not None:
            found.append(Kpi(_("Probability of payment"), chance(case.probability), "", words))
            expected = formats.money(case.expected, currency)
            found.append(Kpi(_("Expected payment"), expected, "", words))
    return found


def _chances(without: Foreseen | None, usual: Foreseen | None, currency: str) -> list[Row]:
    cases = (without, usual)
    rows = [
        Row(_("Probability that something is paid"), [_chance(case) for case in cases]),
        Row(_("Expected payment, on average"), _amounts(cases, "expected", currency)),
        Row(_("One case in ten pays no more than"), _amounts(cases, "low", currency)),
        Row(_("In the middle of all cases"), _amounts(cases, "middle", currency)),
        Row(_("One case in ten pays at least"), _amounts(cases, "high", currency)),
    ]
    if any(case and case.loss is not None for case in cases):
        losses = ["–" if case is None or case.loss is None else chance(case.loss) for case in cases]
        rows.append(Row(_("Probability that investors lose money"), losses))
    return rows


def _chance(case: Foreseen | None) -> str:
    if case is None:
        return "–"
    shown = chance(case.probability)
    if case.error is None or case.error < Decimal("0.0005"):
        return shown
    return _("%(chance)s ± %(error)s") % {
        "chance": shown,
        "error": formats.percent(case.error, places=1),
    }


def _amounts(cases: tuple[Foreseen | None, ...], name: str, currency: str) -> list[str]:
    return ["–" if case is None else formats.money(getattr(case, name), currency) for case in cases]


def chance(probability: Decimal) -> str:
    """A probability in per cent; what is neither impossible nor certain does not read so."""
    if 0 < probability < Decimal("0.001"):
        return _("below %(least)s") % {"least": formats.percent(Decimal("0.001"), places=1)}
    if Decimal("0.999") < probability < 1 - Decimal("1e-9"):
        return _("above %(most)s") % {"most": formats.percent(Decimal("0.999"), places=1)}
    return formats.percent(min(probability, Decimal(1)), places=1)


def _returns(case: Foreseen | None, currency: str) -> list[Row]:
    if case is None or case.returns is None:
        return []
    return [
        Row(_("Received in all"), [formats.money(one.received, currency) for one in case.returns]),
        Row(_("Gain or loss"), [formats.money(one.gain, currency) for one in case.returns]),
        Row(_("In all, of the capital"), [_per_cent(one.total_percent) for one in case.returns]),
        Row(_("Per year (internal rate of return)"), [_yearly(one) for one in case.returns]),
    ]


def _yearly(one: Return) -> str:
    return _per_cent(one.yearly_percent)


def _per_cent(value: Decimal | None) -> str:
    return "–" if value is None else formats.percent(value / 100, places=1)


def _shares(forecast: Forecast, form: ForesightForm, currency: str) -> list[Row]:
    """By what share would succeed anyway; where payment depends on one share alone."""
    asked = form.start.asked
    if len(asked) != 1 or not asked[0].is_share or len(forecast.drivers) != 1:
        return []
    rows = []
    for share in SHARES:
        case = forecast.foresee({asked[0].outcome.key: Belief(share)})
        cells = [chance(case.probability), formats.money(case.expected, currency)]
        rows.append(Row(formats.percent(share / 100, places=0), cells))
    return rows


def _method(cases: list[Foreseen]) -> dict[str, object]:
    errors = [case.error for case in cases if case.error is not None]
    return {
        "is_exact": not errors,
        "error": formats.percent(max(errors), places=1) if errors else "",
        "every": max((case.every for case in cases), default=1),
        "calculated": max((case.calculated for case in cases), default=0),
    }


def _owed(contract: Contract, start: Start) -> dict[str, Any]:
    """The bounds as a table: a row for each year, a column for each payer."""
    bounds = most_owed(start.written, claim_periods(start.periods), start.grace_days)
    if bounds is None:
        return {}
    names = contracts.selectors.payer_names(contract)

    def cells(total: Decimal, by_payer: Mapping[str, Decimal]) -> list[str]:
        shown = [by_payer.get(key, Decimal(0)) for key in bounds.by_payer]
        return [formats.money(amount, contract.currency, cents=True) for amount in (*shown, total)]

    return {
        "payers": [names.get(key, key) for key in bounds.by_payer],
        "years": [Row(str(one.year), cells(one.total, one.by_payer)) for one in bounds.years],
        "whole": Row(_("Over the whole contract"), cells(bounds.total, bounds.by_payer)),
        "late_interest": start.written.claim.late_interest_percent,
    }


def _assumptions(form: ForesightForm) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was assumed, for paper: the form's answers as text, by outcome."""
    return [
        (title, [(str(field.label), str(field.value() or "–")) for field in fields])
        for title, fields in form.groups()
    ]
