"""How each medicine is taken, in the language that the patient chose to read, beside what the paper says in French."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language

from eprescription.models import Line
from eprescription.posology.plain import LANGUAGES, Said, Tongue, said, tongue_of
from eprescription.presenters import Execution, LineExecution
from eprescription.quantities import structure

KEPT = "reading_language"  # in the session alone: it says nothing of a person once he has left


@dataclass(frozen=True)
class Language:
    """One that a page may be read in, by the name that it gives itself."""

    code: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Instruction:
    """One medicine. `said` is None when the prescriber wrote freely: then `paper` alone says it, in French.

    `paper` is the prescription's own sentence, empty when it is the very one that is said. `changed` is what the
    pharmacy wrote instead, in French: it comes first, and no picture then tells another thing.
    """

    id: UUID
    language: str
    direction: str
    words: Mapping[str, str]
    said: Said | None
    paper: str
    changed: str = ""

    @property
    def translated(self) -> bool:
        return self.language != "fr"


@dataclass(frozen=True)
class Medicine:
    """What was prescribed and delivered of one line, and how it is taken."""

    line: LineExecution
    how: Instruction


def language_of(kept: object) -> str:
    """The language kept in a session; without a known one, that of the page."""
    if isinstance(kept, str) and kept in LANGUAGES:
        return kept
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def languages(chosen: str) -> list[Language]:
    """All of them, to choose from."""
    return [Language(code, tongue_of(code).name, code == chosen) for code in LANGUAGES]


def medicines(execution: Execution, lines: Iterable[Line], language: str) -> list[Medicine]:
    """The lines of an execution with their instructions; `lines` are those in force. KeyError for a language unknown."""
    tongue = tongue_of(language)
    by_id = {line.pk: line for line in lines}
    return [Medicine(row, _instruction(by_id[row.line.id], row, tongue)) for row in execution.lines]


def _instruction(line: Line, row: LineExecution, tongue: Tongue) -> Instruction:
    posology = structure(line)
    told = said(posology, tongue, duration_days=line.duration_days) if posology else None
    same = told and told.text.rstrip(".") == line.posology
    return Instruction(
        id=line.pk,
        language=tongue.code,
        direction=tongue.direction,
        words=tongue.words["page"],
        said=told,
        paper="" if same else line.posology,
        changed=next((d.posology for d in reversed(row.deliveries) if d.posology), ""),
    )
