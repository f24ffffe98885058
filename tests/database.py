"""A pytest plugin: one PostgreSQL for the whole run, started when the first test needs it.

The owner migrates into a template once; every test process, and every test that commits, works
on a copy of it (0.1 s) as the role that owns nothing. With DATABASE_OWNER_URL in the environment
the copies live on that server, where the owner must be allowed to create databases.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from sibportal.embedded.environment import make_keys
from sibportal.embedded.postgres import APP_ROLE, OWNER_ROLE, SUPERUSER, Postgres
from sibportal.embedded.processes import command_line
from sibportal.embedded.valkey import Valkey

ROOT = Path(__file__).parents[1]
DUMPS = ROOT / ".sib" / "test-template"
KEPT_DUMPS = 4
PREFIX = "sib-test-"
FOLDER = "SIB_TEST_FOLDER"  # names the folder of this run to the test processes
EXTERNAL = "SIB_TEST_EXTERNAL"  # set where the databases live on a server of the user's
EXTERNAL_BROKER = "SIB_TEST_EXTERNAL_BROKER"  # set where the broker is the user's


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Name the servers before the settings are read; nothing is started yet."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _remove_leftovers()
        os.environ[FOLDER] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
        os.environ.update(make_keys())
        if {"DATABASE_URL", "DATABASE_OWNER_URL"} <= os.environ.keys():
            os.environ[EXTERNAL] = "1"
        if "CELERY_BROKER_URL" in os.environ:
            os.environ[EXTERNAL_BROKER] = "1"
    if EXTERNAL not in os.environ:
        cluster = _cluster()
        os.environ["DATABASE_URL"] = cluster.url(APP_ROLE, template_name())
        os.environ["DATABASE_OWNER_URL"] = cluster.url(OWNER_ROLE, template_name())
    if EXTERNAL_BROKER not in os.environ:
        os.environ["CELERY_BROKER_URL"] = broker().url


def pytest_unconfigure() -> None:
    """The process that made the folder stops what runs in it."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        broker().stop()
        return
    if FOLDER in os.environ:
        if EXTERNAL in os.environ and (_folder() / "migrated").exists():
            _drop_external()
        _remove(_folder())
        del os.environ[FOLDER]


def broker() -> Valkey:
    """The broker of this test process, not started."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return Valkey(_folder() / f"valkey-{name}")


def template_name() -> str:
    return f"sib_template_{_folder().name.split('-')[2]}"


def copy_template(name: str) -> str:
    """Make a database with all tables and no rows; returns its full name."""
    full_name = f"{template_name()}_{name}"
    _ensure_template()
    _create(full_name, template_name())
    return full_name


def copy_of(full_name: str, name: str) -> str:
    """Make a copy of one of these databases, to which nobody is connected; returns its name."""
    own_name = f"{template_name()}_{name}"
    _create(own_name, full_name)
    return own_name


def drop(full_name: str) -> None:
    """Drop a copy, whoever is still connected to it."""
    with _administrator() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{full_name}" WITH (FORCE)'.encode())


def _folder() -> Path:
    return Path(os.environ[FOLDER])


def _cluster() -> Postgres:
    return Postgres(_folder() / "postgres", careless=True)


@contextmanager
def _administrator(database: str | None = None) -> Iterator[psycopg.Connection]:
    """A connection that may create databases: the superuser of our cluster, or the user's owner."""
    if EXTERNAL in os.environ:
        url = urlsplit(os.environ["DATABASE_OWNER_URL"])
        address = url._replace(path=f"/{database}" if database else url.path).geturl()
    else:
        address = _cluster().url(SUPERUSER, database or "postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _create(name: str, template: str) -> None:
    app_role = urlsplit(os.environ["DATABASE_URL"]).username
    owner = urlsplit(os.environ["DATABASE_OWNER_URL"]).username
    with _administrator() as connection:
        for statement in (
            f'CREATE DATABASE "{name}" OWNER "{owner}" TEMPLATE "{template}"',
            f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC',
            f'GRANT CONNECT ON DATABASE "{name}" TO "{app_role}"',
        ):
            connection.execute(statement.encode())


def _ensure_template() -> None:
    """Start the cluster and migrate the template, once in a run, whichever process comes first."""
    migrated = _folder() / "migrated"
    with (_folder() / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if migrated.exists():
            return
        if EXTERNAL not in os.environ:
            cluster = _cluster()
            cluster.start()
            cluster.create_roles()
        _create(template_name(), "template0")
        if EXTERNAL in os.environ:
            _migrate()
        else:
            _restore_or_migrate(cluster, DUMPS / f"{_fingerprint(cluster)}.sql")
        migrated.touch()


def _restore_or_migrate(cluster: Postgres, dump: Path) -> None:
    """Restore what the same migrations made in an earlier run: 1 s instead of 30.

    The last few are kept: whoever changes a model to and fro, as the guards do, migrates once.
    """
    if dump.exists():
        cluster.run_sql(dump.read_text(), database=template_name())
        dump.touch()
        return
    _migrate()
    DUMPS.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # another run of this checkout may remove it first
        for old in sorted(DUMPS.glob("*.sql"), key=lambda one: one.stat().st_mtime)[:-KEPT_DUMPS]:
            old.unlink()
    unfinished = dump.with_suffix(f".{os.getpid()}")
    command = [str(cluster.binaries / "pg_dump"), "-h", str(cluster.sockets), "-U", SUPERUSER]
    subprocess.run([*command, "-f", str(unfinished), template_name()], check=True)
    unfinished.rename(dump)


def _fingerprint(cluster: Postgres) -> str:
    """A digest of everything that decides what the tables look like and who may do what."""
    packages = ("sibportal", "contracts", "cohorts", "outcomes", "payments")
    files = [ROOT / "requirements.lock", ROOT / "sibportal/settings.py"]
    files += [ROOT / "sibportal/portal/grants.py"]
    for package in packages:
        files += (ROOT / package).rglob("migrations/*.py")
        files += (ROOT / package).rglob("models.py")
        files += (ROOT / package).rglob("models/*.py")
    digest = hashlib.sha256(f"{sys.version_info} {cluster.binaries}".encode())
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate() -> None:
    with _administrator(template_name()) as connection:
        connection.execute(b"CREATE EXTENSION IF NOT EXISTS btree_gist")
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])
    environment = os.environ | {
        "DATABASE_OWNER_URL": address._replace(path=f"/{template_name()}").geturl(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        pytest.exit(f"The migrations failed:\n{done.stderr}", returncode=3)


def _drop_external() -> None:
    with _administrator() as connection:
        names = connection.execute(
            b"SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [template_name()]
        ).fetchall()
    for (name,) in names:
        drop(name)


def _remove_leftovers() -> None:
    """Remove what runs that were killed left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        with suppress(FileNotFoundError):  # another run that starts now may have removed it
            if folder.stat().st_uid == os.getuid() and not command_line(int(pid)):
                _remove(folder)


def _remove(folder: Path) -> None:
    Postgres(folder / "postgres").stop()
    for valkey in folder.glob("valkey-*"):
        Valkey(valkey).stop()
    shutil.rmtree(folder, ignore_errors=True)
