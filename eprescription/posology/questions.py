"""What is asked rather than guessed: doses, durations and boxes that do not agree with each other."""

from collections.abc import Iterator
from decimal import Decimal

from eprescription.posology.asking import Line, Question, of_doses
from eprescription.posology.counting import LONGEST, boxes_for, units_for
from eprescription.posology.model import Posology, days_of
from eprescription.posology.quantities import printed_number

YEAR = 372  # twelve months of 31 days


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
    line = Line(
        posology, duration_days, boxes, renewals, box_units, unit, weight_kg, age_years, strength_mg
    )
    found = [*of_doses(line), *_of_weight(line), *_of_duration(line), *_of_boxes(line)]
    return list({question.code: question for question in reversed(found)}.values())[::-1]


def _of_weight(line: Line) -> Iterator[Question]:
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


def _of_duration(line: Line) -> Iterator[Question]:
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


def _of_boxes(line: Line) -> Iterator[Question]:
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
