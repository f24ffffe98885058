"""Money is Decimal in one currency: rounding to its smallest coin, and sharing without a lost cent.

A line of a claim is rounded once, by the rule named in the terms; shares use `allocate` so that
they sum to the total exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction

# ISO 4217: digits after the point of the currencies that contracts are made in,
# and published ones were.
_PLACES = {
    "EUR": 2, "SEK": 2, "NOK": 2, "DKK": 2, "ISK": 0, "GBP": 2, "USD": 2, "AUD": 2, "CAD": 2,
    "CHF": 2, "COP": 2, "ILS": 2, "INR": 2, "JPY": 0, "KES": 2, "KRW": 0, "NZD": 2, "PEN": 2,
    "PLN": 2, "UGX": 0, "XAF": 0, "ZAR": 2,
}  # fmt: skip
CURRENCIES = frozenset(_PLACES)
# Wide enough that no product or quotient of stored amounts is rounded before its one rounding.
EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount that is said with its currency."""

    amount: Decimal
    currency: str


class Rounding(StrEnum):
    """How a line is rounded to the smallest coin."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"


_MODES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
}


def places(currency: str) -> int:
    """Digits after the point of a currency (ISO 4217). KeyError for an unknown one."""
    return _PLACES[currency]


def quantise(
    amount: Decimal | Fraction,
    currency: str,
    rounding: Rounding = Rounding.HALF_UP,
    *,
    whole: bool = False,
) -> Decimal:
    """The amount in whole smallest coins of the currency, rounded by the named rule; with `whole`
    rounded to whole units (and written with the same digits)."""
    if isinstance(amount, Fraction):
        amount = EXACT.divide(Decimal(amount.numerator), Decimal(amount.denominator))
    coin = Decimal(1).scaleb(-places(currency))
    unit = Decimal(1) if whole else coin
    rounded = amount.quantize(unit, rounding=_MODES[rounding], context=EXACT)
    return rounded.quantize(coin, context=EXACT)


def allocate(total: Decimal, weights: Sequence[Decimal | int]) -> tuple[Decimal, ...]:
    """Share a total by weights so that the shares sum to it exactly (largest remainder).

    The smallest unit is that of the total as written (0.01 of 10.00). Left-over units go to the
    largest remainders; among equal remainders to the first listed (decision 15). A negative total
    is shared like its opposite. ValueError without a positive weight or with a negative one.
    """
    if any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("Weights are zero or more, and at least one is above zero.")
    if total < 0:
        return tuple(-share for share in allocate(-total, weights))
    exponent = total.as_tuple().exponent
    unit = Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)
    units = int(total / unit)
    # Whole numbers from here on: a remainder must compare exactly.
    scale = max(0, *(-_exponent(weight) for weight in weights))
    parts = [int(Decimal(weight).scaleb(scale)) for weight in weights]
    whole = sum(parts)
    shares = [units * part // whole for part in parts]
    remainders = [units * part % whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda position: -remainders[position])
    for position in by_remainder[: units - sum(shares)]:
        shares[position] += 1
    return tuple(unit * share for share in shares)


def _exponent(weight: Decimal | int) -> int:
    exponent = Decimal(weight).as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("Weights are finite numbers.")
    return exponent
