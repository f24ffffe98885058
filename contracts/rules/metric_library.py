"""The library of metrics that the portal ships: well-described definitions to take into use.

metric_library.yaml holds them, with every text in three languages. A changed entry is a new
`version` of it; rows that were taken from an earlier one stay what they were.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from contracts.rules.metrics import LANGUAGES, MetricFacts

_HERE = Path(__file__).parent
_NUMBERS = ("minimum", "maximum", "meaningful_change", "largest_change")
_TEXTS = tuple(
    field.name.removesuffix("_en") for field in fields(MetricFacts) if field.name.endswith("_en")
)


@functools.cache
def library() -> tuple[MetricFacts, ...]:
    """Every entry, in the order of the file. ValueError for one that is not complete."""
    entries = yaml.safe_load((_HERE / "metric_library.yaml").read_text("utf-8"))
    return tuple(MetricFacts(**dict(flat(entry))) for entry in entries)


def entry(code: str) -> MetricFacts | None:
    """The entry of a code, None where the library has no such metric."""
    return next((facts for facts in library() if facts.code == code), None)


def found(words: str) -> tuple[MetricFacts, ...]:
    """The entries in whose texts, of whichever language, every one of the words occurs."""
    wanted = words.casefold().split()
    return tuple(facts for facts in library() if all(word in _text(facts) for word in wanted))


def _text(facts: MetricFacts) -> str:
    texts = [getattr(facts, f"{name}_{code}") for name in _TEXTS for code in LANGUAGES]
    return " ".join([facts.code, *texts]).casefold()


def flat(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """An entry as fields: texts per language, numbers as decimals. ValueError for a text that is
    not said in every language."""
    for name, value in entry.items():
        if name in _TEXTS:
            if set(value) != set(LANGUAGES):
                raise ValueError(f"{entry['code']}: {name} is not said in three languages")
            yield from ((f"{name}_{code}", text.strip()) for code, text in value.items())
        elif name == "version":
            yield "library_version", value
        else:
            yield name, Decimal(str(value)) if name in _NUMBERS else value
