"""What the campaigns share: one seed, shown where something fails."""

from __future__ import annotations

import os
import secrets

import pytest


@pytest.fixture
def seed() -> int:
    """The seed of this run: `make torture SEED=...` repeats it."""
    found = int(os.environ.get("SIB_TORTURE_SEED") or secrets.randbelow(2**32))
    print(f"seed {found}")
    return found
