"""Verifies a code with the published list and nothing else: no database, no network."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from eprescription.documents import keyboards
from eprescription.documents.attestation.book import Book, mark_of
from eprescription.documents.attestation.code import (
    DOMAIN,
    PREFIX,
    Attested,
    Kind,
    Signed,
    attested_by,
    signed_in,
)
from eprescription.documents.attestation.lines import lines_digest

LONGEST = 400
_DOTS = str.maketrans(":;/,>", ".....")


class Problem(StrEnum):
    """Why a code is not to be trusted; one that has run out is genuine and of no use."""

    SHAPE = "shape"
    KEY_UNKNOWN = "key_unknown"
    KEY_REVOKED = "key_revoked"
    FORGED = "forged"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LINES = "lines"


@dataclass(frozen=True)
class Verdict:
    """`problem` is empty for a code to trust; `attested` is what a true signature covers."""

    problem: Problem | None
    attested: Attested | None = None


def verify(text: str, book: Book, *, on: date, lines: str = "") -> Verdict:
    """Verifies a scanned, pasted or typed code; with `lines`, as copied from the paper, verifies these too."""
    verdicts = [_verdict(signed, book) for signed in _readings(text)]
    true = next((v for v in verdicts if v.attested), None)
    if true is None or true.problem or true.attested is None:
        return true or next(iter(verdicts), Verdict(Problem.SHAPE))
    what = true.attested
    if mark_of(what.number) in book.cancelled:
        return Verdict(Problem.CANCELLED, what)
    if what.kind is Kind.PRESCRIPTION and lines.strip() and not _says(what, lines):
        return Verdict(Problem.LINES, what)
    return Verdict(Problem.EXPIRED if on > what.expires_on else None, what)


def _says(what: Attested, lines: str) -> bool:
    return lines_digest(what.number, lines) == what.digest


def _verdict(signed: Signed, book: Book) -> Verdict:
    if signed.key in book.revoked:
        return Verdict(Problem.KEY_REVOKED)
    public = book.keys.get(signed.key)
    if public is None:
        return Verdict(Problem.KEY_UNKNOWN)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, DOMAIN + signed.content)
    except InvalidSignature:
        return Verdict(Problem.FORGED)
    what = attested_by(signed.content)
    return Verdict(None, what) if what else Verdict(Problem.FORGED)


def _readings(text: str) -> Iterator[Signed]:
    """As it stands first, then as a hand scanner on another keyboard may have written it."""
    typed = text[:LONGEST].strip()
    for reading in (*keyboards.readings(typed), *keyboards.readings_under_caps_lock(typed)):
        compact = "".join(reading.split()).upper().translate(_DOTS)
        start = compact.find(PREFIX) if compact.startswith("]Q") else 0
        if start >= 0 and (signed := signed_in(compact[start:])):
            yield signed
