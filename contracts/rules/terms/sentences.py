"""The terms in plain language: one phrase per thing agreed, in the order a reader asks.

Codes and values only; the page says them in the reader's language. A question left open is said
by `open_questions`, not here.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.rules.terms.document import Counting, TermsDocument
from contracts.rules.terms.say_outcomes import say_outcome
from contracts.rules.terms.say_pricing import UNSAID, say_figure, say_payment_term, threshold
from contracts.rules.terms.say_settlement import (
    say_claim,
    say_contingencies,
    say_index,
    say_waterfall,
)
from contracts.rules.terms.words import LeavingTreatment, RoundingTo
from sibportal.kernel.explain import Phrase

__all__ = ["sentences", "threshold"]


def sentences(terms: TermsDocument) -> tuple[Phrase, ...]:
    """What was agreed, as phrases."""
    return (
        *(phrase for outcome in terms.outcomes for phrase in say_outcome(terms, outcome)),
        *(Phrase("terms.say.follow_up", {"outcome": item.title}) for item in terms.follow_up),
        *_counting(terms.counting),
        *(phrase for figure in terms.figures for phrase in say_figure(terms, figure)),
        *(phrase for term in terms.payment_terms for phrase in say_payment_term(terms, term)),
        *(phrase for clause in terms.indexes for phrase in say_index(clause)),
        *say_claim(terms),
        *say_waterfall(terms),
        *say_contingencies(terms),
        *_facts(terms),
    )


def _counting(counting: Counting) -> Iterator[Phrase]:
    if counting.denominator:
        yield Phrase(f"terms.say.denominator_{counting.denominator}")
    if counting.minimum_cohort and counting.below_minimum:
        yield Phrase(
            f"terms.say.below_minimum_{counting.below_minimum}",
            {"minimum": counting.minimum_cohort},
        )
    for treatment in LeavingTreatment:
        reasons = tuple(
            Phrase(f"terms.leaving.{reason}")
            for reason, given in counting.exits.items()
            if given is treatment
        )
        if reasons:
            cap = counting.neutral_exit_cap_percent
            params = {"reasons": reasons, "cap_percent": cap if cap is not None else UNSAID}
            yield Phrase(f"terms.say.leaving_{treatment}", params)


def _facts(terms: TermsDocument) -> Iterator[Phrase]:
    yield Phrase(f"terms.say.verification_{terms.verification}")
    if terms.late_facts:
        yield Phrase(f"terms.say.late_{terms.late_facts}")
    if terms.rounding:
        yield Phrase(f"terms.say.rounding_{terms.rounding}")
        if terms.rounding_to is not RoundingTo.COIN:
            yield Phrase(f"terms.say.rounding_to_{terms.rounding_to}")
