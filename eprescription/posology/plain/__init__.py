"""How to take a medicine, for who takes it: plain words in twelve languages, and the day as a picture.

Said by rule from the structured posology, never translated by a machine: a file a language holds its patterns, which
anybody who speaks it can read and mend. The medicine's name and what the prescriber typed in his own words stay French.
"""

from eprescription.posology.plain.day import Cell, day_of
from eprescription.posology.plain.saying import Said, SaidStep, said
from eprescription.posology.plain.tongue import LANGUAGES, Tongue, tongue_of

__all__ = ["LANGUAGES", "Cell", "Said", "SaidStep", "Tongue", "day_of", "said", "tongue_of"]
