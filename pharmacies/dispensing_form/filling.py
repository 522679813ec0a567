"""What fills the page without delivering anything: a box that was scanned, a product looked for by its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.catalogue import search
from pharmacies.boxes import Box, read_box
from pharmacies.counter_line import CounterLine
from pharmacies.dispensing_form.scanned import Told, is_read, put, take_out, told_of
from pharmacies.links import links_of

Data = dict[str, Any]
Found = list[tuple[str, str, bool]]  # CIS, name, whether of the same group
MOST_FOUND = 12


@dataclass(frozen=True)
class Filled:
    """The fields as they now are, what to say of it, and the products found by line."""

    data: Data
    told: Told
    found: dict[int, Found] = field(default_factory=dict)


def fill(lines: list[CounterLine], posted: Mapping[str, Any]) -> Filled | None:
    """What was asked besides delivering; None when nothing was.

    A box or a name that waits in its field comes before any button: Enter in it never delivers.
    """
    data = dict(posted.items())
    if data.get("box", "").strip():
        return _box(lines, data)
    verb, _colon, rest = data.get("act", "").partition(":")
    for line in lines:
        name = f"l{line.view.position}-search"
        if data.get(name, "").strip():
            return _find(line, data, name)
    place, _colon, which = rest.partition(":")
    by_place = {str(line.view.position): line for line in lines}
    if verb == "product" and place in by_place:
        return _take(by_place[place], data, which)
    if verb == "unread" and place in by_place:
        return Filled(data, take_out(by_place[place], data, which))
    if verb in ("product", "find", "box", "unread"):
        return Filled(data, Told("attention", _("Scannez une boîte, ou tapez un nom.")))
    return None


def _box(lines: list[CounterLine], data: Data) -> Filled:
    text = data.pop("box")
    box = read_box(text)
    if box is None:
        words = _("Ce n'est pas le code d'une boîte de médicament : rien n'a changé.")
        return Filled(data, Told("danger", words))
    hit = search.by_cip13(box.cip13)
    if hit is None:
        words = _("La base du médicament ne connaît pas la boîte %(code)s : rien n'a changé.")
        return Filled(data, Told("danger", words % {"code": box.cip13}))
    return Filled(data, _put(lines, data, box, hit))


def _put(lines: list[CounterLine], data: Data, box: Box, hit: search.Hit) -> Told:
    for known in lines:
        if is_read(data, known, box):
            return Told("attention", _("Cette boîte est déjà lue."), known.view.position)
    line = _line_for(hit.cis, lines, data)
    if line is None:
        return told_of(hit, lines)
    return put(line, data, box, hit)


def _line_for(cis: str, lines: list[CounterLine], data: Data) -> CounterLine | None:
    """The line that this product is on: as chosen, as prescribed, or as what may stand in for it.

    Of two lines alike, the one that still lacks boxes.
    """
    offered = [line for line in lines if line.open]
    chosen = [x for x in offered if data.get(f"l{x.view.position}-cis") == cis]
    alike = chosen or [x for x in offered if x.view.cis == cis] or _standing_in(cis, offered)
    lacking = [x for x in alike if _count(data, x, "packs") < x.offered]
    return next(iter(lacking or alike), None)


def _standing_in(cis: str, lines: list[CounterLine]) -> list[CounterLine]:
    """Lines for which the product may be given: a generic, a hybrid or a biosimilar, unless that is excluded."""
    links, on = links_of([cis, *(line.view.cis for line in lines)]), timezone.localdate()
    free = [line for line in lines if not line.view.non_substitutable]
    return [x for x in free if links.same_product(x.view, cis) or links.link(x.view, cis, on=on)]


def _count(data: Data, line: CounterLine, name: str) -> int:
    typed = str(data.get(f"l{line.view.position}-{name}") or "")
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 0


def _find(line: CounterLine, data: Data, name: str) -> Filled:
    """Products that have these words: those of the same group first."""
    text = data.pop(name).strip()[:100]
    hits, on = search.search(text), timezone.localdate()
    links = links_of([line.view.cis, *(hit.cis for hit in hits)])
    found = [
        (
            hit.cis,
            hit.name,
            links.same_product(line.view, hit.cis) or bool(links.link(line.view, hit.cis, on=on)),
        )
        for hit in hits
    ]
    found.sort(key=lambda one: not one[2])
    if not found:
        words = _("Aucun médicament ne porte ce nom : « %(text)s ».") % {"text": text}
        return Filled(data, Told("attention", words, line.view.position))
    words = _("%(n)d produits trouvés. Choisissez le produit délivré.") % {
        "n": min(len(found), MOST_FOUND)
    }
    told = Told("info", words, line.view.position)
    return Filled(data, told, {line.view.position: found[:MOST_FOUND]})


def _take(line: CounterLine, data: Data, cis: str) -> Filled:
    """The product found by its name becomes the one delivered; a box read before is no more."""
    prefix = f"l{line.view.position}-"
    for name in ("cip13", "serial", "lot", "expiry", "read", "packs"):
        data.pop(prefix + name, None)
    data[prefix + "cis"] = cis
    return Filled(data, Told("success", _("Produit choisi."), line.view.position))
