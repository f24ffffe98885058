"""The terms of the sport teams: cost plus premium in three assessments over twelve years."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

from contracts.rules.terms.templates import Frame, OutcomeAnswer, cost_plus_premium_template
from contracts.rules.terms.words import PayeeRole
from sibportal.portal.demo.agreeing import FAILURES
from sibportal.portal.demo.calendar import Calendar
from sibportal.portal.demo.metrics import ATTENDANCE, COPING, PLACEMENT_DAYS, STRENGTHS

LANGUAGES = ("en", "fi", "sv")
FIRST = ("year_1", "year_2")
YEARS = tuple(f"year_{number}" for number in range(1, 13))
COST, PREMIUM_PERCENT = Decimal("420000.00"), Decimal(6)
CAP = Decimal("1335600.00")  # three times cost and premium


def team_terms(calendar: Calendar) -> dict[str, Any]:
    """Three stages with the same price: settled in school, still there, and at home."""
    settled = _titles(
        "Copes and comes to school", "Pärjää ja käy koulua", "Klarar sig och går i skolan"
    )
    document = cost_plus_premium_template(
        _frame(calendar),
        title=settled,
        outcomes=(
            _outcome("coping", ("Copes well", "Pärjää hyvin", "Klarar sig bra"), COPING, FIRST),
            _outcome("attendance", ("At school", "Koulussa", "I skolan"), ATTENDANCE, FIRST, "92"),
        ),
        threshold_percent=Decimal(60),
        cost=COST,
        premium_percent=PREMIUM_PERCENT,
        assessment_on=calendar.on(35, 28),
    )
    later = (
        ("path", ("Still at school", "Yhä koulussa", "Fortfarande i skolan"), "70", 95),
        ("home", ("Has grown up at home", "Kasvanut kotona", "Har vuxit upp hemma"), "85", 143),
    )
    for key, titles, threshold, month in later:
        term = deepcopy(document["payment_terms"][0])
        term |= {"key": key, "title": _titles(*titles)}
        term["measure"]["outcome"] = key
        term["gate"]["value"] = threshold
        term["assessment_on"] = calendar.on(month, 28).isoformat()
        document["payment_terms"].append(term)
    document["outcomes"] += _later_outcomes()
    return document


def _frame(calendar: Calendar) -> Frame:
    path = ((12, "0"), (24, "25"), (36, "62"), (96, "75"))
    return Frame(
        currency="EUR",
        minimum_cohort=0,
        exits=FAILURES | {"moved_away": "neutral", "death": "neutral"},
        neutral_exit_cap_percent=Decimal(10),
        points=[_point(number) for number in range(13)],
        follow_up=[
            _follow_up("strengths", STRENGTHS, ("start", *YEARS[:6])),
            _follow_up("later_coping", COPING, ("start", "year_3", "year_4", "year_5")),
            _follow_up("later_attendance", ATTENDANCE, ("year_3", "year_4", "year_5", "year_6")),
            _follow_up("placement", PLACEMENT_DAYS, YEARS[:11]),
        ],
        expected_path=[
            {
                "outcome": "together",
                "points": [
                    {"day": calendar.end_of(month).isoformat(), "value": value}
                    for month, value in path
                ],
            }
        ],
        cap=CAP,
        payers=(("payer", Decimal(100)),),
        payee=PayeeRole.FUND_MANAGER,
        payment_days=30,
    )


def _outcome(
    key: str, titles: tuple[str, str, str], metric: str, points: tuple[str, ...], least: str = "7"
) -> OutcomeAnswer:
    return OutcomeAnswer(
        key=key,
        title=_titles(*titles),
        metric=metric,
        points=points,
        condition={"kind": "at_least", "value": least},
    )


def _later_outcomes() -> list[dict[str, Any]]:
    return [
        {
            "key": "path",
            "title": _titles("Still at school", "Yhä koulussa", "Fortfarande i skolan"),
            "metric": {"code": ATTENDANCE, "version": 1},
            "points": ["year_7", "year_8"],
            "condition": {"kind": "at_least", "value": "90"},
        },
        {
            "key": "home",
            "title": _titles("Has grown up at home", "Kasvanut kotona", "Har vuxit upp hemma"),
            "metric": {"code": PLACEMENT_DAYS, "version": 1},
            "points": ["year_12"],
            "condition": {"kind": "at_most", "value": "0"},
        },
    ]


def _point(number: int) -> dict[str, Any]:
    if number == 0:
        return {
            "key": "start",
            "title": _titles("At the start", "Alussa", "Vid starten"),
            "anchor": "enrolment",
            "tolerance_after_days": 30,
        }
    return {
        "key": f"year_{number}",
        "title": _titles(f"After year {number}", f"{number}. vuoden jälkeen", f"Efter år {number}"),
        "anchor": "enrolment",
        "offset_months": 12 * number,
        "tolerance_before_days": 30,
        "tolerance_after_days": 60,
    }


def _follow_up(key: str, metric: str, points: tuple[str, ...]) -> dict[str, Any]:
    titles = {
        "strengths": ("Strengths and difficulties", "Vahvuudet ja vaikeudet", "Styrkor"),
        "later_coping": ("Coping later", "Pärjääminen myöhemmin", "Klarar sig senare"),
        "later_attendance": ("At school later", "Koulussa myöhemmin", "I skolan senare"),
        "placement": ("Care outside the home", "Sijoitukset", "Vård utanför hemmet"),
    }
    return {
        "key": key,
        "title": _titles(*titles[key]),
        "metric": {"code": metric, "version": 1},
        "points": list(points),
    }


def _titles(*texts: str) -> dict[str, str]:
    return dict(zip(LANGUAGES, texts, strict=True))
