"""Reads mutated files in a process of its own and tells how much memory that took at most:
python -m tests.outcomes.reading_alone SEED COUNT"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from datetime import date
from itertools import chain

from outcomes.rules import rows
from sibportal.kernel.errors import RuleViolation
from tests.factories import sheets

ROWS = 300
FEW = 200  # beyond, files that are as large as they may be are read as well
DAY = date(2026, 3, 1)


def main(seed: int, count: int) -> None:
    """Print how many files were read and refused, and the most memory in megabytes."""
    lines = [sheets.HEADER, *(sheets.row(person, DAY) for person in range(ROWS))]
    few = lines[:4]
    bases = [make(*some) for make in (sheets.xlsx, sheets.ods, sheets.csv) for some in (few, lines)]
    outcomes: Counter[str] = Counter()
    files = chain(sheets.mutated(seed, count, bases), sheets.worst() if count > FEW else ())
    for content in files:
        try:
            rows.parse(content)
            outcomes["read"] += 1
        except RuleViolation as refused:
            outcomes[refused.code] += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"peak": peak, "outcomes": outcomes}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
