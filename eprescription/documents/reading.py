"""Reads the code of an ordonnance from a camera frame or from a file that somebody hands over.

A frame is small and decoded here. A file is hostile until proved otherwise: it is decoded in a process of its own,
with limits on memory, CPU and time. Nothing is written to disk.
"""

import resource
import struct
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import zxingcpp
from PIL import Image, UnidentifiedImageError

from eprescription.documents.code import parse

LARGEST_FRAME = 300 * 1024
LARGEST_FILE = 5 * 1024 * 1024
MOST_FRAME_PIXELS = 4_000_000
MOST_PIXELS = 25_000_000
SECONDS = 1.8
MEMORY = 768 * 1024 * 1024
PDF_PAGES = 3
SIDES = (1200, 2200, 3600)  # pixels of the longer side: the cheap try first
FORMATS: Any = [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix]


@dataclass(frozen=True)
class Reading:
    """What a file held: `problem` is empty, too_big, not_readable, no_code or too_slow."""

    texts: tuple[str, ...] = ()
    problem: str = ""


def read_frame(data: bytes) -> str | None:
    """The code in a camera frame of at most 300 KB; the first one that is ours, else any, else None."""
    if len(data) > LARGEST_FRAME:
        return None
    try:
        with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
            if picture.width * picture.height > MOST_FRAME_PIXELS:
                return None
            return _best(_codes(picture.convert("L")))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None


def read_file(data: bytes) -> Reading:
    """The codes of a picture or a PDF of at most 5 MB and 25 million pixels, in less than 2 s."""
    if len(data) > LARGEST_FILE:
        return Reading(problem="too_big")
    if _kind(data) is None:
        return Reading(problem="not_readable")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "eprescription.documents.reading"],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reading(problem="too_slow")
    if done.returncode != 0:
        return Reading(problem="not_readable")
    problem, *texts = done.stdout.decode(errors="replace").split("\0")
    return Reading(tuple(texts), problem)


def _best(texts: list[str]) -> str | None:
    ours = [text for text in texts if parse(text)]
    return next(iter(ours or texts), None)


def _codes(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=FORMATS) if found.text]


# --- In the process of its own


def _kind(data: bytes) -> str | None:
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or data[8:12] == b"WEBP":
        return "picture"
    return None


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (3, 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _decode(data: bytes) -> Reading:
    try:
        texts = _of_pdf(data) if _kind(data) == "pdf" else _of_picture(data)
    except (MemoryError, OSError, ValueError, RuntimeError, SyntaxError, struct.error):
        return Reading(problem="not_readable")
    except Image.DecompressionBombError:
        return Reading(problem="too_big")
    ours = [text for text in texts if parse(text)]
    return Reading(tuple(ours or texts), "" if texts else "no_code")


def _of_picture(data: bytes) -> list[str]:
    with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        picture.draft("L", (SIDES[-1], SIDES[-1]))
        return _at_several_sizes(picture.convert("L"))


def _at_several_sizes(picture: Image.Image) -> list[str]:
    longer = max(picture.size)
    for side in SIDES:
        smaller = picture.copy()
        smaller.thumbnail((side, side))
        texts = _codes(smaller)
        if texts or side >= longer:
            return texts
    return []


def _of_pdf(data: bytes) -> list[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    texts: list[str] = []
    for number in range(min(len(document), PDF_PAGES)):
        texts += _of_page(document[number])
        if _best(texts):
            break
    return texts


def _of_page(page: Any) -> list[str]:
    longer = max(page.get_size()) or 1
    for side in SIDES[:2]:
        picture = page.render(scale=side / longer, grayscale=True).to_pil()
        texts = _codes(picture)
        if texts:
            return texts
    return []


if __name__ == "__main__":
    _limit()
    reading = _decode(sys.stdin.buffer.read(LARGEST_FILE + 1))
    sys.stdout.buffer.write("\0".join([reading.problem, *reading.texts]).encode())
