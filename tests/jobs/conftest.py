"""Handlers of the tests' own, taken out of the registry again afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from sibportal.jobs import registry, services
from sibportal.jobs.models import Job

Register = Callable[[str, registry.Handler], None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Registers a handler for the duration of one test."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    monkeypatch.setattr(registry, "_sweeps", list(registry._sweeps))
    monkeypatch.setattr(registry, "_reminder_texts", dict(registry._reminder_texts))
    monkeypatch.setattr(registry, "_contract_codes", list(registry._contract_codes))
    return registry.register


@pytest.fixture
def job(register: Register, db: None) -> Job:
    """A waiting job whose handler does nothing."""
    register("test.nothing", lambda _job: None)
    return services.enqueue("test.nothing", uuid.uuid4())
