"""The public drug base as text files (ANSM, specification v4 of 27/08/2025).

Tab-separated, no header, no quoting. Marketed: "Commercialisée" for a medicine, an active
presentation whose marketing is declared for a box.
"""

from collections.abc import Callable, Hashable, Iterator
from datetime import date
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
from eprescription.catalogue.sources.lines import Fact, Parse, check_table, parsed, tab_separated

# table → file and number of columns; without the first five there is no edition.
FILES = {
    "medicines": ("CIS_bdpm.txt", 12),
    "packs": ("CIS_CIP_bdpm.txt", 13),
    "ingredients": ("CIS_COMPO_bdpm.txt", 8),
    "memberships": ("CIS_GENER_bdpm.txt", 5),
    "conditions": ("CIS_CPD_bdpm.txt", 2),
    "classes": ("CIS_MITM.txt", 4),
    "shortages": ("CIS_CIP_Dispo_Spec.txt", 8),
    "benefits": ("CIS_HAS_SMR_bdpm.txt", 6),
    "improvements": ("CIS_HAS_ASMR_bdpm.txt", 6),
    "pages": ("HAS_LiensPageCT_bdpm.txt", 2),
}
REQUIRED = ("medicines", "packs", "ingredients", "memberships", "conditions")
# The texts of the HAS hold ends of line: a row is what follows a code of medicine.
_OPINION = r"[0-9]{8}\t"
_KINDS = frozenset("0124")
_SUPPLIES = frozenset("1234")
_NATURES = frozenset({"SA", "FT"})


class Bdpm:
    """The files of one edition in a folder. Raises UnreadableError when a required one is missing."""

    name = "BDPM"

    def __init__(self, folder: Path, *, today: date) -> None:
        self.reading = Reading()
        self._folder = folder
        self._today = today
        present = {table for table, (name, _) in FILES.items() if (folder / name).is_file()}
        self.tells = frozenset(present)
        for table in sorted(present.union(REQUIRED)):
            check_table(folder / FILES[table][0])

    def files(self) -> list[Path]:
        """The files of this edition, in a fixed order."""
        return [self._folder / FILES[table][0] for table in sorted(self.tells)]

    def specialities(self) -> Iterator[Speciality]:
        return self._read("medicines", _speciality, key=attrgetter("cis"))

    def boxes(self) -> Iterator[Box]:
        return self._read("packs", self._box, key=attrgetter("cip13"))

    def components(self) -> Iterator[Component]:
        return self._read("ingredients", _component)

    def members(self) -> Iterator[Member]:
        return self._read("memberships", _member, key=attrgetter("group", "cis"))

    def conditions(self) -> Iterator[Condition]:
        return self._read("conditions", _condition)

    def classes(self) -> Iterator[Class]:
        return self._read("classes", _class)

    def shortages(self) -> Iterator[Supply]:
        return self._read("shortages", self._supply)

    def opinions(self) -> Iterator[Assessment]:
        yield from self._read("benefits", lambda fields: _assessment(fields, improvement=False))
        yield from self._read("improvements", lambda fields: _assessment(fields, improvement=True))

    def pages(self) -> Iterator[AssessmentPage]:
        return self._read("pages", _page)

    def _read(
        self, table: str, parse: Parse[Fact], *, key: Callable[[Fact], Hashable] | None = None
    ) -> Iterator[Fact]:
        if table not in self.tells:
            return
        name, columns = FILES[table]
        path = self._folder / name
        begins = _OPINION if table in ("benefits", "improvements") else ""
        rows = tab_separated(path, columns=columns, reading=self.reading, begins=begins)
        for fact in parsed(path, rows, parse, reading=self.reading, key=key):
            self.reading.told[table] += 1
            yield fact

    def _seen(self, told: date | None) -> date | None:
        self.reading.see(told, today=self._today)
        return told

    def _box(self, fields: list[str]) -> Box:
        cip13 = values.cip13(fields[6])
        return Box(
            cis=values.cis(fields[0]),
            cip13=cip13,
            cip7=values.cip7_of(cip13, fields[1]),
            label=values.repaired(fields[2]),
            marketed=fields[3] == "Présentation active"
            and fields[4] == "Déclaration de commercialisation",
            status=values.short(fields[4], 80, "status"),
            declared_on=self._seen(values.day(fields[5])),
            hospital_use=values.yes_no(fields[7]),
            rate=values.rate(fields[8]),
            price_cents=values.cents(fields[10]),
            indications=values.repaired(fields[12]),
        )

    def _supply(self, fields: list[str]) -> Supply:
        return Supply(
            cis=values.cis(fields[0]),
            cip13=values.cip13(fields[1]) if fields[1] else "",
            kind=int(values.one_of(fields[2], _SUPPLIES, "kind of shortage")),
            label=values.short(fields[3], 120, "label"),
            since=values.day(fields[4]),
            updated_on=self._seen(values.day(fields[5])),
            back_on=values.day(fields[6]),
            url=values.short(fields[7], 300, "address"),
        )


def _speciality(fields: list[str]) -> Speciality:
    return Speciality(
        cis=values.cis(fields[0]),
        name=values.said(values.repaired(fields[1]), "name"),
        form=values.form(fields[2]),
        routes=tuple(route.strip() for route in fields[3].split(";") if route.strip()),
        status=values.short(fields[4], 60, "status"),
        procedure=values.short(fields[5], 80, "procedure"),
        marketed=fields[6] == "Commercialisée",
        authorised_on=values.day(fields[7]),
        holder=values.repaired(fields[10]),
        black_triangle=values.yes_no(fields[11]),
    )


def _component(fields: list[str]) -> Component:
    return Component(
        cis=values.cis(fields[0]),
        element=values.repaired(fields[1]),
        code=values.substance(fields[2]),
        name=values.said(values.repaired(fields[3]), "name"),
        strength=values.repaired(fields[4]),
        per=values.repaired(fields[5]),
        nature=values.one_of(fields[6], _NATURES, "nature of substance"),
        link=values.number(fields[7]),
    )


def _member(fields: list[str]) -> Member:
    return Member(
        group=values.short(values.said(fields[0], "group"), 10, "group"),
        label=values.repaired(fields[1]),
        cis=values.cis(fields[2]),
        kind=int(values.one_of(fields[3], _KINDS, "kind of generic")),
    )


def _condition(fields: list[str]) -> Condition:
    return Condition(
        cis=values.cis(fields[0]), label=values.said(values.repaired(fields[1]), "label")
    )


def _class(fields: list[str]) -> Class:
    return Class(cis=values.cis(fields[0]), atc=values.atc(fields[1]))


def _assessment(fields: list[str], *, improvement: bool) -> Assessment:
    return Assessment(
        cis=values.cis(fields[0]),
        file=values.short(values.said(fields[1], "file"), 20, "file"),
        reason=values.repaired(fields[2]),
        given_on=values.day(fields[3]),
        value=values.short(fields[4], 60, "value"),
        text=values.repaired(fields[5]),
        improvement=improvement,
    )


def _page(fields: list[str]) -> AssessmentPage:
    return AssessmentPage(
        file=values.short(values.said(fields[0], "file"), 20, "file"),
        url=values.short(values.said(fields[1], "address"), 300, "address"),
    )
