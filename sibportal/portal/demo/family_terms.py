"""The rate card of the family programme: four outcomes, a price for each, caps, two payers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from contracts.rules.terms.templates import CardLine, Frame, OutcomeAnswer, rate_card_template
from contracts.rules.terms.words import CountKind, PayeeRole, Timing
from sibportal.portal.demo.agreeing import FAILURES
from sibportal.portal.demo.calendar import Calendar
from sibportal.portal.demo.metrics import ATTENDANCE, COPING, PLACEMENT_DAYS, STRENGTHS

LANGUAGES = ("en", "fi", "sv")
EARLY = ("year_1", "year_2")
YEARS = ("year_1", "year_2", "year_3")
EACH_YEAR = CountKind.ONCE_PER_PERSON_PER_MILESTONE
# What is owed if the contract ends early; for a cause that is not listed the terms say nothing.
TERMINATIONS = [
    {"cause": "payer_ends", "settlement": "earned_and_cost", "cost_percent": "60"},
    {"cause": "provider_fails", "settlement": "earned"},
    {"cause": "mutual", "settlement": "earned"},
]


def family_terms(calendar: Calendar, cap: Decimal) -> dict[str, Any]:
    """The terms document with this cap on all claims together."""
    frame = Frame(
        currency="EUR",
        minimum_cohort=0,
        exits=FAILURES | {"moved_away": "neutral", "transferred": "followed_by_register"},
        neutral_exit_cap_percent=Decimal(5),
        points=_points(),
        expected_path=[
            _path(calendar, "coping", ((18, 6), (24, 10), (30, 15), (36, 20), (48, 32), (72, 45))),
            _path(calendar, "home", ((18, 10), (24, 20), (30, 40), (36, 60), (48, 105))),
        ],
        cap=cap,
        payers=(("payer", Decimal(60)), ("co-payer", Decimal(40))),
        payee=PayeeRole.FUND_MANAGER,
        payment_days=30,
    )
    document = rate_card_template(frame, lines=_lines(), timing=Timing.THIS_PERIOD)
    document["claim"] |= {"late_interest_percent": "8", "objection_days": 30}
    return document | {"terminations": TERMINATIONS}


def _lines() -> Sequence[CardLine]:
    return (
        CardLine(
            OutcomeAnswer(
                key="coping",
                title=_titles("Copes better", "Pärjää paremmin", "Klarar vardagen bättre"),
                metric=COPING,
                points=EARLY,
                condition=_change("1.5"),
            ),
            Decimal("2450.00"),
        ),
        CardLine(
            OutcomeAnswer(
                key="strengths",
                title=_titles("Fewer difficulties", "Vähemmän vaikeuksia", "Färre svårigheter"),
                metric=STRENGTHS,
                points=EARLY,
                condition=_change("-4"),
            ),
            Decimal("1900.00"),
        ),
        CardLine(
            OutcomeAnswer(
                key="attendance",
                title=_titles("A year at school", "Kouluvuosi", "Ett år i skolan"),
                metric=ATTENDANCE,
                points=YEARS,
                condition={"kind": "at_least", "value": "90"},
                count=EACH_YEAR,
            ),
            Decimal("1120.50"),
        ),
        CardLine(
            OutcomeAnswer(
                key="home",
                title=_titles("A year at home", "Vuosi kotona", "Ett år hemma"),
                metric=PLACEMENT_DAYS,
                points=YEARS,
                condition={"kind": "at_most", "value": "0"},
                count=EACH_YEAR,
                verified_automatically=True,
            ),
            Decimal("3150.00"),
            Decimal("420000.00"),
        ),
    )


def _points() -> list[dict[str, Any]]:
    start = {
        "key": "start",
        "title": _titles("At the start", "Alussa", "Vid starten"),
        "anchor": "enrolment",
        "tolerance_after_days": 30,
    }
    return [start, *(_year(number, key) for number, key in enumerate(YEARS, start=1))]


def _year(number: int, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "title": _titles(f"After year {number}", f"{number}. vuoden jälkeen", f"Efter år {number}"),
        "anchor": "enrolment",
        "offset_months": 12 * number,
        "tolerance_before_days": 30,
        "tolerance_after_days": 45,
    }


def _change(by: str) -> dict[str, str]:
    return {"kind": "change_at_least", "value": by, "baseline_point": "start"}


def _path(calendar: Calendar, outcome: str, points: Sequence[tuple[int, int]]) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "points": [
            {"day": calendar.end_of(month).isoformat(), "value": str(value)}
            for month, value in points
        ],
    }


def _titles(*texts: str) -> dict[str, str]:
    return dict(zip(LANGUAGES, texts, strict=True))
