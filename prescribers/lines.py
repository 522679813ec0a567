"""What a line becomes: a medicine of today's base, a device, free text, or an earlier line read anew.

Duration, dosing and boxes are reckoned from each other; what was typed by hand is never overruled.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from eprescription import posology
from eprescription.catalogue.listed import lists_of
from eprescription.catalogue.models import Device, Medicine, Pack
from eprescription.models import LineContent, LineKind
from eprescription.posology import Posology, Step
from eprescription.refusal import Refusal

CONTENT = tuple(field.name for field in LineContent._meta.local_fields)
# What a prescriber writes; the rest comes from the catalogue.
WRITTEN = (
    *("posology", "duration_days", "quantity", "renewals", "name", "by_inn", "ald", "cover"),
    *(
        "off_label",
        "not_reimbursable",
        "non_substitutable",
        "single_delivery",
        "overlap",
        "by_pump",
    ),
)
KEPT = (*WRITTEN, "dosing", "cip13", "box_units")  # and what is reckoned from it
MOST_BOXES = 99
MONTH, QUARTER = 30, 90
CONTRACEPTIVES = "G03A"


def of_medicine(cis: str, *, by_inn: bool, on: date) -> dict[str, Any]:
    """The content of a line for a marketed medicine, as the base names it today.

    `by_inn`: prescribed by the INN alone, `cis` being the usual medicine of that name.
    """
    medicine = Medicine.objects.filter(pk=cis, marketed=True).first()
    if medicine is None:
        raise Refusal("no_medicine", _("Ce médicament n'est pas dans le catalogue."))
    return _facts(medicine, on) | {"by_inn": by_inn, "quantity": 1}


def of_device(code: str, on: date) -> dict[str, Any]:
    """The content of a line for a device of the LPP."""
    device = Device.objects.filter(pk=code).first()
    if device is None or (device.ends_on and device.ends_on < on):
        raise Refusal("no_device", _("Ce dispositif n'est pas dans la liste LPP."))
    return {"kind": LineKind.DEVICE, "lpp": device.code, "name": device.label, "quantity": 1}


def of_text(kind: str, text: str) -> dict[str, Any]:
    """The content of a line that no list has: it never blocks."""
    known = kind if kind in LineKind.values and kind != LineKind.MEDICINE else LineKind.OTHER
    return {"kind": known, "name": text.strip()[:300], "quantity": 1}


def again(earlier: LineContent, on: date) -> dict[str, Any]:
    """The content of an earlier line, with what the base says of its medicine today.

    A medicine that has left the market is kept: the law says so beside it, with what replaces it.
    """
    content = {name: getattr(earlier, name) for name in CONTENT}
    medicine = Medicine.objects.filter(pk=earlier.cis).first() if earlier.cis else None
    content |= {"overlap": ""}  # that mention is for one day
    return content | (_facts(medicine, on) if medicine else {})


def instead(earlier: LineContent, cis: str, on: date) -> dict[str, Any]:
    """The content of a line whose medicine gives way to another; how it is taken stays."""
    content = {name: getattr(earlier, name) for name in CONTENT}
    return content | of_medicine(cis, by_inn=earlier.by_inn, on=on) | {"quantity": earlier.quantity}


def _facts(medicine: Medicine, on: date) -> dict[str, Any]:
    pack = medicine.packs.order_by("-marketed", "-usage", "cip13").first()
    listed = lists_of(cis=medicine.cis, atc=medicine.atc, on=on)
    copied = ("cis", "inn", "name", "strength", "form", "list", "atc", "secured", "ivg")
    return {name: getattr(medicine, name) for name in copied} | {
        "kind": LineKind.MEDICINE,
        "max_days": medicine.max_days,
        "max_days_extended": medicine.max_days_extended,
        "fraction_days": medicine.fraction_days,
        "exception": "exception" in listed,
        "cip13": pack.cip13 if pack else "",
        "box_units": pack.units if pack else None,
    }


# --- How it is taken


def take(line: LineContent, typed: Mapping[str, Any], weight: Decimal | None) -> bool:
    """Puts what was typed on the line and reckons the rest from it; True when anything changed."""
    before = {name: getattr(line, name) for name in KEPT}
    changed = {name for name in WRITTEN if name in typed and typed[name] != before[name]}
    for name in changed - {"posology"}:
        setattr(line, name, typed[name])
    told: set[str] = set()
    if "posology" in changed:
        told = dose(line, typed["posology"], weight, keep=changed)
    if line.kind == LineKind.MEDICINE:
        if "duration_days" in changed and "renewals" not in changed | told:
            _by_periods(line)
        if "quantity" in changed and not line.duration_days:
            line.duration_days = _lasts(line, weight)
        elif not {"quantity"} & (changed | told):
            reckon(line, weight)
    return any(getattr(line, name) != before[name] for name in KEPT)


def dose(
    line: LineContent, text: str, weight: Decimal | None, keep: set[str] | None = None
) -> set[str]:
    """Reads a posology as it was typed, into structure when all of it was understood.

    Returns the fields that the text told. Free text stays as it is. `keep`: fields typed elsewhere.
    """
    text = text.strip()
    reading = posology.read(text, unit=posology.unit_of(line.form), weight_kg=weight)
    line.dosing, line.posology = None, text
    if line.kind != LineKind.MEDICINE or reading.unread.strip():
        return set()
    if reading.posology:
        told_once = _without_duration(reading.posology)
        sentence = posology.sentence(told_once)
        line.dosing = told_once.to_json()
        line.posology = sentence if len(sentence) <= 300 else text
    elif reading.duration_days or reading.boxes or reading.renewals is not None:
        line.posology = ""  # nothing but durations and boxes, which have their own fields
    told = {
        "duration_days": reading.duration_days,
        "quantity": reading.boxes,
        "renewals": reading.renewals,
    }
    known = {name for name, value in told.items() if value is not None and name not in (keep or ())}
    for name in known:
        setattr(line, name, told[name])
    if "duration_days" in known and "renewals" not in known:
        _by_periods(line)
    return known


def _without_duration(taken: Posology) -> Posology:
    """The duration of a lone step is that of the line: it is not said twice."""
    if len(taken.steps) > 1:
        return taken
    return Posology((replace(taken.steps[0], days=None),))


def by_weight(step: Step) -> bool:
    """A dose that depends on the weight of the patient."""
    return step.per_kg or step.unit == "weight_dose"


def weigh(line: LineContent, weight: Decimal | None) -> bool:
    """Says for which weight a dose by weight is meant, and reckons anew; True when the line changed."""
    taken = structure(line)
    if taken is None or not any(by_weight(step) for step in taken.steps):
        return False
    steps = [replace(step, weight_kg=weight) if by_weight(step) else step for step in taken.steps]
    weighed = Posology(tuple(steps))
    line.dosing, line.posology = weighed.to_json(), posology.sentence(weighed)[:300]
    reckon(line, weight)
    return weighed != taken


def reckon(line: LineContent, weight: Decimal | None) -> None:
    """Proposes the boxes that posology and duration need, in the pack that leaves least over."""
    units = needed(line, weight)
    if units is None:
        return
    packs = Pack.objects.filter(medicine=line.cis, marketed=True, units__gt=0)
    best = min(packs, key=lambda pack: _waste(pack, units), default=None)
    if best and best.units:
        line.cip13, line.box_units = best.cip13, best.units
    if line.box_units:
        line.quantity = min(posology.boxes_for(units, line.box_units), MOST_BOXES)


def needed(line: LineContent, weight: Decimal | None) -> Decimal | None:
    """Units that one delivery needs; None when the portal cannot know."""
    taken = structure(line)
    if taken is None or not line.duration_days:
        return None
    strength = posology.strength_of(line.strength)
    return posology.units_for(taken, line.duration_days, weight_kg=weight, strength_mg=strength)


def structure(line: LineContent) -> Posology | None:
    """The structured posology of a line, if it has one."""
    return Posology.from_json(line.dosing) if line.dosing else None


def _waste(pack: Pack, units: Decimal) -> tuple[Decimal, int, int]:
    boxes = posology.boxes_for(units, pack.units or 1)
    return boxes * (pack.units or 1) - units, boxes, -pack.usage


def _lasts(line: LineContent, weight: Decimal | None) -> int | None:
    """Days that the boxes of a line last."""
    taken = structure(line)
    if taken is None or not line.quantity or not line.box_units:
        return None
    strength = posology.strength_of(line.strength)
    units = line.quantity * line.box_units
    days = posology.days_for(taken, units, weight_kg=weight, strength_mg=strength)
    return min(days, 366) if days else None


def _by_periods(line: LineContent) -> None:
    """A treatment of several months is delivered month by month, a contraceptive by three months
    (CSP R. 5123-2): six months become one month, renewed five times. Narcotics are not renewed."""
    days = line.duration_days or 0
    period = QUARTER if line.atc.startswith(CONTRACEPTIVES) else MONTH
    if line.list == "S" or line.renewals or days <= period or days % period:
        return
    line.duration_days, line.renewals = period, days // period - 1
