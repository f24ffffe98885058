"""From the terms form to a terms document: rows that point at each other get their keys here.

Rows name each other by their number on the page, so that nothing but the form itself is needed
while it is filled in; keys that the terms already have are kept, so that results stay theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from contracts.rules.terms.templates import (
    COST_PLUS_PREMIUM,
    TOGETHER,
    CardLine,
    Document,
    Frame,
    OutcomeAnswer,
    cost_plus_premium_template,
    rate_card_template,
)
from contracts.rules.terms.words import (
    BelowMinimum,
    CompositeRule,
    CompositeScope,
    CountKind,
    Denominator,
    LateFacts,
    LeavingReason,
    Operator,
    PayeeRole,
    Timing,
)
from payments.forms.terms import PATH_TOGETHER, Row
from sibportal.kernel.money import Rounding

LONGEST_KEY = 40
Rows = Sequence[tuple[int, Row]]
_WORDS = {
    "denominator": Denominator,
    "below_minimum": BelowMinimum,
    "late_facts": LateFacts,
    "rounding": Rounding,
    "payee": PayeeRole,
}
_PLAIN = ("minimum_cohort", "neutral_exit_cap_percent", "cap", "floor", "payment_days")


def document_of(
    mechanism: str,
    main: Mapping[str, Any],
    rows: Mapping[str, Rows],
    *,
    currency: str,
    follow_up: Sequence[Document] = (),
) -> Document:
    """The terms document that the cleaned answers make; what is left empty stays open in it."""
    points = _keys(rows["points"], "point")
    outcomes = _keys(rows["outcomes"], "outcome")
    answers = [_outcome(row, outcomes[place], points) for place, row in rows["outcomes"]]
    path_keys = {str(place): key for place, key in outcomes.items()}
    if mechanism == COST_PLUS_PREMIUM:
        path_keys[PATH_TOGETHER] = (
            TOGETHER if len(answers) > 1 else next(iter(outcomes.values()), "")
        )
    frame = Frame(
        currency=currency,
        exits={
            reason: main[f"exit_{reason}"] for reason in LeavingReason if main[f"exit_{reason}"]
        },
        points=[_point(row, points[place]) for place, row in rows["points"]],
        follow_up=follow_up,
        expected_path=_path(rows["path"], path_keys),
        payers=[
            (row.cleaned_data["party"], row.cleaned_data["share_percent"] or Decimal(0))
            for _place, row in rows["payers"]
        ],
        **_decided(main),
    )
    if mechanism == COST_PLUS_PREMIUM:
        return _cost_plus_premium(frame, main, answers)
    lines = [
        CardLine(answer, row.cleaned_data["price"], row.cleaned_data["cap"])
        for answer, (_place, row) in zip(answers, rows["outcomes"], strict=True)
    ]
    timing = Timing(main["timing"]) if main["timing"] else None
    return rate_card_template(frame, lines=lines, timing=timing)


def _decided(main: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the frame under the names of `Frame`; None where nothing is decided."""
    words = {name: word(main[name]) if main[name] else None for name, word in _WORDS.items()}
    return words | {name: main[name] for name in _PLAIN}


def _cost_plus_premium(
    frame: Frame, main: Mapping[str, Any], answers: Sequence[OutcomeAnswer]
) -> Document:
    rule = CompositeRule(main["rule"] or CompositeRule.ALL_OF)
    return cost_plus_premium_template(
        frame,
        title=_titles(main),
        outcomes=answers,
        together=_titles(main, "together"),
        rule=rule,
        scope=CompositeScope(main["scope"] or CompositeScope.PER_PERSON),
        needed=main["needed"] if rule is CompositeRule.K_OF_N else None,
        operator=Operator(main["operator"]) if main["operator"] else None,
        threshold_percent=main["threshold_percent"],
        cost=main["cost"],
        premium_percent=main["premium_percent"],
        assessment_on=main["assessment_on"],
    )


def _titles(given: Mapping[str, Any], name: str = "title") -> dict[str, str]:
    found = {code: given[f"{name}_{code}"] for code in ("en", "fi", "sv")}
    return {code: text for code, text in found.items() if text}


def _keys(rows: Rows, noun: str) -> dict[int, str]:
    """A key for each row: the one it has, else one made of its title, used once."""
    own = {row.cleaned_data["key"] for _place, row in rows}
    taken = {TOGETHER, ""}
    found = {}
    for place, row in rows:
        given = row.cleaned_data
        key = given["key"]
        if key in taken:
            title = next(iter(_titles(given).values()), "")
            base = slugify(title)[:LONGEST_KEY].strip("-_") or f"{noun}-{place}"
            free = (base, *(f"{base}-{number}" for number in range(2, len(rows) + 3)))
            key = next(name for name in free if name not in taken | own)
        taken.add(key)
        found[place] = key
    return found


def _point(row: Row, key: str) -> Document:
    given = row.cleaned_data
    day = given["day"]
    return {
        "key": key,
        "title": _titles(given),
        "anchor": given["anchor"] or None,
        "day": day.isoformat() if day else None,
        **{
            name: given[name]
            for name in (
                "offset_months", "offset_days", "grade", "tolerance_before_days",
                "tolerance_after_days",
            )
        },
    }  # fmt: skip


def _outcome(row: Row, key: str, points: Mapping[int, str]) -> OutcomeAnswer:
    given = row.cleaned_data
    code, _colon, version = given["metric"].rpartition(":")
    return OutcomeAnswer(
        key=key,
        title=_titles(given),
        metric=code,
        version=int(version or 1),
        points=[points[int(place)] for place in given["points"] if int(place) in points],
        condition=_condition(given, points),
        count=CountKind(given["count"] or CountKind.ONCE_PER_PERSON),
        most_per_person=given["most_per_person"],
        verified_automatically=given["verified_automatically"],
    )


def _condition(given: Mapping[str, Any], points: Mapping[int, str]) -> Document | None:
    if not given["condition"]:
        return None
    value, place = given["value"], given["baseline"]
    return {
        "kind": given["condition"],
        "value": None if value is None else f"{value:f}",
        "baseline_point": points.get(int(place)) if place else None,
    }


def path_rows(rows: Rows) -> dict[str, list[Row]]:
    """The rows of the expected path by outcome, in the order in which outcomes are named."""
    found: dict[str, list[Row]] = {}
    for _place, row in rows:
        found.setdefault(row.cleaned_data["outcome"], []).append(row)
    return found


def _path(rows: Rows, keys: Mapping[str, str]) -> list[Document]:
    return [
        {"outcome": keys.get(name, ""), "points": [_path_point(row) for row in entries]}
        for name, entries in path_rows(rows).items()
    ]


def _path_point(row: Row) -> Document:
    day, value = row.cleaned_data["day"], row.cleaned_data["value"]
    return {
        "day": day.isoformat() if day else None,
        "value": None if value is None else f"{value:f}",
    }


def numbered(titles: Iterable[str]) -> list[tuple[str, str]]:
    """Choices that name rows by their number on the page."""
    return [
        (str(place), f"{place}. {title}".rstrip(" ."))
        for place, title in enumerate(titles, start=1)
    ]
