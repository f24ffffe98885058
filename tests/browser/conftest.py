"""People at browsers, on a database of their own that commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.browser.person import Person

Arrive = Callable[..., Person]


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    """Rate limits and failed sign-ins are counted in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def arrive(chromium: Any, live_server: Any) -> Iterator[Arrive]:
    """arrive(email, scripts=True, width=1440): somebody who has signed in; without email, nobody.

    The test fails if the content security policy was violated or a script threw.
    """
    people: list[Person] = []

    def somebody(email: str = "", **options: Any) -> Person:
        person = Person(chromium, live_server.url, **options)
        people.append(person)
        return person.sign_in(email) if email else person

    yield somebody
    for person in people:
        person.leave()
    assert [complaint for person in people for complaint in person.complaints] == []
