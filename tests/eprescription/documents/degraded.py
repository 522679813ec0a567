"""The printed page as it reaches a pharmacy: faxed, folded, stained, photographed in a hurry.

Each kind takes the page in grey at 200 dpi and its dice, and gives the picture of the file that is handed
over. The same seed gives the same pixels. The code is 30 mm wide, 8 pixels a module.
"""

import io
from collections.abc import Callable, Iterator
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from eprescription.documents.ordonnance import render

from .pages import CODE, LINE, LONG_LINE, MORPHINE, an_ordonnance, codes_in, picture_of

DPI = 200
MOST_STAINED = 0.04
"""Of the area of the code."""
Box = tuple[int, int, int, int]
Kind = Callable[[Image.Image, Random], Image.Image]
GREY = Image.Resampling.BICUBIC


def a_page() -> Image.Image:
    """An ordonnance of four lines in grey, with the code of `CODE`."""
    lines = (LINE, LONG_LINE, LONG_LINE, MORPHINE)
    return picture_of(render(an_ordonnance(*lines)), DPI)


def renderings(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """So many files, by turns of each kind: its name, and the bytes as a scanner or a phone writes them."""
    page = a_page()
    for i in range(count):
        name = list(KINDS)[i % len(KINDS)]
        dice = Random(f"{seed} {name} {i}")
        yield name, encoded(KINDS[name](page, dice), name, dice)


def encoded(picture: Image.Image, name: str, dice: Random) -> bytes:
    """A fax is a picture of two colours without loss; all else is a JPEG, and a poor one where that is the fault."""
    out = io.BytesIO()
    if name == "fax":
        picture.save(out, "PNG")
    else:
        low, high = (5, 15) if name == "JPEG" else (40, 85)
        picture.save(out, "JPEG", quality=dice.randint(low, high))
    return out.getvalue()


def fax(page: Image.Image, dice: Random) -> Image.Image:
    """150 dpi, black or white; a little skewed, speckled, with rows lost on the line."""
    small = page.resize((page.width * 150 // DPI, page.height * 150 // DPI), Image.Resampling.BOX)
    skewed = small.rotate(dice.uniform(-2, 2), GREY, fillcolor=255)
    cut = dice.randint(90, 165)
    sheet = skewed.point(lambda grey: 255 * (grey > cut)).convert("1")
    draw = ImageDraw.Draw(sheet)
    for _ in range(4000):
        x, y = dice.randrange(sheet.width), dice.randrange(sheet.height)
        draw.rectangle((x, y, x + dice.randrange(2), y), dice.randrange(2))
    for _ in range(dice.randint(0, 8)):
        y = dice.randrange(sheet.height)
        draw.rectangle((0, y, sheet.width, y + dice.randint(0, 1)), dice.randrange(2))
    return sheet


def folds(page: Image.Image, dice: Random) -> Image.Image:
    """Folded in four, one fold across the code: a worn or dark crease, a slip of the print, a side in shade."""
    left, top, right, bottom = _code_box(page)
    sheet = _fold(page, dice, dice.randint(top, bottom))
    turned = _fold(sheet.rotate(90, expand=True), dice, page.width - dice.randint(left, right))
    return turned.rotate(-90, expand=True)


def blur(page: Image.Image, dice: Random) -> Image.Image:
    """Out of focus, up to half a module, or shaken by a hand."""
    soft = page.filter(ImageFilter.GaussianBlur(dice.uniform(1.5, 4)))
    return _shaken(soft, dice.randint(0, 6))


def shadow(page: Image.Image, dice: Random) -> Image.Image:
    """The shade of a hand or of a phone, its edge over the code."""
    left, top, right, bottom = _code_box(page)
    shade = Image.new("L", page.size, 255)
    x, y = dice.randint(left, right), dice.randint(top, bottom)
    lean, dark = dice.randint(-300, 300), dice.randint(50, 120)
    corner = dice.choice([0, page.width])
    ImageDraw.Draw(shade).polygon(
        [(corner, y), (x, y), (x + lean, page.height), (corner, page.height)], dark
    )
    return ImageChops.multiply(page, shade.filter(ImageFilter.GaussianBlur(dice.uniform(2, 40))))


def angle(page: Image.Image, dice: Random) -> Image.Image:
    """Photographed from the side on a table, each corner off by up to a fifth of the page."""
    w, h = page.size
    table = Image.new("L", (2 * w, 2 * h), dice.randint(40, 140))
    table.paste(page, (w // 2, h // 2))
    off = [dice.uniform(0.02, 0.22) for _ in range(8)]
    square = [(-1, -1), (-1, 1), (1, 1), (1, -1)]
    corners = [
        (w + sx * w * (0.5 + off[2 * i]), h + sy * h * (0.5 + off[2 * i + 1]))
        for i, (sx, sy) in enumerate(square)
    ]
    quad = tuple(value for corner in corners for value in corner)
    return table.transform((2000, 2667), Image.Transform.QUAD, quad, GREY)


def rotation(page: Image.Image, dice: Random) -> Image.Image:
    """Any way up."""
    return page.rotate(dice.uniform(0, 360), GREY, expand=True, fillcolor=dice.randint(60, 255))


def low_light(page: Image.Image, dice: Random) -> Image.Image:
    """Little light and a sensor that makes noise of it."""
    black, white = dice.randint(5, 30), dice.randint(60, 110)
    dim = page.point(lambda grey: black + grey * (white - black) // 255)
    return _noisy(dim, dice, dice.randint(10, 22))


def jpeg(page: Image.Image, dice: Random) -> Image.Image:
    """Sent from hand to hand until little is left: 100 to 130 dpi, then a poor quality."""
    dpi = dice.randint(100, 130)
    return page.resize(
        (page.width * dpi // DPI, page.height * dpi // DPI), Image.Resampling.BILINEAR
    )


def stain(page: Image.Image, dice: Random) -> Image.Image:
    """Coffee over the code, on up to 4 % of its area, wherever it falls; and a ring on the page."""
    box = _code_box(page)
    sheet = page.copy()
    _ring(sheet, dice)
    return _stained(sheet, box, dice)


def together(page: Image.Image, dice: Random) -> Image.Image:
    """Several at once, each of them milder: what people do to a page is not one thing."""
    sheet = _stained(page, _code_box(page), dice)
    if dice.random() < 0.5:
        sheet = folds(sheet, dice)
    if dice.random() < 0.5:
        sheet = shadow(sheet, dice)
    photo = angle(sheet, dice).filter(ImageFilter.GaussianBlur(dice.uniform(0.4, 1.4)))
    return _noisy(
        photo.rotate(dice.uniform(-15, 15), GREY, fillcolor=90), dice, dice.randint(4, 10)
    )


KINDS: dict[str, Kind] = {
    "fax": fax,
    "folds": folds,
    "blur": blur,
    "shadow": shadow,
    "angle": angle,
    "rotation": rotation,
    "low light": low_light,
    "JPEG": jpeg,
    "stain": stain,
    "together": together,
}


def _code_box(page: Image.Image) -> Box:
    """Where the code stands on the clean page."""
    if page.size not in _CODE_BOXES:
        place = codes_in(page)[0].position
        _CODE_BOXES[page.size] = (
            place.top_left.x, place.top_left.y, place.bottom_right.x, place.bottom_right.y
        )  # fmt: skip
    return _CODE_BOXES[page.size]


_CODE_BOXES: dict[tuple[int, int], Box] = {}


def _fold(page: Image.Image, dice: Random, y: int) -> Image.Image:
    """A crease across the page at this height."""
    slip, width, tone = dice.randint(-2, 2), dice.randint(1, 4), dice.choice([70, 120, 235, 255])
    below = page.crop((0, y, page.width, page.height))
    below = (
        below.point(lambda grey: grey * dimmed // 100)
        if (dimmed := dice.randint(60, 100))
        else below
    )
    sheet = page.copy()
    sheet.paste(below, (slip, y))
    crease = Image.new("L", (page.width, width), tone)
    sheet.paste(crease, (0, y), Image.new("L", crease.size, dice.randint(120, 230)))
    return sheet


def _shaken(page: Image.Image, pixels: int) -> Image.Image:
    """The mean of the page and of its copies moved aside: a hand that moved."""
    mean = page
    for step in range(1, pixels + 1):
        mean = Image.blend(mean, ImageChops.offset(page, step, step // 2), 1 / (step + 1))
    return mean


def _noisy(page: Image.Image, dice: Random, amplitude: int) -> Image.Image:
    """Grain, up to twice `amplitude` up or down."""
    grains = [
        Image.frombytes("L", page.size, dice.randbytes(page.width * page.height)) for _ in "ab"
    ]
    grain = Image.blend(*grains, 0.5).point(lambda grey: 128 + (grey - 128) * 2 * amplitude // 128)
    return ImageChops.add(page, grain, offset=-128)


def _stained(page: Image.Image, box: Box, dice: Random) -> Image.Image:
    """One to three blots over the code, dark or brown, together no more than `MOST_STAINED` of it."""
    left, top, right, bottom = box
    sheet, blots = page.copy(), dice.randint(1, 3)
    area = MOST_STAINED * (right - left) * (bottom - top) * dice.uniform(0.5, 1) / blots
    mask = Image.new("L", page.size, 0)
    for _ in range(blots):
        ratio = dice.uniform(0.6, 1.6)
        rx, ry = (area * ratio / 3.1416) ** 0.5, (area / ratio / 3.1416) ** 0.5
        x, y = dice.uniform(left + rx, right - rx), dice.uniform(top + ry, bottom - ry)
        ImageDraw.Draw(mask).ellipse((x - rx, y - ry, x + rx, y + ry), dice.randint(120, 255))
    sheet.paste(Image.new("L", page.size, dice.randint(20, 110)), mask=mask)
    return sheet


def _ring(page: Image.Image, dice: Random) -> None:
    """What a cup leaves on the page beside the code."""
    x, y, r = dice.randint(200, 1000), dice.randint(600, 2000), dice.randint(150, 280)
    ImageDraw.Draw(page).ellipse(
        (x - r, y - r, x + r, y + r), outline=120, width=dice.randint(6, 18)
    )


__all__ = ["CODE", "KINDS", "a_page", "renderings"]
