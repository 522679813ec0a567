"""The successor of the public drug base: ANSM Open Data, one CSV file a table.

Comma-separated, UTF-8, with a header; columns as data.gouv.fr describes them (schemas of the
datasets, 2026). Prices, rates, routes and shortages are not there: unknown, never guessed. Columns
that come on top are ignored; a required one that is missing refuses the file.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from functools import partial
from operator import attrgetter
from pathlib import Path

from eprescription.catalogue.sources import values
from eprescription.catalogue.sources.facts import (
    Assessment,
    AssessmentPage,
    Box,
    Class,
    Component,
    Condition,
    Member,
    Reading,
    Speciality,
    Supply,
)
from eprescription.catalogue.sources.lines import (
    Fact,
    Parse,
    UselessError,
    check_table,
    comma_separated,
    parsed,
)

# file → columns read; the files of the second table may be missing.
REQUIRED = {
    "specialite": ("cis", "denomination", "procedure", "date_amm", "statut_amm"),
    "presentation": (
        *("cis", "cip", "cip7", "denomination", "statut_commercialisation"),
        *("date_commercialisation", "statut", "date_modification"),
    ),
    "element": ("cis", "numero_element", "denomination"),
    "composant": (
        *("cis", "numero_element", "numero_composant", "code_substance", "substance"),
        *("nature", "dosage"),
    ),
    "groupe_generique": ("code_groupe", "libelle"),
    "specialite_groupe_generique": ("code_groupe", "cis", "role"),
    "delivrance": ("code", "libelle_court", "libelle_long"),
    "specialite_delivrance": ("cis", "code_delivrance"),
}
OPTIONAL = {
    "substance_nom": ("code_substance", "nom", "type"),
    "atc": ("code", "libelle_abr"),
    "specialite_atc": ("cis", "code_atc"),
    "specialite_evenement": ("cis", "code_evenement", "date_evenement", "date_echeance"),
    "specialite_titulaire": ("cis", "raison_sociale"),
}
FILES = REQUIRED | OPTIONAL
_ALWAYS = frozenset({"medicines", "packs", "ingredients", "memberships", "conditions"})
_LEVEL_4 = 5  # characters of an ATC code
_REINFORCED_SURVEILLANCE = "83"  # of the events of a medicine
_KINDS = {
    "REFERENCE": 0,
    "GENERIQUE": 1,
    "COMPLEMENTARITE_POSOLOGIQUE": 2,
    "GENERIQUE_AVEC_COMPLEMENTARITE_POSOLOGIQUE": 2,
    "SUBSTITUTION": 4,
}
_NATURES = {"substance active": "SA", "fraction active": "FT"}

Lines = dict[str, list[str]]


class AnsmOpenData:
    """The files of one edition in a folder. Raises UnreadableError when a required one is missing."""

    name = "ANSM Open Data"

    def __init__(self, folder: Path, *, today: date) -> None:
        self.reading = Reading()
        self._folder = folder
        self._today = today
        self._present = {name for name in FILES if (folder / f"{name}.csv").is_file()}
        for name in sorted(self._present.union(REQUIRED)):
            check_table(folder / f"{name}.csv")
        classes = {"classes"} if {"atc", "specialite_atc"} <= self._present else set()
        self.tells = _ALWAYS | classes

    def files(self) -> list[Path]:
        """The files of this edition, in a fixed order."""
        return [self._folder / f"{name}.csv" for name in sorted(self._present)]

    def specialities(self) -> Iterator[Speciality]:
        """A medicine is marketed when one of its boxes is; its form is that of its elements."""
        parse = partial(
            _speciality,
            forms=self._lists("element", 0, 2),
            holders=self._lists("specialite_titulaire", 0, 1),
            marketed={box[0] for box in self._rows("presentation") if _on_sale(box)},
            watched=self._watched(),
        )
        return self._read("medicines", "specialite", parse, key=attrgetter("cis"))

    def boxes(self) -> Iterator[Box]:
        return self._read("packs", "presentation", self._box, key=attrgetter("cip13"))

    def components(self) -> Iterator[Component]:
        elements = {(row[0], row[1]): row[2] for row in self._rows("element")}
        canonical = {
            code: name for code, name, kind in self._rows("substance_nom") if kind == "CANONIQUE"
        }
        parse = partial(_component, elements=elements, names=canonical)
        return self._read("ingredients", "composant", parse)

    def members(self) -> Iterator[Member]:
        labels = dict(self._rows("groupe_generique"))
        parse = partial(_member, labels=labels)
        key = attrgetter("group", "cis")
        return self._read("memberships", "specialite_groupe_generique", parse, key=key)

    def conditions(self) -> Iterator[Condition]:
        labels = {code: long or short for code, short, long in self._rows("delivrance")}
        parse = partial(_condition, labels=labels)
        return self._read("conditions", "specialite_delivrance", parse)

    def classes(self) -> Iterator[Class]:
        codes = dict(self._rows("atc"))
        return self._read("classes", "specialite_atc", partial(_class, codes=codes))

    def shortages(self) -> Iterator[Supply]:
        return iter(())

    def opinions(self) -> Iterator[Assessment]:
        return iter(())

    def pages(self) -> Iterator[AssessmentPage]:
        return iter(())

    def _rows(self, name: str) -> Iterator[list[str]]:
        """Yield the rows of a table that explains another one; its problems are not counted twice."""
        if name in self._present:
            path = self._folder / f"{name}.csv"
            for _, fields in comma_separated(path, columns=FILES[name], reading=Reading()):
                yield fields

    def _read(
        self,
        table: str,
        name: str,
        parse: Parse[Fact],
        *,
        key: Callable[[Fact], Hashable] | None = None,
    ) -> Iterator[Fact]:
        if name not in self._present:
            return
        path = self._folder / f"{name}.csv"
        rows = comma_separated(path, columns=FILES[name], reading=self.reading)
        for fact in parsed(path, rows, parse, reading=self.reading, key=key):
            self.reading.told[table] += 1
            yield fact

    def _lists(self, name: str, key: int, value: int) -> Lines:
        lists: Lines = defaultdict(list)
        for row in self._rows(name):
            if row[value] and row[value] not in lists[row[key]]:
                lists[row[key]].append(row[value])
        return lists

    def _watched(self) -> set[str] | None:
        """The medicines under reinforced surveillance today; None when no file tells."""
        if "specialite_evenement" not in self._present:
            return None
        return {
            cis
            for cis, code, since, until in self._rows("specialite_evenement")
            if code == _REINFORCED_SURVEILLANCE
            and (values.day(since[:10]) or date.max) <= self._today
            and self._today < (values.day(until[:10]) or date.max)
        }

    def _box(self, fields: list[str]) -> Box:
        self.reading.see(values.day(fields[7][:10]), today=self._today)
        cip13 = values.cip13(fields[1])
        return Box(
            cis=values.cis(fields[0]),
            cip13=cip13,
            cip7=values.cip7_of(cip13, fields[2] or cip13[5:12]),
            label=values.repaired(fields[3]),
            marketed=_on_sale(fields),
            status=values.short(fields[4], 80, "status"),
            declared_on=values.day(fields[5][:10]),
        )


def _on_sale(box: list[str]) -> bool:
    return box[4] == "COMMERCIALISEE" and box[6] in ("", "ACTIVE")


def _speciality(
    fields: list[str],
    *,
    forms: Lines,
    holders: Lines,
    marketed: set[str],
    watched: set[str] | None,
) -> Speciality:
    cis = values.cis(fields[0])
    return Speciality(
        cis=cis,
        name=values.said(values.repaired(fields[1]), "name"),
        form=" et ".join(sorted(forms.get(cis, ()))),
        routes=(),
        procedure=values.short(fields[2], 80, "procedure"),
        authorised_on=values.day(fields[3][:10]),
        status=values.short(fields[4], 60, "status"),
        marketed=cis in marketed,
        holder=", ".join(sorted(holders.get(cis, ()))),
        black_triangle=None if watched is None else cis in watched,
    )


def _component(
    fields: list[str], *, elements: dict[tuple[str, str], str], names: dict[str, str]
) -> Component:
    nature = _NATURES.get(fields[5].casefold())
    if not nature:
        raise UselessError("no active substance")
    return Component(
        cis=values.cis(fields[0]),
        element=values.repaired(elements.get((fields[0], fields[1]), "")),
        code=values.substance(fields[3]),
        name=values.said(values.repaired(fields[4] or names.get(fields[3], "")), "name"),
        strength=values.repaired(fields[6]),
        per="",
        nature=nature,
        link=values.number(fields[2]),
    )


def _member(fields: list[str], *, labels: dict[str, str]) -> Member:
    if fields[2] not in _KINDS:
        raise ValueError("unknown kind of generic")
    return Member(
        group=values.short(values.said(fields[0], "group"), 10, "group"),
        label=values.repaired(labels.get(fields[0], "")),
        cis=values.cis(fields[1]),
        kind=_KINDS[fields[2]],
    )


def _condition(fields: list[str], *, labels: dict[str, str]) -> Condition:
    label = values.said(values.repaired(labels.get(fields[1], "")), "label")
    return Condition(cis=values.cis(fields[0]), label=label)


def _class(fields: list[str], *, codes: dict[str, str]) -> Class:
    code = codes.get(fields[1], "")
    if len(code) < _LEVEL_4:
        raise UselessError("a class of no precise level")
    return Class(cis=values.cis(fields[0]), atc=values.atc(code))
