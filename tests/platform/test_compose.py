"""The production shape: every secret required, and every command of docker-compose.yml really runs.

The commands run against the embedded servers, in an environment that holds nothing but what the
file gives them.
"""

import os
import platform
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sibportal.embedded.environment import make_keys
from sibportal.embedded.postgres import SUPERUSER, Postgres
from sibportal.embedded.processes import wait_until
from sibportal.embedded.valkey import find_server

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("migrate", "web", "worker", "beat")
SERVING = ("web", "worker", "beat")
OPTIONAL = {
    "CLAMAV_ADDRESS",
    "SIB_REQUIRE_MFA",
    "SIB_BEHIND_PROXY",
    "SIB_IDENTITY_OLD_KEYS",
    "LOG_LEVEL",
}
VARIABLE = re.compile(r"\$\{(\w+)(:\?|:-)?([^}]*)\}")
GIVEN = {
    **make_keys(),
    "POSTGRES_PASSWORD": "superuser-password",
    "SIB_OWNER_PASSWORD": "owner-password",
    "SIB_APP_PASSWORD": "app-password",
    "VALKEY_PASSWORD": "broker-password",
    "ALLOWED_HOSTS": "portal.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://portal.example.org",
    "SIB_BASE_URL": "https://portal.example.org",
    "EMAIL_URL": "consolemail://",
    "DEFAULT_FROM_EMAIL": "portal@example.org",
    "SIB_FEEDBACK_EMAIL": "feedback@example.org",
}


def interpolated(value: str) -> str:
    """What Compose makes of a value."""
    filled = VARIABLE.sub(lambda found: GIVEN.get(found[1]) or found[3], str(value))
    return filled.replace("$$", "$")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_every_variable_is_required_or_named_as_optional() -> None:
    found = VARIABLE.findall((ROOT / "docker-compose.yml").read_text())
    assert {name for name, form, _default in found if form != ":?"} == OPTIONAL
    assert {name for name, form, _default in found if form == ":?"} == set(GIVEN)


def test_example_file_names_every_variable_and_gives_no_value() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert settings == dict.fromkeys(GIVEN, "")


def test_image_runs_without_root_and_services_check_their_health() -> None:
    final_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER portal$", final_stage, re.MULTILINE)
    for name, service in COMPOSE["services"].items():
        assert ("healthcheck" in service) is (name != "migrate"), name
        assert "privileged" not in service
    for name in SERVING:
        waits_for = COMPOSE["services"][name]["depends_on"]["migrate"]
        assert waits_for == {"condition": "service_completed_successfully"}


def test_only_the_migrations_know_the_owner() -> None:
    with_owner = {
        name for name in OURS if "owner" in str(COMPOSE["services"][name]["environment"]).lower()
    }
    assert with_owner == {"migrate"}
    assert not {name for name in OURS if "env_file" in COMPOSE["services"][name]}


@pytest.mark.parametrize(
    ("service", "name"),
    [("web", "SECRET_KEY"), ("web", "IDENTITY_KEY"), ("web", "IDENTITY_INDEX_KEY")]
    + [("web", "DATABASE_URL"), ("web", "CELERY_BROKER_URL")]
    + [("migrate", "DATABASE_URL"), ("migrate", "DATABASE_OWNER_URL")],
)
def test_no_key_no_start(service: str, name: str) -> None:
    environment = variables_of(service)
    del environment[name]
    done = settings_read_by(service, environment)
    assert done.returncode == 1
    assert f"Set the {name} environment variable" in done.stderr


def test_the_owner_is_another_role_than_the_one_that_serves() -> None:
    environment = variables_of("migrate")
    assert settings_read_by("migrate", environment).returncode == 0
    environment["DATABASE_OWNER_URL"] = environment["DATABASE_URL"]
    done = settings_read_by("migrate", environment)
    assert done.returncode == 1
    assert "must name two roles" in done.stderr


