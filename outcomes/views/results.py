"""The results page of a contract: frozen figures in words, and how far each period has come."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from outcomes import selectors
from outcomes.models import Closing, Result
from outcomes.rules.results import ResultFigures
from outcomes.rules.statistics import Method
from outcomes.selectors import Measured, PeriodStatus, Progress
from outcomes.selectors.progress import Drawn
from outcomes.views.common import document_of, outcome_title
from outcomes.views.shown_aggregates import of_register
from sibportal.accounts.roles import Action
from sibportal.web import charts, formats
from sibportal.web.components import Status
from sibportal.web.doors import signed_in
from sibportal.web.http import page
from sibportal.web.localised import choose

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sibportal.accounts.models import User

HUNDRED = Decimal(100)


@login_required
@require_safe
def result_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """What is verified so far, against the agreed path, and each closed period's figures."""
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_RESULT)
    statuses = selectors.period_status(contract)
    closings = [one.closing for one in statuses if one.closed and one.closing is not None]
    progress = selectors.outcome_progress(viewer, [contract.pk]).get(contract.pk, ())
    context = {
        "contract": contract,
        "as_of": max((one.last_day for one in statuses if one.closed), default=None),
        "charts": [progress_chart(one) for one in progress if one.series],
        "closings": [
            {"row": row, "lines": shown_lines(viewer, row), "last_day": last_day(row)}
            for row in reversed(closings)
        ],
        "periods": [{"status": one, "tag": _period_tag(one)} for one in reversed(statuses)],
        "protected": not selectors.sees_small_numbers(viewer, contract),
        "may_force": selectors.may(viewer, Action.FORCE_CLOSING, contract),
    }
    return page(request, "outcomes/result_list.html", context)


def shown_lines(viewer: User, closing: Closing) -> list[dict[str, object]]:
    """The results of one closing in words, as this reader may see them."""
    contract = closing.contract
    rows = list(selectors.results(viewer, contract, also=closing))
    sees_all = selectors.sees_small_numbers(viewer, contract)
    shown = selectors.shown_results(rows, contract, small_numbers=sees_all)
    document = document_of(contract)
    lines: list[dict[str, object]] = []
    for one in shown:
        row = one.result
        if row.closing_id != closing.pk:
            continue
        hidden = _("Too few people to show: the figure could tell about somebody.")
        words = result_words(row)
        lines.append(
            {
                "title": outcome_title(document, row.outcome_key),
                "words": hidden if one.hidden else words,
                "numerator": None if one.hidden else row.numerator,
                "measured": one.measured,
                "method": _method(row.method),
                "register": of_register(row, contract, every=sees_all),
                "figures": row.aggregate if sees_all else None,
            }
        )
    return lines


def last_day(closing: Closing) -> date:
    """The last day that a closing covers."""
    return closing.period.ends_on - timedelta(days=1)


def result_words(one: Result | ResultFigures) -> str:
    """One result as a sentence: people of people, the share and its interval; of a quantity its
    sum, the mean per person and its interval."""
    estimate, low, high = one.estimate, one.interval_low, one.interval_high
    if one.cumulative_total is not None:
        whole = one.cumulative_total == one.cumulative_total.to_integral_value()
        total = formats.number(one.cumulative_total, places=0 if whole else 2)
        if estimate is None or low is None or high is None:
            return total
        return _("%(total)s; on average %(mean)s (95%% interval %(low)s to %(high)s)") % {
            "total": total,
            "mean": formats.number(estimate, places=2),
            "low": formats.number(low, places=2),
            "high": formats.number(high, places=2),
        }
    text = _("%(numerator)s of %(denominator)s") % {
        "numerator": formats.number(one.cumulative_numerator),
        "denominator": formats.number(one.denominator),
    }
    if estimate is None or low is None or high is None:
        return text
    return _("%(count)s (%(share)s; 95%% interval %(low)s to %(high)s)") % {
        "count": text,
        "share": formats.percent(estimate),
        "low": formats.percent(low),
        "high": formats.percent(high),
    }


