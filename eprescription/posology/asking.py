"""A question, the line that it is asked about, and the questions about doses."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from eprescription.posology.counting import per_day
from eprescription.posology.model import Posology
from eprescription.posology.quantities import printed_number
from eprescription.posology.steps import TAKE, Step
from eprescription.posology.units import MASS_MG, unit_label

# The most that one take gives without being asked about. Others: no limit that holds for all medicines.
LARGE = {
    "tablet": 10, "capsule": 10, "sachet": 6, "suppository": 2, "ovule": 2, "patch": 3, "ampoule": 10,
    "lozenge": 4, "gum": 2, "puff": 10, "spray": 6, "drop": 150, "ml": 60, "ui": 150, "injection": 2,
    "syringe": 4, "teaspoon": 4, "tablespoon": 3, "measure": 6, "weight_dose": 1, "application": 5,
    "nebulisation": 2, "": 10,
}  # fmt: skip
_ALIKE = ({"tablet", "capsule", "lyophilisate", "film"}, {"ampoule", "single", "vial", "dose"})
_TOLD_APART = {
    "tablet",
    "capsule",
    "sachet",
    "suppository",
    "ovule",
    "patch",
    "drop",
    "puff",
    "spray",
    "lozenge",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to confirm or to mend, in the two languages, and the field it is about."""

    code: str
    text_fr: str
    text_en: str
    field: str  # posology, duration, quantity, renewals or weight


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says around its posology."""

    posology: Posology
    duration_days: int | None
    boxes: int | None
    renewals: int | None
    box_units: int | None
    unit: str
    weight_kg: Decimal | None
    age_years: int | None
    strength_mg: Decimal | None


def of_doses(line: Line) -> Iterator[Question]:
    """Units, sizes and ceilings of the doses."""
    for step in line.posology.steps:
        yield from _large(step, line)
        yield from _beyond_its_ceiling(step, line)
        rhythm = step.times or step.hours or step.moments or step.shared
        if step.as_needed and step.most is None and not rhythm:
            yield Question(
                "no_ceiling",
                "Au besoin : combien au maximum par jour ?",
                "As needed: how much at most a day?",
                "posology",
            )
        if _another_unit(step.unit, line.unit):
            typed, known = (unit_label(code, "fr", Decimal(2)) for code in (step.unit, line.unit))
            typed_en, known_en = (unit_label(c, "en", Decimal(2)) for c in (step.unit, line.unit))
            yield Question(
                "other_unit",
                f"La posologie compte en {typed}, le médicament en {known}. Est-ce voulu ?",
                f"The posology counts {typed_en}, the medicine comes in {known_en}. Is it meant?",
                "posology",
            )


def _large(step: Step, line: Line) -> Iterator[Question]:
    amounts = [step.amount] if step.amount else [amount for _, amount in step.moments]
    dose = max(amount.high for amount in amounts if amount)
    unit = step.unit
    if step.per_kg:
        dose *= line.weight_kg or step.weight_kg or Decimal(0)
    if step.shared and step.times:
        dose /= step.times.high
    if unit in MASS_MG and line.strength_mg:
        dose, unit = dose * MASS_MG[unit] / line.strength_mg, line.unit
    if unit in LARGE and dose > LARGE[unit]:
        number = printed_number(round(dose, 2), unit)
        number_en = printed_number(round(dose, 2), unit, "en")
        yield Question(
            "large_dose",
            f"{number} {unit_label(unit, 'fr', dose) or 'unités'} en une prise : est-ce bien cela ?",
            f"{number_en} {unit_label(unit, 'en', dose) or 'units'} in one take: is it right?",
            "posology",
        )


def _beyond_its_ceiling(step: Step, line: Line) -> Iterator[Question]:
    """What is taken without being needed, at the least, is more than the maximum told."""
    if step.most is None or step.as_needed or step.most_unit not in (step.unit, TAKE):
        return
    daily = per_day(step, line.weight_kg)
    if step.most_unit == TAKE:
        daily = step.times.low if step.times and step.period == "day" else None
    if daily is not None and daily > step.most and _fixed(step):
        yield Question(
            "beyond_ceiling",
            "La posologie donne plus que le maximum par jour qu'elle indique.",
            "The posology gives more than the daily maximum that it states.",
            "posology",
        )


def _fixed(step: Step) -> bool:
    told = [step.amount, step.times, step.hours, *(amount for _, amount in step.moments)]
    return all(amount.single for amount in told if amount)


def _another_unit(typed: str, known: str) -> bool:
    if typed == known or not {typed, known} <= _TOLD_APART:
        return False
    return not any({typed, known} <= alike for alike in _ALIKE)
