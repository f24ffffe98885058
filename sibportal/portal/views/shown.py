"""How the pages of the portal put contracts, outcomes, intake and money into words and cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.selectors import today
from contracts.states import ContractState
from outcomes.selectors import Progress, Standing
from outcomes.selectors.versions import latest_closing
from payments.views.shown import claim_money
from payments.views.steps import payer_parts
from sibportal.kernel.dates import add_months
from sibportal.portal.selectors import AgainstPath, Overview, against_path, expected_by
from sibportal.web import charts, formats
from sibportal.web.charts import Bullet
from sibportal.web.components import Meter, Stage, Status, Tone
from sibportal.web.localised import LocalisedText, choose, localised

if TYPE_CHECKING:
    from contracts.models import Contract, ReportingPeriod
    from payments.models import Claim

DAY = timedelta(days=1)
_STATES: dict[str, Tone] = {
    ContractState.DRAFT: "draft",
    ContractState.ACTIVE: "success",
    ContractState.SUSPENDED: "warning",
    ContractState.CLOSED: "neutral",
}


@dataclass(frozen=True)
class OutcomeCell:
    """One outcome of a contract in a table: bar, figure in words, where it stands."""

    title: str
    figure: str
    detail: str
    status: Status
    bar: Bullet | None


@dataclass(frozen=True)
class ContractRow:
    """One contract in a table."""

    overview: Overview
    title: LocalisedText
    url: str
    sub: str
    intake: str
    intake_detail: str
    outcomes: tuple[OutcomeCell, ...]
    status: Status
    milestone: str
    milestone_on: date | None


@dataclass(frozen=True)
class ClaimRow:
    """One payer's share of a claim on its way to being paid."""

    claim: Claim
    url: str
    title: str
    sub: str
    amount: str
    words: str
    stages: list[Stage]


# --- Contracts ------------------------------------------------------------------------------------


def contract_title(contract: Contract) -> str:
    """The contract's title in the reader's language, or its short name."""
    return localised(contract, "title").value or contract.code


def contract_status(contract: Contract) -> Status:
    """The tag of a contract's state."""
    return Status(_STATES[contract.state], ContractState(contract.state).label)


def contract_row(one: Overview) -> ContractRow:
    """A contract as a row of a dashboard's table."""
    contract = one.contract
    title = localised(contract, "title")
    cells = tuple(outcome_cell(progress) for progress in one.outcomes)
    name, on = milestone(one)
    active = contract.state == ContractState.ACTIVE
    first, last = contract.starts_on.year, (contract.ends_on - DAY).year
    years = str(first) if first == last else f"{first}–{last}"
    return ContractRow(
        overview=one,
        title=title if title.value else LocalisedText(contract.code, "", False),
        url=reverse("portal:contract-detail", args=[contract.pk]),
        sub=" · ".join([*one.providers, years]),
        intake=intake_words(one),
        intake_detail=plan_words(one),
        outcomes=cells,
        # Whoever sees no outcomes reads how the contract stands, not how they do.
        status=_worst(cells) if active and cells else contract_status(contract),
        milestone=name,
        milestone_on=on,
    )


def milestone(one: Overview) -> tuple[str, date | None]:
    """What comes next in a contract, and when."""
    if one.contract.state == ContractState.DRAFT:
        return _("Terms to agree"), None
    if one.period is None:
        return "", None
    number = {"number": one.period.number}
    if latest_closing(one.period) is not None:
        return _("Signature of period %(number)s") % number, None
    if one.period.ends_on > today(one.contract):
        return _("Period %(number)s ends") % number, one.period.ends_on - DAY
    last = one.period.ends_on + timedelta(days=one.contract.grace_days) - DAY
    if last < today(one.contract):
        return _("Period %(number)s is still open") % number, last
    return _("Last entries of period %(number)s") % number, last


def period_name(period: ReportingPeriod) -> str:
    """A calendar quarter by its name, any other period by its first and last day."""
    starts, ends = period.starts_on, period.ends_on
    if starts.day == 1 and starts.month % 3 == 1 and ends == add_months(starts, 3):
        return formats.quarter(starts)
    return f"{formats.day(starts)}–{formats.day(ends - DAY)}"


