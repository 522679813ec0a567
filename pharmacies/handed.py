"""The boxes that leave the shelf with one line: their lots, expiry dates and serial numbers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from eprescription.models import DeliveredBox, DispensedLine


@dataclass(frozen=True)
class Handed:
    """Boxes alike: one of a serial number, or `count` of a lot. What nobody read or typed is empty."""

    cip13: str = ""
    lot: str = ""
    expiry: date | None = None
    serial: str = ""
    count: int = 1

    def is_box(self, other: "Handed") -> bool:
        """Whether both are the one box of a serial number."""
        return bool(self.serial) and (self.cip13, self.serial) == (other.cip13, other.serial)


Boxes = tuple[Handed, ...]


def with_one_more(boxes: Boxes, read: Handed) -> Boxes:
    """The boxes and the one that was just read, which comes last; those of a lot without serial number are counted."""
    alike = [x for x in boxes if not read.serial and replace(x, count=1) == read]
    others = tuple(x for x in boxes if x not in alike)
    return (*others, replace(read, count=1 + sum(x.count for x in alike)))


def count_of(boxes: Iterable[Handed]) -> int:
    return sum(box.count for box in boxes)


def rows_of(delivered: DispensedLine, boxes: Boxes) -> list[DeliveredBox]:
    """Rows to write beside a line; none when all its boxes are alike: the line says it."""
    return [DeliveredBox(delivered=delivered, **vars(x)) for x in boxes] if len(boxes) > 1 else []


def boxes_of(delivered: DispensedLine) -> Boxes:
    """The boxes of a line that differ, in the order in which they were read; reads `boxes`, prefetched or not."""
    rows = sorted(delivered.boxes.all(), key=lambda row: row.pk)
    return tuple(Handed(x.cip13, x.lot, x.expiry, x.serial, x.count) for x in rows)


def lots_of(delivered: DispensedLine) -> str:
    """The lots of a line as they are read: "AB12", or with counts when there are several: "AB12 (2), CD34 (1)"."""
    counts: Counter[str] = Counter()
    for box in boxes_of(delivered):
        counts[box.lot or "?"] += box.count
    if len(counts) > 1:
        return ", ".join(f"{lot} ({count})" for lot, count in counts.items())
    return delivered.lot
