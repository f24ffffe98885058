"""The worked examples of payment terms: YAML files in the terms format, each with its source."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contracts.rules.terms import TermsDocument, parse
from payments.rules.inputs import ClaimInputs, read_inputs

FOLDER = Path(__file__).parent / "examples"


@dataclass(frozen=True)
class Case:
    """One worked case of an example: what goes in and what must come out."""

    name: str
    terms: TermsDocument
    inputs: ClaimInputs
    lines: dict[str, str]
    total: str
    shares: dict[str, str]


@cache
def _read(name: str) -> dict[str, Any]:
    example: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return example


def load(name: str) -> dict[str, Any]:
    """An example file as it is written; a copy that may be changed."""
    return copy.deepcopy(_read(name))


def names() -> list[str]:
    """The names of all examples, such as each_indicator_separately or deals/peterborough."""
    return sorted(
        path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.yaml")
    )


def cases(name: str) -> list[Case]:
    """The cases of an example, read by the portal's own readers."""
    example = load(name)
    terms = parse(example["terms"])
    return [
        Case(
            name=case["name"],
            terms=terms,
            inputs=read_inputs(case["inputs"]),
            lines=case.get("lines", {}),
            total=case["total"],
            shares=case.get("shares", {}),
        )
        for case in example["cases"]
    ]
