"""A calculation that is not stored, told for REST and the command line: the tree with a sentence
at each step, in the reader's language. Reads no row: keys of parties stay keys."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from contracts.rules.terms import TermsDocument
from payments.rules import wording
from payments.rules.pipeline import ClaimCalculation
from sibportal.kernel.explain import Step
from sibportal.web import formats
from sibportal.web.messages import phrase_sentence, sentence


def reasons(claim: ClaimCalculation, terms: TermsDocument) -> list[str]:
    """Why a claim comes to its amount, a sentence for each thing that decided."""
    return [
        _capital(phrase_sentence(said)) + "."
        for said in wording.headline(claim.explanation.root, terms)
    ]


def tree(step: Step, terms: TermsDocument) -> dict[str, Any]:
    """A step with everything below it as plain values, and what it says in words."""
    plain = step.to_json() | {"title": sentence(step.label), "sentence": says(step, terms)}
    return plain | {"children": [tree(child, terms) for child in step.children]}


def lines(claim: ClaimCalculation, terms: TermsDocument) -> list[str]:
    """The whole calculation as indented text, one line for each step."""
    return list(_lines(claim.explanation.root, terms, 0))


def says(step: Step, terms: TermsDocument) -> str:
    """What one step does, as a sentence."""
    return _capital(phrase_sentence(wording.phrase(step, terms)))


def amount(value: Decimal, currency: str) -> str:
    """An amount to the cent, in the reader's way."""
    return formats.money(value, currency, cents=True)


def _lines(step: Step, terms: TermsDocument, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{sentence(step.label)}: {says(step, terms)}"
    for child in step.children:
        yield from _lines(child, terms, depth + 1)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
