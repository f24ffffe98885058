"""What a demonstration leaves running when its own process is killed: found again, and stopped.

Each part keeps its process id in a file of the data folder and names that file on its command
line, so that no other process is ever taken for it.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from sibportal.embedded import EmbeddedError
from sibportal.embedded.processes import command_line, stop_process

PARTS = ("web", "worker", "beat")


def pid_file(folder: Path, part: str) -> Path:
    """Where one part of the demonstration keeps its process id."""
    return folder / f"{part}.pid"


@contextlib.contextmanager
def the_only_demonstration(folder: Path) -> Iterator[list[str]]:
    """Hold the data folder while the demonstration runs; gives the names of the parts stopped.

    EmbeddedError where another demonstration runs on the folder.
    """
    stopped = stop_leftovers(folder)
    own = pid_file(folder, "demo")
    own.write_text(str(os.getpid()))
    try:
        yield stopped
    finally:
        own.unlink(missing_ok=True)


def stop_leftovers(folder: Path) -> list[str]:
    """Stop the parts of a demonstration that was killed; EmbeddedError where it is alive."""
    main = _read(pid_file(folder, "demo"))
    if main not in (None, os.getpid()) and "manage.py demo" in command_line(main or 0):
        raise EmbeddedError(f"The demonstration in {folder} is running; stop it with Ctrl-C first.")
    return [part for part in PARTS if _stop(pid_file(folder, part))]


def _stop(path: Path) -> bool:
    pid = _read(path)
    if pid is None or str(path) not in command_line(pid):
        path.unlink(missing_ok=True)
        return False
    stop_process(pid, signal.SIGTERM)
    path.unlink(missing_ok=True)
    return True


def _read(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
