"""From a terms document back to the form, and from the path of an issue to its place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from contracts.rules.terms.document import Condition, Outcome, TermsDocument
from contracts.rules.terms.templates import COST_PLUS_PREMIUM
from contracts.rules.terms.words import PriceKind
from payments.forms.terms import PATH_TOGETHER

Values = dict[str, Any]


@dataclass
class Filled:
    """What a form shows at first: the answers as a whole, and a list of rows of each kind."""

    main: Values = field(default_factory=dict)
    points: list[Values] = field(default_factory=list)
    outcomes: list[Values] = field(default_factory=list)
    payers: list[Values] = field(default_factory=list)
    path: list[Values] = field(default_factory=list)


def blank(mechanism: str, payers: list[str]) -> Filled:
    """A form for terms that nobody has written yet; every payer gets a row."""
    shares: list[Values] = [{"party": key} for key in payers] or [{}]
    if len(payers) == 1:
        shares[0]["share_percent"] = 100
    rows = 2 if mechanism == COST_PLUS_PREMIUM else 1
    return Filled(points=[{}], outcomes=[{} for _row in range(rows)], payers=shares)


def filled(terms: TermsDocument, mechanism: str, *, is_same: bool) -> Filled:
    """The form of a document; of one drafted with another mechanism all but its prices."""
    places = {point.key: str(place) for place, point in enumerate(terms.points, start=1)}
    simple = [outcome for outcome in terms.outcomes if outcome.composite is None]
    named = {outcome.key: str(place) for place, outcome in enumerate(simple, start=1)}
    main = _frame(terms)
    if is_same:
        main |= _cost_plus_premium(terms) if mechanism == COST_PLUS_PREMIUM else _card(terms)
    return Filled(
        main=main,
        points=[_point(terms, key) for key in places] or [{}],
        outcomes=[
            _outcome(outcome, places) | (_price(terms, outcome.key) if is_same else {})
            for outcome in simple
        ]
        or [{}],
        payers=[
            {"party": payer.party, "share_percent": payer.share_percent}
            for payer in terms.claim.payers
        ]
        or [{}],
        path=[
            {"outcome": named.get(path.outcome, PATH_TOGETHER), "day": at.day, "value": at.value}
            for path in terms.expected_path
            for at in path.points
        ],
    )


def _frame(terms: TermsDocument) -> Values:
    counting, claim = terms.counting, terms.claim
    return {
        "denominator": counting.denominator,
        "minimum_cohort": counting.minimum_cohort,
        "below_minimum": counting.below_minimum,
        "neutral_exit_cap_percent": counting.neutral_exit_cap_percent,
        "late_facts": terms.late_facts,
        "rounding": terms.rounding,
        "cap": claim.cap,
        "floor": claim.floor,
        "payee": claim.payee,
        "payment_days": claim.payment_days,
        **{f"exit_{reason}": answer for reason, answer in counting.exits.items()},
    }


def _cost_plus_premium(terms: TermsDocument) -> Values:
    term = terms.payment_terms[0] if terms.payment_terms else None
    if term is None or term.price.kind is not PriceKind.COST_PLUS_PREMIUM:
        return {}
    measured = terms.outcome(term.measure.outcome)
    composite = measured.composite
    together = measured.title if composite else {}
    return {
        **{f"title_{code}": text for code, text in term.title.items()},
        **{f"together_{code}": text for code, text in together.items()},
        "operator": term.gate.operator if term.gate else None,
        "threshold_percent": term.gate.value if term.gate else None,
        "cost": term.price.cost,
        "premium_percent": term.price.premium_percent,
        "assessment_on": term.assessment_on,
        **(
            {"rule": composite.rule, "scope": composite.scope, "needed": composite.needed}
            if composite
            else {}
        ),
    }


def _card(terms: TermsDocument) -> Values:
    return {"timing": terms.payment_terms[0].timing} if terms.payment_terms else {}


def _price(terms: TermsDocument, outcome: str) -> Values:
    for term in terms.payment_terms:
        if term.measure.outcome == outcome and term.price.kind is PriceKind.UNIT_PRICE:
            return {"price": term.price.amount, "cap": term.limit.cap}
    return {}


def _point(terms: TermsDocument, key: str) -> Values:
    point = terms.point(key)
    names = (
        "key", "anchor", "offset_months", "offset_days", "day", "grade", "tolerance_before_days",
        "tolerance_after_days",
    )  # fmt: skip
    titles = {f"title_{code}": text for code, text in point.title.items()}
    return {name: getattr(point, name) for name in names} | titles


def _outcome(outcome: Outcome, places: dict[str, str]) -> Values:
    metric = outcome.metric
    return {
        "key": outcome.key,
        **{f"title_{code}": text for code, text in outcome.title.items()},
        "metric": f"{metric.code}:{metric.version}" if metric else "",
        "points": [places[key] for key in outcome.points],
        **(_condition(outcome.condition, places) if outcome.condition else {}),
        "count": outcome.count.kind,
        "most_per_person": outcome.count.most_per_person,
        "verified_automatically": outcome.verified_automatically,
    }


def _condition(condition: Condition, places: dict[str, str]) -> Values:
    return {
        "condition": condition.kind,
        "value": condition.value,
        "baseline": places.get(condition.baseline_point, ""),
    }


# --- Where an issue belongs -----------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A field of the form as a whole (`rows` empty), or of the n-th kept row of a kind."""

    rows: str
    number: int
    field: str