def settings_read_by(service: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Read the settings as `service` does: the step that migrates as the owner."""
    role = {"SIB_DATABASE_ROLE": "owner"} if service == "migrate" else {}
    return subprocess.run(
        [sys.executable, "-c", "import sibportal.settings"],
        cwd=ROOT, env={"PATH": os.environ["PATH"], **environment, **role},
        capture_output=True, text=True,
    )  # fmt: skip


def variables_of(service: str) -> dict[str, str]:
    """The environment that the file gives a service, filled in."""
    variables = COMPOSE["services"][service]["environment"]
    return {name: interpolated(value) for name, value in variables.items()}


class Machine:
    """PostgreSQL and Valkey set up as the compose file says, and processes beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Postgres(folder / "postgres", careless=True)
        self.broker_port = free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.services: dict[str, subprocess.Popen[bytes]] = {}

    def start_servers(self) -> None:
        self.postgres.start()
        path = f"{self.postgres.binaries}:{os.environ['PATH']}"
        script = COMPOSE["services"]["postgres"]["volumes"][1].split(":")[0]
        variables = COMPOSE["services"]["postgres"]["environment"]
        environment = {name: interpolated(value) for name, value in variables.items()}
        environment |= {"PATH": path, "PGHOST": str(self.postgres.sockets)}
        environment |= {"POSTGRES_USER": SUPERUSER, "POSTGRES_DB": "postgres"}
        subprocess.run(["sh", script], cwd=ROOT, env=environment, check=True, capture_output=True)
        command = [interpolated(word) for word in COMPOSE["services"]["valkey"]["command"]]
        options = ["--port", str(self.broker_port), "--dir", str(self.folder)]
        self.processes.append(
            subprocess.Popen(
                [str(find_server()), *command[1:], *options], stdout=subprocess.DEVNULL
            )
        )

    def environment(self, service: str) -> dict[str, str]:
        """What the file gives, with the addresses of this machine, and nothing of our own shell."""
        values = variables_of(service)
        for name in {"DATABASE_URL", "DATABASE_OWNER_URL"} & values.keys():
            address = values[name].replace("@postgres:5432", "@")
            values[name] = f"{address}?host={self.postgres.sockets}"
        broker = values["CELERY_BROKER_URL"]
        values["CELERY_BROKER_URL"] = broker.replace("valkey:6379", f"127.0.0.1:{self.broker_port}")
        static = self.folder / "static"
        static.mkdir(exist_ok=True)
        return values | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOSTNAME": platform.node(),
            "STATIC_ROOT": str(static),
            "MEDIA_ROOT": str(self.folder / "media"),
        }

    def command(self, service: str, **replaced: str) -> list[str]:
        words = [interpolated(word) for word in COMPOSE["services"][service]["command"]]
        return [replaced.get(word, word) for word in words]

    def start(self, service: str, command: list[str]) -> Path:
        log = self.folder / f"{service}.log"
        with log.open("wb") as file:
            self.services[service] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(service), stdout=file, stderr=file
            )
        self.processes.append(self.services[service])
        return log

    def environment_inside(self, service: str) -> dict[str, str]:
        """The environment that the running process was started with."""
        text = Path(f"/proc/{self.services[service].pid}/environ").read_text()
        return dict(entry.split("=", 1) for entry in text.split("\0") if entry)

    def is_healthy(self, service: str, **replaced: str) -> bool:
        kind, *words = COMPOSE["services"][service]["healthcheck"]["test"]
        words = [replaced.get(word, interpolated(word)) for word in words]
        command = ["sh", "-c", words[0]] if kind == "CMD-SHELL" else words
        for old, new in replaced.items():
            command = [word.replace(old, new) for word in command]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(service), capture_output=True, timeout=60
        )
        return done.returncode == 0

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)
        self.postgres.stop()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    try:
        machine.start_servers()
        yield machine
    finally:
        machine.stop()


def test_every_command_of_the_compose_file_runs(machine: Machine, tmp_path: Path) -> None:
    migrated = subprocess.run(
        machine.command("migrate"),
        cwd=ROOT, env=machine.environment("migrate"), capture_output=True, text=True,
    )  # fmt: skip
    assert migrated.returncode == 0, migrated.stderr

    port = str(free_port())
    web = machine.start("web", machine.command("web", **{"0.0.0.0:8000": f"127.0.0.1:{port}"}))
    worker = machine.start("worker", machine.command("worker"))
    schedule = {"/tmp/celerybeat-schedule": str(tmp_path / "celerybeat-schedule")}
    beat = machine.start("beat", machine.command("beat", **schedule))

    assert wait_until(lambda: machine.is_healthy("web", **{"8000": port}), seconds=60), (
        web.read_text()
    )
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/readyz", headers={"Host": "portal.example.org"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == b'{"database": "ok", "broker": "ok"}'
    assert wait_until(lambda: b" ready." in worker.read_bytes(), seconds=60), worker.read_text()
    assert machine.is_healthy("worker")
    assert wait_until(lambda: b"beat: Starting" in beat.read_bytes(), seconds=60), beat.read_text()
    in_folder = {"find /tmp": f"find {tmp_path}"}
    assert wait_until(lambda: machine.is_healthy("beat", **in_folder), seconds=60)
    time.sleep(0.5)
    assert [process.poll() for process in machine.processes] == [None] * len(machine.processes)

    of_this_machine = {"PATH", "HOSTNAME", "STATIC_ROOT", "MEDIA_ROOT"}
    for service in SERVING:
        inside = machine.environment_inside(service)
        assert inside.keys() == environment_names(service) | of_this_machine, service
        assert GIVEN["SIB_OWNER_PASSWORD"] not in str(inside), service
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=machine.environment("web"), capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def environment_names(service: str) -> set[str]:
    return set(COMPOSE["services"][service]["environment"])
