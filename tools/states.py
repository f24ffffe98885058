"""Draws the tables of states as Mermaid into docs/states.md: `python -m tools.states`.

A test compares the file with the tables, so the drawing is never older than the code.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

TARGET = Path(__file__).parents[1] / "docs/states.md"
TABLES = (
    ("contracts.states", "CONTRACT", "Contract"),
    ("contracts.states", "TERMS", "Terms"),
    ("cohorts.states", "REFERRAL", "Referral"),
    ("outcomes.states", "MEASUREMENT", "Measurement"),
    ("outcomes.states", "IMPORT", "Import"),
    ("outcomes.states", "CLOSING", "Closing"),
    ("payments.states", "CLAIM", "Claim"),
    ("sibportal.jobs.states", "JOB", "Job"),
)


def drawing() -> str:
    """The whole file, one drawing per table."""
    parts = [
        "# States\n\nOnly services move a state, along these lines; `make states` draws them.\n"
    ]
    for module, name, title in TABLES:
        table: dict[str, frozenset[str]] = getattr(import_module(module), name)
        lines = ["```mermaid", "stateDiagram-v2"]
        for state, targets in table.items():
            lines += [f"    {state!s} --> {target!s}" for target in sorted(map(str, targets))]
            if not targets:
                lines.append(f"    {state!s} --> [*]")
        parts.append("\n".join([f"\n## {title}", *lines, "```\n"]))
    return "".join(parts)


def main() -> int:
    """Write the file."""
    TARGET.write_text(drawing())
    return 0


if __name__ == "__main__":
    sys.exit(main())
