"""The embedded servers: reused after a crash, clear about what is wrong, private."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sibportal.embedded import EmbeddedError
from sibportal.embedded.environment import read_or_make_keys
from sibportal.embedded.postgres import Postgres, find_binaries
from sibportal.embedded.processes import SOCKET_PATH_LIMIT
from sibportal.embedded.valkey import Valkey

ROOT = Path(__file__).parents[2]
START_AND_DIE = """
import os, sys
from pathlib import Path
from sibportal.embedded.postgres import Postgres
from sibportal.embedded.valkey import Valkey
folder = Path(sys.argv[1])
postgres, valkey = Postgres(folder / "postgres", careless=True), Valkey(folder / "valkey")
print(postgres.start(), valkey.start(), flush=True)
postgres.run_sql("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7);")
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    with contextlib.suppress(EmbeddedError):
        Postgres(tmp_path / "postgres").stop()
        Valkey(tmp_path / "valkey").stop()


def run_python(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_servers_of_a_killed_run_are_used_again_with_their_data(folder: Path) -> None:
    killed = run_python(START_AND_DIE, str(folder))
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "True True\n"), killed.stderr
    postgres, valkey = Postgres(folder / "postgres", careless=True), Valkey(folder / "valkey")
    assert postgres.is_ready()
    assert valkey.is_ready()
    assert (postgres.start(), valkey.start()) == (False, False)
    assert postgres.run_sql("SELECT id FROM kept;") == "7"
    postgres.stop()
    valkey.stop()
    assert not postgres.is_ready()
    assert not valkey.is_ready()
    assert postgres.start()
    assert postgres.run_sql("SELECT id FROM kept;") == "7"


def test_killed_server_starts_again_over_its_stale_process_file(folder: Path) -> None:
    postgres = Postgres(folder / "postgres", careless=True)
    postgres.start()
    pid = int((postgres.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert (postgres.data / "postmaster.pid").exists()
    assert postgres.start()
    assert postgres.is_ready()


def test_broken_cluster_is_one_sentence_that_says_what_to_do(folder: Path) -> None:
    postgres = Postgres(folder / "postgres", careless=True)
    postgres.start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(EmbeddedError) as caught:
        postgres.start()
    assert "FATAL" in str(caught.value)
    assert "make demo-reset" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_broker_file_is_one_sentence_that_says_what_to_do(folder: Path) -> None:
    valkey = Valkey(folder / "valkey")
    valkey.start()
    valkey.stop()
    for path in (folder / "valkey" / "appendonlydir").glob("*"):
        path.write_bytes(b"not a broker's file\r\n")
    with pytest.raises(EmbeddedError) as caught:
        valkey.start()
    assert "make demo-reset" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match="cannot be used"):
        Postgres(tmp_path / "file" / "postgres")
    with pytest.raises(EmbeddedError, match="cannot be used"):
        Valkey(tmp_path / "file" / "valkey")


def test_socket_path_stays_short_however_deep_the_folder_is(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 5)
    valkey = Valkey(deep)
    try:
        assert len(os.fsencode(valkey.socket)) <= SOCKET_PATH_LIMIT
        assert valkey.start()
        assert valkey.is_ready()
    finally:
        valkey.stop()
        valkey.socket.parent.rmdir()


@pytest.mark.skipif(os.getuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_serves_as_nobody(tmp_path: Path) -> None:
    code = """
import shutil, sys
from pathlib import Path
from sibportal.embedded.postgres import Postgres, has_user_namespaces
assert not has_user_namespaces()
postgres = Postgres(Path(sys.argv[1]) / "postgres", careless=True)
try:
    assert postgres.start()
    print(postgres.run_sql("SELECT 6 * 7;"), postgres.data.stat().st_uid)
finally:
    postgres.stop()
    for parent in postgres.folder.parents:
        if parent.parent == Path("/var/tmp"):
            shutil.rmtree(parent)
"""
    tmp_path.chmod(0o700)
    # unshare is not found on an empty path
    done = run_python(code, str(tmp_path), PATH="/nonexistent", SIB_PG_BIN=str(find_binaries()))
    assert done.stdout == "42 65534\n", done.stderr


def test_keys_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys = read_or_make_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_keys(path) == keys
    assert len(set(keys.values())) == 3


def test_damaged_keys_are_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text("{}")
    with pytest.raises(EmbeddedError, match="cannot be read"):
        read_or_make_keys(path)
    assert path.read_text() == "{}"