def progress_chart(one: Progress) -> charts.Progress:
    """The chart of one outcome: verified figures, agreed path, threshold; shares of a rate, the
    number reached to date of a count."""
    title = str(choose(one.titles)) or one.outcome_key
    known = [point for point in one.series if _figure(one, point) is not None]
    threshold = one.threshold if one.is_rate else one.threshold_count
    later = [point for point in one.path if not known or point.day > _last_day(known[-1])]
    days = [_last_day(point) for point in known]
    return charts.Progress(
        key=f"{one.contract_id}-{one.outcome_key}",
        title=title,
        sentence=_sentence(one, title),
        labels=tuple(formats.day(day) for day in (*days, *(point.day for point in later))),
        verified=tuple(
            charts.Point(
                formats.day(day),
                _figure(one, point) or 0.0,
                _bound(one, point.low),
                _bound(one, point.high),
            )
            for day, point in zip(days, known, strict=True)
        ),
        path=(
            *(_agreed(one, day) for day in days),
            *(_in_unit(one, point.value) for point in later),
        ),
        threshold=None if threshold is None else float(threshold),
        threshold_label=_("Threshold"),
        empty=""
        if known
        else _("So few people could be recognised. Figures are shown when there are more."),
        counts=not one.is_rate,
        unit=str(choose(one.unit)) if one.quantity else "",
        shades=_shades(one, [*days, *(point.day for point in later)]),
    )


def _shades(one: Progress, axis: list[date]) -> tuple[charts.Shade, ...]:
    """What disturbed the plan and since when there is doubt, on the days of the chart."""
    found = []
    for row in one.disruptions:
        last = row.until - timedelta(days=1)
        words = {
            "title": choose(row.title), "from": formats.day(row.from_day), "last": formats.day(last)
        }  # fmt: skip
        first, end = _place(axis, row.from_day), _place(axis, last)
        if axis and first <= len(axis) - 1 and last >= axis[0]:
            label = _("%(title)s, %(from)s – %(last)s") % words
            found.append(charts.Shade(first, min(end, len(axis) - 1.0), label))
    if one.suspect_from and axis:
        label = _("In doubt from %(day)s on") % {"day": formats.day(one.suspect_from)}
        place = min(_place(axis, one.suspect_from), len(axis) - 1.0)
        found.append(charts.Shade(place, None, label))
    return tuple(found)


def _place(axis: list[date], day: date) -> float:
    """Where a day lies between the days of the axis; beyond its end when it is later."""
    if not axis or day <= axis[0]:
        return 0.0
    for number, (before, after) in enumerate(pairwise(axis)):
        if day <= after:
            return number + (day - before).days / max((after - before).days, 1)
    return float(len(axis))


def _figure(one: Progress, point: Measured) -> float | None:
    figure = one.value(point)
    return None if figure is None else float(figure)


def _bound(one: Progress, bound: Decimal | None) -> float | None:
    """An end of the interval; a number of people and a sum are counted and have none."""
    if one.drawn not in {Drawn.SHARE, Drawn.MEAN} or bound is None:
        return None
    return float(bound)


def _in_unit(one: Progress, value: Decimal) -> float:
    """A value of the path, which is kept in the unit that is paid on."""
    return float(value / HUNDRED if one.is_rate else value)


def _last_day(point: Measured) -> date:
    return point.period.ends_on - timedelta(days=1)


def _agreed(one: Progress, on: date) -> float | None:
    """What the path says for a day on which it names a point."""
    return next((_in_unit(one, point.value) for point in one.path if point.day == on), None)


def _sentence(one: Progress, title: str) -> str:
    figure = None if one.current is None else _figure(one, one.current)
    if figure is None:
        return _("%(title)s: no figure can be shown yet.") % {"title": title}
    if one.quantity is not None:
        unit = str(choose(one.unit))
        amount = charts.plain(figure) + (f"{formats.NBSP}{unit}" if unit else "")
        words = {"title": title, "count": amount}
        if one.drawn is Drawn.MEAN:
            return _("%(title)s: %(count)s on average for one person.") % words
        return _("%(title)s: %(count)s so far.") % words
    if not one.is_rate:
        people = ngettext("%(count)s person", "%(count)s people", int(figure))
        count = people % {"count": formats.number(int(figure))}
        return _("%(title)s: %(count)s so far.") % {"title": title, "count": count}
    share = formats.percent(figure)
    if one.threshold is None:
        return _("%(title)s: %(share)s so far.") % {"title": title, "share": share}
    return _("%(title)s: %(share)s so far; the threshold is %(threshold)s.") % {
        "title": title,
        "share": share,
        "threshold": formats.percent(one.threshold),
    }


def _method(code: str) -> str:
    return {
        Method.WILSON: _("Share of all in the denominator; Wilson's score interval."),
        Method.T_INTERVAL: _("Sum of those measured; the mean with Student's t interval."),
        Method.NONE: _("Nobody is in the denominator yet."),
    }.get(Method(code), code)


def _period_tag(one: PeriodStatus) -> Status:
    if one.closed:
        return Status("verified", _("Signed and closed"))
    if one.closing is not None and one.closing.version > 1:
        return Status("warning", _("Open again"))
    if one.closing is not None:
        return Status("info", _("Waiting for the verifier's signature"))
    if one.complete:
        return Status("info", _("Complete"))
    return Status("new", pgettext("period", "Open"))
