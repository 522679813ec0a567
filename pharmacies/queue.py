"""The queue of the day as plain values: for whom, which medicines, what is waited for and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription.models import Line, Preparation, Prescription, Question
from eprescription.quantities import counted
from eprescription.templatetags.words import when

Names = dict[UUID, str]  # of patients, by prescription


class Queue(TextChoices):
    """What somebody of the pharmacy waits for, or is waited for; the values stand in addresses."""

    IN_HAND = "prises-en-charge", gettext_lazy("Prises en charge ici")
    ANSWERED = "reponses", gettext_lazy("Réponses des prescripteurs")
    TO_VALIDATE = "a-valider", gettext_lazy("À valider par un pharmacien")
    OWED = "dues", gettext_lazy("Boîtes dues")
    TO_RENEW = "a-renouveler", gettext_lazy("À renouveler bientôt")
    ASKED = "questions", gettext_lazy("Questions sans réponse")

    @property
    def url_name(self) -> str:
        """The page of the whole queue."""
        return f"pharmacies:waiting_{self.value}"

    @property
    def empty(self) -> str:
        """What is said when nothing waits."""
        return str(EMPTY[self])


EMPTY = {
    Queue.IN_HAND: gettext_lazy(
        "Aucune. Une ordonnance ouverte ici y reste jusqu'à sa délivrance."
    ),
    Queue.ANSWERED: gettext_lazy("Aucune réponse à lire."),
    Queue.TO_VALIDATE: gettext_lazy("Rien n'attend d'être validé."),
    Queue.OWED: gettext_lazy("Rien n'est dû à personne."),
    Queue.TO_RENEW: gettext_lazy("Aucun traitement délivré ici ne finit dans les sept jours."),
    Queue.ASKED: gettext_lazy("Aucune question n'attend de réponse."),
}


@dataclass(frozen=True)
class Waiting:
    """One prescription that waits for somebody here. `medicines` say how much where it matters."""

    id: UUID
    patient: str
    medicines: list[str]
    note: str


@dataclass(frozen=True)
class DueLine:
    """One line that asks for something: how much is owed since when, or when what was given ends."""

    owed: int
    owed_since: date | None
    ends_on: date | None
    inn: str
    name: str
    form: str
    unit: str

    @property
    def day(self) -> date:
        """The day that is told."""
        day = self.owed_since or self.ends_on
        assert day  # or it would not be due
        return day


@dataclass(frozen=True)
class Due:
    """What is due of one prescription, of which no more was read than its name and its trace take."""

    prescription: Prescription
    lines: list[DueLine]


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


def owed(rows: Iterable[Due], names: Names) -> list[Waiting]:
    """What was promised here, by prescription: how much of what, since when."""
    return [_due(due, names, map(_amount, due.lines), _("depuis : %(day)s")) for due in rows]


def to_renew(rows: Iterable[Due], names: Names) -> list[Waiting]:
    """Whose treatment ends: of what, and when."""
    return [_due(due, names, map(_title, due.lines), _("fin : %(day)s")) for due in rows]


def _due(due: Due, names: Names, medicines: Iterable[str], note: str) -> Waiting:
    return _waiting(due.prescription, names, medicines, note % {"day": when(due.lines[0].day)})


def _question(row: Question, names: Names, note: str) -> Waiting:
    urgent = f"{_('Urgent')} · {note}" if row.urgent else note
    return _waiting(row.prescription, names, [_title(row.line)], urgent)


def _waiting(
    prescription: Prescription, names: Names, medicines: Iterable[str], note: str
) -> Waiting:
    return Waiting(prescription.pk, names[prescription.pk], list(medicines), note)


def _amount(line: DueLine) -> str:
    return f"{_title(line)}, {counted(line.owed, line.unit, line.form)}"


def _title(line: Line | DueLine) -> str:
    return line.inn or line.name
