"""The part of reading that runs in a process of its own: hostile bytes in, texts of codes out.

It is run as a file, so that nothing of the portal is imported there: no setting, no key, no connection.
It knows the shape of our codes and its time by its arguments. Nothing is written to disk (security, row 48).
"""

import io
import json
import re
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from itertools import product
from typing import Any

import zxingcpp
from PIL import Image, ImageFilter, ImageMath

LARGEST_FILE = 5 * 1024 * 1024
MOST_PIXELS = 25_000_000
MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 3
PDF_PAGES = 3
SIDES = (1200, 2200, 3600)
"""Pixels of the longer side: the cheap try first; a small code on a large photo needs the last."""
PDF_SIDES = SIDES[:2]
MENDED_SIDES = (1200, 2200, 1600)
"""Where the plain picture told nothing, sizes at which it is mended."""
FAINTEST = 20
"""Greys between ink and paper: a blank sheet is not looked at again."""
CUTS = (80, 40, 95, 60, 140)
"""Greys of an evenly lit page between the ink and what a cup, a crease or a shade left on it."""
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


def decode(data: bytes, ours: re.Pattern[str], until: float) -> tuple[list[str], str]:
    """Give the texts, and what is wrong: too_big, not_readable, no_code or nothing.

    Nothing more is tried after `until`, on the clock of `time.monotonic`. Decoders fail on hostile bytes in more
    ways than their documentation tells, so any failure means that the file cannot be read. This process lives
    for one file.
    """
    try:
        sheets = _pages(data) if kind_of(data) == "pdf" else [_picture(data)]
        texts = [text for sheet in sheets for text in _texts(sheet, ours, until)]
    except (TooManyPixels, Image.DecompressionBombError):
        return [], "too_big"
    except Exception:  # noqa: BLE001 (see above)
        return [], "not_readable"
    return list(dict.fromkeys(texts)), "" if texts else "no_code"


def _texts(tries: Iterator[Image.Image], ours: re.Pattern[str], until: float) -> list[str]:
    """Look at one sheet in growing effort, until a code of ours is there or time is up; keep all codes seen."""
    texts: list[str] = []
    for picture in tries:
        texts += codes_in(picture)
        if any(ours.fullmatch(text) for text in texts) or time.monotonic() > until:
            break
    return texts


def _mended(grey: Image.Image) -> Iterator[Image.Image]:
    """Undo what happened to the page, in several ways; each helps against some (tests/load/degraded).

    Lit evenly against shade; softened against specks, cut at a grey against stains and creases; sharpened
    against blur.
    """
    shades: Any = grey.getextrema()
    if shades[1] - shades[0] < FAINTEST:
        return
    for side in MENDED_SIDES:
        even = _evenly_lit(_sized(grey, side))
        soft = even.filter(ImageFilter.GaussianBlur(1))
        for cut, page in product(CUTS, (soft, even)):
            yield page.point([255 * (point > cut) for point in range(256)])
        yield even.filter(ImageFilter.UnsharpMask(3, 250, 0))
        yield even.filter(ImageFilter.UnsharpMask(6, 300, 0))


def _sized(grey: Image.Image, side: int) -> Image.Image:
    """At this length of the longer side; never more than twice what is there."""
    ratio = min(side / max(grey.size), 2)
    size = (max(1, round(grey.width * ratio)), max(1, round(grey.height * ratio)))
    return grey.resize(size, Image.Resampling.BICUBIC, reducing_gap=2)


def _evenly_lit(grey: Image.Image) -> Image.Image:
    """Divide each point by the paper around it."""
    paper = grey.reduce(16).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.BoxBlur(1))
    light = paper.resize(grey.size, Image.Resampling.BILINEAR)
    return ImageMath.lambda_eval(
        lambda of: of["convert"](of["min"](of["page"] * 255 / (of["light"] + 1), 255), "L"),
        page=grey,
        light=light,
    )


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
            break
    yield from _mended(grey)


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
        yield (grey := page.render(scale=side / longer, grayscale=True).to_pil())
    yield from _mended(grey)


def _limit() -> None:
    """Bound memory and time, and forbid files, the core dump of a patient's page among them."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit()
    sys.stdout.write(
        json.dumps(decode(sys.stdin.buffer.read(), re.compile(sys.argv[1]), float(sys.argv[2])))
    )
