"""The printed ordonnance: one A4 page, PDF/A-2a and PDF/UA-1, the same bytes for the same facts.

Mentions of R. 5132-3 CSP, words in full of R. 5132-29 CSP, zones of R. 161-45 CSS, opposition and
identification device of R. 4072 CSP. The metadata hold the number and the date, nothing of a person.
"""

from typing import Any

from eprescription.documents import wording
from eprescription.documents.code import attestation_svg, qr_svg
from eprescription.documents.glyphs import UnprintableText, unprintable
from eprescription.documents.page import words_of
from eprescription.documents.printed import (
    Ordonnance,
    PrintedLine,
    PrintedPatient,
    PrintedPrescriber,
)
from eprescription.documents.setting import each, ready, set_page

__all__ = [
    "Ordonnance",
    "PrintedLine",
    "PrintedPatient",
    "PrintedPrescriber",
    "UnprintableText",
    "render",
    "unprintable",
]

_NARROW = ("duration", "renewals", "total", "quantity")


def render(ordonnance: Ordonnance) -> bytes:
    """Print the ordonnance as a PDF; raise ``UnprintableText`` when no font holds a character."""
    page = ready(words_of(ordonnance))
    _let_long_words_break(page)
    page["code"] = _picture(ordonnance)
    attested = page["code"] and ordonnance.attestation
    page["attestation"] = attestation_svg(attested) if attested else None
    return set_page("ordonnance.typ", page, at=ordonnance.issued_at)


def _picture(ordonnance: Ordonnance) -> str | None:
    """Draw the code, but never on a page that was cancelled."""
    if ordonnance.code is None or ordonnance.cancelled_at is not None:
        return None
    return qr_svg(ordonnance.code)


def _let_long_words_break(page: dict[str, Any]) -> None:
    page.update(each(page, wording.breakable))
    for line in (line for zone in page["zones"] for line in zone["lines"]):
        for name in _NARROW:
            line[name] = wording.breakable(line[name], wording.LONGEST_NARROW_WORD)
