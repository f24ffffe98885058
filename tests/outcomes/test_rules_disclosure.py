"""Small numbers: nothing shown gives a small count away."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules.disclosure import (
    Hidden,
    Protected,
    group_may_be_told,
    protect,
    protect_release,
    protect_row,
    reveals_count,
)


@pytest.mark.parametrize(
    ("count", "total", "hidden"),
    [
        (1, 200, Hidden.SMALL),
        (4, 200, Hidden.SMALL),
        (5, 200, None),
        (195, 200, None),
        (196, 200, Hidden.SMALL_COMPLEMENT),
        (199, 200, Hidden.SMALL_COMPLEMENT),
        (0, 200, None),
        (200, 200, None),
        (0, 25, Hidden.UNIFORM),
        (25, 25, Hidden.UNIFORM),
        (12, 25, None),
        (0, 0, None),
    ],
)
def test_small_counts_small_complements_and_uniform_groups_are_hidden(
    count: int, total: int, hidden: Hidden | None
) -> None:
    found = protect(count, total)
    assert found.hidden is hidden
    assert found.count == (count if hidden is None else None)


def test_the_limit_and_the_size_of_a_uniform_group_can_be_set() -> None:
    assert protect(4, 200, 3).shown
    assert protect(2, 200, 3).hidden is Hidden.SMALL
    assert protect(0, 25, uniform_from=25).shown


def test_a_single_small_cell_takes_another_with_it() -> None:
    cells, total = protect_row([3, 40, 7, 150])
    assert [cell.hidden for cell in cells] == [Hidden.SMALL, None, Hidden.WITH_TOTAL, None]
    assert total == Protected(200)


def test_two_ones_hide_a_third_because_their_sum_would_tell() -> None:
    cells, _ = protect_row([1, 1, 30, 20])
    assert [cell.shown for cell in cells] == [False, False, True, False]


def test_the_total_goes_where_the_cells_cannot_be_protected_otherwise() -> None:
    cells, total = protect_row([2, 3])
    assert not any(cell.shown for cell in cells)
    assert not total.shown
    assert protect_row([2])[1].hidden is Hidden.SMALL


def test_a_row_without_small_cells_is_shown_whole() -> None:
    cells, total = protect_row([0, 10, 20])
    assert [cell.count for cell in cells] == [0, 10, 20]
    assert total.count == 30


LIMIT = 4


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_an_attacker_who_subtracts_finds_no_hidden_cell_closer_than_the_limit(
    counts: list[int],
) -> None:
    cells, total = protect_row(counts, LIMIT)
    assert all(cell.count in {None, count} for cell, count in zip(cells, counts, strict=True))
    hidden = [place for place, cell in enumerate(cells) if not cell.shown]
    assert not any(0 < counts[place] < LIMIT for place in range(len(counts)) if cells[place].shown)
    if not hidden or total.count is None:
        return
    left = total.count - sum(cell.count or 0 for cell in cells)
    possible = [
        guess for guess in product(range(left + 1), repeat=len(hidden)) if sum(guess) == left
    ]
    for place in range(len(hidden)):
        values = {guess[place] for guess in possible}
        assert max(values) - min(values) >= LIMIT - 1


def test_a_release_is_kept_back_while_its_change_is_small() -> None:
    assert protect_release([20], 24, 200).hidden is Hidden.CHANGE
    assert protect_release([20], 17, 200).hidden is Hidden.CHANGE
    assert protect_release([20], 20, 200).count == 20
    assert protect_release([20], 25, 200).count == 25
    assert protect_release([], 20, 200).count == 20


def test_a_release_is_compared_with_every_figure_shown_before() -> None:
    assert protect_release([20, None, 30], 22, 200).hidden is Hidden.CHANGE
    assert protect_release([None, None], 22, 200).count == 22


@given(st.lists(st.integers(0, 100), max_size=12))
def test_no_two_shown_releases_differ_by_a_small_number(counts: list[int]) -> None:
    shown: list[int | None] = []
    for count in counts:
        shown.append(protect_release(shown, count, 200).count)
    figures = [figure for figure in shown if figure is not None]
    differences = {abs(one - other) for one in figures for other in figures}
    assert differences.isdisjoint({1, 2, 3, 4})


@pytest.mark.parametrize(
    ("amount", "price", "count"),
    [
        ("12000.00", "4000.00", 3),
        ("0.00", "4000.00", 0),
        ("12000.01", "4000.00", None),
        ("12000.00", "0", None),
    ],
)
def test_an_amount_at_a_known_price_gives_the_count_away(
    amount: str, price: str, count: int | None
) -> None:
    assert reveals_count(Decimal(amount), Decimal(price)) == count


@pytest.mark.parametrize(
    ("people", "reached", "is_sum", "told"),
    [
        (90, 30, False, True),
        (90, 3, False, False),
        (90, 87, False, False),
        (4, 0, True, False),
        (90, 3, True, True),
    ],
)
def test_a_compared_group_is_told_where_it_points_at_nobody(
    people: int, reached: int, is_sum: bool, told: bool
) -> None:
    assert group_may_be_told(people, reached, 5, is_sum=is_sum) is told
