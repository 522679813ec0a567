"""Whether a drug holds, or resembles, what a person declared an allergy to. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eprescription.catalogue.allergy_classes import CROSSED, Crossed, is_class
from eprescription.catalogue.interactions.drugs import LEVEL_4, Classes, Examined
from eprescription.catalogue.interactions.findings import Finding
from eprescription.catalogue.interactions.thesaurus import Thesaurus
from eprescription.catalogue.interactions.words import stable_key
from eprescription.rules.law import Text

CURATED = "Table du portail"


@dataclass(frozen=True)
class AllergyFacts:
    """A declared allergy: `kind` is substance (five-digit code of the drug base), class (beginning
    of an ATC code) or other, which is only text and is not checked."""

    kind: str
    code: str
    label: str


def allergy_findings(
    seen: Examined, allergies: Sequence[AllergyFacts], thesaurus: Thesaurus, classes: Classes
) -> Iterator[Finding]:
    """Yield at most one finding for each allergy: the substance or the class itself, else its kin."""
    for allergy in allergies:
        finding = _finding(seen, allergy, thesaurus, classes)
        if finding:
            yield finding


def _finding(
    seen: Examined, allergy: AllergyFacts, thesaurus: Thesaurus, classes: Classes
) -> Finding | None:
    if allergy.kind == "substance" and allergy.code:
        told = {allergy.code, thesaurus.name([allergy.code])}
        if any(told & part.identity for part in seen.parts):
            return _contains(allergy)
        declared = classes.get(allergy.code, frozenset())
        return _same_class(seen, allergy, declared) or _crossed(seen, allergy, declared)
    if allergy.kind == "class" and allergy.code:
        if any(code.startswith(allergy.code) for code in seen.codes):
            return _belongs(allergy)
        return _crossed(seen, allergy, frozenset({allergy.code}))
    return None


def _contains(allergy: AllergyFacts) -> Finding:
    said = Text(
        f"Allergie déclarée : {allergy.label}. Ce médicament en contient.",
        f"Declared allergy: {allergy.label}. This medicine contains it.",
    )
    return Finding("allergy", stable_key("al", allergy.code), "", said, "")


def _belongs(allergy: AllergyFacts) -> Finding:
    said = Text(
        f"Allergie déclarée : {allergy.label}. Ce médicament est de cette classe.",
        f"Declared allergy: {allergy.label}. This medicine belongs to that class.",
    )
    return Finding("allergy", stable_key("al", allergy.code), "", said, "")


def _same_class(seen: Examined, allergy: AllergyFacts, declared: frozenset[str]) -> Finding | None:
    mine = {code[:LEVEL_4] for code in seen.codes}
    shared = sorted(filter(is_class, mine & {code[:LEVEL_4] for code in declared}))
    if not shared:
        return None
    said = Text(
        f"Allergie déclarée : {allergy.label}. Ce médicament est de la même classe (ATC {shared[0]}) :"
        " réaction croisée possible.",
        f"Declared allergy: {allergy.label}. This medicine is of the same class (ATC {shared[0]}):"
        " a cross-reaction is possible.",
    )
    key = stable_key("al", allergy.code, shared[0])
    return Finding("allergy", key, "", said, f"ATC {shared[0]}", conditional=True)


def _crossed(seen: Examined, allergy: AllergyFacts, declared: frozenset[str]) -> Finding | None:
    for row in CROSSED:
        reached = tuple(c for code in declared for c in row.reached_from(code))
        if reached and any(code.startswith(reached) for code in seen.codes):
            return _kin(allergy, row)
    return None


def _kin(allergy: AllergyFacts, row: Crossed) -> Finding:
    said = Text(
        f"Allergie déclarée : {allergy.label}. Réaction croisée possible : prudence. {row.text.fr}",
        f"Declared allergy: {allergy.label}. A cross-reaction is possible: take care. {row.text.en}",
    )
    key = stable_key("al", allergy.code, row.key)
    return Finding("allergy", key, "", said, f"{CURATED} ; {row.source}", conditional=True)
