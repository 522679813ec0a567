"""One writing for the names of the thesaurus, its four levels, and keys that stay. Pure.

The thesaurus writes "ACIDE ACETYLSALICYLIQUE" here and "acide acétylsalicylique" there; its tables
name groups with and without punctuation. All are compared folded, and shown as the source wrote.
"""

import hashlib
import re
import unicodedata

GRAVEST_FIRST = ("CI", "ASDEC", "PE", "APEC")
ENGLISH = {
    "CI": "Contraindicated",
    "ASDEC": "Not recommended",
    "PE": "Precaution for use",
    "APEC": "To be taken into account",
}
LONGEST_KEY = 80

_LEVELS = {
    "CI": "CI",
    "CONTRE INDICATION": "CI",
    "CONTRE INDIQUE": "CI",
    "ASDEC": "ASDEC",
    "ASSOCIATION DECONSEILLEE": "ASDEC",
    "PE": "PE",
    "PRECAUTION D EMPLOI": "PE",
    "APEC": "APEC",
    "A PRENDRE EN COMPTE": "APEC",
}
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})
_WORD = re.compile(r"[a-z0-9]+")
# A hyphen alone stands in "contre-indication"; between levels it has spaces around it.
_BETWEEN_LEVELS = re.compile(r"\s+-\s+|\s*[|/;]\s*")


def fold(name: str) -> str:
    """Return a name without accents, punctuation and lower case: "Bêta-bloquants" is "BETA BLOQUANTS"."""
    bare = unicodedata.normalize("NFD", name.translate(_LETTERS).lower())
    return " ".join(_WORD.findall("".join(c for c in bare if not unicodedata.combining(c)))).upper()


def levels_of(text: str) -> tuple[str, ...]:
    """Return the levels that a source writes, the gravest first: "CI - PE" is ("CI", "PE").

    Raises ValueError for a level that the thesaurus does not know, or for none.
    """
    written = {_LEVELS.get(fold(part), "") for part in _BETWEEN_LEVELS.split(text.strip())}
    if "" in written:
        raise ValueError(f"unknown level: {text[:40]!r}")
    return tuple(level for level in GRAVEST_FIRST if level in written)


def stable_key(kind: str, *names: str) -> str:
    """Return a key of at most 80 characters, the same whatever the order of the names."""
    key = f"{kind}:{'+'.join(sorted(name.replace(' ', '-') for name in names))}"
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.blake2s(key.encode(), digest_size=6).hexdigest()
    return f"{key[: LONGEST_KEY - len(digest) - 1]}~{digest}"
