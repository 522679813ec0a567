"""How much a line prescribes: in the units of its medicine, and in the unit by which it is dispensed."""

from decimal import ROUND_CEILING, Decimal

from django.utils.translation import ngettext

from eprescription import posology
from eprescription.models import Balance, DispensingCase, Line, LineContent
from eprescription.posology import Posology

NARCOTIC = "S"


def structure(line: LineContent) -> Posology | None:
    """The structured posology of a line, if it has one."""
    return Posology.from_json(line.dosing) if line.dosing else None


def needed(line: LineContent, weight: Decimal | None, *, days: int | None = None) -> Decimal | None:
    """Units that one delivery needs, or that many days; None when the portal cannot know."""
    taken = structure(line)
    days = days or line.duration_days
    if taken is None or not days:
        return None
    strength = posology.strength_of(line.strength)
    return posology.units_for(taken, days, weight_kg=weight, strength_mg=strength)


def covered_days(line: LineContent, weight: Decimal | None, units: int) -> int | None:
    """Days of treatment that so many units of the medicine last; None when the portal cannot know."""
    taken = structure(line)
    if taken is None:
        return None
    strength = posology.strength_of(line.strength)
    return posology.days_for(taken, units, weight_kg=weight, strength_mg=strength)


def unit_of_dispensing(line: LineContent) -> Balance.Unit:
    """Narcotics are counted by the unit (CSP R. 5132-35), the rest by the box."""
    exact = line.list == NARCOTIC and line.box_units
    return Balance.Unit.UNIT if exact else Balance.Unit.BOX


def one_period(line: LineContent, weight: Decimal | None) -> int:
    """What one delivery hands over, in the unit of dispensing: at least one."""
    boxes = line.quantity or 1
    if unit_of_dispensing(line) == Balance.Unit.BOX:
        return boxes
    units = needed(line, weight)
    whole = int(units.to_integral_value(ROUND_CEILING)) if units else 0
    return whole or boxes * (line.box_units or 1)


def open_balance(line: Line, case: DispensingCase, weight: Decimal | None) -> Balance:
    """The balance of a line that is signed: all its deliveries, renewals included. Not saved."""
    return Balance(
        line=line,
        case=case,
        unit=unit_of_dispensing(line),
        total=one_period(line, weight) * (line.renewals + 1),
    )


def counted(number: int, unit: str, form: str = "") -> str:
    """A quantity with the word of what is counted: "2 boîtes", "23 gélules"; `form` is the medicine's."""
    return _phrase(number, unit, form) % {"n": number}


def word_of(number: int, unit: str, form: str = "") -> str:
    """The word alone, agreed with the number: "boîtes", "gélule"."""
    return (_phrase(number, unit, form) % {"n": ""}).strip()


def _phrase(number: int, unit: str, form: str) -> str:
    if unit == Balance.Unit.BOX:
        return ngettext("%(n)s boîte", "%(n)s boîtes", number)
    shape = form.casefold()
    if "gélule" in shape:
        return ngettext("%(n)s gélule", "%(n)s gélules", number)
    if "comprimé" in shape:
        return ngettext("%(n)s comprimé", "%(n)s comprimés", number)
    if shape.startswith(("solution injectable", "solution pour perfusion")):
        return ngettext("%(n)s ampoule", "%(n)s ampoules", number)
    if shape.startswith("dispositif transdermique"):
        return ngettext("%(n)s dispositif", "%(n)s dispositifs", number)
    return ngettext("%(n)s unité", "%(n)s unités", number)