def left(due_on: date, now: date) -> str:
    """How far away a day is, in words."""
    days = (due_on - now).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}
    return ngettext("%(count)s day late", "%(count)s days late", -days) % {"count": -days}


# --- Intake ---------------------------------------------------------------------------------------


def intake_words(one: Overview) -> str:
    """Enrolled of places; says so where the number is too small for this reader."""
    if one.intake is None:
        return "–"
    if one.intake.enrolled is None:
        limit, places = one.intake.hidden_below, one.intake.places
        if places <= limit:
            return _("Too few people to show")
        values = {"limit": formats.number(limit), "places": formats.number(places)}
        return _("fewer than %(limit)s of %(places)s") % values
    return f"{formats.number(one.intake.enrolled)} / {formats.number(one.intake.places)}"


def plan_words(one: Overview) -> str:
    """Intake against the plan of today."""
    intake = one.intake
    if intake is None or not intake.planned_by_today:
        return ""
    planned = {"planned": formats.number(intake.planned_by_today)}
    if not intake.behind:
        return _("as planned by today: %(planned)s") % planned
    behind = {**planned, "behind": formats.number(intake.behind)}
    return _("%(behind)s behind the plan of %(planned)s") % behind


def places_filled(rows: Sequence[Overview]) -> tuple[int | None, int]:
    """Enrolled and places over contracts; None where one of the numbers is protected."""
    kept = [one.intake for one in rows if one.intake is not None]
    enrolled = [intake.enrolled for intake in kept]
    total = None if None in enrolled else sum(number or 0 for number in enrolled)
    return total, sum(intake.places for intake in kept)


# --- Outcomes -------------------------------------------------------------------------------------

_STANDINGS: dict[Standing, tuple[Tone, Literal["ok", "warn", "err"]]] = {
    Standing.ON_TRACK: ("success", "ok"),
    Standing.NEAR: ("warning", "warn"),
    Standing.BELOW: ("danger", "err"),
}
_PATHS: dict[AgainstPath, tuple[Tone, Literal["ok", "warn", "err", "info"]]] = {
    AgainstPath.AHEAD: ("success", "ok"),
    AgainstPath.AS_EXPECTED: ("success", "ok"),
    AgainstPath.BEHIND: ("warning", "warn"),
}
_ORDER = ("danger", "warning", "info", "new", "success")


def outcome_title(one: Progress) -> str:
    """What an outcome is called, in the reader's language."""
    return choose(one.titles).value or one.outcome_key


def outcome_cell(one: Progress) -> OutcomeCell:
    """The latest verified figure of an outcome with its interval, path and threshold."""
    latest = one.current
    status, state = _standing(one)
    bar = None
    if latest is not None and latest.estimate is not None and one.is_rate:
        bar = Bullet(
            estimate=float(latest.estimate),
            threshold=None if one.threshold is None else float(one.threshold),
            label=f"{outcome_title(one)}: {_figure(one)}. {_detail(one)}",
            low=None if latest.low is None else float(latest.low),
            high=None if latest.high is None else float(latest.high),
            state=state,
        )
    return OutcomeCell(outcome_title(one), _figure(one), _detail(one), status, bar)


def path_cells(one: Overview) -> list[OutcomeCell]:
    """The outcomes of a contract with the expected share as the mark of the bar."""
    return [_path_cell(progress) for progress in one.outcomes]


def _path_cell(one: Progress) -> OutcomeCell:
    cell = outcome_cell(one)
    status, state = path_status(one)
    bar = cell.bar
    if bar is not None and one.current is not None:
        expected = expected_by(one, one.current.period.ends_on)
        mark = None if expected is None else float(expected)
        bar = replace(bar, threshold=mark, state=state)
    return replace(cell, status=status, bar=bar)


