"""The text of the signed code: 44 bytes that say what is attested, 64 of Ed25519, in base 32. Pure: no Django.

| bytes | what |
| --- | --- |
| 0 | kind: 0x21 an ordonnance, 0x22 a sheet of a downtime pad |
| 1-4 | name of the key |
| 5-14 | number, its fifteen random characters |
| 15-16, 17-18 | issued, expires: days since 1 January 2020 |
| 19-23 | RPPS of the prescriber, 0 when he has none |
| 24, 25 | how many lines, and boxes in all (255: or more), for eyes that compare |
| 26-43 | first 18 bytes of the SHA-256 of the lines (lines.py) |
| 44-107 | signature over DOMAIN and bytes 0-43 |

No name, no medicine, no flag: an anonymous prescription has the same code as all others. 175 characters stand in a QR
code of version 7 at level M.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from eprescription.documents.code import ATTESTATION
from eprescription.documents.number import CROCKFORD, VERSION, check_character

DOMAIN = b"ordonnance numerique, attestation 2\n"
PREFIX = ATTESTATION
CONTENT, SIGNATURE = 44, 64
DIGEST = 18
_CHARACTERS = -(-(CONTENT + SIGNATURE) * 8 // 5)
LENGTH = len(PREFIX) + _CHARACTERS
_SPARE = _CHARACTERS * 5 - (CONTENT + SIGNATURE) * 8  # bits of the last character that say nothing
SHAPE = re.compile(rf"2\.[{CROCKFORD}]{{{_CHARACTERS}}}")
FIRST_DAY = date(2020, 1, 1)
MOST = 255


class Kind(IntEnum):
    """What the portal attests."""

    PRESCRIPTION = 0x21
    PAD = 0x22


@dataclass(frozen=True)
class Attested:
    """What a code says once its signature holds."""

    kind: Kind
    number: str
    issued_on: date
    expires_on: date
    prescriber: str  # RPPS, eleven digits; empty when he has none
    lines: int = 0
    boxes: int = 0
    digest: bytes = bytes(DIGEST)


@dataclass(frozen=True)
class Signed:
    """A code as read: nothing of it is true before its signature was verified."""

    key: bytes
    content: bytes
    signature: bytes


def content_of(what: Attested, *, key: bytes) -> bytes:
    """The bytes that are signed under the key of this name."""
    random = what.number[len(VERSION) : -1]
    return b"".join(
        (
            bytes([what.kind]),
            key,
            _number_of(random).to_bytes(10, "big"),
            _days(what.issued_on),
            _days(what.expires_on),
            int(what.prescriber or 0).to_bytes(5, "big"),
            bytes([min(what.lines, MOST), min(what.boxes, MOST)]),
            what.digest,
        )
    )


def attested_by(content: bytes) -> Attested | None:
    """Reads signed bytes; nothing when they have no meaning."""
    number = int.from_bytes(content[5:15], "big")
    rpps = int.from_bytes(content[19:24], "big")
    if content[0] not in set(Kind) or number >> 75 or rpps >= 10**11:
        return None
    body = VERSION + _characters_of(number, 15)
    return Attested(
        kind=Kind(content[0]),
        number=body + check_character(body),
        issued_on=_day(content[15:17]),
        expires_on=_day(content[17:19]),
        prescriber=f"{rpps:011d}" if rpps else "",
        lines=content[24],
        boxes=content[25],
        digest=content[26:44],
    )


def text_of(content: bytes, signature: bytes) -> str:
    """What the QR code holds."""
    bits = int.from_bytes(content + signature, "big") << _SPARE
    return PREFIX + _characters_of(bits, _CHARACTERS)


def signed_in(text: str) -> Signed | None:
    """Takes the text of a code apart; nothing when it has not its shape."""
    if not SHAPE.fullmatch(text):
        return None
    bits = _number_of(text[len(PREFIX) :])
    if bits & ((1 << _SPARE) - 1):
        return None
    raw = (bits >> _SPARE).to_bytes(CONTENT + SIGNATURE, "big")
    return Signed(key=raw[1:5], content=raw[:CONTENT], signature=raw[CONTENT:])


def _number_of(text: str) -> int:
    value = 0
    for character in text:
        value = value << 5 | CROCKFORD.index(character)
    return value


def _characters_of(value: int, length: int) -> str:
    return "".join(CROCKFORD[value >> 5 * place & 31] for place in reversed(range(length)))


def _days(day: date) -> bytes:
    return (day - FIRST_DAY).days.to_bytes(2, "big")


def _day(days: bytes) -> date:
    return FIRST_DAY + timedelta(days=int.from_bytes(days, "big"))
