"""Refusing a file that is too large while it streams in, before any of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

MEGABYTE = 1024 * 1024
View = Callable[..., HttpResponse]


class SizeLimit(FileUploadHandler):
    """Stops the upload at `limit` bytes and leaves a mark on the request."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.limit, self.received, self.mark = limit, 0, request.META

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a chunk on to the handlers behind, or refuse the rest unread."""
        self.received += len(raw_data)
        if self.received > self.limit:
            self.mark["sib.upload_too_large"] = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Leave the file to the handlers behind."""
        return None


def too_large(request: HttpRequest) -> bool:
    """Whether the upload of this request was refused by its size."""
    return bool(request.META.get("sib.upload_too_large"))


def limited_upload(megabytes: int) -> Callable[[View], View]:
    """For views that take a file: the limit must be set before anything reads the form.

    The check of the form's origin reads it, so it moves inside.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.upload_handlers.insert(0, SizeLimit(request, megabytes * MEGABYTE))
            return protected(request, *args, **kwargs)

        return limited

    return decorate
