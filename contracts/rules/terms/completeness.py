"""The questions that terms must answer before anyone can agree to them.

A draft may leave them open; the contract's page asks each of them in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from contracts.rules.terms.check_pricing import IN_TERMS, price_asked
from contracts.rules.terms.document import (
    Compare,
    Counting,
    Gate,
    Outcome,
    PaymentTerm,
    TermsDocument,
    Valuation,
)
from contracts.rules.terms.words import (
    ConditionKind,
    CountKind,
    DisruptionTreatment,
    LeavingReason,
    LeavingTreatment,
    QuantityKind,
    ReturnKind,
    SettlementKind,
    Timing,
    ValuationKind,
    WindowRule,
)
from sibportal.kernel.errors import Issue, RuleViolation

Answer = TypeVar("Answer")


def open_questions(terms: TermsDocument) -> list[Issue]:
    """Each question that the terms leave open, with its path; empty when they can be agreed."""
    return [
        *_counting(terms.counting),
        *_unanswered(terms, "", ("rounding", "late_facts", "outcomes", "payment_terms"), {}),
        *(
            issue
            for position, outcome in enumerate(terms.outcomes)
            if outcome.composite is None
            for issue in _outcome(f"outcomes[{position}].", outcome)
        ),
        *(
            issue
            for position, term in enumerate(terms.payment_terms)
            for issue in _payment_term(f"payment_terms[{position}].", term)
        ),
        *_figures(terms),
        *_unanswered(terms.claim, "claim.", ("cap", "payers", "payee", "payment_days"), {}),
        *_contingencies(terms),
    ]


def _unanswered(
    part: object, at: str, names: tuple[str, ...], params: Mapping[str, object]
) -> Iterator[Issue]:
    for name in names:
        if getattr(part, name) in (None, "", ()):
            yield Issue(f"terms.open.{name}", f"{at}{name}", params=params)


def _counting(counting: Counting) -> Iterator[Issue]:
    if counting.denominator is None:
        yield Issue("terms.open.denominator", "counting.denominator")
    if counting.minimum_cohort is None:
        yield Issue("terms.open.minimum_cohort", "counting.minimum_cohort")
    elif counting.minimum_cohort and counting.below_minimum is None:
        yield Issue("terms.open.below_minimum", "counting.below_minimum")
    for reason in LeavingReason:
        if reason not in counting.exits:
            yield Issue(f"terms.open.exit_{reason}", f"counting.exits.{reason}")
    if (
        LeavingTreatment.NEUTRAL in counting.exits.values()
        and counting.neutral_exit_cap_percent is None
    ):
        yield Issue("terms.open.neutral_exit_cap", "counting.neutral_exit_cap_percent")


def _outcome(at: str, outcome: Outcome) -> Iterator[Issue]:
    title = {"outcome": outcome.title}
    asked: tuple[str, ...] = ("metric",) if outcome.is_aggregate else ("metric", "points")
    asked += () if outcome.quantity else ("condition",)
    yield from _unanswered(outcome, at, asked, title)
    condition, quantity = outcome.condition, outcome.quantity
    if condition and condition.kind is not ConditionKind.IS_TRUE and condition.value is None:
        yield Issue("terms.open.condition_value", f"{at}condition.value", params=title)
    if condition and condition.kind is ConditionKind.CHANGE_AT_LEAST:
        yield from _unanswered(condition, f"{at}condition.", ("baseline_point",), title)
    if quantity and quantity.kind is QuantityKind.CHANGE:
        yield from _unanswered(quantity, f"{at}quantity.", ("baseline_point",), title)
    if outcome.count.kind is CountKind.REPEATABLE and quantity is None:
        yield from _unanswered(outcome.count, f"{at}count.", ("most_per_person",), title)
    if outcome.window.rule in {WindowRule.SOME_POINTS, WindowRule.IN_A_ROW}:
        yield from _unanswered(outcome.window, f"{at}window.", ("needed",), title)


def _payment_term(at: str, term: PaymentTerm) -> Iterator[Issue]:
    title = {"term": term.title}
    yield from _compare(at, term.compare, title)
    yield from _valuation(at, term.valuation, title)
    if term.gate:
        yield from _gate(f"{at}gate.", term.gate, title)
    for position, gate in enumerate(term.further_gates):
        yield from _gate(f"{at}further_gates[{position}].", gate, title)
    yield from _unanswered(term.price, f"{at}price.", price_asked(term.price), title)
    yield from _unanswered(term, at, ("timing",), title)
    if term.timing is Timing.FINAL:
        yield from _unanswered(term, at, ("assessment_on",), title)


def _figures(terms: TermsDocument) -> Iterator[Issue]:
    for position, figure in enumerate(terms.figures):
        at, title = f"figures[{position}].", {"term": figure.title}
        yield from _compare(at, figure.compare, title)
        yield from _valuation(at, figure.valuation, title)


def _compare(at: str, compare: Compare | None, title: Mapping[str, object]) -> Iterator[Issue]:
    if compare is None:
        return
    if compare.kind in IN_TERMS and compare.value is None and not compare.forecast:
        yield Issue("terms.open.compare_value", f"{at}compare.value", params=title)
    if not compare.source:
        yield Issue("terms.open.compare_source", f"{at}compare.source", params=title)


def _valuation(
    at: str, valuation: Valuation | None, title: Mapping[str, object]
) -> Iterator[Issue]:
    if valuation is None:
        return
    asked: tuple[str, ...] = ("unit_cost", "source", "price_base")
    if valuation.kind is ValuationKind.NET_PRESENT_VALUE:
        asked += ("years", "discount_percent")
    yield from _unanswered(valuation, f"{at}valuation.", asked, title)


def _gate(at: str, gate: Gate, title: Mapping[str, object]) -> Iterator[Issue]:
    steps = [(at, gate.operator, gate.value)]
    steps += [
        (f"{at}fallback[{position}].", step.operator, step.value)
        for position, step in enumerate(gate.fallback)
    ]
    for place, operator, value in steps:
        if value is None:
            yield Issue("terms.open.threshold", f"{place}value", params=title)
        if operator is None:
            yield Issue("terms.open.operator", f"{place}operator", params=title)


def _contingencies(terms: TermsDocument) -> Iterator[Issue]:
    for position, clause in enumerate(terms.indexes):
        yield from _unanswered(
            clause,
            f"indexes[{position}].",
            ("source", "base_value", "base_on"),
            {"term": clause.title},
        )
    for position, tranche in enumerate(terms.waterfall.tranches if terms.waterfall else ()):
        asked: tuple[str, ...] = ("capital",)
        if tranche.return_kind is not ReturnKind.NONE:
            asked = ("capital", "return_percent", "return_from")
        yield from _unanswered(
            tranche, f"waterfall.tranches[{position}].", asked, {"term": tranche.title}
        )
    for position, disruption in enumerate(terms.disruptions):
        at, title = f"disruptions[{position}].", {"term": disruption.title}
        if not disruption.outcomes:
            yield Issue("terms.open.disrupted", f"{at}outcomes", params=title)
        asked = ("treatment", *_OF_TREATMENT.get(disruption.treatment, ()))
        yield from _unanswered(disruption, at, asked, title)
    for position, termination in enumerate(terms.terminations):
        asked = ("settlement",)
        if termination.settlement is SettlementKind.EARNED_AND_COST:
            asked = ("settlement", "cost_percent")
        yield from _unanswered(termination, f"terminations[{position}].", asked, {})


_OF_TREATMENT: Mapping[DisruptionTreatment | None, tuple[str, ...]] = {
    DisruptionTreatment.EXTEND: ("extend_days",),
    DisruptionTreatment.SUBSTITUTE: ("substitute",),
    DisruptionTreatment.PAY_ACTIVITY: ("amount",),
}


def answered(value: Answer | None) -> Answer:
    """The answer itself; RuleViolation when terms with an open question are calculated."""
    if value is None:
        raise RuleViolation("terms.open_question")
    return value
