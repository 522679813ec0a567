"""A posology without a word of the prescriber's own: doses, rhythms and reasons that are known to all."""

from dataclasses import replace

from eprescription.posology.model import Posology
from eprescription.posology.reasons import is_known_reason
from eprescription.posology.steps import Step


def without_words(posology: Posology) -> Posology:
    """The same, its notes left out, and each reason that is not a usual one ("si douleur" stays)."""
    return Posology(tuple(map(_wordless, posology.steps)))


def _wordless(step: Step) -> Step:
    return replace(step, note="", reason=step.reason if is_known_reason(step.reason) else "")
