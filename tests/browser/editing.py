"""Filling in the terms editor, which draws itself anew after each answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.browser.person import Person


@contextmanager
def answered(person: Person) -> Iterator[None]:
    """Do something that the page answers by itself, and wait until the editor is drawn anew."""
    person.page.locator("#terms-editor").evaluate("form => { form.dataset.seen = '1'; }")
    yield
    person.page.locator("#terms-editor:not([data-seen])").wait_for(state="attached")


def live(person: Person, **values: Any) -> None:
    """Type, and wait for the answer."""
    with answered(person):
        person.fill(**values)


def press(person: Person, name: str, value: str) -> None:
    """Press a button of the editor by keyboard, and wait for what it changes."""
    with answered(person):
        person.page.locator(f'#terms-editor button[name="{name}"][value="{value}"]').press("Enter")
