"""The files of an archive that a stranger sent: in memory, within bounds, by their first bytes and not by their names."""

import zipfile
import zlib
from io import BytesIO

from eprescription.secure_mail.problems import Problem, Unreadable

MOST_ENTRIES = 50
MOST_BYTES = 20 * 1024 * 1024
HIGHEST_RATIO = 200
SMALL = 64 * 1024  # so little may be packed as tightly as it likes

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


def is_archive(data: bytes) -> bool:
    """Whether it begins like a ZIP archive."""
    return data.startswith(_MAGIC)


def files_of(archive: bytes) -> list[bytes]:
    """What the archive holds. Raises Unreadable: a bomb, an archive in an archive, a path that leads out, or broken."""
    if archive.count(_ENTRY) > MOST_ENTRIES:  # before a directory is built for them all
        raise Unreadable(Problem.UNSAFE_ARCHIVE)
    try:
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            _check(entries)
            return [_content(opened, entry) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise Unreadable(Problem.UNREADABLE) from error


def _check(entries: list[zipfile.ZipInfo]) -> None:
    """What the directory announces; what is read is never more than that."""
    bomb = sum(entry.file_size for entry in entries) > MOST_BYTES or any(
        entry.file_size > SMALL and entry.file_size > HIGHEST_RATIO * entry.compress_size
        for entry in entries
    )
    if bomb or not all(map(_is_plain, entries)):
        raise Unreadable(Problem.UNSAFE_ARCHIVE)


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """A relative path inside, packed in a common way, not encrypted."""
    name = entry.filename.replace("\\", "/")
    leads_out = name.startswith("/") or ":" in name or ".." in name.split("/")
    known = entry.compress_type in _METHODS and not entry.flag_bits & _ENCRYPTED
    return known and not leads_out


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with opened.open(entry) as file:
        data = file.read(MOST_BYTES)
    if is_archive(data):
        raise Unreadable(Problem.UNSAFE_ARCHIVE)
    return data
