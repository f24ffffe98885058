"""The whole permission table with and without the htmx header: every role, every address."""

from __future__ import annotations

import pytest

from tests.permissions import checking
from tests.permissions.conftest import sides, world  # noqa: F401 - fixtures
from tests.permissions.probing import PEOPLE
from tests.permissions.world import Side


@pytest.mark.parametrize("column", PEOPLE)
def test_the_table_holds_with_and_without_htmx(sides: tuple[Side, Side], column: str) -> None:  # noqa: F811
    assert checking.own_contract(sides, column, every_way=True) == []


@pytest.mark.parametrize("column", PEOPLE)
def test_strangers_get_nothing_with_and_without_htmx(
    sides: tuple[Side, Side],  # noqa: F811
    column: str,
) -> None:
    assert checking.other_municipality(sides, column, every_way=True) == []
