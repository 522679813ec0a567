"""What is asked rather than guessed: doses, durations and boxes that do not agree with each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from eprescription.posology.counting import LONGEST, boxes_for, per_day, units_for
from eprescription.posology.model import Posology, days_of
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
YEAR = 372  # twelve months of 31 days


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to confirm or to mend, in the two languages, and the field it is about."""

    code: str
    text_fr: str
    text_en: str
    field: str  # posology, duration, quantity, renewals or weight


@dataclass(frozen=True, slots=True)
class _Line:
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


def questions(
    posology: Posology,
    *,
    duration_days: int | None = None,
    boxes: int | None = None,
    renewals: int | None = None,
    box_units: int | None = None,
    unit: str = "",
    weight_kg: Decimal | None = None,
    age_years: int | None = None,
    strength_mg: Decimal | None = None,
) -> list[Question]:
    """What to ask before the line is kept. `boxes` and `duration_days` are those of one delivery;
    `unit` and `box_units` those of the medicine. Empty when all agrees."""
    line = _Line(
        posology, duration_days, boxes, renewals, box_units, unit, weight_kg, age_years, strength_mg
    )
    found = [*_of_doses(line), *_of_weight(line), *_of_duration(line), *_of_boxes(line)]
    return list({question.code: question for question in reversed(found)}.values())[::-1]


def _of_doses(line: _Line) -> Iterator[Question]:
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


def _large(step: Step, line: _Line) -> Iterator[Question]:
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


def _beyond_its_ceiling(step: Step, line: _Line) -> Iterator[Question]:
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


def _of_weight(line: _Line) -> Iterator[Question]:
    by_weight = [step for step in line.posology.steps if step.per_kg or step.unit == "weight_dose"]
    if not by_weight:
        return
    weight = line.weight_kg or next((step.weight_kg for step in by_weight if step.weight_kg), None)
    if weight is None:
        yield Question(
            "no_weight",
            "La dose dépend du poids : quel est le poids du patient ?",
            "The dose depends on the weight: how much does the patient weigh?",
            "weight",
        )
    elif not _likely(weight, line.age_years):
        yield Question(
            "unlikely_weight",
            f"{printed_number(weight, 'ml')} kg pour cet âge : est-ce le bon poids ?",
            f"{printed_number(weight, 'ml', 'en')} kg at this age: is it the right weight?",
            "weight",
        )


def _likely(weight: Decimal, age: int | None) -> bool:
    if age is None:
        return True
    if age >= 16:
        return 30 <= weight <= 250
    return Decimal("1.5") * age + 2 <= weight <= 6 * age + 13


def _of_duration(line: _Line) -> Iterator[Question]:
    days, told = line.duration_days, days_of(line.posology)
    if days is not None and not 0 < days <= LONGEST:
        yield Question(
            "odd_duration",
            f"Une durée de {days} jours : est-ce bien cela ? Une ordonnance couvre un an au plus.",
            f"A duration of {days} days: is it right? A prescription covers a year at most.",
            "duration",
        )
    elif days is not None and told is not None and told != days:
        yield Question(
            "other_duration",
            f"La posologie dure {told} jours et la ligne {days} : laquelle est la bonne ?",
            f"The posology lasts {told} days and the line {days}: which one is right?",
            "duration",
        )
    if days and line.renewals and days * (line.renewals + 1) > YEAR:
        yield Question(
            "beyond_a_year",
            "Avec ses renouvellements, la ligne dépasse un an. Combien de renouvellements ?",
            "With its renewals, the line goes beyond a year. How many renewals?",
            "renewals",
        )


def _of_boxes(line: _Line) -> Iterator[Question]:
    days = line.duration_days or days_of(line.posology)
    if not line.boxes or not line.box_units or not days or not 0 < days <= LONGEST:
        return
    units = units_for(line.posology, days, weight_kg=line.weight_kg, strength_mg=line.strength_mg)
    if units is None:
        return
    needed = boxes_for(units, line.box_units)
    as_needed = any(step.as_needed for step in line.posology.steps)
    if line.boxes > 2 * needed:
        yield _boxes("many_boxes", line.boxes, needed)
    elif line.boxes < needed and not as_needed:
        yield _boxes("few_boxes", line.boxes, needed)


def _boxes(code: str, written: int, needed: int) -> Question:
    return Question(
        code,
        f"{written} boîte{'s' if written > 1 else ''} : la posologie et la durée en demandent {needed}.",
        f"{written} box{'es' if written > 1 else ''}: the posology and the duration need {needed}.",
        "quantity",
    )
