"""Runs the whole portal on this machine with an invented town: web, Celery worker, Celery beat.

manage.py has started PostgreSQL and Valkey before this command is loaded, and stops them after it.
"""

import os
import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandParser, call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from honcho.manager import Manager
from honcho.printer import Printer

from sibportal.accounts.models import Organisation
from sibportal.embedded import EmbeddedError
from sibportal.embedded.leftovers import PARTS, pid_file, the_only_demonstration
from sibportal.portal.demo import DEMO_PASSWORD, SIGN_INS


class Command(BaseCommand):
    help = "Run the portal with the demo town: web server, Celery worker and Celery beat."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *, host: str, port: int, **_options: Any) -> None:
        self.started = float(os.environ.get("SIB_STARTED_AT", time.time()))
        self.first_start = False
        self.folder = Path(os.environ["SIB_RUN_FOLDER"])
        try:
            with the_only_demonstration(self.folder) as stopped:
                if stopped:
                    self.say(f"Stopped what a killed demonstration left: {', '.join(stopped)}.")
                self.run(host, port)
        except EmbeddedError as error:
            raise CommandError(str(error)) from error

    def run(self, host: str, port: int) -> None:
        self.require_free(host, port)
        self.prepare()
        connection.close()
        manager = Manager(Printer(sys.stdout, prefix=True))
        address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
        for name, command, extra in self.processes(host, port):
            environment = {"SIB_BASE_URL": address} | os.environ | extra
            manager.add_process(name, command, env=environment)
        watch = threading.Thread(target=self.announce, args=(address,), daemon=True)
        watch.start()
        manager.loop()
        self.say("Stopped.")
        if manager.returncode not in (0, 130, 143):  # Ctrl-C is how a demonstration ends
            raise CommandError("A part of the portal stopped by itself; its last lines say why.")

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def require_free(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError) as error:
                raise CommandError(
                    f"Port {port} cannot be used ({error}); choose another: make demo PORT=8123"
                ) from error

    def prepare(self) -> None:
        """Bring tables, style sheets and the town to where the code is; quick when they are."""
        executor = MigrationExecutor(connection)
        self.require_own(executor)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("Creating the tables …")
            environment = os.environ | {"SIB_DATABASE_ROLE": "owner"}
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            done = subprocess.run(  # noqa: S603 - our own command
                migrate, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.PIPE, text=True
            )
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                raise CommandError(
                    f"The tables could not be created ({reason}); start over with "
                    "`make demo-reset`."
                )
        self.say("Collecting style sheets and scripts …")
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not Organisation.objects.exists() and "load_demo_town" in get_commands():
            self.first_start = True
            self.say("Loading the demo town …")
            call_command("load_demo_town")

    def require_own(self, executor: MigrationExecutor) -> None:
        """The tables must have been made by migrations that this version knows."""
        known = executor.loader.disk_migrations
        made = {app for app, _name in executor.loader.applied_migrations.keys() - known.keys()}
        if made & {"contracts", "cohorts", "outcomes", "payments"}:
            raise CommandError(
                "The demonstration's data was made by another version of the portal; start over "
                "with `make demo-reset`."
            )

    def processes(self, host: str, port: int) -> list[tuple[str, str, dict[str, str]]]:
        """The three processes of the production shape, small."""
        python = shlex.quote(sys.executable)
        schedule = self.folder / "celerybeat-schedule"
        pids = {part: shlex.quote(str(pid_file(self.folder, part))) for part in PARTS}
        web = (
            f"-m gunicorn sibportal.wsgi --bind {host}:{port} --threads 8 --log-level warning"
            f" --pid {pids['web']}"
        )
        # Celery warns root of itself; a demonstration on one's own machine need not be told.
        celery = "-W ignore::UserWarning -m celery --quiet --app sibportal.celery"
        worker = (
            f"{celery} worker --concurrency 1 --loglevel warning --without-gossip"
            f" --pidfile={pids['worker']}"
        )
        beat = (
            f"{celery} beat --loglevel warning --pidfile={pids['beat']}"
            f" --schedule {shlex.quote(str(schedule))}"
        )
        return [
            ("web", f"exec {python} {web}", {"SIB_DATABASE_POOL": "10"}),
            ("worker", f"exec {python} {worker}", {}),
            ("beat", f"exec {python} {beat}", {}),
        ]

    def announce(self, address: str) -> None:
        """Say where the portal is and who may sign in, once it really answers."""
        while True:
            try:
                with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310 - http only
                    break
            except urllib.error.HTTPError as error:
                self.say(f"The portal answers, but is not ready (status {error.code}).")
                return
            except OSError:
                time.sleep(0.1)
        taken = time.time() - self.started
        how = "First start" if self.first_start else "Started on what was there"
        self.say(f"\n{how}: {taken:.1f} s. The portal is at {address}/\n\n{sign_ins()}")
        self.say("\nAll organisations, people and figures are invented. Ctrl-C stops everything.\n")


def sign_ins() -> str:
    """One sign-in for each role, as a small table."""
    width = max((len(role) for role, _email in SIGN_INS), default=0)
    lines = [f"  {role:<{width}}  {email}" for role, email in SIGN_INS]
    return "\n".join([f"Sign in with the password {DEMO_PASSWORD} as", *lines])
