"""What a reader who may not see small counts is shown of a claim (decision 22).

Amounts per claim are always shown. The reasoning behind one is shown only where every count in it
may be told; a unit price and a claim of one line tell the count anyway, which the page admits.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import outcomes.selectors
from contracts.rules.terms.words import PriceKind
from outcomes.rules.disclosure import group_may_be_told, protect, reveals_count
from sibportal.kernel.explain import Calculation, Step

if TYPE_CHECKING:
    from contracts.rules.terms import TermsDocument
    from payments.models import Claim
    from sibportal.accounts.access import Viewer


def sees_counts(viewer: Viewer, claim: Claim) -> bool:
    """Whether `viewer` sees every count of the contract, also the small ones."""
    return outcomes.selectors.sees_small_numbers(viewer, claim.contract)


def reasoning_shown(viewer: Viewer, claim: Claim) -> bool:
    """Whether `viewer` may read why a claim that they see comes to its amount."""
    if sees_counts(viewer, claim):
        return True
    rows = list(outcomes.selectors.results(viewer, claim.contract, also=claim.closing))
    released = outcomes.selectors.shown_results(rows, claim.contract, small_numbers=False)
    own = [one for one in released if one.result.closing_id == claim.closing_id]
    if not own or any(one.hidden for one in own):
        return False
    limit = claim.contract.small_number_limit
    if not all(_compared_may_be_told(one.result.references, limit) for one in own):
        return False
    people = {f"result:{one.result.pk}": one.result.denominator for one in own}
    steps = Calculation.from_json(claim.calculation).root.walk()
    return all(_may_be_told(step, people, limit) for step in steps)


def _compared_may_be_told(references: Mapping[str, Any], limit: int) -> bool:
    """Whether the groups that a result is compared with are large enough to be told."""
    groups = [kept for name, kept in references.items() if name != "estimate"]
    return all(
        group_may_be_told(kept["people"], kept["reached"], limit, is_sum=kept["total"] is not None)
        for kept in groups
    )


def _may_be_told(step: Step, people: dict[str, int], limit: int) -> bool:
    """Whether the count of a measuring step is harmless; other steps hold amounts."""
    reached = step.inputs.get("reached")
    if not isinstance(reached, int):
        return True
    totals = [people.get(source, 0) for source in step.sources]
    given = step.inputs.get("denominator")
    total = given if isinstance(given, int) else max(totals, default=0)
    return protect(reached, max(total, reached), limit).shown


def amount_tells_count(claim: Claim, terms: TermsDocument) -> bool:
    """Whether the claim's amount, divided by an agreed unit price, gives a count away."""
    prices = [
        term.price.amount
        for term in terms.payment_terms
        if term.price.kind is PriceKind.UNIT_PRICE and term.price.amount
    ]
    return claim.amount > Decimal(0) and any(
        reveals_count(claim.amount, price) is not None for price in prices
    )
