"""Moving a state along its table; the only way a service changes a state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from sibportal.kernel.errors import InvalidTransition

State = TypeVar("State", bound=str)


def advance(table: Mapping[str, frozenset[str]], current: str, target: State) -> State:
    """The target, if the table leads there from the current state; else InvalidTransition."""
    if target not in table.get(current, frozenset()):
        raise InvalidTransition(str(current), str(target))
    return target


def listed_transitions(table: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """A table of states as the pairs that the database lets through."""
    return [(str(old), str(new)) for old, targets in table.items() for new in sorted(targets)]
