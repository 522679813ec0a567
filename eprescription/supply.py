"""How long boxes last, and how many of them the law lets be handed over at a time."""

import math
from decimal import Decimal

from eprescription.models import Balance, Line, LineKind
from eprescription.quantities import covered_days, one_period
from eprescription.rules.continuation import CONTRACEPTIVES
from eprescription.rules.schedule import FOUR_WEEKS, MONTH_DAYS, TWELVE_WEEKS

CYCLE = 28  # days of one pack of a contraceptive pill, pause included


def units_in(line: Line, quantity: int) -> int | None:
    """Units of the medicine in a quantity of its balance; None when a box does not tell."""
    if line.balance.unit == Balance.Unit.UNIT:
        return quantity
    return quantity * line.box_units if line.box_units else None


def days_of(line: Line, units: int | None) -> int | None:
    """Days that so many units last, as prescribed; a pill by its cycles, pause included."""
    if not units:
        return None
    if line.atc.startswith(CONTRACEPTIVES) and line.box_units:
        return cycles_in(line, units) * CYCLE
    return covered_days(line, line.prescription.weight_kg, units)


def cycles_in(line: Line, units: int | None) -> int:
    """Cycles of a pill in so many units: packs of 21 to 28, or several of them in a box."""
    return math.ceil((units or 0) / CYCLE) if line.atc.startswith(CONTRACEPTIVES) else 0


def step_of(line: Line) -> int:
    """Boxes that the law lets be handed over at a time, of what was prescribed for one delivery (CSP R. 5132-12)."""
    period = one_period(line, line.prescription.weight_kg)
    if line.kind != LineKind.MEDICINE:
        return period
    if line.fraction_days and not line.single_delivery and line.duration_days:
        return _share(period, line.fraction_days, line.duration_days)
    long = (line.duration_days or 0) > MONTH_DAYS
    by_twelve_weeks = line.atc.startswith(CONTRACEPTIVES)
    wanted = TWELVE_WEEKS if by_twelve_weeks else FOUR_WEEKS if long else MONTH_DAYS
    lasting = days_of(line, line.box_units)
    if lasting:
        return min(period, math.ceil(wanted / lasting))
    return _share(period, wanted, line.duration_days) if long and line.duration_days else period


def month_of(line: Line) -> int:
    """Boxes of one month: the fewest that last four weeks."""
    lasting = days_of(line, line.box_units)
    period = one_period(line, line.prescription.weight_kg)
    if lasting:
        return max(1, math.ceil(Decimal(FOUR_WEEKS) / lasting))
    return _share(period, MONTH_DAYS, max(line.duration_days or 0, MONTH_DAYS))


def _share(period: int, days: int, of: int) -> int:
    return max(1, min(period, math.ceil(Decimal(period * days) / of)))
