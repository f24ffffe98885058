"""Worlds that many tests begin with: built once in each test process, in a database of its own.

A fixture made by `kept` gives every test copies of the same objects, on the database that holds
their rows, in a transaction that is rolled back; a test that commits gets a copy of that database.
"""

import copy
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from django.db import connection, connections, transaction

from tests import database

World = TypeVar("World")
_BUILD: dict[str, Callable[[], Any]] = {}
_BUILT: dict[str, tuple[str, Any]] = {}


def kept(name: str, build: Callable[[], World]) -> Callable[..., World]:
    """A fixture called `name`, as no other is, that gives what `build` made, with its rows only."""
    assert name not in _BUILD, f"two kept worlds are called {name}"
    _BUILD[name] = build

    @pytest.fixture(name=name)
    def world(db: None) -> World:
        made: World = _BUILT[name][1]
        return copy.deepcopy(made)

    return world


def asked_for(request: pytest.FixtureRequest) -> str | None:
    """The kept world that a test begins with; more than one has no common database."""
    names = sorted(_BUILD.keys() & set(request.fixturenames))
    assert len(names) <= 1, f"{names} are worlds apart: a test begins with one"
    return names[0] if names else None


def database_of(name: str, serve_from: Callable[[str], None]) -> str:
    """The database of a kept world, which is built the first time it is asked for."""
    if name not in _BUILT:
        full_name = database.copy_template(f"kept_{uuid.uuid4().hex[:12]}")
        serve_from(full_name)
        with transaction.atomic():
            made = _BUILD[name]()
            # Nobody is woken for what every test finds there already.
            connection.run_on_commit.clear()
        connections.close_all()
        _BUILT[name] = full_name, made
    return _BUILT[name][0]


def forget() -> None:
    """Drop the databases of this process."""
    for full_name, _made in _BUILT.values():
        database.drop(full_name)
    _BUILT.clear()
