"""Reading: photographs as people take them, and files as attackers make them."""

import ast
import io
import random
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageFilter

from eprescription.documents import decoding, reading
from eprescription.documents.code import SHAPE, qr_png
from eprescription.documents.ordonnance import render
from eprescription.documents.reading import Reading, read_file, read_frame
from tests.timing import ends_within

from .pages import CODE, NUMBER, an_ordonnance, faxed, picture_of, png

SOON = 2.0
SECONDS = reading.SECONDS
OTHER = "01S2TBPZ2JCNZZYGHT.4V2WY50H8M6C6WDK2N99Y0Y36R"
PDF = render(an_ordonnance())
ROWS = zlib.compress(b"\0" * 26_000_000)


def jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "WEBP", quality=70)
    return out.getvalue()


def sheet(*texts: str, size: tuple[int, int] = (900, 700)) -> Image.Image:
    """A white sheet with these codes side by side."""
    page = Image.new("L", size, 255)
    for i, text in enumerate(texts):
        page.paste(Image.open(io.BytesIO(qr_png(text, scale=6))).convert("L"), (60 + 300 * i, 120))
    return page


def photographed(page: Image.Image, width: int, height: int) -> Image.Image:
    """The page on a table: in perspective, a little out of focus, with shade and grain."""
    w, h = page.size
    corners = (-0.12 * w, -0.06 * h, -0.02 * w, 1.1 * h, 1.12 * w, 1.02 * h, 1.05 * w, -0.1 * h)
    table = Image.new("L", (3 * w, 3 * h), 96)
    table.paste(page, (w, h))
    moved = tuple(value + (w, h)[i % 2] for i, value in enumerate(corners))
    photo = table.transform((width, height), Image.Transform.QUAD, moved, Image.Resampling.BICUBIC)
    shade = Image.linear_gradient("L").resize((width, height)).point(lambda grey: 150 + grey // 3)
    photo = Image.composite(photo, Image.new("L", photo.size, 40), shade)
    photo = photo.filter(ImageFilter.GaussianBlur(width / 1600))
    return Image.blend(photo, Image.effect_noise((width, height), 60), 0.15).rotate(7, fillcolor=90)


def pdf_with(content: bytes, box: str = "0 0 595 842", pages: int = 1) -> bytes:
    """A PDF whose pages all draw this content."""
    packed = zlib.compress(content, 9)
    kids = " ".join(["3 0 R"] * pages)
    return b"".join(
        [
            b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
            f"2 0 obj<</Type/Pages/Count {pages}/Kids[{kids}]>>endobj\n".encode(),
            f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R>>endobj\n".encode(),
            f"4 0 obj<</Length {len(packed)}/Filter/FlateDecode>>stream\n".encode(),
            packed,
            b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        ]
    )


def pdf_of_laughs(levels: int = 7, times: int = 30) -> bytes:
    """A PDF of two kilobytes whose page draws a form that draws a form … some billion times."""
    parts = [
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 10 0 R",
        b"/Resources<</XObject<</X 11 0 R>>>>>>endobj\n",
        f"10 0 obj<</Length {5 * times}>>stream\n{'/X Do' * times}\nendstream endobj\n".encode(),
    ]
    for level in range(11, 11 + levels):
        body = "/X Do " * times if level < 10 + levels else "0 0 595 842 re f"
        form = f"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Length {len(body)}"
        inner = f"/Resources<</XObject<</X {level + 1} 0 R>>>>"
        parts.append(f"{level} 0 obj<<{form}{inner}>>stream\n{body}\nendstream endobj\n".encode())
    return b"".join([*parts, b"trailer<</Root 1 0 R>>\n%%EOF"])


def png_that_claims(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", ROWS), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def flipped(data: bytes, seed: int) -> bytes:
    """The same file with some bytes changed, after its first ones, and perhaps its end lost."""
    dice = random.Random(seed)
    broken = bytearray(data)
    for _ in range(dice.randint(1, 40)):
        broken[dice.randrange(12, len(broken))] = dice.randrange(256)
    return bytes(broken[: dice.choice([len(broken), dice.randrange(20, len(broken))])])


@pytest.fixture
def hurry(monkeypatch, no_hurry):
    """The limit of the product, which the other tests do not have."""
    monkeypatch.setattr(reading, "SECONDS", SECONDS)


# --- What people hand over


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PDF, id="the PDF itself"),
        pytest.param(png(picture_of(PDF, 110)), id="PNG at 110 dpi"),
        pytest.param(png(faxed(PDF)), id="fax"),
        pytest.param(jpeg(picture_of(PDF, 300)), id="JPEG at 300 dpi"),
        pytest.param(webp(picture_of(PDF, 150)), id="WebP"),
        pytest.param(jpeg(picture_of(PDF, 150).rotate(90, expand=True)), id="on its side"),
        pytest.param(
            jpeg(picture_of(PDF, 150).rotate(193, expand=True, fillcolor=255)), id="upside down"
        ),
        pytest.param(png(picture_of(PDF, 150).convert("1").convert("P")), id="palette"),
        pytest.param(
            png(picture_of(PDF, 150).convert("RGB").convert("CMYK").convert("L")), id="ink"
        ),
        pytest.param(b"\n" * 20 + PDF, id="PDF after blank lines"),
    ],
)
def test_the_code_is_read(data):
    assert read_file(data) == Reading((CODE,))


