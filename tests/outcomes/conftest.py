"""A contract of the town whose participants can be measured."""

from __future__ import annotations

import pytest

from tests.factories.outcomes import Scene, make_scene
from tests.kept import kept

measurable = kept("measurable", make_scene)


@pytest.fixture
def scene(measurable: Scene) -> Scene:
    return measurable
