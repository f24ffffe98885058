"""`manage.py demo` as a person meets it: it starts, says where it is, and Ctrl-C ends all of it."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from sibportal.embedded.leftovers import PARTS, pid_file
from sibportal.embedded.postgres import Postgres
from sibportal.embedded.processes import command_line, wait_until
from sibportal.embedded.valkey import Valkey

ROOT = Path(__file__).parents[2]
SERVERS_AND_KEYS = ("DATABASE_URL", "DATABASE_OWNER_URL", "CELERY_BROKER_URL", "SECRET_KEY")
FROM_THE_TESTS = ("IDENTITY_KEY", "IDENTITY_INDEX_KEY", "DJANGO_SETTINGS_MODULE", "SIB_HTTPS")


def environment(folder: Path) -> dict[str, str]:
    kept = set(os.environ) - {*SERVERS_AND_KEYS, *FROM_THE_TESTS}
    return {name: os.environ[name] for name in kept} | {"SIB_DATA": str(folder)}


class Demo:
    """A running demonstration in a process group of its own, as in a terminal."""

    started: ClassVar[list["Demo"]] = []

    def __init__(self, folder: Path, port: int) -> None:
        self.log = folder / f"demo-{len(self.started)}.log"
        with self.log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(port)],
                cwd=ROOT, env=environment(folder), stdout=file, stderr=file,
                start_new_session=True,
            )  # fmt: skip
        self.started.append(self)
        wait_until(
            lambda: "The portal is at" in self.output or self.process.poll() is not None,
            seconds=180,
        )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def press_ctrl_c(self) -> int:
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=15)


@pytest.fixture
def demo_data(tmp_path: Path) -> Iterator[Path]:
    """A data folder; whatever still runs on it after the test is ended."""
    yield tmp_path
    for demo in Demo.started:
        if demo.process.poll() is None:
            demo.press_ctrl_c()
    Demo.started.clear()
    Postgres(tmp_path / "postgres").stop()
    Valkey(tmp_path / "valkey").stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_demonstration_starts_serves_stops_and_survives_a_kill(demo_data: Path) -> None:
    port = free_port()
    first = Demo(demo_data, port)
    assert f"The portal is at http://localhost:{port}/" in first.output, first.output
    assert re.search(r"^  \S.*  \S+@\S+$", first.output, re.MULTILINE), first.output
    with urllib.request.urlopen(f"http://localhost:{port}/readyz") as answer:
        assert answer.read() == b'{"database": "ok", "broker": "ok"}'

    refused = Demo(demo_data, free_port())
    assert refused.process.wait(timeout=15) == 1
    assert "is running; stop it with Ctrl-C first" in refused.output
    assert first.process.poll() is None

    left = {part: int(pid_file(demo_data, part).read_text()) for part in PARTS}
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    assert all(command_line(pid) for pid in left.values())
    second = Demo(demo_data, port)
    assert "Stopped what a killed demonstration left: web, worker, beat." in second.output
    assert "Started on what was there" in second.output, second.output
    assert "Loading the demo town" not in second.output
    assert f"The portal is at http://localhost:{port}/" in second.output, second.output
    assert not any(command_line(pid) for pid in left.values())
    assert second.press_ctrl_c() == 0, second.output
    assert not Postgres(demo_data / "postgres").is_ready()
    assert not Valkey(demo_data / "valkey").is_ready()
    shown = first.output + refused.output + second.output
    assert "Traceback" not in shown


def test_port_in_use_is_one_clear_sentence(demo_data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = Demo(demo_data, port)
    assert demo.process.wait(timeout=15) == 1
    assert f"Port {port} cannot be used" in demo.output
    assert "make demo PORT=" in demo.output
    assert "Traceback" not in demo.output


def test_reset_deletes_the_data_but_not_under_a_running_demonstration(demo_data: Path) -> None:
    def reset() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sibportal.embedded.reset"],
            cwd=ROOT, env=environment(demo_data), capture_output=True, text=True,
        )  # fmt: skip

    holds = (
        "from sibportal.embedded.environment import start_until_exit;"
        "start_until_exit(); print('up', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holds], cwd=ROOT, env=environment(demo_data),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        refused = reset()
        assert refused.returncode == 1
        assert "is running; stop it with Ctrl-C first" in refused.stderr
        assert (demo_data / "postgres" / "data").is_dir()
        running.communicate("\n")
    assert reset().returncode == 0
    assert not (demo_data / "postgres").exists()
    assert not (demo_data / "keys.json").exists()
