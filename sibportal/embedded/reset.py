"""Deletes the data folder of the demonstration: `python -m sibportal.embedded.reset`."""

import fcntl
import shutil
import sys
from pathlib import Path
from typing import IO

from sibportal.embedded import EmbeddedError
from sibportal.embedded.environment import data_folder
from sibportal.embedded.leftovers import stop_leftovers
from sibportal.embedded.postgres import Postgres
from sibportal.embedded.processes import wait_until
from sibportal.embedded.valkey import Valkey

OURS = ("postgres", "valkey", "media", "mail", "static", "keys.json", "demo.pid")


def reset(folder: Path) -> None:
    """Stop what an earlier run left behind and delete its data, unless somebody uses it now."""
    if not folder.is_dir():
        return
    stop_leftovers(folder)
    with (folder / "users.lock").open("w") as users:
        # What was just stopped lets go of the folder a moment later.
        if not wait_until(lambda: _taken(users), seconds=5):
            raise EmbeddedError(
                f"The demonstration in {folder} is running; stop it with Ctrl-C first."
            )
        for name, server in (("postgres", Postgres), ("valkey", Valkey)):
            if (folder / name).is_dir():
                server(folder / name).stop()
        for path in [*(folder / name for name in OURS), *folder.glob("celerybeat-schedule*")]:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _taken(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def main() -> None:
    folder = data_folder()
    try:
        reset(folder)
    except (EmbeddedError, OSError) as error:
        sys.exit(f"The demonstration was not reset: {error}")
    print(f"Deleted the demonstration's data in {folder}.", flush=True)


if __name__ == "__main__":
    main()
