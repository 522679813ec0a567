"""The lines of an ordonnance as one text that a person can copy from the paper, and its digest. Pure: no Django.

One line a row, in the order of the page: what, strength and form, brand, posology, quantity in full, duration,
quantity, renewals, mentions. Case, blanks, middle dots and the commas between two parts do not count; a decimal comma
does. The digest hides nothing from somebody who holds the page and guesses: the page says it all.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from eprescription.documents.attestation.code import DIGEST
from eprescription.documents.printed import PrintedLine

DOMAIN = "lines 1"
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BETWEEN = re.compile(r"[\s·|]+|,(?=\s)|,$")
_APOSTROPHES = str.maketrans("’‘`´", "''''")


def lines_text(lines: Iterable[PrintedLine]) -> str:
    """The lines as the page prints them, one a row."""
    return "\n".join(_row(line) for line in lines)


def lines_digest(number: str, text: str) -> bytes:
    """The digest of such a text, however it was copied; of another number it is another one."""
    said = "\n".join((DOMAIN, number, *filter(None, map(_plain, text.splitlines()))))
    return hashlib.sha256(said.encode()).digest()[:DIGEST]


def _row(line: PrintedLine) -> str:
    named = line.name if line.inn and not line.by_inn else ""
    head = " ".join(filter(None, (line.inn or line.name, line.strength)))
    parts = (
        *(f"{head}, {line.form}" if line.form else head, named),
        *(f"LPP {line.lpp}" if line.lpp else "", line.posology, line.quantity_words or ""),
        *(line.duration, line.total, line.quantity, line.renewals),
        *("ALD" if line.ald else "", line.non_substitutable, *line.mentions),
    )
    return " · ".join(" ".join(part.split()) for part in parts if part)


def _plain(row: str) -> str:
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", row.translate(_APOSTROPHES)))
    return _BETWEEN.sub(" ", _BETWEEN.sub(" ", text)).strip().lower()
