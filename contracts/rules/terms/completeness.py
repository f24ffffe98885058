"""The questions that terms must answer before anyone can agree to them.

A draft may leave them open; the contract's page asks each of them in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from contracts.rules.terms.check import PRICE_ENTRIES
from contracts.rules.terms.document import Counting, Outcome, PaymentTerm, TermsDocument
from contracts.rules.terms.words import (
    ConditionKind,
    CountKind,
    LeavingReason,
    LeavingTreatment,
    Timing,
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
        *_unanswered(terms.claim, "claim.", ("cap", "payers", "payee", "payment_days"), {}),
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
    yield from _unanswered(outcome, at, ("metric", "points", "condition"), title)
    condition = outcome.condition
    if condition and condition.kind is not ConditionKind.IS_TRUE and condition.value is None:
        yield Issue("terms.open.condition_value", f"{at}condition.value", params=title)
    if condition and condition.kind is ConditionKind.CHANGE_AT_LEAST:
        yield from _unanswered(condition, f"{at}condition.", ("baseline_point",), title)
    if outcome.count.kind is CountKind.REPEATABLE:
        yield from _unanswered(outcome.count, f"{at}count.", ("most_per_person",), title)


def _payment_term(at: str, term: PaymentTerm) -> Iterator[Issue]:
    title = {"term": term.title}
    if term.compare and term.compare.value is None:
        yield Issue("terms.open.compare_value", f"{at}compare.value", params=title)
    if term.compare:
        yield from _unanswered(term.compare, f"{at}compare.", ("source",), title)
    if term.gate and term.gate.value is None:
        yield Issue("terms.open.threshold", f"{at}gate.value", params=title)
    if term.gate:
        yield from _unanswered(term.gate, f"{at}gate.", ("operator",), title)
    yield from _unanswered(term.price, f"{at}price.", PRICE_ENTRIES[term.price.kind], title)
    yield from _unanswered(term, at, ("timing",), title)
    if term.timing is Timing.FINAL:
        yield from _unanswered(term, at, ("assessment_on",), title)


def answered(value: Answer | None) -> Answer:
    """The answer itself; RuleViolation when terms with an open question are calculated."""
    if value is None:
        raise RuleViolation("terms.open_question")
    return value
