"""A calculation in words: one clause per step, as codes that the page says in three languages.

Works on the stored tree, so that an old claim reads the same in ten years.
"""

from __future__ import annotations

from datetime import date

from contracts.rules.terms.document import TermsDocument
from contracts.rules.terms.sentences import threshold
from payments.rules.measure import PERCENT
from sibportal.kernel.explain import Phrase, Step


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
                {"paying": paying, "lines": len(summed.children), "result": summed.result},
            ),
        )
    return (*clauses, *(phrase(step, terms) for step in limits))


def line_clauses(line: Step, terms: TermsDocument) -> tuple[Phrase, ...]:
    """The reasoning of one line, step by step."""
    return tuple(phrase(step, terms) for step in line.children)


def phrase(step: Step, terms: TermsDocument) -> Phrase:
    """One step as a clause: its inputs and its result, with titles instead of keys."""
    params: dict[str, object] = {**step.inputs, "result": step.result}
    if step.unit == PERCENT:
        params["result_percent"] = step.result
    if "outcome" in step.inputs:
        params["outcome"] = terms.outcome(str(step.inputs["outcome"])).title
    if "payment_term" in step.inputs:
        params["payment_term"] = terms.payment_term(str(step.inputs["payment_term"])).title
    if "assessment_on" in step.inputs:
        params["assessment_on"] = date.fromisoformat(str(step.inputs["assessment_on"]))
    if "operator" in step.inputs:
        unit = "percent" if step.inputs["unit"] == PERCENT else "number"
        params["threshold"] = threshold(
            str(step.inputs["operator"]), step.inputs["threshold"], unit
        )
    return Phrase(step.formula, params)
