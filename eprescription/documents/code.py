"""The code printed on a prescription: the number, a dot and a token (product, decision 2).

The token is 128 random bits in 26 Crockford base-32 characters; only its keyed hash is stored.
The code holds no person, no drug, no address, no flag; it is as long for all (security, row 29).
"""

import hashlib
import hmac
import io
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import segno

from eprescription.documents import number as numbers

TOKEN_LENGTH = 26
TEXT_LENGTH = numbers.LENGTH + 1 + TOKEN_LENGTH
QR_VERSION = 3
"""29 modules a side: the smallest that holds the 45 characters at level Q (ISO/IEC 18004)."""
QR_MODULES = 17 + 4 * QR_VERSION
QUIET_ZONE = 4
"""Blank modules around the code (ISO/IEC 18004, 6.3.8)."""

SHAPE = re.compile(
    rf"(?:\]Q\d)?(?P<number>[0-9A-Z]{{{numbers.LENGTH}}})\."
    rf"(?P<token>[{numbers.CROCKFORD}]{{{TOKEN_LENGTH}}})"
)
# What the keys of a QWERTY scanner write on an AZERTY machine: Windows, then macOS and Belgium.
_DIGITS_OF_AZERTY = str.maketrans("&É\"'’(-È_ÇÀ§!", "1234456789068")
_SIGNS_OF_AZERTY = str.maketrans(":;/,?$", "...MM]")
_LETTERS_OF_AZERTY = str.maketrans("AQZW", "QAWZ")


@dataclass(frozen=True)
class Code:
    """What a scanned code says; the token is a secret: it is compared by its digest, never kept."""

    number: str
    token: str


def new_token() -> str:
    """Draw 128 random bits, written in 26 base-32 characters."""
    bits = secrets.randbits(128)
    return "".join(
        numbers.CROCKFORD[bits >> 5 * place & 31] for place in reversed(range(TOKEN_LENGTH))
    )


def token_digest(token: str, *, key: bytes) -> bytes:
    """Give the keyed hash (HMAC-SHA-256) under which a token is stored and looked up."""
    return hmac.new(key, token.encode("ascii"), hashlib.sha256).digest()


def code_text(number: str, token: str) -> str:
    """Write what the code holds."""
    return f"{number}.{token}"


def parse(text: str) -> Code | None:
    """Read a scanned or pasted code, or give nothing.

    Blanks around, lower case and the symbology prefix of scanners are forgiven. So is a hand
    scanner set for QWERTY on an AZERTY machine: of the possible readings, the first whose number
    has the right check character is kept.
    """
    for reading in _readings(text.strip().upper()):
        found = SHAPE.fullmatch(reading)
        if found and numbers.is_valid(found["number"]):
            return Code(found["number"], found["token"])
    return None


def _readings(text: str) -> Iterator[str]:
    """Yield the readings, the likeliest first: where signs of AZERTY stand, letters moved too."""
    plain = text.translate(_DIGITS_OF_AZERTY).translate(_SIGNS_OF_AZERTY)
    moved = plain.translate(_LETTERS_OF_AZERTY)
    yield from (plain, moved) if plain == text else (moved, plain)


def qr_svg(text: str) -> str:
    """Draw the code as an SVG without size, style or script: pages size it by the class ``qr``."""
    out = io.BytesIO()
    _qr(text).save(
        out,
        kind="svg",
        border=QUIET_ZONE,
        light="#fff",
        xmldecl=False,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        nl=False,
    )
    return out.getvalue().decode()


def qr_png(text: str, *, scale: int = 8) -> bytes:
    """Draw the code as a picture, ``scale`` pixels a module."""
    out = io.BytesIO()
    _qr(text).save(out, kind="png", border=QUIET_ZONE, scale=scale)
    return out.getvalue()


def _qr(text: str) -> segno.QRCode:
    """Encode at level Q in the one version of all codes; a text that does not fit is an error."""
    return segno.make(
        text,
        version=QR_VERSION,
        error="q",
        mode="alphanumeric",
        boost_error=False,
        micro=False,
    )
