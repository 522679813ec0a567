"""The queue of the day as plain values: for whom, which medicines, what is waited for and since when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from eprescription.models import Line, Preparation, Prescription, Question
from eprescription.quantities import counted
from eprescription.templatetags.words import when
from pharmacies.queries.due import DueLine

Names = dict[UUID, str]  # of patients, by prescription


@dataclass(frozen=True)
class Waiting:
    """One prescription that waits for somebody here. `medicines` say how much where it matters."""

    id: UUID
    patient: str
    medicines: list[str]
    note: str


def prepared(rows: Iterable[Preparation], names: Names) -> list[Waiting]:
    """What préparateurs made ready, for a pharmacist to read over."""
    return [
        _waiting(
            row.claim.case.prescription,
            names,
            map(_title, row.claim.case.prescription.lines.all()),
            _("par %(who)s, %(when)s") % {"who": row.by.person, "when": when(row.at)},
        )
        for row in rows
    ]


def answered(rows: Iterable[Question], names: Names) -> list[Waiting]:
    """What prescribers answered and nobody here has read."""
    return [_question(row, names, row.get_state_display()) for row in rows]


def asked(rows: Iterable[Question], names: Names) -> list[Waiting]:
    """What waits for the prescriber's answer, since when."""
    return [_question(row, names, _("depuis : %(day)s") % {"day": when(row.at)}) for row in rows]


def owed(rows: Iterable[DueLine], names: Names) -> list[Waiting]:
    """What was promised here: how much of what, since when."""
    return _together(rows, names, _amount, lambda day: _("depuis : %(day)s") % {"day": when(day)})


def to_renew(rows: Iterable[DueLine], names: Names) -> list[Waiting]:
    """Whose treatment ends: of what, and when."""
    return _together(rows, names, _name, lambda day: _("fin : %(day)s") % {"day": when(day)})


def _together(
    rows: Iterable[DueLine],
    names: Names,
    said: Callable[[DueLine], str],
    note: Callable[[date], str],
) -> list[Waiting]:
    """One entry a prescription, in the order of its first line."""
    groups: dict[UUID, list[DueLine]] = {}
    for due in rows:
        groups.setdefault(_prescription(due).pk, []).append(due)
    return [
        _waiting(_prescription(dues[0]), names, map(said, dues), note(dues[0].day))
        for dues in groups.values()
    ]


def _question(row: Question, names: Names, note: str) -> Waiting:
    urgent = f"{_('Urgent')} · {note}" if row.urgent else note
    return _waiting(row.prescription, names, [_title(row.line)], urgent)


def _waiting(
    prescription: Prescription, names: Names, medicines: Iterable[str], note: str
) -> Waiting:
    return Waiting(prescription.pk, names[prescription.pk], list(medicines), note)


def _prescription(due: DueLine) -> Prescription:
    return due.row.dispensing.case.prescription


def _name(due: DueLine) -> str:
    return _title(due.row.line)


def _amount(due: DueLine) -> str:
    line = due.row.line
    return f"{_title(line)}, {counted(due.row.owed, line.balance.unit, line.form)}"


def _title(line: Line) -> str:
    return line.inn or line.name
