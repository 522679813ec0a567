"""A structured posology: steps that follow each other."""

from dataclasses import dataclass
from decimal import Decimal

from eprescription.posology.steps import MOMENTS, Step
from eprescription.posology.stored import step_from, written

MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Posology:
    """How a medicine is taken: one step, or several that follow each other (a taper)."""

    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.steps) <= MOST_STEPS:
            raise ValueError(f"a posology has 1 to {MOST_STEPS} steps")
        if not all(step.days for step in self.steps[:-1]):
            raise ValueError("a step that another one follows has a duration")

    def to_json(self) -> dict[str, object]:
        """Plain values for a JSON column; `from_json` gives back an equal posology."""
        return {"steps": [written(step) for step in self.steps]}

    @classmethod
    def from_json(cls, data: object) -> "Posology":
        """What `to_json` gave. ValueError, and nothing else, for anything that is not a posology."""
        if not isinstance(data, dict) or set(data) != {"steps"}:
            raise ValueError("a posology has steps")
        if not isinstance(data["steps"], list) or len(data["steps"]) > MOST_STEPS:
            raise ValueError(f"a posology has 1 to {MOST_STEPS} steps")
        return cls(tuple(step_from(item) for item in data["steps"]))


def days_of(posology: Posology) -> int | None:
    """The days that all steps last together; None when one of them has no end."""
    days = [step.days for step in posology.steps]
    return sum(day for day in days if day) if all(days) else None


def moments(posology: Posology) -> dict[str, Decimal] | None:
    """Morning, noon, evening and bedtime of the first step, with the most to take at each.

    For the picture of a patient's day. None when the step tells no such moments, or a clock time.
    """
    taken = {name: amount.high for name, amount in posology.steps[0].moments}
    return taken if taken and taken.keys() <= MOMENTS.keys() else None
