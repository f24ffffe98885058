"""A calculation that explains itself: a tree of steps, stored beside the figure it gave.

Labels, formulas and values are codes and Decimals; a page turns them into sentences. A stored
tree reads back equal to the one that was written, so that it can be recomputed and compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

# Filled by `sibportal/web/messages`; a value may be a number, a date, a text per language
# ({"en": ...}), another phrase or a tuple of phrases.
Params = Mapping[str, object]


class Phrase(NamedTuple):
    """A sentence or a clause as a code and what fills it; the reader's language comes later."""

    code: str
    params: Params = MappingProxyType({})


# What a step can hold; JSON knows no Decimal, so it is written as {"decimal": "6480000.00"}.
Value = Decimal | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: what it is called, how it was done, from what, and what came out."""

    label: str
    formula: str
    inputs: Mapping[str, Value]
    result: Value
    unit: str = ""
    sources: tuple[str, ...] = ()
    children: tuple[Step, ...] = ()

    def walk(self) -> Iterator[Step]:
        """This step and every step below it, top down."""
        yield self
        for child in self.children:
            yield from child.walk()

    def to_json(self) -> dict[str, Any]:
        """The step as plain JSON values."""
        return {
            "label": self.label,
            "formula": self.formula,
            "inputs": {name: _write(value) for name, value in self.inputs.items()},
            "result": _write(self.result),
            "unit": self.unit,
            "sources": list(self.sources),
            "children": [child.to_json() for child in self.children],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Step:
        """The step that `to_json` wrote. KeyError or ValueError when it is not one."""
        return cls(
            label=stored["label"],
            formula=stored["formula"],
            inputs={name: _read(value) for name, value in stored["inputs"].items()},
            result=_read(stored["result"]),
            unit=stored["unit"],
            sources=tuple(stored["sources"]),
            children=tuple(cls.from_json(child) for child in stored["children"]),
        )


@dataclass(frozen=True, slots=True)
class Calculation:
    """A whole tree with the version of the rules that made it."""

    rules_version: str
    root: Step
    context: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The calculation as plain JSON values."""
        return {
            "rules_version": self.rules_version,
            "root": self.root.to_json(),
            "context": dict(self.context),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Calculation:
        """The calculation that `to_json` wrote. KeyError or ValueError when it is not one."""
        return cls(
            rules_version=stored["rules_version"],
            root=Step.from_json(stored["root"]),
            context=dict(stored["context"]),
        )


def digest_of(stored: Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) over canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(
        stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _write(value: Value) -> Any:
    return {"decimal": str(value)} if isinstance(value, Decimal) else value


def _read(value: Any) -> Value:
    if isinstance(value, dict):
        return Decimal(value["decimal"])
    if value is None or isinstance(value, bool | int | str):
        return value
    raise ValueError("A stored step holds numbers, texts and decimals.")
