"""The structured posology: read from what doctors type, said in a sentence, counted in boxes.

Pure Python. Free text always stays possible: `read` gives no posology when it does not understand.
"""

from eprescription.posology.asking import Question
from eprescription.posology.counting import boxes_for, days_for, strength_of, units_for
from eprescription.posology.in_full import in_full
from eprescription.posology.model import Posology, days_of, moments
from eprescription.posology.naming import unit_of
from eprescription.posology.questions import questions
from eprescription.posology.reading import Reading, read
from eprescription.posology.reasons import KNOWN_REASONS
from eprescription.posology.sentence import sentence
from eprescription.posology.splitting import split
from eprescription.posology.steps import TAKE, Amount, Step
from eprescription.posology.units import UNITS, unit_label
from eprescription.posology.wordless import without_words

__all__ = [
    "KNOWN_REASONS",
    "TAKE",
    "UNITS",
    "Amount",
    "Posology",
    "Question",
    "Reading",
    "Step",
    "boxes_for",
    "days_for",
    "days_of",
    "in_full",
    "moments",
    "questions",
    "read",
    "sentence",
    "split",
    "strength_of",
    "unit_label",
    "unit_of",
    "units_for",
    "without_words",
]