def test_a_photograph_of_the_page_is_read():
    """Twelve million pixels from a phone, the page in perspective, in a JPEG of poor quality."""
    data = jpeg(photographed(picture_of(PDF, 250), 3000, 4000), quality=55)
    with ends_within(SOON):
        assert read_file(data) == Reading((CODE,))


def test_a_small_code_on_a_large_photograph_is_read_at_a_higher_size():
    photo = Image.effect_noise((5500, 4400), 30)
    photo.paste(Image.open(io.BytesIO(qr_png(CODE, scale=4))).convert("L"), (3500, 2500))
    assert decoding.codes_in(thumbnail(photo, decoding.SIDES[0])) == []
    assert read_file(jpeg(photo, 20)) == Reading((CODE,))


def thumbnail(picture: Image.Image, side: int) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((side, side))
    return smaller


def test_a_transparent_picture_is_read_as_on_paper():
    code = sheet(CODE)
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=code.point(lambda grey: 255 - grey))
    assert read_file(png(clear)) == Reading((CODE,))


def test_ours_comes_first_and_all_are_told():
    assert read_file(png(sheet("251033155512345", CODE))).texts[0] == CODE
    both = read_file(png(sheet(CODE, OTHER))).texts
    assert set(both) == {CODE, OTHER}


def test_another_code_is_told_when_ours_is_not_there():
    assert read_file(png(sheet("251033155512345"))) == Reading(("251033155512345",))


def test_the_first_three_pages_of_a_pdf_are_read():
    assert read_file(book(2)) == Reading((CODE,))
    assert read_file(book(3)) == Reading(problem="no_code")


