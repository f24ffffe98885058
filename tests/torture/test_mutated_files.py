"""Two thousand damaged files: none breaks anything, saves half of itself or takes much memory."""

from __future__ import annotations

import pytest

from tests.factories.outcomes import make_scene
from tests.outcomes.test_imports import MOST_MEGABYTES, memory_of_reading, upload_mutated

FILES = 2_000


@pytest.mark.django_db
def test_two_thousand_mutated_files_break_nothing(seed: int) -> None:
    upload_mutated(make_scene(), seed, FILES)


def test_two_thousand_mutated_files_take_little_memory(seed: int) -> None:
    assert memory_of_reading(seed, FILES) < MOST_MEGABYTES
