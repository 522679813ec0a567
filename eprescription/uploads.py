"""Uploads stay in memory, are bounded while they arrive, and are never stored."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

LARGEST_BYTES = 5 * 1024 * 1024


class BoundedUpload(FileUploadHandler):
    """Keeps at most 5 MB; a larger file arrives empty and marked `too_big`, so that the page can say so."""

    chunk_size = 64 * 1024

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept, self.too_big = bytearray(), False
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if len(self.kept) + len(raw_data) > LARGEST_BYTES:
            self.kept.clear()
            self.too_big = True
        if not self.too_big:
            self.kept += raw_data

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        file = InMemoryUploadedFile(
            BytesIO(bytes(self.kept)),
            self.field_name,
            self.file_name or "file",
            self.content_type or "",
            len(self.kept),
            self.charset,
        )
        file.too_big = self.too_big  # type: ignore[attr-defined]
        return file
