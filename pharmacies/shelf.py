"""The boxes in the hand: what the drug base, the ANSM and earlier deliveries say of them. Read once for all lines."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from eprescription.catalogue.models import Pack, Shortage
from eprescription.models import Balance, DeliveredBox, DispensedLine, Dispensing, Line
from eprescription.rules.schedule import TWELVE_WEEKS
from eprescription.supply import days_of, units_in
from pharmacies.decisions import Decision

QUARTER_AT_MOST = 100  # days: a box that lasts longer is no pack of three months
OUT = (Shortage.Kind.OUT, Shortage.Kind.TENSION, Shortage.Kind.STOPPED)


@dataclass(frozen=True)
class Shelf:
    """`packs` by product, `given` the (CIP, serial) of boxes that left already, `short` the products in shortage."""

    packs: Mapping[str, list[Pack]]
    given: frozenset[tuple[str, str]]
    short: frozenset[str]

    def pack(self, decision: Decision) -> Pack | None:
        """The box that was read, when it is one of the product."""
        packs = self.packs.get(decision.cis, [])
        return next((p for p in packs if p.cip13 == decision.cip13), None)

    def box_units(self, line: Line, decision: Decision) -> int | None:
        """Units in one box: of the box that was read, else of the line."""
        pack = self.pack(decision)
        return pack.units if pack else line.box_units

    def boxes(self, line: Line, decision: Decision) -> int:
        """How many boxes leave the shelf, as told or as many as hold the quantity."""
        if decision.packs is not None:
            return decision.packs
        units, each = units_in(line, decision.quantity), self.box_units(line, decision)
        return math.ceil(units / each) if units and each else decision.quantity

    def days_without_last(self, line: Line, decision: Decision) -> int | None:
        """How long the boxes would last if there were one less; None when the posology does not tell."""
        others, each = self.boxes(line, decision) - 1, self.box_units(line, decision)
        if others < 1:
            return 0
        return days_of(line, others * each) if each else None

    def quarter_pack(self, line: Line, decision: Decision, remaining: int) -> str:
        """The label of a box of three months of the same product, when the one given lasts less and as much is left."""
        left = days_of(line, units_in(line, remaining))
        lasting = days_of(line, self.box_units(line, decision))
        if not left or not lasting or left < TWELVE_WEEKS or lasting >= TWELVE_WEEKS:
            return ""
        for pack in self.packs.get(decision.cis, []):
            days = days_of(line, pack.units) if pack.marketed else None
            if days and TWELVE_WEEKS <= days <= QUARTER_AT_MOST:
                return pack.label
        return ""

    def is_smallest(self, line: Line, decision: Decision) -> bool:
        """Whether no smaller box of the product is sold."""
        mine = self.box_units(line, decision)
        sold = [p.units for p in self.packs.get(decision.cis, []) if p.marketed and p.units]
        return mine is None or not sold or mine <= min(sold)


def shelf_of(
    balances: Iterable[Balance], decisions: list[Decision], besides: Dispensing | None
) -> Shelf:
    """Three queries at most, however many the lines; the last two only when a serial or a shortage was told."""
    handed = [d for d in decisions if d.quantity]
    packs: dict[str, list[Pack]] = defaultdict(list)
    for pack in Pack.objects.filter(medicine__in={d.cis for d in handed if d.cis}):
        packs[pack.medicine_id].append(pack)
    prescribed = {b.line_id: b.line.cis for b in balances}
    asked = {prescribed[d.line_id] for d in handed if d.shortage}
    return Shelf(packs, _given(handed, besides), _short(asked))


def _given(handed: list[Decision], besides: Dispensing | None) -> frozenset[tuple[str, str]]:
    """Boxes of these serial numbers in standing dispensings, here or elsewhere."""
    read = [(x.cip13, x.serial) for d in handed for x in d.handed if x.cip13 and x.serial]
    if not read:
        return frozenset()
    boxes = Q()
    for cip13, serial in read:
        boxes |= Q(cip13=cip13, serial=serial)
    lines = DispensedLine.objects.filter(boxes, quantity__gt=0, dispensing__correction=None)
    beside = DeliveredBox.objects.filter(boxes, delivered__dispensing__correction=None)
    if besides is not None:
        lines = lines.exclude(dispensing=besides)
        beside = beside.exclude(delivered__dispensing=besides)
    pairs = ("cip13", "serial")
    return frozenset(lines.values_list(*pairs).union(beside.values_list(*pairs)))


def _short(asked: set[str]) -> frozenset[str]:
    if not asked:
        return frozenset()
    rows = Shortage.objects.filter(medicine__in=asked, kind__in=OUT)
    return frozenset(rows.values_list("medicine_id", flat=True))
