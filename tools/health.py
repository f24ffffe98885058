"""Asks the portal on this machine whether it is alive: `python -m tools.health PORT`."""

import os
import sys
import urllib.request


def main(port: str) -> int:
    """0 when /healthz answers; the portal only listens to the hosts that it is allowed to be."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip(".")
    request = urllib.request.Request(
        f"http://127.0.0.1:{int(port)}/healthz", headers={"Host": host}
    )
    try:
        # The address is ours, and http.
        with urllib.request.urlopen(request, timeout=4) as answer:
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(f"The portal does not answer: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
