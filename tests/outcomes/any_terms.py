"""Terms made at random, with every way in which outcomes can be counted."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from sibportal.kernel.dates import add_months

HEALTH = {"code": "self-rated-health", "version": 1}
WORK = {"code": "permanent-work", "version": 1}
ANCHORS: dict[str, dict[str, Any]] = {
    "start": {"anchor": "enrolment", "tolerance_after_days": 30},
    "after": {"anchor": "enrolment", "offset_months": 12},
    "half": {"anchor": "enrolment", "offset_months": 6},
    "late": {"anchor": "birthday", "offset_months": 14},
    "left": {"anchor": "exit", "offset_days": 10},
    "fixed": {"anchor": "calendar_date"},
}
POINTS = tuple(ANCHORS)
FREE = ("work", "health", "low")  # the simple outcomes that others may be tied to


def first_day() -> date:
    """The day on which tests.factories.outcomes.make_scene begins a contract."""
    return add_months(timezone.localdate().replace(day=1), -30)


def any_terms(chance: random.Random, first: date) -> dict[str, Any]:
    """Points, outcomes, payment terms, a cap per person and disruptions, as a document has them."""
    outcomes = [*_free(chance), *(_other(chance, first, n) for n in range(5))]
    parts = [one["key"] for one in outcomes if "quantity" not in one]
    together = [_composite(chance, parts, n) for n in range(3)]
    payment_terms = _payment_terms(chance, outcomes + together)
    capped = [
        one["key"]
        for one in payment_terms
        if one["measure"]["kind"] == "count" and "compare" not in one
    ]
    return {
        "points": [_point(key, first) for key in POINTS],
        "outcomes": outcomes + together,
        "payment_terms": payment_terms,
        "claim": {
            "cap": "6480000.00", "payers": [{"party": "payer", "share_percent": "100"}],
            "payee": "investor", "payment_days": 30,
            "person_cap": {"amount": "900", "terms": capped} if capped else None,
        },
        "disruptions": _disruptions(chance, first, [one["key"] for one in outcomes]),
    }  # fmt: skip


def _point(key: str, first: date) -> dict[str, Any]:
    fixed = {"day": (first + timedelta(days=300)).isoformat()} if key == "fixed" else {}
    return {"key": key, "title": {"en": key}, **ANCHORS[key], **fixed}


def _outcome(key: str, metric: dict[str, Any], points: list[str], **more: Any) -> dict[str, Any]:
    return {"key": key, "title": {"en": key}, "metric": metric, "points": points, **more}


def _free(chance: random.Random) -> list[dict[str, Any]]:
    change = chance.choice(("1", "-1", "0"))
    return [
        _outcome("work", WORK, ["after"], condition={"kind": "is_true"}),
        _outcome(
            "health", HEALTH, ["after"],
            condition={"kind": "change_at_least", "value": change, "baseline_point": "start"},
        ),
        _outcome("low", HEALTH, ["after", "half"], condition={"kind": "at_most", "value": "2"}),
    ]  # fmt: skip


def _other(chance: random.Random, first: date, n: int) -> dict[str, Any]:
    window = _window(chance)
    points = chance.sample(POINTS[1:], chance.randint(3, 5) if window else chance.randint(1, 4))
    found = _outcome(f"other-{n}", HEALTH, points)
    if window:
        found |= {"condition": _condition(chance), "window": window}
    elif chance.random() < 0.6:
        found |= {"quantity": _quantity(chance), "count": _count(chance, most=False)}
    else:
        found |= {"condition": _condition(chance), "count": _count(chance, most=True)}
    return found | {"only": only} if (only := _only(chance, first)) else found


def _condition(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("at_least", "at_most", "change_at_least", "is_true"))
    if kind == "is_true":
        return {"kind": kind}
    if kind == "change_at_least":
        value = chance.choice(("1", "-2", "0"))
        return {"kind": kind, "value": value, "baseline_point": "start"}
    return {"kind": kind, "value": chance.choice(("2", "3"))}


def _count(chance: random.Random, *, most: bool) -> dict[str, Any]:
    kind = chance.choice(("once_per_person", "once_per_person_per_milestone", "repeatable"))
    return {"kind": kind} | ({"most_per_person": 2} if most and kind == "repeatable" else {})


def _window(chance: random.Random) -> dict[str, Any]:
    rule = chance.choice(("", "", "all_points", "some_points", "in_a_row", "in_a_row"))
    needed = {"needed": chance.randint(2, 3)} if rule in {"some_points", "in_a_row"} else {}
    return {"rule": rule, **needed} if rule else {}


def _quantity(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("total", "total", "last", "change"))
    most = {"most_per_person": chance.choice(("4", "2.5"))} if chance.random() < 0.4 else {}
    if kind == "change":
        return {"kind": kind, "baseline_point": "start", **most}
    less = {"less_metric": WORK} if kind == "total" and chance.random() < 0.4 else {}
    return {"kind": kind, **less, **most}


def _only(chance: random.Random, first: date) -> dict[str, Any]:
    def day(least: int, most: int) -> str:
        return (first + timedelta(days=chance.randint(least, most))).isoformat()

    possible: dict[str, Any] = {
        "cohorts": chance.choice((["tp"], ["qx"], ["qx", "tp"])),
        "enrolled_from": day(40, 80),
        "enrolled_before": day(81, 300),
        "measured_from": day(0, 300),
        "measured_before": day(301, 500),
        "reached": chance.choice(FREE),
        "not_reached": chance.choice(FREE),
    }
    return {name: value for name, value in possible.items() if chance.random() < 0.2}


def _composite(chance: random.Random, parts: list[str], n: int) -> dict[str, Any]:
    found = chance.sample(parts, chance.randint(2, min(4, len(parts))))
    rule = chance.choice(("all_of", "any_of", "k_of_n", "weighted"))
    scope = chance.choice(("per_person", "per_person", "per_cohort"))
    composite: dict[str, Any] = {"rule": rule, "parts": found, "scope": scope}
    if rule == "k_of_n":
        composite["needed"] = chance.randint(1, len(found))
    if rule == "weighted":
        each = 100 // len(found)
        weights = [each] * (len(found) - 1) + [100 - each * (len(found) - 1)]
        composite |= {
            "scope": "per_person", "needed_percent": str(chance.choice((25, 50, 75, 100))),
            "weights": [
                {"part": part, "percent": str(weight)}
                for part, weight in zip(found, weights, strict=True)
            ],
        }  # fmt: skip
    return {"key": f"together-{n}", "title": {"en": "t"}, "composite": composite}


def _payment_terms(chance: random.Random, outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Prices by cohort, and quantities of which less is better."""
    found = []
    for one in outcomes:
        term: dict[str, Any] = {
            "key": one["key"], "title": {"en": "t"}, "timing": "cumulative",
            "measure": {"kind": "sum" if "quantity" in one else "count", "outcome": one["key"]},
            "price": {"kind": "unit_price", "amount": "100"},
        }  # fmt: skip
        if chance.random() < 0.4:
            cells = [{"cell": "tp", "percent": "100"}, {"cell": "qx", "percent": "150"}]
            term["price"]["multipliers"] = cells
        elif chance.random() < 0.4:
            term["compare"] = {
                "kind": "fixed_baseline", "value": "50", "source": "Register.",
                "effect": "reduction",
            }  # fmt: skip
        found.append(term)
    return found


def _disruptions(chance: random.Random, first: date, keys: list[str]) -> list[dict[str, Any]]:
    found = []
    for n, treatment in enumerate(chance.sample(("exclude", "exclude", "extend"), 2)):
        begins = first + timedelta(days=chance.randint(100, 450))
        found.append(
            {
                "key": f"closed-{n}", "title": {"en": "c"}, "treatment": treatment,
                "from_day": begins.isoformat(),
                "until": (begins + timedelta(days=chance.choice((30, 120)))).isoformat(),
                "outcomes": chance.sample(keys, chance.randint(1, len(keys))),
                **({"extend_days": 60} if treatment == "extend" else {}),
            }
        )  # fmt: skip
    return found if chance.random() < 0.6 else []
