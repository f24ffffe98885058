"""What every test can ask for: a database of its own, a real browser, a real Celery worker.

Tests under tests/browser, tests/torture and tests/bench are marked by their folder.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from sibportal.embedded.processes import wait_until
from tests import database, kept

if TYPE_CHECKING:
    from tests.worlds import Town

ROOT = Path(__file__).parents[1]
# A busy machine is no failure: examples are limited by number, not by time.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.register_profile(
    "torture",
    deadline=None,
    max_examples=2000,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("portal")
MARKED_FOLDERS = ("browser", "torture", "bench")
# Modules whose world takes long to build: one test process builds it, not each of them.
ONE_WORLD = {"tests/portal/test_demo_town.py", "tests/permissions/test_permissions.py"}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    # Marked before `-m` chooses by the marks, put in order after the order was made random.
    for item in items:
        for folder in set(MARKED_FOLDERS) & set(item.path.relative_to(ROOT / "tests").parts):
            item.add_marker(folder)
    yield
    # The longest first, or one process waits at the end while the other walks the road.
    items.sort(key=lambda item: (not item.get_closest_marker("browser"), not _in_one_world(item)))


def _in_one_world(item: pytest.Item) -> bool:
    return item.nodeid.partition("::")[0] in ONE_WORLD


class ModulesTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Gives out tests one by one, and those of ONE_WORLD as one piece.

    The marks of `--dist loadgroup` do the same, but are not read since pytest 9.2
    (pytest-dev/pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module in ONE_WORLD else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ModulesTogether:
    """What the test processes are given to do, and in which pieces."""
    return ModulesTogether(config, log)


# Database ----------------------------------------------------------------------------------------
def _serve_from(name: str) -> None:
    """Point this process, and every thread that connects from now on, at another database."""
    connections.close_all()
    for known in (django_settings.DATABASES["default"], connection.settings_dict):
        known["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A copy of the migrated template for the tests that roll back."""
    name = database.copy_template(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    with django_db_blocker.unblock():
        _serve_from(name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    kept.forget()
    database.drop(name)


@contextlib.contextmanager
def _served_from(name: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    shared = django_settings.DATABASES["default"]["NAME"]
    with blocker.unblock():
        _serve_from(name)
    yield
    with blocker.unblock():
        _serve_from(shared)


@pytest.fixture
def kept_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str | None]:
    """The database of the kept world that the test begins with, if any."""
    name = kept.asked_for(request)
    if name is None:
        yield None
        return
    shared = django_settings.DATABASES["default"]["NAME"]
    with django_db_blocker.unblock():
        full_name = kept.database_of(name, _serve_from)
        _serve_from(shared)
    with _served_from(full_name, django_db_blocker):
        yield full_name


@pytest.fixture
def committed_database(
    kept_database: str | None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A fresh copy for one test that commits: the serving role may not empty tables afterwards."""
    own_name = uuid.uuid4().hex[:12]
    if kept_database is None:
        own = database.copy_template(own_name)
    else:
        with django_db_blocker.unblock():
            connections.close_all()
        own = database.copy_of(kept_database, own_name)
    # Django would empty every table; the copy is dropped instead.
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: None)
    with _served_from(own, django_db_blocker):
        yield
    database.drop(own)


@pytest.fixture
def _committed_where_asked(request: pytest.FixtureRequest, kept_database: str | None) -> None:
    marker = request.node.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server", "committed_database"} & set(request.fixturenames)
    if asked or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("committed_database")


@pytest.fixture
def _django_db_helper(_committed_where_asked: None, _django_db_helper: None) -> None:
    """Chooses the database before pytest-django opens it."""


# Browser -----------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium, shared by the browser tests of one process."""
    from playwright.sync_api import sync_playwright

    from tools.chromium import FLAGS, find

    # Playwright keeps an event loop in this thread, which Django takes for an async caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        path = find()
        browser = playwright.chromium.launch(
            executable_path=str(path) if path else None, args=list(FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A page in a browser that knows nobody; paths are relative to the live server.

    The test fails if the content security policy was violated or a script threw.
    """
    context = chromium.new_context(base_url=live_server.url, locale="en-GB")
    context.set_default_timeout(15_000)
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security" in message.text else None
        ),
    )
    yield page
    context.close()
    assert complaints == []


# Celery ------------------------------------------------------------------------------------------
class WorkerProcess:
    """A real Celery worker in its own process group, on the database of the test."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, *options: str) -> None:
        """Start it and wait until it takes tasks."""
        serving = django_settings.DATABASES["default"]["NAME"]
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{serving}")
        environment = os.environ | {
            "DATABASE_URL": address.geturl(),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        self.log.write_bytes(b"")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "sibportal.celery", "worker"]
                + ["--concurrency=1", "--loglevel=info", "--without-gossip", *options],
                cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        process = self._process
        wait_until(
            lambda: b" ready." in self.log.read_bytes() or process.poll() is not None, seconds=60
        )
        assert process.poll() is None, self.log.read_text()

    def kill(self) -> None:
        """SIGKILL to the worker and its children at once, as the power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let it finish its task and leave."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        self._process.wait(timeout=30)
        self._process = None


@pytest.fixture
def celery_broker() -> Iterator[None]:
    """The broker of this test process, running and empty."""
    from kombu import pools

    from sibportal import celery

    app: Any = celery.app
    if "SIB_TEST_EXTERNAL_BROKER" not in os.environ:
        database.broker().start()
    app.control.purge()
    yield
    pools.reset()
    app._after_fork()  # forgets the connections, as in a forked child of Celery


@pytest.fixture
def start_worker(
    committed_database: None, celery_broker: None, transactional_db: None, tmp_path: Path
) -> Iterator[Callable[..., WorkerProcess]]:
    """Starts real Celery workers on the committed data of this test: start_worker(*options)."""
    started: list[WorkerProcess] = []

    def start(*options: str) -> WorkerProcess:
        worker = WorkerProcess(tmp_path / f"worker-{len(started)}.log")
        started.append(worker)
        worker.start(*options)
        return worker

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture(autouse=True)
def _empty_media(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test finds another's uploads."""
    yield
    shutil.rmtree(django_settings.MEDIA_ROOT, ignore_errors=True)


# The town ----------------------------------------------------------------------------------------
@pytest.fixture
def people(db: None) -> "Town":
    """Organisations and people of the invented town, no contract yet."""
    from tests.worlds import build_people

    return build_people()


@pytest.fixture
def town(request: pytest.FixtureRequest, db: None) -> "Town":
    """The town of the kept world that the test begins with, or no more than its people."""
    name = kept.asked_for(request)
    found: Town = request.getfixturevalue(name).town if name else request.getfixturevalue("people")
    return found
