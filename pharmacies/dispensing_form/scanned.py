"""A box that was scanned at the counter: which fields of its line it fills, and what is said of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.catalogue import search
from eprescription.catalogue.models import Pack
from eprescription.models import Balance
from pharmacies.boxes import Box
from pharmacies.counter_line import CounterLine
from pharmacies.dispensing_form.read import MOST_READ, boxes_in, written
from pharmacies.handed import Boxes, Handed, count_of, with_one_more

Data = dict[str, Any]
MOST_TYPED = 9999


@dataclass(frozen=True)
class Told:
    """One sentence about what was read, its kind of alert, and the line that it concerns."""

    kind: str
    text: str
    position: int | None = None


def put(line: CounterLine, data: Data, box: Box, hit: search.Hit) -> Told:
    """Fills the line with the box: one more of the same, or the first of another product."""
    prefix = f"l{line.view.position}-"
    chosen = data.get(prefix + "cis") or line.view.cis
    more = bool(data.get(prefix + "packs")) and chosen == hit.cis
    before = boxes_in(data, prefix) if more else ()
    if len(before) >= MOST_READ:
        return Told("attention", _("Trop de boîtes lues sur cette ligne."), line.view.position)
    packs = _counted(data, prefix, "packs") if more else 0
    had = _counted(data, prefix, "quantity") if more else 0
    quantity = worth(line, units=_units(box.cip13), had=had)
    _hold(data, prefix, with_one_more(before, Handed(**vars(box))))
    data |= {
        prefix + "cis": hit.cis,
        prefix + "packs": str(packs + 1),
        prefix + "quantity": str(quantity),
        prefix + "refusal": "",
    }
    return _said(line, box, hit, quantity)


def take_out(line: CounterLine, data: Data, rank: str) -> Told:
    """One that was read is not handed over after all; without boxes, the line is again as it was proposed."""
    prefix = f"l{line.view.position}-"
    boxes = boxes_in(data, prefix)
    left = tuple(box for place, box in enumerate(boxes) if str(place) != rank)
    quantity = 0
    for box in left:
        units = _units(box.cip13)
        for _time in range(box.count):
            quantity = worth(line, units=units, had=quantity)
    _hold(data, prefix, left)
    packs = max(_counted(data, prefix, "packs") - count_of(boxes) + count_of(left), 0)
    data |= {
        prefix + "packs": str(packs or ""),
        prefix + "quantity": str(quantity if left else line.offered),
    }
    return Told("info", _("La boîte est retirée de la ligne."), line.view.position)


def is_read(data: Data, line: CounterLine, box: Box) -> bool:
    """Whether the box of this serial number is on the line already."""
    read = Handed(**vars(box))
    return any(read.is_box(x) for x in boxes_in(data, f"l{line.view.position}-"))


def worth(line: CounterLine, *, units: int | None, had: int = 0) -> int:
    """The quantity of a line once a pack of so many units is added to what was read, in the unit of its balance.

    A big pack counts for the boxes that it holds, rounded to the nearest and one at least. Of narcotics, whose units
    are exact (CSP R. 5132-33), a box gives what is due and no more: the rest stays in the pharmacy.
    """
    held, usual = units or 0, line.view.box_units or 0
    if line.unit == Balance.Unit.UNIT:
        return min(had + (held or usual or 1), line.offered)
    boxes = (2 * held + usual) // (2 * usual) if held and usual else 1
    return min(had + max(boxes, 1), MOST_TYPED)


def told_of(hit: search.Hit, lines: Iterable[CounterLine]) -> Told:
    """Why a box fills no line: delivered already, excluded by the prescriber, or not prescribed."""
    for line in lines:
        known = {line.view.cis, *dict(line.substitutes)}
        name = {"name": hit.name, "line": line.view.title}
        if not line.open and hit.cis in known:
            text = _("%(name)s : « %(line)s » est déjà entièrement délivré. Rien n'a changé.")
            return Told("attention", text % name)
        if line.view.non_substitutable and search.same_group(line.view.cis, hit.cis):
            text = _(
                "%(name)s : le prescripteur a exclu la substitution de « %(line)s ». "
                "Rien n'a changé."
            )
            return Told("danger", text % name)
    text = _("%(name)s n'est sur aucune ligne de cette ordonnance. Rien n'a changé.")
    return Told("danger", text % {"name": hit.name})


def _said(line: CounterLine, box: Box, hit: search.Hit, quantity: int) -> Told:
    words = [_("Lu : %(name)s.") % {"name": hit.name}]
    if hit.cis != line.view.cis:
        words.append(_("À la place de %(name)s.") % {"name": line.view.product})
    if box.lot:
        words.append(_("Lot %(lot)s.") % {"lot": box.lot})
    if box.expiry:
        words.append(_("Péremption %(day)s.") % {"day": _day(box.expiry)})
    if line.offered:
        parts = {"given": line.count(quantity), "due": line.offered}
        words.append(_("%(given)s sur %(due)d.") % parts)
    late = bool(box.expiry) and box.expiry < timezone.localdate()  # type: ignore[operator]
    if late:
        words.insert(0, _("Cette boîte est périmée : ne la délivrez pas."))
    return Told("danger" if late else "success", " ".join(words), line.view.position)


def _counted(data: Data, prefix: str, name: str) -> int:
    typed = str(data.get(prefix + name) or "")
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 0


def _hold(data: Data, prefix: str, boxes: Boxes) -> None:
    """The fields of the boxes: all that were read, and the last of them."""
    last = boxes[-1] if boxes else Handed()
    data |= {
        prefix + "read": written(boxes),
        prefix + "cip13": last.cip13,
        prefix + "lot": last.lot,
        prefix + "expiry": _day(last.expiry),
        prefix + "serial": last.serial,
    }


def _units(cip13: str) -> int | None:
    return Pack.objects.filter(cip13=cip13).values_list("units", flat=True).first()


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
