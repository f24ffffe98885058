"""What a late or corrected fact changes in a claim that was made before.

A paid claim never changes: the difference is a line of its own in the next claim, which says what
it corrects. Figures to date need none: they true up by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from contracts.rules.terms.document import TermsDocument
from contracts.rules.terms.words import Timing
from payments.rules.inputs import Adjustment

NOTHING = Decimal(0)


def adjustments(
    terms: TermsDocument,
    claimed: Mapping[str, Decimal],
    again: Mapping[str, Decimal],
    *,
    corrects: str,
    reason: str = "",
) -> tuple[Adjustment, ...]:
    """The differences between a claim's lines and the same lines from corrected figures, per
    payment term; `claimed` includes what earlier adjustments have already brought."""
    return tuple(
        Adjustment(term.key, difference, corrects, reason)
        for term in terms.payment_terms
        if term.timing is not Timing.CUMULATIVE
        and (difference := again.get(term.key, NOTHING) - claimed.get(term.key, NOTHING))
    )
