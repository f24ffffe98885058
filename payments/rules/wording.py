"""A calculation in words: one clause per step, as codes that the page says in three languages.

Works on the stored tree, so that an old claim reads the same in ten years.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from contracts.rules.terms.document import TermsDocument, Titles
from contracts.rules.terms.sentences import threshold
from contracts.rules.terms.units import PERCENT
from sibportal.kernel.explain import Phrase, Step, Value
from sibportal.kernel.money import CURRENCIES, Money

# Inputs that are amounts in the currency of the terms, and those in the unit of the figure.
AMOUNTS = frozenset(
    {"amount", "cost", "cap", "floor", "earlier", "unit_price", "uncovered", "earned"}
)
FIGURES = frozenset({"measured", "threshold", "baseline"})
SIGNS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}
ADJUSTMENT = "payments.step.adjustment"
# Why an earlier claim would come out otherwise now.
REASONS = frozenset({"facts", "cleared", "figures", "dispute"})
# What a step rests on, where it is not the agreed terms alone.
SETTLEMENT = "payments.step.settlement"
SOURCES = {
    "payments.step.measure": "payments.source.results",
    "payments.step.minimum_cohort": "payments.source.results",
    "payments.step.net": "payments.source.earlier",
    "payments.step.limit": "payments.source.earlier",
    "payments.step.cap": "payments.source.earlier",
    "payments.step.floor": "payments.source.earlier",
    "payments.step.reference": "payments.source.results",
    "payments.step.term_floor": "payments.source.earlier",
    "payments.step.person_cap": "payments.source.earlier",
    "payments.step.credit_used": "payments.source.earlier",
    "payments.step.credit_left": "payments.source.earlier",
    "payments.step.given_back": "payments.source.earlier",
    "payments.step.adjustment": "payments.source.earlier",
    "payments.step.return_cap": "payments.source.supplied",
    "payments.step.other_funding": "payments.source.supplied",
    "payments.step.index": "payments.source.supplied",
    "payments.step.line": "payments.source.steps",
    "payments.step.sum": "payments.source.steps",
    "payments.step.claim": "payments.source.steps",
}


def headline(claim: Step, terms: TermsDocument) -> tuple[Phrase, ...]:
    """Why a claim comes to its amount, for the top of its page; `claim` is the tree's root.

    With one payment term its whole reasoning, else the number of lines that pay and their sum;
    then whatever the contract's cap or floor changed.
    """
    summed, *rest = claim.children
    limits = [step for step in rest if step.label != "payments.step.split"]
    if len(summed.children) == 1:
        clauses = line_clauses(summed.children[0], terms)
    else:
        paying = sum(1 for line in summed.children if line.result)
        clauses = (
            Phrase(
                "payments.headline.lines",
                {
                    "paying": paying,
                    "lines": len(summed.children),
                    "result": _result(summed),
                },
            ),
        )
    return (*clauses, *(phrase(step, terms) for step in limits))


def line_clauses(line: Step, terms: TermsDocument) -> tuple[Phrase, ...]:
    """The reasoning of one line, step by step; of an adjustment, what it corrects and why."""
    if line.label == ADJUSTMENT:
        reason = next(step for step in line.walk() if "reason" in step.inputs).inputs["reason"]
        because = [Phrase(f"payments.reason.{reason}")] if reason in REASONS else []
        return (phrase(line, terms), *because)
    if line.label == SETTLEMENT:
        return (phrase(line, terms),)
    return tuple(phrase(step, terms) for step in line.children)


def phrase(step: Step, terms: TermsDocument) -> Phrase:
    """One step as a clause: its inputs and its result, with titles instead of keys."""
    params: dict[str, object] = {**step.inputs, "result": _result(step)}
    if step.unit == PERCENT:
        params["result_percent"] = step.result
    for name, titled in _titled(terms).items():
        if name in step.inputs:
            params[name] = titled[str(step.inputs[name])]
    if "assessment_on" in step.inputs:
        params["assessment_on"] = date.fromisoformat(str(step.inputs["assessment_on"]))
    if "operator" in step.inputs:
        unit = "percent" if step.inputs["unit"] == PERCENT else "number"
        params["threshold"] = threshold(
            str(step.inputs["operator"]), step.inputs["threshold"], unit
        )
    return Phrase(step.formula, params)


def _titled(terms: TermsDocument) -> dict[str, dict[str, Titles]]:
    """The titles behind the keys that steps hold, by the name of the input."""
    tranches = terms.waterfall.tranches if terms.waterfall else ()
    return {
        "outcome": {one.key: one.title for one in terms.outcomes},
        "payment_term": {one.key: one.title for one in terms.payment_terms},
        "figure": {one.key: one.title for one in terms.figures},
        "index": {one.key: one.title for one in terms.indexes},
        "tranche": {one.key: one.title for one in tranches},
    }


def worked(step: Step, terms: TermsDocument) -> Phrase:
    """One step as a line of figures, such as 100 ÷ 200 = 50 %."""
    said = phrase(step, terms).params
    unit = str(step.inputs.get("unit", step.unit))
    params = {name: _typed(name, value, unit, terms.currency) for name, value in said.items()}
    params["sign"] = SIGNS.get(str(step.inputs.get("operator", "")), "")
    if "threshold" in step.inputs:
        given = step.inputs["threshold"]
        params["threshold"] = _typed("threshold", given, unit, terms.currency)
    return Phrase(f"payments.worked.{kind(step)}", params)


def facts(step: Step, terms: TermsDocument) -> tuple[tuple[str, object], ...]:
    """What went into one step, by name, with titles, units and currencies."""
    unit = str(step.inputs.get("unit", step.unit))
    said = phrase(step, terms).params
    return tuple(
        (name, _typed(name, said[name] if name != "threshold" else value, unit, terms.currency))
        for name, value in step.inputs.items()
        if name != "unit" and value not in ("", None)
    )


def source(step: Step) -> str:
    """The code of what a step rests on."""
    return SOURCES.get(step.label, "payments.source.terms")


def kind(step: Step) -> str:
    """The last part of a formula: unit_price of payments.formula.unit_price."""
    return step.formula.rpartition(".")[2]


def _result(step: Step) -> Money | Value:
    """The result with its currency, where it is an amount."""
    if step.unit in CURRENCIES and isinstance(step.result, Decimal):
        return Money(step.result, step.unit)
    return step.result


def _typed(name: str, value: object, unit: str, currency: str) -> object:
    if isinstance(value, Decimal) and name in AMOUNTS:
        return Money(value, currency)
    if isinstance(value, Decimal | int) and name in FIGURES and unit == PERCENT:
        return Phrase("payments.value.percent", {"value_percent": value})
    return value
