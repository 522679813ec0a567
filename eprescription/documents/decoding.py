"""The part of reading that runs in a process of its own: hostile bytes in, texts of codes out.

It is run as a file, so that nothing of the portal is imported there: no setting, no key, no connection.
It knows the shape of our codes by its argument. Nothing is written to disk (security, row 48).
"""

import io
import json
import re
import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import zxingcpp
from PIL import Image

LARGEST_FILE = 5 * 1024 * 1024
MOST_PIXELS = 25_000_000
MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 3
PDF_PAGES = 3
SIDES = (1200, 2200, 3600)
"""Pixels of the longer side: the cheap try first; a small code on a large photo needs the last."""
PDF_SIDES = SIDES[:2]
FORMATS: Any = [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix]
PICTURES = ("JPEG", "PNG", "WEBP")


class TooManyPixels(ValueError):
    """Raised before a picture is decoded."""


def kind_of(data: bytes) -> str:
    """Tell a picture from a PDF by the first bytes; nothing for all else."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    if webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return "picture"
    return ""


def opened(data: bytes, most_pixels: int) -> Image.Image:
    """Open a picture without decoding it; refuse it by the size that its head tells."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = Image.open(io.BytesIO(data), formats=PICTURES)
    if picture.width * picture.height > most_pixels:
        raise TooManyPixels
    return picture


def codes_in(picture: Image.Image) -> list[str]:
    """Read the texts of the codes that stand in a picture."""
    found = zxingcpp.read_barcodes(picture, formats=FORMATS)
    return [barcode.text for barcode in found if barcode.text]


def decode(data: bytes, ours: re.Pattern[str]) -> tuple[list[str], str]:
    """Give the texts, and what is wrong: too_big, not_readable, no_code or nothing.

    Decoders fail on hostile bytes in more ways than their documentation tells, so any failure means
    that the file cannot be read. This process lives for one file.
    """
    try:
        sheets = _pages(data) if kind_of(data) == "pdf" else [_picture(data)]
        texts = [text for sheet in sheets for text in _texts(sheet, ours)]
    except (TooManyPixels, Image.DecompressionBombError):
        return [], "too_big"
    except Exception:  # noqa: BLE001 (see above)
        return [], "not_readable"
    return list(dict.fromkeys(texts)), "" if texts else "no_code"


def _texts(tries: Iterator[Image.Image], ours: re.Pattern[str]) -> list[str]:
    """Look at one sheet at growing sizes, until a code of ours is there; keep all codes seen."""
    texts: list[str] = []
    for picture in tries:
        texts += codes_in(picture)
        if any(ours.fullmatch(text) for text in texts):
            break
    return texts


def _picture(data: bytes) -> Iterator[Image.Image]:
    picture = opened(data, MOST_PIXELS)
    longer = max(picture.size)
    picture.draft("L", (SIDES[-1], SIDES[-1]))
    flat = picture.convert("RGBA") if "transparency" in picture.info else picture
    grey = _on_white(flat) if "A" in flat.getbands() else flat.convert("L")
    for side in SIDES:
        smaller = grey.copy()
        smaller.thumbnail((side, side))
        yield smaller
        if side >= longer:
            return


def _on_white(picture: Image.Image) -> Image.Image:
    """A screenshot or a logo may be transparent where the paper is white."""
    sheet = Image.new("L", picture.size, 255)
    sheet.paste(picture.convert("L"), mask=picture.getchannel("A"))
    return sheet


def _pages(data: bytes) -> Iterator[Iterator[Image.Image]]:
    import pypdfium2  # heavy, and for PDF alone

    document = pypdfium2.PdfDocument(data)
    for index in range(min(len(document), PDF_PAGES)):
        yield _page(document[index])


def _page(page: Any) -> Iterator[Image.Image]:
    longer = max(page.get_size())
    for side in PDF_SIDES:
        yield page.render(scale=side / longer, grayscale=True).to_pil()


def _limit() -> None:
    """Bound memory and time, and forbid files, the core dump of a patient's page among them."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit()
    sys.stdout.write(json.dumps(decode(sys.stdin.buffer.read(), re.compile(sys.argv[1]))))
