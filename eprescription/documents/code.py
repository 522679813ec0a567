"""The code printed on a prescription: the number, a dot and a token (product, decision 2).

The token is 128 random bits in 26 Crockford base-32 characters; only its keyed hash is stored.
The code holds no person, no drug, no address, no flag; it is as long for all (security, row 29).
"""

import hashlib
import hmac
import io
import re
import secrets
from dataclasses import dataclass
from itertools import chain

import segno

from eprescription.documents import keyboards
from eprescription.documents import number as numbers

TOKEN_LENGTH = 26
TEXT_LENGTH = numbers.LENGTH + 1 + TOKEN_LENGTH
LONGEST = 200
"""Characters of a text that is looked at."""
QR_VERSION = 3
"""29 modules a side: the smallest that holds the 45 characters at level Q (ISO/IEC 18004)."""
QR_MODULES = 17 + 4 * QR_VERSION
QUIET_ZONE = 4
"""Blank modules around the code (ISO/IEC 18004, 6.3.8)."""
ATTESTATION = "2."
"""How the text of a code begins that is verified offline (``attestation``)."""
ATTESTATION_VERSION = 7
"""45 modules a side: the smallest that holds the 175 characters of an attestation at level M."""

SHAPE = re.compile(
    rf"(?:\]Q\d)?(?P<number>[0-9A-Z]{{{numbers.LENGTH}}})\."
    rf"(?P<token>[{numbers.CROCKFORD}]{{{TOKEN_LENGTH}}})"
)
# Between the number and the token stands a dot, whatever key a machine took it for.
_DOTS = str.maketrans(":;/,>’", ".....'")


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
    """Read a scanned or pasted code, or give nothing: the likeliest of its readings."""
    return next(iter(readings_of(text)), None)


def readings_of(text: str) -> tuple[Code, ...]:
    """Give all that a text may mean, the likeliest first; no more than a dozen, mostly one or none.

    Blanks around, lower case and the symbology prefix of scanners are forgiven. So is a hand scanner
    set for another keyboard than the machine's. The check character of the number drops most of the
    wrong readings; a token has none, so that those whose letters may have moved all stay.
    """
    typed = text[:LONGEST].strip()
    likely = chain(keyboards.readings(typed), keyboards.readings_under_caps_lock(typed))
    shapes = (SHAPE.fullmatch(reading.upper().translate(_DOTS)) for reading in likely)
    found = (Code(s["number"], s["token"]) for s in shapes if s and numbers.is_valid(s["number"]))
    return tuple(dict.fromkeys(found))


def qr_svg(text: str) -> str:
    """Draw the code as an SVG without size, style or script: pages size it by the class ``qr``."""
    return _svg(_qr(text))


def attestation_svg(text: str) -> str:
    """Draw the code that is verified offline (``attestation``) in the same way."""
    return _svg(_qr(text, version=ATTESTATION_VERSION, error="m"))


def qr_png(text: str, *, scale: int = 8) -> bytes:
    """Draw the code as a picture, ``scale`` pixels a module."""
    out = io.BytesIO()
    _qr(text).save(out, kind="png", border=QUIET_ZONE, scale=scale)
    return out.getvalue()


def _svg(code: segno.QRCode) -> str:
    out = io.BytesIO()
    code.save(
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


def _qr(text: str, *, version: int = QR_VERSION, error: str = "q") -> segno.QRCode:
    """Encode in the one version and level of all codes of its kind; a text that does not fit is an error."""
    return segno.make(
        text,
        version=version,
        error=error,
        mode="alphanumeric",
        boost_error=False,
        micro=False,
    )
