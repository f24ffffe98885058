"""Several periods one after the other: what a claim leaves to those that come after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from payments.rules.inputs import Earlier
from payments.rules.net import carried
from payments.rules.pipeline import ClaimCalculation

NOTHING = Decimal(0)


def followed_by(earlier: Earlier, claim: ClaimCalculation) -> Earlier:
    """What the claims up to and with this one came to, for the next."""
    left = carried(claim.explanation.root)
    return Earlier(
        by_term=_added(
            earlier.by_term,
            [(line.payment_term, line.amount) for line in claim.lines],
        ),
        total=earlier.total + claim.total,
        by_limit=_added(earlier.by_limit, left.by_limit.items()),
        by_payer=_added(
            earlier.by_payer, [(share.party, share.amount) for share in claim.payer_shares]
        ),
        credit=left.credit,
    )


def _added(known: Mapping[str, Decimal], more: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found = dict(known)
    for key, amount in more:
        found[key] = found.get(key, NOTHING) + amount
    return found
