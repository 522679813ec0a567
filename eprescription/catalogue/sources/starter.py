"""The medicines that come with the portal, so that it works before the whole base is loaded.

starter.csv holds 722 medicines of daily practice and of the law's special cases with one usual box
each: facts of the public drug base (BDPM, edition of 26/05/2026) and, for the INN, the shorter
names of practice. Each generic group in it has several members.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

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

STARTER = Path(__file__).parent.with_name("starter.csv")
STARTER_SOURCE = "BDPM (extrait)"
STARTER_DATE = date(2026, 5, 26)

Row = dict[str, str]


class Starter:
    """The starter file; `usage` tells how many boxes a year of each were reimbursed (estimated)."""

    name = STARTER_SOURCE
    tells = frozenset({"medicines", "packs", "ingredients", "memberships", "conditions", "classes"})

    def __init__(self) -> None:
        self.reading = Reading()
        with STARTER.open(encoding="utf-8", newline="") as file:
            self.rows: list[Row] = list(csv.DictReader(file))
        self._usage = {row["cip13"]: int(row["usage"]) for row in self.rows}

    def files(self) -> list[Path]:
        return [STARTER]

    def usage(self, box: Box) -> int:
        """Return how many boxes a year were reimbursed, an estimate."""
        return self._usage.get(box.cip13, 0)

    def specialities(self) -> Iterator[Speciality]:
        for row in self.rows:
            self.reading.told["medicines"] += 1
            yield Speciality(
                cis=row["cis"],
                name=row["name"],
                inn=row["inn"],
                strength=row["strength"],
                form=row["form"],
                routes=tuple(row["routes"].split(";")),
                marketed=True,
                status="Autorisation active",
                procedure=row["procedure"],
                holder=row["holder"],
                black_triangle=row["black_triangle"] == "1",
            )

    def boxes(self) -> Iterator[Box]:
        for row in self.rows:
            yield Box(
                cis=row["cis"],
                cip13=row["cip13"],
                cip7=row["cip13"][5:12],
                label=row["pack_label"],
                rate=row["reimbursement"],
                price_cents=int(row["price_cents"]) if row["price_cents"] else None,
                marketed=True,
            )

    def components(self) -> Iterator[Component]:
        for row in self.rows:
            for told in filter(None, row["substances"].split(";")):
                code, nature, link, strength, per, element, name = told.split("|")
                yield Component(
                    cis=row["cis"],
                    element=element,
                    code=code,
                    name=name,
                    strength=strength,
                    per=per,
                    nature=nature,
                    link=int(link) if link else None,
                )

    def members(self) -> Iterator[Member]:
        for row in self.rows:
            if row["generic_group"]:
                kind = int(row["group_kind"])
                yield Member(row["generic_group"], row["group_label"], row["cis"], kind)

    def conditions(self) -> Iterator[Condition]:
        for row in self.rows:
            for label in filter(None, row["conditions"].split("; ")):
                yield Condition(row["cis"], label)

    def classes(self) -> Iterator[Class]:
        for row in self.rows:
            if row["atc"]:
                yield Class(row["cis"], row["atc"])

    def shortages(self) -> Iterator[Supply]:
        return iter(())

    def opinions(self) -> Iterator[Assessment]:
        return iter(())

    def pages(self) -> Iterator[AssessmentPage]:
        return iter(())