def book(blank: int) -> bytes:
    """A PDF with blank pages before the ordonnance."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(blank):
        document.new_page(595, 842)
    document.import_pages(pypdfium2.PdfDocument(PDF))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- What attackers hand over


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "not_readable", id="empty"),
        pytest.param(b"GIF89a" + b"\0" * 90, "not_readable", id="GIF"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_readable", id="SVG"),
        pytest.param(b"%!PS\n(x) show", "not_readable", id="PostScript"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"x" * 500, "not_readable", id="broken PNG"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"x" * 500, "not_readable", id="broken JPEG"),
        pytest.param(b"RIFF\xff\xff\0\0WEBPVP8 " + b"x" * 50, "not_readable", id="broken WebP"),
        pytest.param(b"%PDF-1.7\nbroken", "not_readable", id="broken PDF"),
        pytest.param(PDF[: len(PDF) // 3], "not_readable", id="half a PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"x" * 6_000_000, "too_big", id="heavy"),
        pytest.param(png_that_claims(40_000, 40_000), "too_big", id="1.6 billion pixels"),
        pytest.param(png_that_claims(2**31 - 1, 1), "too_big", id="very wide"),
        pytest.param(png_that_claims(5_001, 5_000), "too_big", id="one row too many"),
        pytest.param(png_that_claims(5_000, 5_000), "no_code", id="as many as allowed"),
        pytest.param(jpeg(Image.new("L", (6000, 5000))), "too_big", id="large JPEG"),
        pytest.param(png(sheet()), "no_code", id="blank"),
        pytest.param(jpeg(Image.effect_noise((5_000, 5_000), 90), 5), None, id="noise"),
        pytest.param(pdf_with(b""), "no_code", id="blank PDF"),
        pytest.param(pdf_with(b"", pages=100_000), "no_code", id="many pages"),
        pytest.param(pdf_with(b"", box="0 0 99999999 1"), None, id="wide page"),
        pytest.param(pdf_with(b"", box="0 0 0 0"), None, id="page of no size"),
        pytest.param(pdf_of_laughs(), None, id="PDF that never ends"),
        pytest.param(pdf_with(b"0 0 595 842 re f\n" * 2_000_000), None, id="PDF that draws much"),
        pytest.param(pdf_with(b"q " * 50_000_000), None, id="PDF that unpacks to 100 MB"),
        pytest.param(
            png_that_claims(900, 900, (b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 200_000_000))),
            None,
            id="text that unpacks to 200 MB",
        ),
    ],
)
def test_a_hostile_file_gets_an_answer_soon_and_kills_nothing(request, data, problem):
    if problem is None:  # may as well be left when its time is over
        request.getfixturevalue("hurry")
    with ends_within(SOON):
        found = read_file(data)
    assert found.texts == ()
    assert found.problem == problem or (problem is None and found.problem)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(PDF, id="PDF"),
        pytest.param(png(sheet(CODE)), id="PNG"),
        pytest.param(jpeg(sheet(CODE)), id="JPEG"),
        pytest.param(webp(sheet(CODE)), id="WebP"),
    ],
)
def test_a_damaged_file_gives_the_code_or_a_reason(whole, seed):
    with ends_within(SOON):
        found = read_file(flipped(whole, seed))
    assert bool(found.texts) != bool(found.problem)


def test_a_file_that_takes_too_long_is_left(monkeypatch):
    assert SECONDS < SOON
    monkeypatch.setattr(reading, "SECONDS", 0.001)
    assert read_file(PDF) == Reading(problem="too_slow")


@pytest.mark.parametrize(
    ("data", "most"),
    [
        pytest.param(jpeg(Image.effect_noise((5_000, 5_000), 90), 5), 256, id="25 Mpx JPEG"),
        pytest.param(png_that_claims(5_000, 5_000), 256, id="25 Mpx PNG"),
        pytest.param(pdf_of_laughs(), 768, id="PDF that never ends"),
    ],
)
def test_memory_is_bounded(tmp_path, data, most):
    (tmp_path / "file").write_bytes(data)
    taken = int(limited_python(PEAK.format(tmp_path / "file", decoding.__file__)).stdout)
    assert 8 < taken <= most


PEAK = """
import os, subprocess
decoder = subprocess.Popen(
    [sys.executable, '-I', {1!r}, 'x', 'inf'], stdin=open('{0}', 'rb'),
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)
print(os.wait4(decoder.pid, 0)[2].ru_maxrss // 1024)
"""


def test_memory_beyond_the_limit_is_refused():
    code = "import decoding; decoding._limit(); bytearray(900 * 1024 * 1024)"
    assert "MemoryError" in limited_python(code).stderr


def test_the_decoder_cannot_write_a_file(tmp_path):
    target = tmp_path / "patient"
    code = f"import decoding; decoding._limit(); open({str(target)!r}, 'wb', 0).write(b'x')"
    assert "File too large" in limited_python(code).stderr
    assert target.read_bytes() == b""


def test_the_decoder_knows_no_setting_and_no_key(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary")
    seen = {}
    run = subprocess.run

    def spy(command, **options):
        seen.update(options, command=command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", spy)
    assert read_file(PDF).texts == (CODE,)
    assert seen["env"] == {} and "-I" in seen["command"]
    tree = ast.parse(Path(decoding.__file__).read_text())
    names = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    names |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert not [name for name in names if name.split(".")[0] in ("eprescription", "django")]


def limited_python(code: str) -> subprocess.CompletedProcess[str]:
    path = f"import sys; sys.path.insert(0, {str(Path(decoding.__file__).parent)!r}); "
    return subprocess.run(
        [sys.executable, "-c", path + code], capture_output=True, text=True, check=False
    )


def test_the_shape_that_stops_the_search_is_that_of_our_codes():
    assert re.compile(SHAPE.pattern).fullmatch(CODE)
    assert not SHAPE.fullmatch(NUMBER)


# --- Frames


@pytest.mark.parametrize("encode", [png, jpeg, webp])
def test_a_frame_is_read(encode):
    assert read_frame(encode(sheet(CODE, size=(640, 480)))) == CODE


def test_a_frame_with_two_codes_gives_ours():
    assert read_frame(png(sheet("251033155512345", CODE))) == CODE
    assert read_frame(png(sheet("251033155512345"))) == "251033155512345"


def test_a_frame_without_code_gives_nothing():
    assert read_frame(jpeg(sheet())) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        PDF,
        b"\xff\xd8\xff" + b"x" * 100,
        png(sheet(CODE)) + b"\0" * reading.LARGEST_FRAME,
        png_that_claims(40_000, 40_000),
        png_that_claims(2_001, 2_000),
    ],
)
def test_what_is_no_frame_gives_nothing(data):
    assert read_frame(data) is None


def test_pixels_are_counted_before_a_frame_is_decoded(monkeypatch):
    """The head says it all: not one row of this picture is unpacked."""
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    assert read_frame(png_that_claims(2_001, 2_000)) is None


@pytest.mark.parametrize("seed", range(150))
def test_a_damaged_frame_never_raises(seed):
    whole = [png, jpeg, webp][seed % 3](sheet(CODE))
    assert read_frame(flipped(whole, seed)) in (None, CODE)
