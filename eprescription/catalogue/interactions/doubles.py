"""The same substance twice, or two substances of one class. Pure.

A cream beside a tablet is no double: a local form is compared with local forms, the others with
each other.
"""

from collections.abc import Iterator

from eprescription.catalogue.allergy_classes import class_label
from eprescription.catalogue.interactions.drugs import Examined, Part
from eprescription.catalogue.interactions.findings import Finding
from eprescription.catalogue.interactions.words import fold, stable_key
from eprescription.rules.law import Text

ATC = "ATC (OMS)"


def doubles(a: Examined, b: Examined, *, base: str) -> Iterator[Finding]:
    """Yield the substances that both drugs hold; when there is none, the classes of both."""
    if a.local != b.local:
        return
    same = {_shown(p, q) for p in a.parts for q in b.parts if p.identity & q.identity}
    if same:
        yield from (_same_substance(name, base) for name in sorted(same))
    else:
        for subgroup in sorted(a.subgroups & b.subgroups):
            yield _same_class(subgroup, base)


def _shown(p: Part, q: Part) -> str:
    """Return one name for what two drugs may call differently (a salt, its fraction), whichever
    comes first: the thesaurus's where it has one."""
    known = filter(None, (p.name, q.name))
    return min(known, default=min(fold(p.moiety.name), fold(q.moiety.name)))


def _same_substance(name: str, base: str) -> Finding:
    return Finding(
        kind="same_substance",
        key=stable_key("ss", name),
        level="",
        text=Text(f"La même substance deux fois : {name}.", f"The same substance twice: {name}."),
        source=base,
    )


def _same_class(subgroup: str, base: str) -> Finding:
    named = class_label(subgroup)
    fr, en = (f"{named.fr}, ", f"{named.en}, ") if named else ("", "")
    return Finding(
        kind="same_class",
        key=stable_key("sc", subgroup),
        level="",
        text=Text(
            f"Deux médicaments de la même classe ({fr}ATC {subgroup}).",
            f"Two medicines of the same class ({en}ATC {subgroup}).",
        ),
        source=", ".join(filter(None, (ATC, base))),
    )
