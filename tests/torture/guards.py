"""Breaks each guard of docs/guards.md on purpose and expects its test to turn red.

Works on a copy of the checkout: `python -m tests.torture.guards [NAME ...]`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.database import DUMPS

ROOT = Path(__file__).parents[2]
LIST = ROOT / "docs" / "guards.md"
PATCHES = ROOT / "docs" / "guards"
# | what it guards | [name](guards/name.patch) | `tests/...::test_...` |
ROW = re.compile(
    r"^\|(?P<what>[^|]+)\|\s*\[[^\]]+\]\(guards/(?P<patch>[\w-]+\.patch)\)\s*"
    r"\|\s*`(?P<test>[^`]+)`\s*\|"
)
PASSED, FAILED = 0, 1  # what pytest returns


@dataclass(frozen=True)
class Guard:
    """One row of the list: what is guarded, how to break it, which test must see it."""

    what: str
    patch: Path
    test: str


def listed() -> list[Guard]:
    """The guards in the order of the list."""
    rows = [ROW.match(line) for line in LIST.read_text().splitlines()]
    return [Guard(row["what"].strip(), PATCHES / row["patch"], row["test"]) for row in rows if row]


def copy_checkout(target: Path) -> None:
    """Every file that git knows or would add, as it is now, and what spares its tests migrating."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    if DUMPS.exists():
        shutil.copytree(DUMPS, target / DUMPS.relative_to(ROOT))


def run_tests(folder: Path, tests: list[str]) -> subprocess.CompletedProcess[str]:
    """Run tests of a copy; its own code is imported, not ours."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-m", "", *tests]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def apply(patch: Path, folder: Path, *options: str) -> str:
    """Apply a patch to a copy; returns why it does not fit, or nothing."""
    command = ["git", "apply", *options, str(patch)]
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


def fault(guard: Guard, folder: Path) -> str:
    """What is wrong with one guard: its patch does not fit, or its test stays green."""
    if reason := apply(guard.patch, folder):
        return f"the patch does not apply: {reason}"
    try:
        broken = run_tests(folder, [guard.test])
    finally:
        undone = apply(guard.patch, folder, "--reverse")
    if undone:
        raise RuntimeError(f"{guard.patch.name} cannot be taken back: {undone}")
    if broken.returncode == PASSED:
        return "the code is broken, and the test stays green"
    if broken.returncode != FAILED:
        return (
            f"the test did not run (pytest returned {broken.returncode}):\n{broken.stdout[-2000:]}"
        )
    return ""


def main(names: list[str]) -> int:
    guards = [guard for guard in listed() if not names or guard.patch.stem in names]
    with tempfile.TemporaryDirectory(prefix="sib-guards-") as name:
        folder = Path(name)
        copy_checkout(folder)
        whole = run_tests(folder, sorted({guard.test for guard in guards}))
        if whole.returncode != PASSED:
            print(f"The tests are red before anything is broken:\n{whole.stdout[-4000:]}")
            return 1
        faults = 0
        for guard in guards:
            found = fault(guard, folder)
            faults += bool(found)
            print(
                f"{'FAULT' if found else 'red  '} {guard.what}{': ' if found else ''}{found}",
                flush=True,
            )
    print(f"{len(guards) - faults} of {len(guards)} guards turn red when the code is broken.")
    return 1 if faults or not guards else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
