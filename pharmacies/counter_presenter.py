"""The dispensing page as plain values: for whom, by whom, until when, and what may be done of each line today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from eprescription.documents.number import grouped
from eprescription.identity.traits import Traits
from eprescription.models import Claim, Preparation, Prescription, PrescriptionState
from eprescription.nobody import NOBODY, AnonymousView
from eprescription.presenters import (
    Execution,
    LineExecution,
    PatientView,
    patient_view,
)
from eprescription.questions import QuestionView
from eprescription.rules import Breach
from eprescription.rules.schedule import Due
from eprescription.statuses import Status
from pharmacies.claims import secret_of
from pharmacies.counter_line import Choices, CounterLine
from pharmacies.due_words import why
from pharmacies.faith import GoodFaith
from pharmacies.presenters import PrescriberView, prescriber_view


@dataclass(frozen=True)
class Prepared:
    """What a préparateur made ready: the fields of the page, as they were filled in."""

    by: str
    at: datetime
    typed: dict[str, str]


@dataclass(frozen=True)
class Counter:
    """The dispensing page: who, by whom, until when, and each line. `claim` only when held here.

    `over`: the prescription has run out, and what goes on goes on by exception. `secret` is that of the claim, for
    the page that was opened under it. `asks_bearer`: who fetches the boxes is to be written down.
    `minors_secret`: care of a minor that those who stand for him do not know of (CSP L. 1111-5, L. 5134-1).
    """

    id: UUID
    number: str
    patient: PatientView | AnonymousView
    prescriber: PrescriberView
    secured: bool
    narcotic: bool
    minors_secret: bool
    signed_at: datetime
    expires_on: date
    status: Status
    stopped: str
    claim: Claim | None
    secret: str
    lines: list[CounterLine]
    execution: Execution
    mentions: tuple[str, ...] = ()
    over: bool = False
    prepared: Prepared | None = None
    asks_bearer: bool = False
    faith: GoodFaith | None = None
    questions: list[QuestionView] = field(default_factory=list)  # asked here, the latest first
    told: tuple[Breach, ...] = ()  # by the law, of the whole
    lost: tuple[datetime, datetime] | None = (
        None  # it may have been dispensed in between, unknown here
    )

    @property
    def left(self) -> int:
        return sum(line.remaining for line in self.lines)


@dataclass(frozen=True)
class Today:
    """What a page needs beside the prescription: the claim, what was prepared, what may be chosen, what has run out."""

    claim: Claim | None = None
    prepared: Preparation | None = None
    collected: bool = False  # opened with the code of somebody who fetches
    expired: bool = False
    exceptions: Mapping[UUID, str] = field(default_factory=dict)
    dues: Mapping[UUID, Due] = field(default_factory=dict)
    agreed: Mapping[UUID, UUID] = field(default_factory=dict)  # questions accepted, by line
    substitutes: Mapping[str, Choices] = field(default_factory=dict)
    mentions: tuple[str, ...] = ()
    told: Sequence[Breach] = ()  # what the law tells without asking anything
    lost: tuple[datetime, datetime] | None = None


def counter(
    prescription: Prescription, *, traits: Traits | None, execution: Execution, today: Today
) -> Counter:
    assert prescription.signed_at and prescription.expires_on and prescription.number
    narcotic = any(row.line.narcotic and row.remaining for row in execution.lines)
    return Counter(
        id=prescription.pk,
        number=grouped(prescription.number),
        patient=patient_view(traits, prescription.subject_id) if traits else NOBODY,
        prescriber=prescriber_view(prescription),
        secured=prescription.secured,
        narcotic=narcotic,
        minors_secret=bool(prescription.secret),
        signed_at=prescription.signed_at,
        expires_on=prescription.expires_on,
        status=execution.status,
        stopped=_stopped(prescription, today),
        claim=today.claim,
        secret=secret_of(today.claim) if today.claim else "",
        lines=counter_lines(execution.lines, today),
        execution=execution,
        mentions=today.mentions,
        over=is_over(execution.lines, today),
        prepared=_prepared(today.prepared),
        asks_bearer=narcotic or today.collected,
        told=tuple(b for b in today.told if b.line is None),
        lost=today.lost,
    )


def is_over(rows: Iterable[LineExecution], today: Today) -> bool:
    """Whether it has run out: by its date, or because all of it was dispensed."""
    return today.expired or not any(row.remaining for row in rows)


def counter_lines(rows: Iterable[LineExecution], today: Today) -> list[CounterLine]:
    return [_line(row, today) for row in rows]


def _line(row: LineExecution, today: Today) -> CounterLine:
    others = [] if row.line.non_substitutable else today.substitutes.get(row.line.cis, [])
    due = today.dues.get(row.line.id, Due(0))
    exceptional = today.exceptions.get(row.line.id, "")
    return CounterLine(
        view=row.line,
        total=row.total,
        dispensed=row.dispensed,
        remaining=row.remaining,
        unit=row.unit,
        due=0 if due.exceptional else due.quantity,
        substitutes=others,
        period=due.quantity if exceptional else row.period,
        exceptional=exceptional,
        lost=due.lost,
        why=why(due, row.unit, row.line.form),
        next_from=due.next_from,
        early=due.early,
        agreed=today.agreed.get(row.line.id),
        told=tuple(b for b in today.told if b.line == row.line.position),
    )


def _stopped(prescription: Prescription, today: Today) -> str:
    """Why nothing is dispensed any more; empty when something may be, be it by exception."""
    if prescription.state == PrescriptionState.CANCELLED:
        return _("Le prescripteur a annulé cette ordonnance : ne délivrez rien de plus.")
    ended = prescription.state == PrescriptionState.EXPIRED or today.expired
    return (
        _("La validité de cette ordonnance a pris fin.") if ended and not today.exceptions else ""
    )


def _prepared(row: Preparation | None) -> Prepared | None:
    if row is None:
        return None
    typed: dict[str, Any] = row.typed
    return Prepared(row.by.person, row.at, {k: str(v) for k, v in typed.items()})
