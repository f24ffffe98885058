"""A packed document (XLSX, ODS): a zip of XML parts, unpacked in pieces and never as a whole.

What unpacks to more than the limit stops while it streams, whatever the file declares. A document
type is refused, and with it entities: nothing outside is fetched and nothing multiplies.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers import expat

from outcomes.rules.files.table import Limits
from sibportal.kernel.errors import RuleViolation

_PIECE = 64 * 1024
_MOST_PARTS = 2_000
_LONGEST_TOKEN = (
    1024 * 1024
)  # expat keeps a token until it ends, and reads it again with each piece
_ENCRYPTED = 0x1
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What damaged zips and XML raise, in the libraries as they are.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, OSError, LookupError,
    ValueError, ArithmeticError, NotImplementedError, RuntimeError,
)  # fmt: skip
Attributes = dict[str, str]


class Enough(Exception):  # noqa: N818 - no error: what was looked for has been read
    """Raised by a handler that needs no more of its part."""


class PartHandler:
    """What a part is read with."""

    def opened(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def closed(self, name: str) -> None:
        """An element ends."""

    def text(self, content: str) -> None:
        """A piece of text."""


class Package:
    """The parts of a packed document."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limit = limits.unpacked_megabytes
        with _damage_told():
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        parts = self._zip.infolist()
        if len(parts) > _MOST_PARTS or any(one.compress_type not in _PACKINGS for one in parts):
            raise RuleViolation("outcomes.file_damaged")
        if any(one.flag_bits & _ENCRYPTED for one in parts):
            raise RuleViolation("outcomes.file_is_protected")
        self.unpacked = sum(one.file_size for one in parts)
        if self.unpacked > self._limit * 1024 * 1024:
            raise RuleViolation("outcomes.file_unpacks_too_large", limit=self._limit)
        self.names = frozenset(one.filename for one in parts)

    def read(self, name: str, handler: PartHandler, *, prefixed: bool = False) -> None:
        """Read one part piece by piece; a part that is missing counts as damage.

        `prefixed` leaves the prefixes of names where they are, as OpenDocument needs them.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = handler.opened
        parser.EndElementHandler = handler.closed
        parser.CharacterDataHandler = handler.text
        if not prefixed:
            _without_prefix(parser, handler)
        with _damage_told():
            try:
                self._feed(name, parser)
            except Enough:
                return

    def _feed(self, name: str, parser: expat.XMLParserType) -> None:
        fed = 0
        with self._zip.open(name) as part:
            while piece := part.read(_PIECE):
                fed += len(piece)
                if fed > self._limit * 1024 * 1024:
                    raise RuleViolation("outcomes.file_unpacks_too_large", limit=self._limit)
                parser.Parse(piece, False)
                if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                    raise RuleViolation("outcomes.file_damaged")
        parser.Parse(b"", True)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Say of a damaged document that it is, whatever part of it broke."""
    try:
        yield
    except _DAMAGE as error:
        raise RuleViolation("outcomes.file_damaged") from error


def _refuse(*_declared: object) -> None:
    raise RuleViolation("outcomes.file_damaged")


def _without_prefix(parser: expat.XMLParserType, handler: PartHandler) -> None:
    """Some programs write `x:row` for `row`: look at the first element, and only then at each."""

    def first(name: str, attributes: Attributes) -> None:
        if ":" in name:
            parser.StartElementHandler = lambda one, given: handler.opened(_local(one), given)
            parser.EndElementHandler = lambda one: handler.closed(_local(one))
            handler.opened(_local(name), attributes)
        else:
            parser.StartElementHandler = handler.opened
            handler.opened(name, attributes)

    parser.StartElementHandler = first


def _local(name: str) -> str:
    return name.rpartition(":")[2]
