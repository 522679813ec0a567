"""What a person typed or scanned: the code of a box, or words, with or without a typing error."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eprescription.catalogue.words import query_words

SHORTEST_QUERY = 2
MOST_WORDS = 10
LONGEST_QUERY = 300

# GS1 DataMatrix: optional symbology prefix, AI 01, then 0 + CIP13, then expiry, lot, serial…
_GS1 = re.compile(r"(?:\][A-Za-z]\d)?\x1d?\(?01\)?0(34009[0-9]{8})")
_SPACES = re.compile(r"\s")
# Sorts after every word: from "amox" to "amox" + this is everything that starts with it.
_LAST = "\U0010ffff"
# How the names of homeopathic medicines say what they are: "ARNICA 9 CH", "… DH".
_HOMEOPATHY = re.compile(r"ch|dh|homeo.*")


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a box: `field` is cip13 or cip7."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Words:
    """For each word that was typed, the forms under which it is looked for."""

    text: str
    forms: tuple[tuple[str, ...], ...]

    @property
    def counts(self) -> list[int]:
        """Under how many forms each word is looked for."""
        return [len(forms) for forms in self.forms]

    def params(self) -> dict[str, Any]:
        """Return the parameters of the query on the words of the catalogue: for each form, from
        itself to the last word that starts with it.

        `letters` marks the single letters, which are whole words if any medicine has them so
        ("vitamine d"), and beginnings otherwise ("amoxicilline a").
        """
        named = {
            f"form_{rank}_{n}": form
            for rank, forms in enumerate(self.forms)
            for n, form in enumerate(forms)
        }
        letters = [forms[0] for forms in self.forms]
        return {
            **named,
            **{f"{name}_end": form + _LAST for name, form in named.items()},
            **{f"forms_{rank}": list(forms) for rank, forms in enumerate(self.forms)},
            "all_words": (1 << len(self.forms)) - 1,
            "letters": sum(1 << rank for rank, word in enumerate(letters) if _letter(word)),
            "homeopathy": any(map(_HOMEOPATHY.fullmatch, named.values())),
        }

    def found_in(self, words: Sequence[str]) -> str:
        """Return the forms under which these words were found, as a person reads them."""
        return " ".join(
            next((f for f in forms if any(w.startswith(f) for w in words)), forms[0])
            for forms in self.forms
        )


def understand(text: str) -> Code | Words | None:
    """Return the code or the words in a text; None when it is too short to look for anything."""
    compact = _SPACES.sub("", text[:LONGEST_QUERY])
    if code := _code(compact):
        return code
    words = words_of(text[:LONGEST_QUERY])
    if sum(map(len, words)) < SHORTEST_QUERY:
        return None
    return Words(text[:LONGEST_QUERY], tuple((word,) for word in words))


def words_of(text: str) -> list[str]:
    """Return the words to look for, at most as many as a query can hold."""
    return query_words(text)[:MOST_WORDS]


def _code(compact: str) -> Code | None:
    if gs1 := _GS1.match(compact):
        return Code("cip13", gs1[1])
    if re.fullmatch(r"34009[0-9]{8}", compact):
        return Code("cip13", compact)
    return Code("cip7", compact) if re.fullmatch(r"[0-9]{7}", compact) else None


def _letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()
