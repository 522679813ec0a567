"""Reads what doctors type: "1 cp matin midi soir 7 j, AR 5". What is not understood is handed back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from unicodedata import normalize

from eprescription.posology import lexicon as lex
from eprescription.posology.building import built
from eprescription.posology.drafting import Contradiction, Draft
from eprescription.posology.folding import fold
from eprescription.posology.marks import (
    At,
    Bare,
    Boxes,
    Days,
    Dose,
    Hours,
    Lasting,
    Mark,
    Meal,
    Moments,
    Needed,
    Renewals,
    Stop,
    Supply,
    Takes,
    Then,
    Unknown,
    Weekdays,
)
from eprescription.posology.model import Posology, days_of
from eprescription.posology.scanning import Read, Scanner

LONGEST = 600  # characters; a longer text is no posology
_RHYTHM = (Moments, Takes, Hours, Days, Weekdays)
_TELLS_A_DOSE = (Moments, Meal, Hours, Takes, Weekdays, At, Needed, Days)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. `posology` is None when its dose or its rhythm was not understood.

    `duration_days`, `boxes` and `renewals` are what was typed of them, each None when it was not.
    `unread` are the words that said nothing known; with no posology, all but those three.
    """

    posology: Posology | None
    duration_days: int | None
    boxes: int | None
    renewals: int | None
    unread: str


def read(text: str, *, unit: str = "", weight_kg: Decimal | None = None) -> Reading:
    """Read a posology as typed. Never raises; never drops a word in silence.

    `unit` is that of a number alone ("1-0-1"), from the form of the medicine. `weight_kg` of the patient
    is written into doses per kilogram, so that the sentence tells what was reckoned with.
    """
    text = normalize("NFC", text)
    if len(text) > LONGEST:
        return Reading(None, None, None, None, text)
    reads = settled(Scanner(text).reads())
    posology = posology_in(reads, unit)
    if posology is not None and weight_kg is not None:
        posology = _weighed(posology, weight_kg)
    duration = _only(m.days for r in reads if isinstance(m := r.mark, Supply))
    if duration is None:
        lasting = [m.days for r in reads if isinstance(m := r.mark, Lasting)]
        alone = lasting[0] if len(lasting) == 1 else None
        lone = posology is None or (len(posology.steps) == 1 and posology.steps[0].days is None)
        duration = alone if lone else days_of(posology) if posology else None
    return Reading(
        posology,
        duration,
        _only(m.count for r in reads if isinstance(m := r.mark, Boxes)),
        _only(m.count for r in reads if isinstance(m := r.mark, Renewals)),
        _unread(text, reads, posology),
    )


def settled(found: Iterable[Read]) -> list[Read]:
    """Numbers alone become doses or counts of takes, by what stands after them."""
    reads = list(found)
    done: list[Read] = []
    for place, current in enumerate(reads):
        mark = current.mark
        if isinstance(mark, Bare):
            after = reads[place + 1].mark if place + 1 < len(reads) else None
            mark = _bare(mark, after, done[-1].mark if done else None)
        elif isinstance(mark, Dose) and mark.unit == "vial":
            mark = _bottle(mark, reads[place + 1 :])
        done.append(current._replace(mark=mark))
    return done


def _bare(number: Bare, after: Mark | None, before: Mark | None) -> Mark:
    if isinstance(after, Days) and after.per and isinstance(before, Dose):
        return Takes(number.amount, "x")
    if isinstance(after, _TELLS_A_DOSE):
        return Dose(number.amount)
    if isinstance(before, Moments) and not isinstance(after, Unknown):
        return Dose(number.amount)  # "matin 1, soir 2"
    return Unknown("?")


def _bottle(dose: Dose, after: list[Read]) -> Mark:
    """ "1 flacon" at the end is what to deliver, not what to take."""
    taken = after and isinstance(after[0].mark, _TELLS_A_DOSE)
    single = dose.amount.single and dose.amount.high == int(dose.amount.high)
    return dose if taken or not single else Boxes(int(dose.amount.high))


def posology_in(reads: list[Read], unit: str) -> Posology | None:
    """The posology that settled marks make, or None."""
    marks = [read.mark for read in reads]
    doubt = any(isinstance(mark, Unknown) and _doubtful(mark.text) for mark in marks)
    if doubt or _parted(marks) or _stops_early(marks):
        return None
    try:
        return built(_drafts(marks), unit)
    except Contradiction:
        return None


def _doubtful(word: str) -> bool:
    folded = fold(word).strip(".!?")
    return (
        word == "?"
        or folded in lex.DOUBT
        or word[0] in "/%"
        or any(letter.isdigit() for letter in folded)
    )


def _parted(marks: list[Mark]) -> bool:
    """Whether a word not understood stands between two rhythms: "le matin, à retirer le soir"."""
    rhythms = [n for n, mark in enumerate(marks) if isinstance(mark, _RHYTHM)]
    doses = [n for n, mark in enumerate(marks) if isinstance(mark, Dose)]
    unknown = [n for n, mark in enumerate(marks) if isinstance(mark, Unknown)]
    last = max([*rhythms, *doses], default=0)
    return bool(rhythms) and any(rhythms[0] < n < last for n in unknown)


def _stops_early(marks: list[Mark]) -> bool:
    """Whether something to take follows "stop": the end of a taper is its last word."""
    rest = marks[marks.index(Stop()) + 1 :] if Stop() in marks else []
    return any(not isinstance(mark, Boxes | Renewals | Supply) for mark in rest)


def _drafts(marks: list[Mark]) -> list[Draft]:
    """One draft a step. A dose that comes after a duration begins the next step, "puis" or not."""
    drafts, previous = [Draft()], None
    for mark in marks:
        nothing = isinstance(mark, Lasting) and not mark.days  # it is asked; the rest stays
        if nothing or isinstance(mark, Boxes | Renewals | Supply | Unknown):
            continue
        begins = isinstance(mark, Dose) and drafts[-1].lasts() and drafts[-1].doses
        if begins or (isinstance(mark, Then) and drafts[-1] != Draft()):
            drafts.append(Draft())
        if not isinstance(mark, Then | Stop):
            drafts[-1].put(mark, previous)
        previous = mark
    if len(drafts) > 1 and drafts[-1] == Draft():
        drafts.pop()
    return drafts


def _weighed(posology: Posology, kg: Decimal) -> Posology:
    steps = (
        replace(step, weight_kg=kg)
        if (step.per_kg or step.unit == "weight_dose") and step.weight_kg is None
        else step
        for step in posology.steps
    )
    try:
        return Posology(tuple(steps))
    except ValueError:
        return posology


def _only(values: Iterable[int]) -> int | None:
    """The one value told; None when there is none, or two that differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _unread(text: str, reads: list[Read], posology: Posology | None) -> str:
    if posology is not None:
        words = [text[r.start : r.end] for r in reads if isinstance(r.mark, Unknown)]
        return " ".join(words)
    known = (r for r in reads if isinstance(r.mark, Boxes | Renewals | Supply | Lasting))
    left, at = [], 0
    for part in known:
        left.append(text[at : part.start])
        at = part.end
    left.append(text[at:])
    return " ".join(" ".join(left).split()).strip(" ,;")
