"""What an uploaded document really is, told by its first bytes and never by its name."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from sibportal.kernel.errors import Issue, RuleViolation

LARGEST_FILE = 20_000_000
_ODT = "application/vnd.oasis.opendocument.text"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MACROS = "vbaProject.bin"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of document that contracts keep."""

    extension: str
    content_type: str


PDF = FileKind(".pdf", "application/pdf")
PNG = FileKind(".png", "image/png")
JPEG = FileKind(".jpg", "image/jpeg")
ODT = FileKind(".odt", _ODT)
DOCX = FileKind(".docx", _DOCX)
KINDS = (PDF, PNG, JPEG, ODT, DOCX)
EXTENSIONS = (".pdf", ".png", ".jpg", ".jpeg", ".odt", ".docx")
_MAGIC = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
)


def kind_of(content: bytes) -> FileKind:
    """The kind of a document. RuleViolation when it is empty, too large or of another kind."""
    if not content:
        raise RuleViolation("contracts.file_empty", field="file")
    if len(content) > LARGEST_FILE:
        raise RuleViolation(
            Issue("contracts.file_too_large", "file", params={"megabytes": LARGEST_FILE // 10**6})
        )
    for start, kind in _MAGIC:
        if content.startswith(start):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _of_archive(content)
    raise RuleViolation("contracts.file_kind", field="file")


def _of_archive(content: bytes) -> FileKind:
    """ODT says its type in a first, uncompressed entry; DOCX has its text under word/."""
    if content[30:].startswith(b"mimetype" + _ODT.encode() + b"PK"):
        return ODT
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        raise RuleViolation("contracts.file_kind", field="file") from None
    has_macros = any(name.endswith(_MACROS) for name in names)
    if "word/document.xml" in names and not has_macros:
        return DOCX
    raise RuleViolation("contracts.file_kind", field="file")
