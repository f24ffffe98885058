"""Small things that every check of the terms says alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from sibportal.kernel.errors import Issue

Entry = TypeVar("Entry")
HUNDRED = Decimal(100)


def at_each(name: str, entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    """The entries of a list with the path of each."""
    for position, entry in enumerate(entries):
        yield f"{name}[{position}]", entry


def unused(at: str, part: object, names: Iterable[str]) -> Iterator[Issue]:
    """An entry that says something where its kind has no use for it."""
    for name in names:
        value = getattr(part, name)
        if value is not None and value not in ("", ()):
            told = "" if isinstance(value, tuple) else str(value)
            yield Issue("terms.not_used_here", f"{at}.{name}", told)


def one_of(at: str, key: str, known: Collection[str], code: str) -> Iterator[Issue]:
    """A key that names nothing; an empty one is somebody else's question."""
    if key and key not in known:
        yield Issue(code, at, key)


def not_negative(at: str, value: Decimal | None) -> Iterator[Issue]:
    """A sum, price or count below zero."""
    if value is not None and value < 0:
        yield Issue("terms.negative", at, str(value))


def per_cent(at: str, value: Decimal | None, *, least: int = 0) -> Iterator[Issue]:
    """A share outside `least` to 100 %."""
    if value is not None and not least <= value <= HUNDRED:
        yield Issue("terms.percent", at, str(value))


def repeated(entries: Iterable[tuple[str, str]]) -> Iterator[Issue]:
    """Keys, with their paths, that come a second time."""
    seen = set()
    for at, key in entries:
        if key in seen:
            yield Issue("terms.key_repeated", at, key)
        seen.add(key)


def ascending(at: str, values: Iterable[Any]) -> Iterator[Issue]:
    """Steps of a scale that do not rise."""
    row = list(values)
    if any(later <= earlier for earlier, later in pairwise(row)):
        yield Issue("terms.must_ascend", at)


def too_many_places(amounts: list[tuple[str, Decimal | None]], digits: int) -> Iterator[Issue]:
    """Sums are whole coins; a unit price may be finer, its line is rounded once."""
    for at, amount in amounts:
        exponent = amount.as_tuple().exponent if amount is not None else 0
        if isinstance(exponent, int) and -exponent > digits:
            yield Issue("terms.too_many_places", at, str(amount), {"places": digits})
