"""Any valid terms, for the properties that every claim must have.

A document is drawn from every vocabulary of the terms and read by the portal's own reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from contracts.rules.terms import TermsDocument, open_questions, parse
from contracts.rules.terms.words import (
    Clawback,
    CompareKind,
    Effect,
    MeasureKind,
    PriceKind,
)
from sibportal.kernel.errors import RuleViolation
from tests.payments.random_prices import (
    ANY,
    BY_PEOPLE,
    OF_QUANTITY,
    QUANTITIES,
    SUCCESSES,
    TO_DATE,
    UNPAID,
    YEARS,
    Draw,
    Kind,
    amounts,
    limit,
    percents,
    price,
    text,
)


def outcomes(draw: Draw) -> list[dict[str, Any]]:
    """Three successes, two quantities, one composite of each scope, one that nobody pays for."""

    def measured(key: str) -> dict[str, Any]:
        metric = {"code": key, "version": 1}
        return {**text(key), "metric": metric, "points": ["after", "later"]}

    counts = st.sampled_from(
        [
            {"kind": "once_per_person"},
            {"kind": "once_per_person_per_milestone"},
            {"kind": "repeatable", "most_per_person": 5},
        ]
    )
    yes = {"kind": "is_true"}
    simple = [
        {**measured(key), "condition": yes, "count": draw(counts)} for key in (*SUCCESSES, UNPAID)
    ]
    quantities = [{**measured(key), "quantity": {"kind": "total"}} for key in QUANTITIES]
    rule = draw(st.sampled_from(["all_of", "any_of"]))
    together = [
        {
            **text(f"together-{scope}"),
            "composite": {"rule": rule, "parts": ["work", "health"], "scope": f"per_{scope}"},
        }
        for scope in ("person", "cohort")
    ]
    return simple + quantities + together


def measure(draw: Draw, kind: Kind) -> dict[str, Any]:
    of_people = draw(st.booleans()) or kind.only_rising
    if of_people:
        keys = [*SUCCESSES, "together-person", "together-cohort"]
        return {
            "kind": draw(st.sampled_from(BY_PEOPLE)),
            "outcome": draw(st.sampled_from(keys)),
        }
    chosen = draw(st.sampled_from(OF_QUANTITY))
    per = {"per": QUANTITIES[1]} if chosen is MeasureKind.RATIO else {}
    return {"kind": chosen, "outcome": QUANTITIES[0], **per}


def compare(draw: Draw, kind: Kind, measured: dict[str, Any], to_date: bool) -> Any:
    per_cohort = measured["outcome"] == "together-cohort"
    options = kind.compares(to_date and not per_cohort)
    if kind.only_rising:
        # A comparison with the group's own figures of now is not a matter of more success.
        options = kind.compares(to_date=False)
    chosen = draw(st.none() | st.sampled_from(options))
    if chosen is None:
        return None
    found = {"kind": chosen, "source": "register", "effect": draw(st.sampled_from(kind.effects))}
    value = st.integers(1, 90).map(str)
    if chosen is CompareKind.FORECAST and draw(st.booleans()):
        days = [year.replace(month=12, day=31).isoformat() for year in YEARS[:3]]
        return {**found, "forecast": [{"until": day, "value": draw(value)} for day in days]}
    in_terms = kind.compares(to_date=False)
    return {**found, "value": draw(value)} if chosen in in_terms else found


def is_in_per_cent(measured: dict[str, Any], compared: dict[str, Any] | None) -> bool:
    if compared and compared["effect"] not in {Effect.INCREASE, Effect.REDUCTION}:
        return True
    return measured["kind"] in {MeasureKind.RATE, MeasureKind.RATIO}


def valuation(draw: Draw) -> dict[str, Any] | None:
    chosen = draw(st.sampled_from([None, "cost_saved", "net_present_value"]))
    if chosen is None:
        return None
    later = {"years": draw(st.integers(1, 5)), "discount_percent": draw(percents)}
    return {
        "kind": chosen,
        "unit_cost": draw(amounts),
        "source": "accounts",
        "price_base": "2025",
        "times": draw(st.sampled_from(["effect", "person"])),
        **(later if chosen == "net_present_value" else {}),
        **({"index": "prices"} if draw(st.booleans()) else {}),
    }


def gate(draw: Draw, kind: Kind, figures: Sequence[str]) -> dict[str, Any]:
    options = ["threshold", *(["precondition", "fallback_chain"] if figures else [])]
    chosen = draw(st.sampled_from(options))
    held = {
        "operator": draw(st.sampled_from(kind.operators)),
        "value": str(draw(st.integers(0, 100))),
    }
    if chosen == "precondition":
        return {"kind": chosen, **held, "figure": draw(st.sampled_from(figures))}
    if chosen == "fallback_chain":
        step = {**held, "value": str(draw(st.integers(0, 100)))}
        return {
            "kind": chosen, **held, "fallback": [{**step, "figure": draw(st.sampled_from(figures))}]
        }  # fmt: skip
    return {"kind": chosen, **held}


def figures(draw: Draw, kind: Kind) -> list[dict[str, Any]]:
    """Named figures: two that are measured, and an index of them."""
    found = []
    for key in ("first", "second"):
        measured = {
            "kind": MeasureKind.RATE,
            "outcome": draw(st.sampled_from([*SUCCESSES, "together-person"])),
        }
        found.append(
            {**text(key), "measure": measured, "compare": compare(draw, kind, measured, True)}
        )
    weight = draw(st.integers(0, 100))
    parts = [
        {"figure": "first", "weight_percent": str(weight)},
        {"figure": "second", "weight_percent": str(100 - weight)},
    ]
    index = {**text("index"), "measure": {"kind": "weighted_index", "parts": parts}}
    return [*found, index]


def payment_term(draw: Draw, kind: Kind, number: int, malus: bool) -> dict[str, Any]:
    named = draw(st.sampled_from([None, None, "first", "index"]))
    measured = {"kind": "figure", "figure": named} if named else measure(draw, kind)
    to_date = bool(named) or measured["kind"] in TO_DATE or draw(st.booleans())
    compared = None if named else compare(draw, kind, measured, to_date)
    term: dict[str, Any] = {
        **text(f"term-{number}"),
        "measure": measured,
        "compare": compared,
        "timing": "cumulative" if to_date else "this_period",
        "limit": limit(draw),
    }
    if to_date and draw(st.integers(0, 3)) == 0:
        term |= {"timing": "final", "assessment_on": "2028-06-30"}
    if not named:
        term["valuation"] = valuation(draw)
    if draw(st.booleans()):
        term["gate"] = gate(draw, kind, ["first", "index"])
    if draw(st.integers(0, 3)) == 0:
        term["further_gates"] = [gate(draw, kind, ["second"])]
    in_per_cent = bool(named) or is_in_per_cent(measured, compared)
    term["price"] = price(draw, kind, term, in_per_cent, malus)
    return term


def payers(draw: Draw, keys: Sequence[str], capped: bool) -> list[dict[str, Any]]:
    share = draw(st.integers(1, 9999)) if len(keys) > 1 else 10000
    parts = [share, 10000 - share][: len(keys)]
    return [
        {
            "party": key,
            "share_percent": str(Decimal(part) / 100),
            **({"cap": draw(amounts)} if capped and draw(st.booleans()) else {}),
        }
        for key, part in zip(keys, parts, strict=True)
    ]


def claim(draw: Draw, kind: Kind, terms: list[dict[str, Any]], clawback: str) -> dict[str, Any]:
    cap = draw(amounts)
    found: dict[str, Any] = {
        "cap": cap,
        "floor": min(draw(amounts), cap, key=Decimal) if draw(st.booleans()) else None,
        "period_cap": draw(st.none() | amounts),
        "payee": "investor",
        "payment_days": 30,
        "clawback": clawback,
        "nets_other_funding": draw(st.booleans()),
        "payers": payers(draw, ("town", "state"), not kind.only_rising),
    }
    if draw(st.booleans()):
        kinds = st.sampled_from(["total", "yearly"])
        found["return_cap"] = {"kind": draw(kinds), "percent": draw(percents)}
    if draw(st.booleans()):
        found["payers_from"] = [
            {"valid_from": "2027-01-01", "payers": payers(draw, ("county",), not kind.only_rising)}
        ]
    held = [
        term["key"] for term in terms
        if term["price"]["kind"] is PriceKind.UNIT_PRICE
        and term["measure"]["kind"] is MeasureKind.COUNT
        and term["measure"]["outcome"] in SUCCESSES
        and term["timing"] != "this_period"
        and not (term["compare"] or term["valuation"])
        # Cells share the price of one between people, so that it can fall.
        and not (kind.only_rising and "multipliers" in term["price"])
    ]  # fmt: skip
    if held and draw(st.booleans()):
        found["person_cap"] = {"amount": draw(amounts), "terms": held}
    return found


@st.composite
def any_terms(draw: Draw, kind: Kind = ANY) -> TermsDocument:
    """Any valid terms that leave no question open."""
    clawback = Clawback.NONE if kind.only_rising else draw(st.sampled_from(list(Clawback)))
    malus = clawback is not Clawback.NONE
    count = draw(st.integers(1, 3))
    terms = [payment_term(draw, kind, number, malus) for number in range(count)]
    if draw(st.booleans()):
        terms[-1]["payers"] = payers(draw, ("other",), not kind.only_rising)
    least = draw(st.sampled_from([0, 0, 5, 20]))
    exits = ["death", "moved_away", "taken_into_care", "guardian_withdrew", "turned_18",
             "transferred", "dropped_out"]  # fmt: skip
    paused = draw(st.sampled_from(["scale", "pause", "renegotiate"]))
    if any(term["timing"] == "this_period" for term in terms):
        paused = "scale"
    anchor = {"anchor": "enrolment", "offset_months": 12}
    document = {
        "schema_version": 1,
        "currency": draw(st.sampled_from(["EUR", "SEK"])),
        "rounding": draw(st.sampled_from(["half_up", "half_even", "down"])),
        "rounding_to": draw(st.sampled_from(["coin", "whole"])),
        "counting": {
            "denominator": "enrolled",
            "minimum_cohort": least,
            **({"below_minimum": paused} if least else {}),
            "exits": {reason: "neutral" if reason == "death" else "failure" for reason in exits},
            "neutral_exit_cap_percent": "20",
        },
        "late_facts": "next_open_period",
        "points": [{**text(key), **anchor} for key in ("after", "later")],
        "outcomes": outcomes(draw),
        "figures": figures(draw, kind),
        "payment_terms": terms,
        "claim": claim(draw, kind, terms, clawback),
        "indexes": [
            {**text("prices"), "source": "statistics", "base_value": "100",
             "base_on": "2026-01-01", "cap_percent": draw(st.none() | percents)}
        ],
    }  # fmt: skip
    try:
        found = parse(document)
    except RuleViolation:
        # A threshold out of reach, a curve of equal points: not valid terms.
        assume(False)
        raise
    assert open_questions(found) == []
    return found
