"""The day as a picture: what to take at which moment, when the moments say it all."""

from dataclasses import dataclass

from eprescription.posology.plain.tongue import Tongue
from eprescription.posology.steps import MOMENTS, Step
from eprescription.posology.units import UNITS

ICONS = {"morning": "sunrise", "noon": "sun", "evening": "sunset", "bedtime": "moon"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One moment: its picture, its word and what to take then; `amount` is empty when there is nothing to take."""

    icon: str
    label: str
    amount: str


def day_of(step: Step, tongue: Tongue) -> tuple[Cell, ...]:
    """Morning, noon, evening and bedtime, or the clock times that were told; none when they do not say it all.

    Certain days, a dose to count by the weight or to take if needed are for the sentence alone.
    """
    daily = (step.every, step.period, step.weekdays) == (1, "day", ())
    if not step.moments or not daily or step.as_needed or step.per_kg:
        return ()
    cut = not UNITS[step.unit].measured
    taken = {name: tongue.amount(amount, cut=cut) for name, amount in step.moments}
    if taken.keys() <= MOMENTS.keys():
        return tuple(
            Cell(ICONS[name], tongue.word("day", name), taken.get(name, "")) for name in MOMENTS
        )
    return tuple(
        Cell(ICONS.get(name, "clock"), tongue.words["day"].get(name, name), amount)
        for name, amount in taken.items()
    )
