"""What every test of this folder starts from."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_has_tried_to_sign_in() -> None:
    """The sign-in package counts attempts per address in the cache, which outlives a test."""
    cache.clear()
