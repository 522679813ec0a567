"""How a line is taken: what was typed becomes structure, and duration, dosing and boxes are reckoned
from each other. What was typed by hand is never overruled.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from eprescription import posology
from eprescription.catalogue.models import Pack
from eprescription.models import LineContent, LineKind
from eprescription.posology import Posology, Step
from eprescription.quantities import needed, structure

# What a prescriber writes, and with it what is reckoned from it; the rest comes from the catalogue.
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
MONTH, QUARTER, YEAR = 30, 90, 360
FOUR_WEEKS = 28
CONTRACEPTIVES = "G03A"


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
        elif {"posology", "duration_days"} & changed and "quantity" not in changed | told:
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
    best = min(packs, key=lambda pack: _waste(pack, line, weight, units), default=None)
    if best and best.units:
        line.cip13, line.box_units = best.cip13, best.units
    if boxes := boxes_needed(line, weight):
        line.quantity = min(boxes, MOST_BOXES)


def boxes_needed(line: LineContent, weight: Decimal | None) -> int | None:
    """Boxes of the line's pack for one delivery; None when the portal cannot know.

    A month is thirty days or four weeks, as the pack has it (CSP R. 5132-12, R. 5123-2).
    """
    units = needed(line, weight)
    if units is None or not line.box_units:
        return None
    boxes = posology.boxes_for(units, line.box_units)
    days = line.duration_days or 0
    weeks = needed(line, weight, days=days // MONTH * FOUR_WEEKS) if days % MONTH == 0 else None
    whole = weeks is not None and weeks % line.box_units == 0
    return posology.boxes_for(weeks, line.box_units) if whole and weeks else boxes


def _waste(
    pack: Pack, line: LineContent, weight: Decimal | None, units: Decimal
) -> tuple[Decimal, int, int]:
    """What a pack leaves over, how many boxes it takes, and how rarely it is used."""
    line.box_units = pack.units
    boxes = boxes_needed(line, weight) or 1
    over = max(boxes * (pack.units or 1) - units, Decimal(0))
    return over, boxes, -pack.usage


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
    days = YEAR if days in (365, 366) else days
    period = QUARTER if line.atc.startswith(CONTRACEPTIVES) else MONTH
    if line.list == "S" or line.renewals or days <= period or days % period:
        return
    line.duration_days, line.renewals = period, days // period - 1
