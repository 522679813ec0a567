"""A posology in one line of a table: "tablet morning=1 evening=1 days=7", steps parted by " / "."""

from pathlib import Path
from typing import NamedTuple

from eprescription.posology import Posology

TABLE = Path(__file__).parent / "shorthands.txt"


class Row(NamedTuple):
    """What was typed, the sentence, and the structure; neither for what stays free text."""

    typed: str
    sentence: str
    shape: str


def rows() -> list[Row]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.split("|")] for line in lines if line[:1] not in ("", "#")
    ]
    return [Row(*cell, *[""] * (3 - len(cell))) for cell in cells]


def shape(posology: Posology) -> str:
    """Every field that is not at its default, so that nothing hides from the table."""
    steps = posology.to_json()["steps"]
    assert isinstance(steps, list)
    return " / ".join(_step(step) for step in steps)


def _step(step: dict[str, object]) -> str:
    words = [str(step.pop("unit", "-"))]
    for moment, amount in step.pop("moments", []):  # type: ignore[attr-defined]
        words.append(f"{moment}={amount}")
    for name, value in step.items():
        said = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        words.append(name if value is True else f"{name}={said}")
    return " ".join(words)
