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
from pharmacies.counter_presenter import CounterLine

Data = dict[str, Any]
SEPARATOR = " "  # between the serial numbers that were read: no serial number has one
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
    read = str(data.get(prefix + "read") or "").split(SEPARATOR)
    if box.serial and box.serial in read:
        return Told("attention", _("Cette boîte est déjà lue."), line.view.position)
    chosen = data.get(prefix + "cis") or line.view.cis
    more = bool(data.get(prefix + "packs")) and chosen == hit.cis
    before = _counted(data, prefix, "packs") if more else 0
    had = _counted(data, prefix, "quantity") if more else 0
    units = Pack.objects.filter(cip13=box.cip13).values_list("units", flat=True).first()
    quantity = worth(line, units=units, had=had)
    data |= {
        prefix + "cis": hit.cis,
        prefix + "cip13": box.cip13,
        prefix + "packs": str(before + 1),
        prefix + "quantity": str(quantity),
        prefix + "lot": box.lot,
        prefix + "expiry": _day(box.expiry),
        prefix + "serial": box.serial,
        prefix + "read": SEPARATOR.join(filter(None, [*(read if more else []), box.serial])),
        prefix + "refusal": "",
    }
    return _said(line, box, hit, quantity)


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


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