_AT = re.compile(
    r"(points|outcomes|claim\.payers|payment_terms|expected_path)\[(\d+)\]\.?(.*)", re.ASCII
)
_OUTCOME = {
    "title": "title_en", "key": "title_en", "metric": "metric", "points": "points",
    "condition": "condition", "condition.kind": "condition", "condition.value": "value",
    "condition.baseline_point": "baseline", "count.kind": "count",
    "count.most_per_person": "most_per_person", "verified_automatically": "verified_automatically",
}  # fmt: skip
_COMPOSITE = {"composite.needed": "needed", "composite.parts": "rule", "title": "together_en"}
_COST = {
    "title": "title_en", "gate.value": "threshold_percent", "gate.operator": "operator",
    "price.cost": "cost", "price.premium_percent": "premium_percent",
    "assessment_on": "assessment_on",
}  # fmt: skip
_CARD = {"title": "title_en", "price.amount": "price", "limit.cap": "cap"}
_POINT = {"title": "title_en", "key": "title_en"}
_PAYER = {"party": "party", "share_percent": "share_percent"}


def place_of(path: str, mechanism: str, outcomes: int) -> Place | None:
    """Where the form asks about an entry of the document; None where it does not."""
    found = _AT.fullmatch(path)
    if found is None:
        return _main_place(path)
    group, number, rest = found[1], int(found[2]), found[3]
    if group == "payment_terms":
        if mechanism == COST_PLUS_PREMIUM or rest == "timing":
            return _named("", 0, rest, {**_COST, "timing": "timing"})
        return _named("outcomes", number, rest, _CARD)
    if group == "outcomes":
        if number >= outcomes:
            return _named("", 0, rest, _COMPOSITE)
        return _named("outcomes", number, rest, _OUTCOME)
    if group == "claim.payers":
        return _named("payers", number, rest, _PAYER)
    if group == "points":
        return _named("points", number, rest, _POINT) or Place("points", number, rest)
    return None


def _main_place(path: str) -> Place | None:
    section, _dot, name = path.rpartition(".")
    if section == "counting.exits":
        return Place("", 0, f"exit_{name}")
    return Place("", 0, name) if section in {"", "claim", "counting"} else None


def _named(rows: str, number: int, rest: str, fields: dict[str, str]) -> Place | None:
    """The field of an entry, or of the entry that it lies in."""
    for known in sorted(fields, key=len, reverse=True):
        if rest == known or rest.startswith((f"{known}.", f"{known}[")):
            return Place(rows, number, fields[known])
    return None


def path_place(path: str) -> tuple[int, int, str] | None:
    """Outcome, point and field of an entry of the expected path."""
    found = re.fullmatch(r"expected_path\[(\d+)\]\.points\[(\d+)\]\.(day|value)", path, re.ASCII)
    return (int(found[1]), int(found[2]), found[3]) if found else None
