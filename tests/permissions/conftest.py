"""Both municipalities, built once for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.factories.contracts import PDF
from tests.permissions.world import Side, build_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Side, Side]]:
    """Built once; every request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def sides(world: tuple[Side, Side]) -> tuple[Side, Side]:
    """Uploads are swept away after every test: put the signed contracts and the evidence back."""
    for side in world:
        shown = [served.evidence.evidence for served in (side.by_lead, side.by_partner)]
        for file in (side.document.file, *(one.file for one in shown)):
            path = Path(file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(PDF)
    return world
