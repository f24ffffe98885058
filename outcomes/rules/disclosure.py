"""Small numbers: what investors and the public may see of a count (decision 22).

Hides counts and complements of 1 to limit - 1, groups where everyone or no one did, cells that a
published total would give away, and changes between releases. It looks at one table at a time;
an audit of all releases together is not part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

DEFAULT_LIMIT = 5
UNIFORM_FACTOR = 10


class Hidden(StrEnum):
    """Why a count is not shown. Never published itself: it would narrow the guess."""

    SMALL = "small"
    SMALL_COMPLEMENT = "small_complement"
    UNIFORM = "uniform"
    WITH_TOTAL = "with_total"
    CHANGE = "change"


@dataclass(frozen=True)
class Protected:
    """A count that may be shown, or None with the reason kept inside."""

    count: int | None
    hidden: Hidden | None = None

    @property
    def shown(self) -> bool:
        """Whether the count may be published."""
        return self.count is not None


def is_small(count: int, limit: int = DEFAULT_LIMIT) -> bool:
    """True for 1 to limit - 1."""
    return 0 < count < limit


def protect(
    count: int, total: int, limit: int = DEFAULT_LIMIT, *, uniform_from: int | None = None
) -> Protected:
    """One count out of a published total.

    If all or none of a group did something, the total tells it of each of them. Such a count is
    shown only from `uniform_from` people on (ten times the limit by default), where it describes
    the programme and the payment says the same anyway. Nothing out of nobody is always shown.
    """
    if total == 0:
        return Protected(count)
    if is_small(count, limit):
        return Protected(None, Hidden.SMALL)
    if is_small(total - count, limit):
        return Protected(None, Hidden.SMALL_COMPLEMENT)
    threshold = limit * UNIFORM_FACTOR if uniform_from is None else uniform_from
    if count in {0, total} and total < threshold:
        return Protected(None, Hidden.UNIFORM)
    return Protected(count)


def protect_row(
    counts: Sequence[int], limit: int = DEFAULT_LIMIT
) -> tuple[tuple[Protected, ...], Protected]:
    """The cells of a row whose total is published, and that total.

    Cells are hidden, smallest first, until total minus shown cells leaves every hidden one open
    within a width of at least limit - 1. Where that cannot be had, the total is hidden too.
    """
    total = sum(counts)
    hidden = {place: Hidden.SMALL for place, count in enumerate(counts) if is_small(count, limit)}
    others = sorted(set(range(len(counts))) - set(hidden), key=lambda place: counts[place])
    while hidden and others and not _open_enough(counts, hidden, limit):
        hidden[others.pop(0)] = Hidden.WITH_TOTAL
    cells = tuple(
        Protected(None, hidden[place]) if place in hidden else Protected(count)
        for place, count in enumerate(counts)
    )
    if is_small(total, limit):
        return cells, Protected(None, Hidden.SMALL)
    if hidden and not _open_enough(counts, hidden, limit):
        return cells, Protected(None, Hidden.WITH_TOTAL)
    return cells, Protected(total)


def protect_release(
    earlier: Sequence[int | None],
    count: int,
    total: int,
    limit: int = DEFAULT_LIMIT,
    *,
    uniform_from: int | None = None,
) -> Protected:
    """The next release of a running count, after what was shown before (None where hidden).

    Kept back while it differs from any earlier shown figure by 1 to limit - 1.
    """
    now = protect(count, total, limit, uniform_from=uniform_from)
    shown = [figure for figure in earlier if figure is not None]
    if now.shown and any(is_small(abs(count - figure), limit) for figure in shown):
        return Protected(None, Hidden.CHANGE)
    return now


def group_may_be_told(people: int, reached: int, limit: int, *, is_sum: bool) -> bool:
    """Whether the figures of a comparison group or of an earlier time point at nobody; of a sum
    only the number of people could."""
    if is_small(people, limit):
        return False
    return is_sum or reached > people or protect(reached, people, limit).shown


def reveals_count(amount: Decimal, unit_price: Decimal) -> int | None:
    """The count that an amount at a known unit price gives away, if it does.

    Money is public, so a page that hides the count says openly that the amount tells it.
    """
    if unit_price <= 0 or amount < 0 or amount % unit_price != 0:
        return None
    return int(amount / unit_price)


def _open_enough(counts: Sequence[int], hidden: dict[int, Hidden], limit: int) -> bool:
    """A reader who guesses that every hidden cell is at least 1 still faces limit values.

    Each hidden cell can then be anything from 1 to sum - (cells - 1).
    """
    if len(hidden) < 2:
        return False
    together = sum(counts[place] for place in hidden)
    return together - len(hidden) >= limit - 1
