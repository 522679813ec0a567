"""Which alerts a prescription raises: interactions, doubles, allergies.

Everything is in memory, by edition; asking costs one query, which tells whether the edition has
changed. What is compared never leaves the process. Twelve drugs: see tests/load/interactions.py.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from eprescription.catalogue.interactions.composition import composition
from eprescription.catalogue.interactions.doubles import doubles
from eprescription.catalogue.interactions.drugs import Classes, Drug, Examined, Part
from eprescription.catalogue.interactions.facts import Entry
from eprescription.catalogue.interactions.findings import Finding
from eprescription.catalogue.interactions.reactions import AllergyFacts, allergy_findings
from eprescription.catalogue.interactions.stored import current
from eprescription.catalogue.interactions.thesaurus import Thesaurus
from eprescription.catalogue.interactions.words import ENGLISH, GRAVEST_FIRST, stable_key
from eprescription.rules.facts import Alert
from eprescription.rules.law import Text

__all__ = ["AllergyFacts", "Books", "alerts", "assess", "edition_label", "not_assessed", "unknown"]

_KINDS = ("allergy", "interaction", "same_substance", "same_class")
_LEVELS = (*GRAVEST_FIRST, "")


@dataclass(frozen=True)
class Books:
    """What the drugs are looked up in. `base` names the edition of the medicines."""

    thesaurus: Thesaurus = field(default_factory=Thesaurus)
    classes: Classes = field(default_factory=dict)
    base: str = ""


def alerts(
    drugs: Sequence[Drug], *, allergies: Sequence[AllergyFacts] = ()
) -> dict[str, tuple[Alert, ...]]:
    """Return the alerts of each of my drugs, by its key, the gravest first.

    Treatments that the patient already has are compared with mine, never among themselves. A pair
    says what it says once on each of my lines; `other` names all the drugs that it is with.
    """
    made = composition()
    return assess(Books(current(), made.classes, made.label), drugs, allergies)


def not_assessed(drugs: Sequence[Drug]) -> dict[str, tuple[str, ...]]:
    """Return, by key, the substances of each drug of which the live edition of the thesaurus does
    not tell: "non évalué", never "no interaction". Without an edition that is all of them."""
    return unknown(current(), drugs)


def edition_label() -> str:
    """Return the source and date of the live edition of the interactions; "" when there is none."""
    return current().label


def assess(
    books: Books, drugs: Sequence[Drug], allergies: Sequence[AllergyFacts] = ()
) -> dict[str, tuple[Alert, ...]]:
    """Return what `alerts` does, from these books. Pure."""
    examined = [Examined(drug, books.thesaurus, books.classes) for drug in drugs]
    found: dict[str, dict[Finding, set[str]]] = {d.key: defaultdict(set) for d in drugs if d.mine}
    for seen in examined:
        if seen.drug.mine:
            for finding in allergy_findings(seen, allergies, books.thesaurus, books.classes):
                found[seen.drug.key][finding].add("")
    for a, b in combinations(examined, 2):
        if a.drug.mine or b.drug.mine:  # else nobody would be told: not worth comparing
            for finding in _between(a, b, books):
                for line, other in ((a.drug, b.drug), (b.drug, a.drug)):
                    if line.mine:
                        found[line.key][finding].add(other.label)
    return {key: _ordered(findings) for key, findings in found.items()}


def unknown(thesaurus: Thesaurus, drugs: Sequence[Drug]) -> dict[str, tuple[str, ...]]:
    """Return what `not_assessed` does, from this thesaurus. Pure. A drug of which the base tells no
    substance is itself not assessed."""
    found = {}
    for drug in drugs:
        names = [m.name for m in drug.substances if not thesaurus.name(m.codes)]
        if names or not drug.substances:
            found[drug.key] = tuple(dict.fromkeys(names or [drug.label]))
    return found


def _between(a: Examined, b: Examined, books: Books) -> Iterator[Finding]:
    yield from doubles(a, b, base=books.base)
    for p in a.parts:
        for q in b.parts:
            if not p.identity & q.identity:
                entry = books.thesaurus.gravest(p.headings, q.headings)
                if entry:
                    yield _interaction(entry, p, q, books.thesaurus.label)


def _interaction(entry: Entry, p: Part, q: Part, edition: str) -> Finding:
    """Say an entry in the source's words, which are never translated."""
    level = entry.levels[0]
    conditional = len(entry.levels) > 1 or "(DOSES" in entry.a + entry.b
    words = " ".join(filter(None, (entry.risk, entry.action))) or entry.label
    when = ", depending on conditions" if conditional else ""
    english = f"{ENGLISH[level]}{when}. In the words of the source, in French: « {words} »"
    page = f", p. {entry.page}" if entry.page else ""
    return Finding(
        kind="interaction",
        key=stable_key(level.lower(), p.name, q.name),
        level=level,
        text=Text(words, english),
        source=f"{edition}{page} ({entry.a} + {entry.b})",
        conditional=conditional,
    )


def _ordered(findings: dict[Finding, set[str]]) -> tuple[Alert, ...]:
    """Make the alerts of one line, one for each key, the gravest first."""
    by_key: dict[str, tuple[Finding, set[str]]] = {}
    for finding, others in sorted(findings.items(), key=lambda x: (x[0].source, x[0].text.fr)):
        by_key.setdefault(finding.key, (finding, set()))[1].update(others)
    made = [finding.alert(sorted(others)) for finding, others in by_key.values()]
    return tuple(sorted(made, key=_gravity))


def _gravity(alert: Alert) -> tuple[int, int, str]:
    return _KINDS.index(alert.kind), _LEVELS.index(alert.level), alert.key
