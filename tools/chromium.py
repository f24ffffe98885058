"""Finds a Chromium for the browser tests, or installs one.

The one on the path comes first, then Debian's package where apt can be used, then Playwright's own.
Where there are several, the one without windows is taken: the same engine, a quarter faster.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HEADLESS = "chromium-headless-shell"
NAMES = (HEADLESS, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> Path | None:
    """The program SIB_CHROMIUM names, or one on the path; None leaves the choice to Playwright."""
    if chosen := os.environ.get("SIB_CHROMIUM"):
        return Path(chosen)
    return next((Path(path) for name in NAMES if (path := shutil.which(name))), None)


def playwright_has_its_own() -> bool:
    """Whether `playwright install chromium` was run before."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def install() -> bool:
    """Install a Chromium by apt, else by Playwright; True when there is one afterwards."""
    if os.getuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium with apt-get …", flush=True)
        _apt("update", "-q")
        install = ("install", "-qy", "--no-install-recommends")
        if (_apt(*install, HEADLESS) or _apt(*install, "chromium")) and find():
            return True
        print("apt-get has no Chromium to give.", flush=True)
    print("Installing Chromium with Playwright …", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


def _apt(*words: str) -> bool:
    """Run apt-get without questions; its complaints are shown, its progress is not."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *words]
    return not subprocess.run(command, stdout=subprocess.DEVNULL, env=environment).returncode


def main() -> int:
    if find() or playwright_has_its_own() or install():
        return 0
    print("No Chromium could be found or installed; set SIB_CHROMIUM to one.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
