"""The printed ordonnance: one A4 page, PDF/A-2a and PDF/UA-1, the same bytes for the same facts.

Mentions of R. 5132-3 CSP, words in full of R. 5132-29 CSP, zones of R. 161-45 CSS, opposition and
identification device of R. 4072 CSP. The metadata hold the number and the date, nothing of a person.
"""

import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import typst

from eprescription.documents import wording
from eprescription.documents.code import qr_svg
from eprescription.documents.glyphs import UnprintableText, printable, unprintable
from eprescription.documents.page import words_of
from eprescription.documents.printed import (
    Ordonnance,
    PrintedLine,
    PrintedPatient,
    PrintedPrescriber,
)

__all__ = [
    "Ordonnance",
    "PrintedLine",
    "PrintedPatient",
    "PrintedPrescriber",
    "UnprintableText",
    "render",
    "unprintable",
]

_TEMPLATE = Path(__file__).with_name("ordonnance.typ")
_STANDARDS: list[Any] = ["a-2a", "ua-1"]
_NARROW = ("duration", "renewals", "total", "quantity")


def render(ordonnance: Ordonnance) -> bytes:
    """Print the ordonnance as a PDF; raise ``UnprintableText`` when no font holds a character."""
    page = _each(words_of(ordonnance), printable)
    _check(page)
    _let_long_words_break(page)
    page["code"] = _picture(ordonnance)
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"d": json.dumps(page)},
        pdf_standards=_STANDARDS,
        timestamp=ordonnance.issued_at.astimezone(UTC),
    )


def _picture(ordonnance: Ordonnance) -> str | None:
    """Draw the code, but never on a page that was cancelled."""
    if ordonnance.code is None or ordonnance.cancelled_at is not None:
        return None
    return qr_svg(ordonnance.code)


def _check(page: dict[str, Any]) -> None:
    """Refuse before Typst does: it tells one character at a time, and may panic on mixed scripts."""
    wrong: list[str] = []
    _each(page, lambda text: wrong.extend(unprintable(text)))
    if wrong:
        raise UnprintableText("".join(dict.fromkeys(wrong)))


def _let_long_words_break(page: dict[str, Any]) -> None:
    page.update(_each(page, wording.breakable))
    for line in (line for zone in page["zones"] for line in zone["lines"]):
        for name in _NARROW:
            line[name] = wording.breakable(line[name], wording.LONGEST_NARROW_WORD)


def _each(value: Any, change: Callable[[str], Any]) -> Any:
    """Change every text, at any depth."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(item, change) for key, item in value.items()}
    return [_each(item, change) for item in value] if isinstance(value, list) else value
