"""Lines that changed after the signature: a pharmacist asked, the author agreed (CSP L. 5125-23 I).

What was signed never changes. A changed line is a new row that replaces the one before, with a balance of its own; a
stopped line keeps its row. Whoever calls holds the lock of the case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from eprescription import posology
from eprescription.models import (
    Balance,
    Dispensing,
    DispensingCase,
    Intervention,
    Line,
    LineContent,
    Preparation,
    Prescription,
    Question,
    QuestionState,
)
from eprescription.quantities import one_period, unit_of_dispensing

CHANGED = Q(new_line__isnull=False) | Q(intervention=Intervention.STOP)


@dataclass(frozen=True)
class Amendment:
    """One change of one line: the version it made, when, and the version before. `stopped`: there is no later one."""

    position: int
    version: int
    at: datetime
    stopped: bool
    before: Line


def amendments(prescription: Prescription) -> list[Amendment]:
    """What was changed since the signature, the first change first; one query."""
    rows = Question.objects.filter(CHANGED, prescription=prescription, state=QuestionState.ACCEPTED)
    return [
        Amendment(
            position=row.line.position,
            version=row.line.version + (row.new_line_id is not None),
            at=row.answered_at,
            stopped=row.new_line_id is None,
            before=row.line,
        )
        for row in rows.select_related("line").order_by("answered_at", "pk")
        if row.answered_at
    ]


def going_on() -> QuerySet[Line]:
    """The lines in force that their author has not stopped: what is still a treatment."""
    return Line.objects.filter(~Exists(_stops().filter(line=OuterRef("pk"))))


def is_stopped(line: Line) -> bool:
    """Whether its author stopped it at a pharmacist's question."""
    return _stops().filter(line=line).exists()


def was_changed(line: Line) -> bool:
    """Whether the line is no longer what it was: another version took its place, or it was stopped."""
    return Line.versions.filter(replaces=line).exists() or is_stopped(line)


def changed_since(dispensing: Dispensing) -> bool:
    """Whether a line of this dispensing was changed or stopped afterwards."""
    lines = Line.versions.filter(deliveries__dispensing=dispensing)
    stopped = Exists(_stops().filter(line=OuterRef("pk")))
    return lines.filter(Q(replacement__isnull=False) | Q(stopped)).exists()


def _stops() -> QuerySet[Question]:
    return Question.objects.filter(
        state=QuestionState.ACCEPTED, intervention=Intervention.STOP, new_line=None
    )


# --- Quantities


def already(old: LineContent, new: LineContent, dispensed: int, weight: Decimal | None) -> int:
    """What was dispensed of `old`, in the unit by which `new` is dispensed, rounded up: never twice, never above.

    The same medicine counts by its units, whatever the pack; another one by the share of the treatment.
    """
    if unit_of_dispensing(old) == unit_of_dispensing(new) and _same_pack(old, new):
        return dispensed
    before, after = _size(old), _size(new)
    if not (before and after and _same_medicine(old, new)):
        before, after = one_period(new, weight), one_period(old, weight)
    return -(-dispensed * before // after)


def to_open(
    new: LineContent, handed: Iterable[tuple[LineContent, int]], weight: Decimal | None
) -> int:
    """What may be dispensed of a new version: what it prescribes less what was `handed` over of all earlier ones."""
    prescribed = one_period(new, weight) * (new.renewals + 1)
    return max(0, prescribed - sum(already(old, new, n, weight) for old, n in handed))


def _same_pack(old: LineContent, new: LineContent) -> bool:
    named = (old.cis or old.name) == (new.cis or new.name)
    return named and old.box_units == new.box_units


def _same_medicine(old: LineContent, new: LineContent) -> bool:
    """One unit of both is the same dose: substance, strength and what one swallows are alike."""
    dose = [(x.inn, x.strength, posology.unit_of(x.form)) for x in (old, new)]
    return bool(old.inn) and dose[0] == dose[1]


def _size(line: LineContent) -> int:
    """Units of the medicine in one unit of dispensing; 0 when the pack does not tell."""
    return 1 if unit_of_dispensing(line) == Balance.Unit.UNIT else line.box_units or 0


# --- Rows


def replace(new: Line, *, case: DispensingCase, at: datetime) -> Balance:
    """Puts the new version in force, with what is left of it; the one that it `replaces` gives nothing more."""
    assert new.replaces
    weight = case.prescription.weight_kg
    earlier = case.balances.select_related("line").filter(line__position=new.position)
    handed = [(b.line, b.dispensed) for b in earlier]
    new.save(force_insert=True)
    stop(new.replaces, case=case, at=at)
    return Balance.objects.create(
        line=new,
        case=case,
        unit=unit_of_dispensing(new),
        total=to_open(new, handed, weight),
    )


def stop(line: Line, *, case: DispensingCase, at: datetime) -> None:
    """What is left of a line is given up. Pages that were opened or made ready before have to be read over."""
    Balance.objects.filter(pk=line.pk).update(lost=F("total") - F("dispensed"))
    DispensingCase.objects.filter(pk=case.pk).update(version=F("version") + 1)
    case.version += 1
    Preparation.objects.filter(claim__case=case, ended_at=None).update(ended_at=at)
