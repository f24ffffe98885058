"""Which entries of the terms a page shows, by the kinds that were chosen: the rest has no use.

What is hidden is not lost: the editor keeps it until the draft is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts.rules.terms import document as terms
from contracts.rules.terms.check_pricing import IN_TERMS, measure_entries, price_entries
from contracts.rules.terms.words import (
    Anchor,
    CompareKind,
    CompositeRule,
    ConditionKind,
    CountKind,
    DisruptionTreatment,
    GateKind,
    LeavingReason,
    LeavingTreatment,
    MeasureKind,
    OutcomeSource,
    PremiumBasis,
    PriceKind,
    QuantityKind,
    ReturnKind,
    SettlementKind,
    Timing,
    ValuationKind,
    WindowRule,
)

# What is written at an entry below, by its path such as "count-kind"; "" where nothing is.
Written = Callable[[str], str]
WHAT = "what"
_NEEDS = frozenset({WindowRule.SOME_POINTS, WindowRule.IN_A_ROW})
_OF_WHAT = {
    "success": {"composite", "quantity"},
    "quantity": {"composite", "condition", "count", "window"},
    "composite": {
        "metric", "points", "condition", "count", "window", "quantity", "verified_automatically",
        "only", "source",
    },
}  # fmt: skip
_OF_PEOPLE = {"points", "window", "only", "verified_automatically"}
_TREATED = {
    DisruptionTreatment.EXTEND: "extend_days",
    DisruptionTreatment.SUBSTITUTE: "substitute",
    DisruptionTreatment.PAY_ACTIVITY: "amount",
}
_PRICE = {"kind", "cost_source", "compounding", "share_basis"}


def hidden(owner: type[Any], written: Written, names: set[str]) -> set[str]:
    """The entries among `names` of this dataclass that what is written has no use for."""
    decide = _HIDDEN.get(owner)
    return decide(written) & names if decide else set()


def _unless(*conditions: tuple[str, bool]) -> set[str]:
    return {name for name, is_used in conditions if not is_used}


def _counting(written: Written) -> set[str]:
    exits = [written(f"exits-{reason}") for reason in LeavingReason]
    return _unless(
        ("below_minimum", written("minimum_cohort").strip() not in {"", "0"}),
        ("neutral_exit_cap_percent", LeavingTreatment.NEUTRAL in exits),
    )


def _point(written: Written) -> set[str]:
    anchor = written("anchor")
    return _unless(
        ("day", anchor == Anchor.CALENDAR_DATE), ("grade", anchor == Anchor.SCHOOL_GRADE)
    )


def _outcome(written: Written) -> set[str]:
    found = set(_OF_WHAT.get(written(WHAT) or "success", ()))
    if written("source") == OutcomeSource.AGGREGATE:
        found |= _OF_PEOPLE
    return found | _unless(
        (
            "window",
            (written("count-kind") or CountKind.ONCE_PER_PERSON) == CountKind.ONCE_PER_PERSON,
        )
    )


def _condition(written: Written) -> set[str]:
    kind = written("kind")
    return _unless(
        ("value", kind not in {"", ConditionKind.IS_TRUE}),
        ("baseline_point", kind == ConditionKind.CHANGE_AT_LEAST),
    )


def _quantity(written: Written) -> set[str]:
    kind = written("kind")
    return _unless(
        ("baseline_point", kind == QuantityKind.CHANGE),
        ("less_metric", kind in {"", QuantityKind.TOTAL}),
    )


def _composite(written: Written) -> set[str]:
    rule = written("rule")
    return _unless(
        ("needed", rule == CompositeRule.K_OF_N),
        ("weights", rule == CompositeRule.WEIGHTED),
        ("needed_percent", rule == CompositeRule.WEIGHTED),
    )


def _measure(written: Written) -> set[str]:
    used = measure_entries(MeasureKind(written("kind") or MeasureKind.COUNT))
    return {"outcome", "per", "figure", "parts"} - {*used}


def _compare(written: Written) -> set[str]:
    kind = written("kind")
    if not kind:
        return {"value", "source", "effect", "forecast", "design", "version", "price_base"}
    in_terms = kind in {str(one) for one in IN_TERMS}
    return _unless(
        ("value", in_terms and not (kind == CompareKind.FORECAST and written("forecast-0-until"))),
        ("forecast", kind == CompareKind.FORECAST),
        ("version", kind == CompareKind.FORECAST),
        ("price_base", kind == CompareKind.FORECAST),
        ("design", kind == CompareKind.COMPARISON_GROUP),
    )


def _valuation(written: Written) -> set[str]:
    kind = written("kind")
    if not kind:
        return {
            "unit_cost", "source", "price_base", "version", "times", "years", "discount_percent",
            "index",
        }  # fmt: skip
    over_years = kind == ValuationKind.NET_PRESENT_VALUE
    return _unless(("years", over_years), ("discount_percent", over_years))


def _gate(written: Written) -> set[str]:
    kind = written("kind")
    if not kind:
        return {"figure", "operator", "value", "fallback"}
    return _unless(
        ("figure", kind == GateKind.PRECONDITION), ("fallback", kind == GateKind.FALLBACK_CHAIN)
    )


def _price(written: Written) -> set[str]:
    kind = PriceKind(written("kind") or PriceKind.UNIT_PRICE)
    basis = PremiumBasis(written("basis")) if written("basis") else None
    used = set(price_entries(kind, basis))
    if basis is None:
        used -= {"premium_percent", "premium_amount", "interest_from"}
    if basis is not PremiumBasis.YEARLY:
        used -= {"compounding"}
    if kind is PriceKind.STEP_TIERS:
        in_per_cent = any(written(f"tiers-{number}-percent") for number in range(MOST_ROWS))
        used -= set() if in_per_cent else {"cost", "cost_source"}
    return {field for field in terms.Price.__dataclass_fields__ if field != "kind"} - used


def _payment_term(written: Written) -> set[str]:
    named = written("measure-kind") in {MeasureKind.FIGURE, MeasureKind.WEIGHTED_INDEX}
    return _unless(
        ("compare", not named),
        ("valuation", written("measure-kind") != MeasureKind.FIGURE),
        ("assessment_on", written("timing") == Timing.FINAL),
    )


def _figure(written: Written) -> set[str]:
    named = written("measure-kind") in {MeasureKind.FIGURE, MeasureKind.WEIGHTED_INDEX}
    return _unless(("compare", not named))


def _return_cap(written: Written) -> set[str]:
    return _unless(("percent", bool(written("kind"))))


def _tranche(written: Written) -> set[str]:
    has_return = written("return_kind") not in {"", ReturnKind.NONE}
    return _unless(("return_percent", has_return), ("return_from", has_return))


def _disruption(written: Written) -> set[str]:
    return _unless(
        *((name, written("treatment") == treatment) for treatment, name in _TREATED.items())
    )


def _termination(written: Written) -> set[str]:
    return _unless(("cost_percent", written("settlement") == SettlementKind.EARNED_AND_COST))


def _window(written: Written) -> set[str]:
    return _unless(("needed", written("rule") in {str(rule) for rule in _NEEDS}))


def _count(written: Written) -> set[str]:
    return _unless(("most_per_person", written("kind") == CountKind.REPEATABLE))


MOST_ROWS = 60
_HIDDEN: Mapping[type[Any], Callable[[Written], set[str]]] = {
    terms.Counting: _counting,
    terms.MeasurementPoint: _point,
    terms.Outcome: _outcome,
    terms.Condition: _condition,
    terms.Quantity: _quantity,
    terms.Composite: _composite,
    terms.Count: _count,
    terms.Window: _window,
    terms.Measure: _measure,
    terms.Compare: _compare,
    terms.Valuation: _valuation,
    terms.Gate: _gate,
    terms.Price: _price,
    terms.PaymentTerm: _payment_term,
    terms.Figure: _figure,
    terms.ReturnCap: _return_cap,
    terms.Tranche: _tranche,
    terms.Disruption: _disruption,
    terms.Termination: _termination,
}
