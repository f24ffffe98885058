"""What both servers need: a short folder for sockets, processes of other runs, plain waiting.

A server may outlive the run that started it (kill -9), so it is known by its process id alone.
"""

import hashlib
import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from sibportal.embedded import EmbeddedError

SOCKET_PATH_LIMIT = 107  # bytes, on Linux


def socket_folder(data_folder: Path) -> Path:
    """The private folder for the sockets of one data folder: the same in every run, and short."""
    data_folder.mkdir(parents=True, exist_ok=True)
    folder = data_folder.resolve() / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > SOCKET_PATH_LIMIT:
        folder = private_folder(Path("/tmp"), data_folder)  # noqa: S108 - made private, and checked
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def private_folder(parent: Path, data_folder: Path) -> Path:
    """A folder of our own in a place that everybody may write to."""
    digest = hashlib.sha256(str(data_folder.resolve()).encode()).hexdigest()[:10]
    folder = parent / f"sib-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise EmbeddedError(f"{folder} belongs to somebody else; remove it and start again.")
    return folder


# Servers outlive the function that starts them; Python would warn about objects that let go.
_servers: list[subprocess.Popen[bytes]] = []


def spawn(command: list[str], *, log: IO[str] | int, **identity: Any) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that Ctrl-C does not reach it first."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        cwd="/",
        **identity,
    )
    _servers.append(process)
    return process


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Poll until the condition holds; False when the time is up."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def command_line(pid: int) -> str:
    """The command line of a living process; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        if Path("/proc/self").exists():
            return ""
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True)
    return shown.stdout.strip()


def stop_process(pid: int, number: signal.Signals, *, seconds: float = 20) -> None:
    """End a process politely, and by force when it does not listen."""
    try:
        os.kill(pid, number)
        if not wait_until(lambda: _gone(pid), seconds=seconds):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: _gone(pid), seconds=5)
    except ProcessLookupError:
        return


def _gone(pid: int) -> bool:
    try:
        ended, _status = os.waitpid(pid, os.WNOHANG)  # a child of ours must be collected
        if ended == pid:
            return True
    except ChildProcessError:
        pass
    return command_line(pid) == ""


def last_lines(log: Path, words: tuple[str, ...]) -> str:
    """What a server itself says is wrong: its last line with one of the words, from there on."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return "no log was written"
    telling = [line[line.index(word) :] for line in lines for word in words if word in line]
    return (telling or lines or ["the log is empty"])[-1].strip(" #")
