"""Turn names of medicines, and what people type to find them, into the same words.

Accents and capitals go away; a number and its unit become one word (500mg), however they are
written. Done in Python once for the index and for the query, so that the database needs no
extension and both always agree. Pure.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from eprescription.catalogue.spelling import meant

LONGEST_WORD = 60

Unfinished = Literal["never", "at the end", "anywhere"]

_UNITS = {
    name: unit
    for unit, names in {
        "g": "g gramme grammes",
        "mg": "mg milligramme milligrammes",
        "microg": "microg mcg ug microgramme microgrammes",
        "ng": "ng nanogramme nanogrammes",
        "ml": "ml millilitre millilitres",
        "ui": "ui unite unites",
        "mui": "mui",
        "mmol": "mmol",
        "%": "%",
    }.items()
    for name in names.split()
}
# Short ones are left alone: an error in "mg" could be anything.
_LONG_UNITS = {name for name in _UNITS if len(name) > 4}
_PERCENT = ["pour", "cent"]
_MILLIGRAMS = {"g": Decimal(1000), "mg": Decimal(1), "microg": Decimal("0.001")}

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "µ": "u", "μ": "u", "\u2019": "'"})
_WRITINGS = (
    (re.compile(r"\bu\.\s?i\b\.?"), "ui"),
    (re.compile(r"\bl\.\s?p\b\.?"), "lp"),
    (re.compile(r"\bliberation prolongee\b"), "lp liberation prolongee"),
    (re.compile(r"\bpour cent\b"), "%"),
    (re.compile(r"(?<=\d)\s(?=\d{3}(?!\d))"), ""),  # 100 000
    (re.compile(r"(?<=\d),(?=\d)"), "."),
)
_WORD = re.compile(r"\d+(?:\.\d+)?|[a-z]+|%")
_AFTER_NUMBER = re.compile(r"(\d)\s*([a-z]{3,})((?:\s+[a-z]{3,5})?)")
_COMPOUND = re.compile(r"[a-z]+(?:-[a-z]+)+")


def index_words(text: str) -> list[str]:
    """Return the words by which a text is found, in its order, without repetition.

    500 mg is also found as 0.5 g, 0.2 mg as 200 microg; M-M-RVAXPRO also as one word.
    """
    found: dict[str, None] = {}
    folded = _fold(text)
    for word in _joined(folded, unfinished="never"):
        found.update(dict.fromkeys([word, *_same_dose(word)]))
    # A query ends "1440 u" on its way to a unit, or because the name says so: both must be found.
    found.update(dict.fromkeys(_joined(folded, unfinished="anywhere")))
    found.update(dict.fromkeys(word.replace("-", "") for word in _COMPOUND.findall(folded)))
    return [word[:LONGEST_WORD] for word in found]


def query_words(text: str) -> list[str]:
    """Return the words that a person typed, the last of which may be unfinished ("500 m")."""
    return list(dict.fromkeys(_joined(_fold(text), unfinished="at the end")))


def forgive_units(text: str) -> str:
    """Return the text with one typing error forgiven in each long unit that follows a number
    ("125 mcrogrammes", "2,4 poor cent"). The number itself is never touched."""
    return _AFTER_NUMBER.sub(_forgiven, _fold(text))


def _forgiven(found: re.Match[str]) -> str:
    number, word, rest = found.groups()
    words = [word, *rest.split()]
    if [meant(w, (name,)) or w for w, name in zip(words, _PERCENT, strict=False)] == _PERCENT:
        return f"{number} %"
    return f"{number} {meant(word, _LONG_UNITS) or word}{rest}"


def same_words(text: str) -> str:
    """Return one writing for all the ways to write this, in its order: "1 G/125mg" and
    "1000 mg / 125 mg" give "1000mg 125mg". Nothing is dropped: 5 mg/5 mg are two strengths."""
    return " ".join(_in_milligrams(word) for word in _joined(_fold(text), unfinished="never"))


def _in_milligrams(word: str) -> str:
    return next(_same_dose(word), word)


def _fold(text: str) -> str:
    lower = " ".join(text.lower().translate(_LETTERS).split())
    bare = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    for written, shorter in _WRITINGS:
        bare = written.sub(shorter, bare)
    return bare


def _joined(folded: str, *, unfinished: Unfinished) -> Iterator[str]:
    """Yield words, numbers glued to the unit that follows them, or to the beginning of one."""
    words = _WORD.findall(folded)
    rank = 0
    while rank < len(words):
        word = words[rank]
        rank += 1
        if word[0].isdigit():
            word = _number(word)
            follower = words[rank] if rank < len(words) else ""
            begun = unfinished == "anywhere" or (
                unfinished == "at the end" and rank == len(words) - 1
            )
            unit = _UNITS.get(follower) or (follower if begun and _begins(follower) else "")
            rank += bool(unit)
            word += unit
        yield word


def _begins(word: str) -> bool:
    """Tell whether a word is on its way to a unit: "500 m" must still find 500 mg."""
    return any(unit.startswith(word) for unit in _UNITS)


def _same_dose(word: str) -> Iterator[str]:
    """Yield the other ways to write a mass: grams from 100 mg up, micrograms under 1 mg."""
    found = re.fullmatch(r"([\d.]+)(g|mg|microg)", word)
    if not found:
        return
    milligrams = Decimal(found[1]) * _MILLIGRAMS[found[2]]
    units = ["mg"] + ["g"] * (milligrams >= 100) + ["microg"] * (milligrams < 1)
    for unit in units:
        yield f"{_number(str(milligrams / _MILLIGRAMS[unit]))}{unit}"


def _number(text: str) -> str:
    """Write a number in its shortest form: 2.40 and 2.4 are one word."""
    return f"{Decimal(text).normalize():f}"
