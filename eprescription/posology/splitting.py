"""One line of input into the medicine and its posology: "amox 1g 1 cp matin soir 7j"."""

import re
from decimal import Decimal

from eprescription.posology.folding import fold
from eprescription.posology.marks import Bare, Days, Dose, Mark, Note, Stop, Then, Unknown
from eprescription.posology.reading import LONGEST, posology_in, settled
from eprescription.posology.scanning import Scanner
from eprescription.posology.units import MASS_MG, UNITS

_STARTS = re.compile(r"(?:^|(?<=[\s,;:]))(?=[^\s,;:])")
_STRENGTH = re.compile(r"(?:^|[\s,])\d[\d.,/ ]*(?:mg|g|µg|mcg|ui|microgrammes?|%|/|$|\s)")
_MIXED = re.compile(r"\d (?:1/2|1/4|3/4|½|¼|¾)(?![\d/])")
_MOST_TYPED = 6  # a bare number beyond is a strength: "levothyrox 75 le matin"
_LEAST_STRENGTH_UI = 1000  # "lovenox 4000 ui": below, it is what one injects


def split(text: str) -> tuple[str, str]:
    """The medicine and the posology of one line; ("…", "") when nothing looks like a posology.

    Strengths stay with the medicine: the posology begins at the first place from which all the rest
    reads as one, else where a rhythm, a duration or a countable dose begins.
    """
    if len(text) > LONGEST:
        return text.strip(), ""
    scanner = Scanner(text)
    starts = [found.start() for found in _STARTS.finditer(text)]
    whole = (at for at in starts if _begins(scanner, at, whole=True))
    partly = (at for at in starts if _begins(scanner, at, whole=False))
    at = next(whole, None)
    at = next(partly, len(text)) if at is None else at
    return text[:at].strip(" \t\n,;:"), text[at:].strip()


def _begins(scanner: Scanner, at: int, *, whole: bool) -> bool:
    first = next(scanner.reads(at), None)
    if first is None or isinstance(first.mark, Unknown | Then | Stop | Note):
        return False
    head, tail = scanner.text[:at], scanner.text[at:]
    reads = list(scanner.reads(at))
    marks = [read.mark for read in reads]
    named = bool(_STRENGTH.search(fold(head)))
    if not whole:
        return _partly(head, marks)
    if not named and head.strip() and _MIXED.match(tail):
        return False
    posology = posology_in(settled(reads), "")
    if posology is None:
        return False
    taper = len(posology.steps) > 1
    return named or taper or not head.strip() or not _is_strength(marks)


def _partly(head: str, marks: list[Mark]) -> bool:
    """A rhythm without a dose, a duration alone, or a dose that something unread follows."""
    first = marks[0]
    if isinstance(first, Dose):
        return bool(head.strip()) and not _is_strength(marks) and not UNITS[first.unit].measured
    known = not any(isinstance(mark, Unknown | Bare) for mark in marks)
    return known and not isinstance(first, Bare)


def _is_strength(marks: list[Mark]) -> bool:
    """Whether the line goes on with the strength of the medicine rather than with a dose."""
    first, after = marks[0], marks[1] if len(marks) > 1 else None
    if isinstance(first, Bare):
        alone = not (isinstance(after, Days) and after.per)
        return alone and first.amount.high > _MOST_TYPED
    if not isinstance(first, Dose) or first.per_kg:
        return False
    if first.unit in MASS_MG:
        return not (isinstance(after, Days) and after.per)
    return first.unit == "ui" and first.amount.high >= Decimal(_LEAST_STRENGTH_UI)
