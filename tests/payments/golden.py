"""Stored claims of every rules version: terms, inputs and the tree that they gave.

    python -m tests.payments.golden

writes one for each worked example that has none yet, its case with the most steps. What is there
is never written again: it is what old claims look like.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from payments.rules.pipeline import RULES_VERSION, calculate
from tests.payments.worked_examples import Case, cases, load, names

FOLDER = Path(__file__).parent / "golden"


def stored() -> list[Path]:
    """Every stored claim, by example and version of the rules."""
    return sorted(FOLDER.glob("*.json"))


def written(document: dict[str, Any]) -> str:
    """The exact text of a stored claim."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(name: str) -> Path | None:
    """Store the claim of one example by today's rules, unless it is stored already."""
    path = FOLDER / f"{name}.v{RULES_VERSION}.json"
    if path.exists():
        return None

    def steps(case: Case) -> int:
        return sum(1 for _step in calculate(case.terms, case.inputs).explanation.root.walk())

    case = max(cases(name), key=steps)
    document = {
        "terms": load(name)["terms"],
        "inputs": case.inputs.to_json(),
        "calculation": calculate(case.terms, case.inputs).explanation.to_json(),
    }
    path.write_text(written(document), "utf-8")
    return path


if __name__ == "__main__":
    for made in filter(None, map(write, names())):
        print(made.relative_to(FOLDER.parents[2]))
