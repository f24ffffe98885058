"""Whether a stored calculation comes out the same again, and where it first does not."""

from __future__ import annotations

from itertools import zip_longest

from sibportal.kernel.explain import Step


def first_difference(stored: Step, again: Step, path: str = "") -> str | None:
    """The path of the first step that differs, such as claim/sum/line[2]/price; None if equal.

    Goes down before it goes up: the deepest step that differs is where the difference arises.
    """
    here = f"{path}/{_name(stored)}".lstrip("/")
    for number, (one, other) in enumerate(zip_longest(stored.children, again.children), start=1):
        if one is None or other is None:
            return f"{here}/{_name(one or other)}[{number}]"
        if (found := first_difference(one, other, here)) is not None:
            return _numbered(found, here, _name(one), number)
    return None if stored == again else here


def _name(step: Step | None) -> str:
    return step.label.rpartition(".")[2] if step is not None else ""


def _numbered(found: str, parent: str, name: str, number: int) -> str:
    """The path with the position of the child under its parent."""
    start = f"{parent}/{name}"
    return f"{start}[{number}]{found[len(start) :]}"
