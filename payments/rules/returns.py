"""How investors fare: what of the payments reaches them, and the return on their capital."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.terms.document import Waterfall
from contracts.rules.terms.words import SurplusTo
from payments.rules.inputs import Flow
from payments.rules.waterfall import Earlier, Part, PartKind, distribute
from payments.rules.what_if import AssumedClaim
from sibportal.kernel.money import allocate

NOTHING = Decimal(0)
DAYS_OF_YEAR = 365
# Between losing nearly all and a hundredfold gain in a year, to a hundred-thousandth.
LOWEST, HIGHEST, CLOSE = Decimal("-0.9999"), Decimal(100), Decimal("0.00001")
TO_TRANCHES = frozenset({PartKind.PRINCIPAL, PartKind.PREFERRED})


@dataclass(frozen=True, slots=True)
class Return:
    """How investors fare at one amount: what they gain or lose on the capital they paid in, in
    total per cent, and per year in per cent (None where no yearly rate gives it)."""

    received: Decimal
    gain: Decimal
    total_percent: Decimal | None
    yearly_percent: Decimal | None


def receipts(
    made: Sequence[AssumedClaim], waterfall: Waterfall | None, capital: Decimal, currency: str
) -> list[Flow]:
    """What investors receive of assumed claims on the days on which those are paid: all of it, or
    what the distribution leaves them, the guarantee at the end included."""
    if waterfall is None:
        return [Flow(one.due_on, one.claim.total) for one in made if one.claim.total]
    weights = [tranche.capital or NOTHING for tranche in waterfall.tranches]
    drawn = {}
    if any(weights) and capital:
        amounts = allocate(capital, weights)
        drawn = {one.key: amount for one, amount in zip(waterfall.tranches, amounts, strict=True)}
    earlier: list[Earlier] = []
    found = []
    for one in made:
        found_now = distribute(
            waterfall,
            max(one.claim.total, NOTHING),
            on=one.due_on,
            currency=currency,
            earlier=earlier,
            drawn=drawn,
            is_last=one is made[-1],
        )
        earlier += [_earlier(one, part) for part in found_now.parts if part.kind in TO_TRANCHES]
        amount = _sum(part.amount for part in found_now.parts if _is_theirs(part))
        if amount + found_now.guaranteed:
            found.append(Flow(one.due_on, amount + found_now.guaranteed))
    return found


def _is_theirs(part: Part) -> bool:
    surplus = part.kind is PartKind.SURPLUS and part.to == str(SurplusTo.INVESTORS)
    return part.kind in TO_TRANCHES or surplus


def _earlier(claim: AssumedClaim, part: Part) -> Earlier:
    if part.kind is PartKind.PRINCIPAL:
        return Earlier(claim.due_on, part.to, principal=part.amount)
    return Earlier(claim.due_on, part.to, preferred=part.amount)


def returned(paid_in: Sequence[Flow], received: Sequence[Flow]) -> Return:
    """The return on capital, from what was paid in and what came back, each on its day."""
    capital, back = _sum(flow.amount for flow in paid_in), _sum(flow.amount for flow in received)
    gain = back - capital
    return Return(
        received=back,
        gain=gain,
        total_percent=(gain / capital * 100).quantize(Decimal("0.1")) if capital else None,
        yearly_percent=yearly_return(paid_in, received),
    )


def yearly_return(paid_in: Sequence[Flow], received: Sequence[Flow]) -> Decimal | None:
    """The internal rate of return per year in per cent (actual days over 365), to one decimal;
    minus 100 where nothing comes back, None where no rate fits."""
    flows = [Flow(flow.day, -flow.amount) for flow in paid_in] + list(received)
    if not any(flow.amount < 0 for flow in flows):
        return None
    if not any(flow.amount > 0 for flow in flows):
        return Decimal(-100)
    low, high = LOWEST, HIGHEST
    if (_worth(flows, low) > 0) == (_worth(flows, high) > 0):
        return None
    falls = _worth(flows, low) > 0
    while high - low > CLOSE:
        middle = (low + high) / 2
        if (_worth(flows, middle) > 0) == falls:
            low = middle
        else:
            high = middle
    return (low * 100).quantize(Decimal("0.1"))


def _worth(flows: Sequence[Flow], rate: Decimal) -> Decimal:
    """What all flows are worth on the first of their days, at a yearly rate."""
    first = min(flow.day for flow in flows)
    grown = 1 + rate
    return _sum(
        flow.amount * grown ** (Decimal(-(flow.day - first).days) / DAYS_OF_YEAR) for flow in flows
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)
