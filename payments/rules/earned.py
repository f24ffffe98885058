"""What one measurement earned in one line of a claim, said no more exactly than it is true.

A unit price is worth its price; a fixed sum or a tier is earned by many together, and no part of
it belongs to one measurement alone. A marginal amount is never made up.
"""

from __future__ import annotations

from decimal import Decimal

from contracts.rules.terms.document import TermsDocument
from sibportal.kernel.explain import Phrase, Step
from sibportal.kernel.money import Money

PRICED = "payments.step.price"
MEASURED = "payments.step.measure"
NOT_ASSESSED = "payments.step.timing"


def is_assessed(line: Step) -> bool:
    """Whether the line was priced on a figure in this claim, or waits for its assessment."""
    return all(step.label != NOT_ASSESSED for step in line.children)


def earned(line: Step, terms: TermsDocument, *, reached: bool) -> tuple[Phrase, ...]:
    """What a measurement earned that counted in `line`; `reached` says whether its participant
    reached the outcome of the line."""
    measured = next((step for step in line.walk() if step.label == MEASURED), None)
    priced = next((step for step in line.walk() if step.label == PRICED), None)
    key = terms.payment_term(str(line.inputs["payment_term"])).measure.outcome
    title = terms.outcome(key).title
    if not reached:
        return (Phrase("payments.earned.not_reached", {"outcome": title}),)
    count = measured.inputs.get("reached") if measured is not None else None
    amount = line.result if isinstance(line.result, Decimal) else Decimal(0)
    known = {"outcome": title, "reached": count, "amount": Money(amount, terms.currency)}
    if priced is not None and "unit_price" in priced.inputs and priced.result:
        return _by_unit(priced, amount, terms)
    if count is None:
        return (Phrase("payments.earned.part_of_figure", known),)
    return (Phrase(f"payments.earned.{'together' if amount else 'nothing'}", known),)


def _by_unit(priced: Step, amount: Decimal, terms: TermsDocument) -> tuple[Phrase, ...]:
    price = priced.inputs["unit_price"]
    each = Money(price if isinstance(price, Decimal) else Decimal(0), terms.currency)
    said = {"quantity": priced.inputs.get("quantity"), "unit_price": each}
    limited = () if amount == priced.result else (Phrase("payments.earned.limited"),)
    return (Phrase("payments.earned.unit_price", said), *limited)
