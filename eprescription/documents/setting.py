"""Words set by Typst: PDF/A-2a and PDF/UA-1, the same bytes for the same words, no text read as markup."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from eprescription.documents.glyphs import UnprintableText, printable, unprintable

FOLDER = Path(__file__).parent
_STANDARDS: list[Any] = ["a-2a", "ua-1"]


def ready(words: dict[str, Any]) -> dict[str, Any]:
    """Words as the fonts can show them. Raises UnprintableText when no font holds a character."""
    page = each(words, printable)
    check(page)
    return page


def set_page(template: str, page: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of a template of this folder for ready words; `at` is its date, with a zone."""
    return typst.compile(
        FOLDER / template,
        root=FOLDER,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"d": json.dumps(page)},
        pdf_standards=_STANDARDS,
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )


def check(page: dict[str, Any]) -> None:
    """Refuse before Typst does: it tells one character at a time, and may panic on mixed scripts."""
    wrong: list[str] = []
    each(page, lambda text: wrong.extend(unprintable(text)))
    if wrong:
        raise UnprintableText("".join(dict.fromkeys(wrong)))


def each(value: Any, change: Callable[[str], Any]) -> Any:
    """Change every text, at any depth."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: each(item, change) for key, item in value.items()}
    return [each(item, change) for item in value] if isinstance(value, list) else value
