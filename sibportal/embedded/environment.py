"""Servers and keys of one data folder, offered to the settings through the environment.

Several commands may share the servers; whoever leaves last stops them. What the environment
already names (a real server, a key) is used as it is.
"""

import atexit
import base64
import fcntl
import json
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

from sibportal.embedded import EmbeddedError
from sibportal.embedded.postgres import APP_ROLE, OWNER_ROLE, Postgres
from sibportal.embedded.valkey import Valkey

DATABASE = "sib"


def data_folder() -> Path:
    """Where demonstration and development keep their data: `.sib` in the checkout."""
    chosen = os.environ.get("SIB_DATA")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[2] / ".sib"


class EmbeddedServers:
    """The servers and keys that the environment does not name, kept in one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started_anything = False
        self._postgres: Postgres | None = None
        self._valkey: Valkey | None = None
        self._users: IO[str] | None = None

    def start(self) -> None:
        """Start or join the servers and complete the environment."""
        self._prepare_folder()
        with _Locked(self.folder / "start.lock"):
            self._users = (self.folder / "users.lock").open("w")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if not {"DATABASE_URL", "DATABASE_OWNER_URL"} <= os.environ.keys():
                self._start_postgres()
            if "CELERY_BROKER_URL" not in os.environ:
                self._valkey = Valkey(self.folder / "valkey")
                self.started_anything |= self._valkey.start()
                os.environ["CELERY_BROKER_URL"] = self._valkey.url
        self._offer_settings()

    def _prepare_folder(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / "start.lock").touch()
        except OSError as error:
            raise EmbeddedError(
                f"The data folder {self.folder} cannot be used: {error.strerror}."
            ) from error

    def _start_postgres(self) -> None:
        self._postgres = Postgres(self.folder / "postgres")
        self.started_anything |= self._postgres.start()
        self._postgres.create_roles()
        self._postgres.create_database(DATABASE)
        os.environ["DATABASE_URL"] = self._postgres.url(APP_ROLE, DATABASE)
        os.environ["DATABASE_OWNER_URL"] = self._postgres.url(OWNER_ROLE, DATABASE)

    def _offer_settings(self) -> None:
        offered = read_or_make_keys(self.folder / "keys.json") | {
            "SIB_DEMO": "1",
            "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
            "EMAIL_FILE_PATH": str(self.folder / "mail"),
            "SIB_RUN_FOLDER": str(self.folder),
        }
        for name, value in offered.items():
            os.environ.setdefault(name, value)

    def stop(self) -> None:
        """Leave; stop the servers unless somebody else still uses them."""
        if self._users is None or self._users.closed:
            return
        with _Locked(self.folder / "start.lock"):
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._users.close()
                return
            if self._valkey:
                self._valkey.stop()
            if self._postgres:
                self._postgres.stop()
            self._users.close()


class _Locked:
    """Holds a lock file for the time of a block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        self._file.close()


def make_keys() -> dict[str, str]:
    """Fresh keys by the names under which the settings ask for them."""

    def key() -> str:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()

    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "IDENTITY_KEY": key(),
        "IDENTITY_INDEX_KEY": key(),
    }


def read_or_make_keys(path: Path) -> dict[str, str]:
    """The keys of this data folder, made once, readable by its owner alone."""
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(make_keys(), file)
        unfinished.rename(path)
    try:
        keys = json.loads(path.read_text())
        return {
            name: str(keys[name]) for name in ("SECRET_KEY", "IDENTITY_KEY", "IDENTITY_INDEX_KEY")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EmbeddedError(
            f"The keys in {path} cannot be read; without them the personal data beside them "
            "is lost: restore the file, or start over with `make demo-reset`."
        ) from error


def start_until_exit() -> EmbeddedServers:
    """Start the servers for this process; one clear sentence and exit code 1 where that fails."""
    os.environ.setdefault("SIB_STARTED_AT", str(time.time()))
    servers = EmbeddedServers(data_folder())
    atexit.register(servers.stop)
    signal.signal(signal.SIGTERM, _leave)
    try:
        servers.start()
    except EmbeddedError as error:
        sys.exit(f"{error}")
    return servers


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
