"""Asking ClamAV about a file, where the portal is told of one (CLAMAV_ADDRESS); else nothing.

clamd's own INSTREAM command over its socket: the content in chunks, each behind its length, and
one line as the answer (docs.clamav.net, ClamD protocol). A scanner that is configured and does not
answer refuses the file: nobody believes that it was scanned.
"""

from __future__ import annotations

import logging
import socket
import struct

from django.conf import settings

from sibportal.kernel.errors import RuleViolation

CHUNK = 64 * 1024
TIMEOUT = 30.0  # seconds; a file of 20 MB takes about one
LONGEST_ANSWER = 4096
logger = logging.getLogger(__name__)


def require_clean(content: bytes, *, field: str = "file") -> None:
    """Raise RuleViolation where the scanner finds something, or cannot be asked."""
    address = settings.CLAMAV_ADDRESS
    if not address:
        return
    try:
        answer = _answer(address, content)
    except OSError as error:
        logger.error("the virus scanner cannot be reached: %s", error)
        raise RuleViolation("web.scanner_unreachable", field=field) from None
    if answer == "stream: OK":
        return
    if answer.endswith(" FOUND"):
        logger.warning("the virus scanner refused an upload: %s", answer)
        raise RuleViolation("web.file_infected", field=field)
    logger.error("the virus scanner answered: %s", answer)
    raise RuleViolation("web.scanner_unreachable", field=field)


def _answer(address: str, content: bytes) -> str:
    with _connected(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            chunk = content[start : start + CHUNK]
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
            received = connection.recv(LONGEST_ANSWER)
            if not received:
                break
            answer += received
    return answer.split(b"\0")[0].decode(errors="replace").strip()


def _connected(address: str) -> socket.socket:
    """A path is a socket of this machine; else host:port."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    if not port.isdigit():
        raise OSError(f"{address!r} is neither a path nor host:port")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT)
