"""What an allergy can be declared to, so that it is checked: a substance or a class of the base."""

from collections.abc import Iterator
from dataclasses import dataclass

from eprescription.catalogue.allergy_classes import CLASSES
from eprescription.catalogue.interactions.composition import Composition, composition
from eprescription.catalogue.interactions.reactions import AllergyFacts
from eprescription.catalogue.interactions.words import fold
from eprescription.rules.law import Text

__all__ = ["Allergen", "AllergyFacts", "allergen", "find_allergens"]

SHORTEST_QUERY = 2
MOST = 20

# What people say, where the base has another name; both folded.
ALSO_CALLED = {
    "ACIDE ACETYLSALICYLIQUE": "ASPIRINE",
    "AMOXICILLINE": "PENICILLINE",
    "BENZYLPENICILLINE": "PENICILLINE G",
    "EPINEPHRINE": "ADRENALINE",
    "SULFAMETHOXAZOLE": "COTRIMOXAZOLE",
    "TRIMETHOPRIME": "COTRIMOXAZOLE",
}


@dataclass(frozen=True)
class Allergen:
    """A choice of the form. `kind` and `code` as an Allergy keeps them."""

    kind: str
    code: str
    label: Text


def find_allergens(text: str, *, limit: int = MOST) -> list[Allergen]:
    """Return the classes, then the substances, whose names have words that start with all those
    typed, accents and capitals aside; those that start with the first word come first. In memory:
    one query, which tells whether the edition has changed."""
    typed = fold(text).split()
    if sum(map(len, typed)) < SHORTEST_QUERY:
        return []
    found = [choice for choice in _choices(composition()) if _matches(choice[0], typed)]
    found.sort(key=lambda c: (c[1].kind != "class", not c[0].startswith(typed[0]), c[0]))
    return [allergen for _words, allergen in found[:limit]]


def allergen(kind: str, code: str) -> Allergen | None:
    """Return the choice that a form sent back, or None when the catalogue offers no such thing."""
    offered = (a for _words, a in _choices(composition()) if (a.kind, a.code) == (kind, code))
    return next(offered, None)


def _choices(made: Composition) -> Iterator[tuple[str, Allergen]]:
    """Yield each choice with its words; a class of which the base has no medicine is no choice."""
    for row in CLASSES:
        if any(code.startswith(row.code) for code in made.codes):
            words = fold(f"{row.label.fr} {row.label.en} {row.words}")
            yield words, Allergen("class", row.code, row.label)
    for code, name in made.substances.items():
        words = made.words[code]
        words = f"{words} {ALSO_CALLED.get(words, '')}"
        yield words, Allergen("substance", code, Text(name.lower(), name.lower()))


def _matches(words: str, typed: list[str]) -> bool:
    if not all(start in words for start in typed):
        return False  # most of them, and told fast
    has = words.split()
    return all(any(word.startswith(start) for word in has) for start in typed)
