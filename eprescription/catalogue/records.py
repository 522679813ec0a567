"""What a source tells about one medicine, whatever the source; and the reader of the starter file.

starter.csv holds 722 medicines of daily practice and of the law's special cases with one usual pack
each, drawn from the public drug base (BDPM, edition of 26/05/2026) so that the portal works before
the whole base is loaded. Each generic group in it has several members.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eprescription.catalogue.models import Edition, Medicine, Membership, Pack

STARTER = Path(__file__).with_name("starter.csv")


@dataclass(frozen=True, slots=True)
class Group:
    """The membership of a medicine in a generic group."""

    code: str
    label: str
    kind: int


@dataclass(frozen=True, slots=True)
class Record:
    """One medicine with its packs and its groups, ready to be written."""

    medicine: Medicine
    packs: tuple[Pack, ...]
    groups: tuple[Group, ...]

    def memberships(self) -> Iterator[Membership]:
        for group in self.groups:
            yield Membership(group_id=group.code, medicine_id=self.medicine.cis, kind=group.kind)


def read_starter(edition: Edition) -> list[Record]:
    """Return the records of the starter file as rows of this edition."""
    with STARTER.open(encoding="utf-8", newline="") as file:
        return [_record(row, edition) for row in csv.DictReader(file)]


def _record(row: dict[str, str], edition: Edition) -> Record:
    groups: tuple[Group, ...] = ()
    if row["generic_group"]:
        groups = (Group(row["generic_group"], row["group_label"], int(row["group_kind"])),)
    return Record(_medicine(row, edition), (_pack(row),), groups)


def _medicine(row: dict[str, str], edition: Edition) -> Medicine:
    max_days, _, extended = row["max_days"].partition("|")
    return Medicine(
        **{name: row[name] for name in ("cis", "name", "inn", "strength", "form", "list", "atc")},
        routes=row["routes"].replace(";", ", "),
        conditions=row["conditions"].replace("; ", "\n"),
        max_days=_number(max_days),
        max_days_extended=_number(extended),
        secured=row["secured"] == "1",
        fraction_days=_number(row["fraction_days"]),
        ivg=row["ivg"] == "1",
        usage=int(row["usage"]),
        marketed=True,
        edition=edition,
    )


def _pack(row: dict[str, str]) -> Pack:
    return Pack(
        cip13=row["cip13"],
        cip7=row["cip7"],
        medicine_id=row["cis"],
        label=row["pack_label"],
        units=_number(row["units"]),
        reimbursement=row["reimbursement"],
        usage=int(row["usage"]),
        marketed=True,
    )


def _number(text: str) -> int | None:
    return int(text) if text else None
