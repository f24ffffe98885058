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