def _standing(one: Progress) -> tuple[Status, Literal["ok", "warn", "err", "info"]]:
    words = {
        Standing.ON_TRACK: _("On track"),
        Standing.NEAR: _("Near threshold"),
        Standing.BELOW: _("Below threshold"),
    }
    if one.standing is not None:
        tone, state = _STANDINGS[one.standing]
        return Status(tone, words[one.standing]), state
    return path_status(one)


def path_status(one: Progress) -> tuple[Status, Literal["ok", "warn", "err", "info"]]:
    """Where an outcome stands against what was expected by now."""
    words = {
        AgainstPath.AHEAD: _("Ahead"),
        AgainstPath.AS_EXPECTED: _("As expected"),
        AgainstPath.BEHIND: _("Behind"),
    }
    found = against_path(one)
    if found is not None:
        return Status(_PATHS[found][0], words[found]), _PATHS[found][1]
    if one.current is None:
        return Status("new", _("Nothing verified yet")), "info"
    return Status("info", _("Verified")), "info"


def _figure(one: Progress) -> str:
    """The verified figure with its interval."""
    latest = one.current
    if latest is None:
        return _("Nothing verified yet")
    value = one.value(latest)
    if value is None:
        return _("Too few people to show")
    if one.quantity is not None:
        unit = choose(one.unit).value
        return charts.plain(float(value)) + (f"{formats.NBSP}{unit}" if unit else "")
    if latest.numerator is not None and not one.is_rate:
        return ngettext("%(count)s person", "%(count)s people", latest.numerator) % {
            "count": formats.number(latest.numerator)
        }
    if latest.estimate is None:
        return _("Too few people to show")
    share = formats.percent(latest.estimate)
    if latest.low is None or latest.high is None:
        return share
    low = formats.percent(latest.low, places=0)
    return f"{share} ({low}–{formats.percent(latest.high, places=0)})"


def _detail(one: Progress) -> str:
    """What the figure is held against."""
    parts = []
    latest = one.current
    expected = None if latest is None else expected_by(one, latest.period.ends_on)
    if expected is not None:
        shown = formats.percent(expected) if one.is_rate else formats.number(expected)
        parts.append(_("expected %(share)s") % {"share": shown})
    if one.threshold is not None:
        parts.append(_("threshold %(share)s") % {"share": formats.percent(one.threshold)})
    elif one.threshold_count is not None:
        parts.append(_("threshold %(share)s") % {"share": formats.number(one.threshold_count)})
    return " · ".join(parts)


def _worst(cells: Sequence[OutcomeCell]) -> Status:
    return min((cell.status for cell in cells), key=lambda status: _ORDER.index(status.tone))


# --- Money ----------------------------------------------------------------------------------------


def amounts(found: Iterable[tuple[str, Decimal]]) -> str:
    """Sums per currency, which are never added together."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in found:
        totals[currency] += amount
    shown = [formats.money(amount, currency) for currency, amount in sorted(totals.items())]
    return " + ".join(shown) or "–"


def paid_meter(rows: Sequence[Overview]) -> Meter | None:
    """How much of what can ever be owed is paid; none over several currencies."""
    money = [one.money for one in rows if one.money is not None]
    if len({one.currency for one in money}) != 1 or any(one.cap is None for one in money):
        return None
    cap = sum((one.cap or Decimal(0) for one in money), Decimal(0))
    return Meter(sum((one.paid for one in money), Decimal(0)), cap, "pay") if cap else None


def claim_rows(claims: Iterable[Claim], words: dict[object, str]) -> list[ClaimRow]:
    """The shares of claims with their chains; `words` say per claim why it comes to its amount."""
    rows = []
    for claim in claims:
        for part in payer_parts(claim):
            share = part.share
            name = {"number": claim.number, "payer": share.payer.organisation.name}
            rows.append(
                ClaimRow(
                    claim=claim,
                    url=reverse("payments:claim-detail", args=[claim.pk]),
                    title=f"{contract_title(claim.contract)}, {period_name(claim.period)}",
                    sub=words.get(claim.pk, ""),
                    amount=claim_money(claim, share.amount),
                    words=_("Claim %(number)s · paid by %(payer)s") % name,
                    stages=part.stages,
                )
            )
    return rows
