"""Files on their way in: what is larger than the portal takes is counted and not kept."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

LIMIT = 20_000_000  # bytes: the most that any field of the portal takes


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes at most LIMIT bytes; the field then says that the file is too large.

    The rest is read and dropped, so that the person gets a page with a clear message instead of a
    broken connection, and no disk fills up.
    """

    received = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > LIMIT:
            return None
        return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """Give the file with the size that was sent, not the size that was kept."""
        return super().file_complete(self.received)
