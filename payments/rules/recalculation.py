"""Whether a stored calculation comes out the same again, and where it first does not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from sibportal.kernel.explain import Step, Value

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place that differs and its two values.

    `path` names a step, such as claim/sum[1]/line[2]/price[3], or another part of the claim;
    `what` the part of it: result, inputs.reached, formula, missing. `unit` is that of a result.
    """

    path: str
    what: str = ""
    stored: Value = None
    again: Value = None
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.path} {self.what}: {self.stored} stored, {self.again} now"


def first_difference(stored: Step, again: Step, path: str = "") -> Difference | None:
    """The first step that differs between two trees; None if they are equal.

    Goes down before it goes up: the deepest step that differs is where the difference arises.
    """
    here = path or name_of(stored)
    for number, (one, other) in enumerate(zip_longest(stored.children, again.children), start=1):
        below = f"{here}/{name_of(one or other)}[{number}]"
        if one is None or other is None:
            results = [step.result if step is not None else None for step in (one, other)]
            return Difference(below, MISSING, results[0], results[1])
        if (found := first_difference(one, other, below)) is not None:
            return found
    return _own_difference(stored, again, here)


def name_of(step: Step | None) -> str:
    """What a step is called in a path."""
    return step.label.rpartition(".")[2] if step is not None else ""


def _own_difference(stored: Step, again: Step, path: str) -> Difference | None:
    """The first of a step's own values that differs, the result before what it was made from."""
    if stored.result != again.result:
        return Difference(path, "result", stored.result, again.result, stored.unit)
    for name in (*stored.inputs, *again.inputs):
        one, other = stored.inputs.get(name), again.inputs.get(name)
        if one != other:
            return Difference(path, f"inputs.{name}", one, other)
    for what in ("formula", "unit", "label"):
        if (one := getattr(stored, what)) != (other := getattr(again, what)):
            return Difference(path, what, one, other)
    if stored.sources != again.sources:
        return Difference(path, "sources", ", ".join(stored.sources), ", ".join(again.sources))
    return None
