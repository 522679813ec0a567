"""Units, days and boxes, each computed from the others."""

import re
from decimal import ROUND_CEILING, Decimal

from eprescription.posology.folding import fold
from eprescription.posology.model import Posology, days_of
from eprescription.posology.naming import unit_named
from eprescription.posology.places import PLACES
from eprescription.posology.quantities import number_in
from eprescription.posology.steps import PERIODS, TAKE, Step
from eprescription.posology.units import MASS_MG, UNITS

LONGEST = 366  # days that a prescription can cover (CSP R. 5132-21: twelve months)
_STRENGTH = re.compile(
    r"(\d+(?:[ ,.]\d+)*) ?(mg|g|µg|mcg|microgrammes?|milligrammes?|grammes?)(?![a-z])(.*)"
)


def units_for(
    posology: Posology,
    days: int | None,
    *,
    weight_kg: Decimal | None = None,
    strength_mg: Decimal | None = None,
) -> Decimal | None:
    """Tablets, sachets, patches… taken in `days` (None: for as long as the steps say).

    A range counts for its upper end, what is taken as needed for its ceiling of a day. Masses are turned
    into units by `strength_mg` of one unit, doses per kilogram by the weight. None when it cannot be
    known: no ceiling, no duration, no weight, or a unit that no box is counted in (drops, ml, IU).
    `days` prevails over the duration of a lone step; a taper that ends earlier ends.
    """
    total, left, alone = Decimal(0), days, len(posology.steps) == 1
    for step in posology.steps:
        length = step.days if left is None else left if alone else min(step.days or left, left)
        if length is None:
            return None
        left = None if left is None else left - length
        taken = _step_units(step, length, weight_kg, strength_mg)
        if taken is None:
            return None
        total += taken
    return total


def boxes_for(units: Decimal, box_units: int) -> int:
    """The boxes that hold so many units, the last one begun. ValueError for an empty box."""
    if box_units < 1:
        raise ValueError("a box holds something")
    return int((units / box_units).to_integral_value(ROUND_CEILING))


def days_for(
    posology: Posology,
    units: int,
    *,
    weight_kg: Decimal | None = None,
    strength_mg: Decimal | None = None,
) -> int | None:
    """How many whole days so many units last, a year at most; None when it cannot be known."""
    ends = days_of(posology) if len(posology.steps) > 1 else None
    low, high = 0, min(ends or LONGEST, LONGEST)
    while low < high:
        middle = (low + high + 1) // 2
        needed = units_for(posology, middle, weight_kg=weight_kg, strength_mg=strength_mg)
        if needed is None:
            return None
        low, high = (middle, high) if needed <= units else (low, middle - 1)
    return low


def strength_of(text: str) -> Decimal | None:
    """Milligrams in one unit: "1 g" 1000, "500 mg / un comprimé" 500.

    None for a combination, for what is told per volume or per hour, and for what is no mass.
    """
    found = _STRENGTH.match(fold(text).strip())
    if not found:
        return None
    value = number_in(found[1])
    rest = found[3].strip()
    if value is None or not re.fullmatch(r"(?:(?:/|pour) ?(?:un|une) [^/+]*)?", rest):
        return None
    code = unit_named(found[2])
    return value * MASS_MG[code] if code else None


def per_day(step: Step, weight_kg: Decimal | None = None) -> Decimal | None:
    """The most that one day of treatment gives, in the unit of the step; None when nothing tells."""
    dose = _at_most(step, weight_kg)
    if dose is None:
        return None
    if step.shared or step.moments:
        return dose
    if step.hours:
        return dose * Decimal(24) / step.hours.low
    return (
        dose * step.times.high if step.times and _in_a_day(step) else (dose if step.times else None)
    )


def _in_a_day(step: Step) -> bool:
    return step.period in ("day", "once")


def _at_most(step: Step, weight_kg: Decimal | None) -> Decimal | None:
    """The upper end of one take, of one day of moments, or of one shared period."""
    dose = step.amount.high if step.amount else sum((a.high for _, a in step.moments), Decimal(0))
    if step.per_kg:
        weight = weight_kg or step.weight_kg
        if weight is None:
            return None
        dose *= weight
    return dose * 2 if PLACES[step.place].twice else dose


def _step_units(
    step: Step, days: int, weight_kg: Decimal | None, strength_mg: Decimal | None
) -> Decimal | None:
    rate = _rate(step.unit, strength_mg)
    dose = _at_most(step, weight_kg)
    if rate is None or dose is None or days < 0:
        return None
    scheduled = occasions(step, days)
    ceiling = _ceiling(step, days, dose, rate, strength_mg)
    if scheduled is None:
        return ceiling
    return scheduled * dose * rate if ceiling is None else min(scheduled * dose * rate, ceiling)


def _rate(unit: str, strength_mg: Decimal | None) -> Decimal | None:
    """Units of the box in one unit of the dose."""
    if unit in MASS_MG:
        return MASS_MG[unit] / strength_mg if strength_mg else None
    return Decimal(1) if UNITS[unit].counted or not unit else None


def occasions(step: Step, days: int) -> Decimal | None:
    """How many times `days` give the dose: takes, days of moments or shared periods, begun ones whole."""
    if step.hours:
        return _begun(Decimal(24 * days) / step.hours.low)
    if not (step.times or step.moments or step.shared):
        return None
    if step.period == "once":
        return Decimal(min(days, 1))
    each = step.times.high if step.times and not step.shared else Decimal(1)
    if step.weekdays:
        return _begun(Decimal(days * len(step.weekdays)) / 7) * each
    if step.period == "day":
        return _begun(Decimal(days) / step.every) * each
    return _begun(Decimal(days) * each / (PERIODS[step.period] * step.every))


def _ceiling(
    step: Step, days: int, dose: Decimal, rate: Decimal, strength_mg: Decimal | None
) -> Decimal | None:
    if step.most is None:
        return None
    if step.most_unit == TAKE:
        return None if step.moments or step.shared else step.most * dose * rate * days
    other = rate if step.most_unit == step.unit else _rate(step.most_unit, strength_mg)
    return None if other is None else step.most * other * days


def _begun(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)
