"""Twenty kills of a real worker at random moments, one worker and two."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from payments.models import Claim
from tests.conftest import WorkerProcess
from tests.jobs import importing, killing
from tests.worlds import build_people

KILLS = 20


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "beside another worker"])
def test_twenty_kills_lose_no_claim_and_calculate_none_twice(
    start_worker: Callable[..., WorkerProcess], others: int, seed: int
) -> None:
    town = build_people()
    for number in range(others):
        start_worker("-n", f"other{number}@%h")
    options = ("-n", "struck@%h")
    struck = killing.strike_at_random(
        start_worker(*options), town, kills=KILLS, seed=seed, options=options
    )
    if not others:
        print(f"{struck} of {KILLS} kills hit a running job")
        assert struck > 0
    assert Claim.objects.count() == KILLS * killing.PERIODS


def test_twenty_kills_leave_every_file_saved_once_or_not_at_all(
    start_worker: Callable[..., WorkerProcess], seed: int
) -> None:
    scene = importing.scene_for_imports()
    files = importing.strike_imports(start_worker(), scene, kills=KILLS, seed=seed)
    print(f"{KILLS} kills over {files} files")
