"""The dispensing page as plain values: for whom, by whom, until when, and what may be done of each line today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from eprescription.documents.number import grouped
from eprescription.identity.traits import Traits
from eprescription.models import Claim, Preparation, Prescription, PrescriptionState
from eprescription.presenters import (
    Execution,
    LineExecution,
    LineView,
    PatientView,
    patient_view,
)
from eprescription.quantities import counted, word_of
from eprescription.rules.schedule import Due
from eprescription.statuses import Status
from pharmacies.claims import secret_of
from pharmacies.due_words import why
from pharmacies.faith import GoodFaith
from pharmacies.presenters import PrescriberView, prescriber_view

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class CounterLine:
    """One line at the counter, counted in the `unit` of its balance.

    `due` is handed over today, 0 when nothing may be; `exceptional` says by which exception the line may go on once
    it has run out, by `period`. `substitutes` are (CIS, name) pairs of its generic group. `lost` and `why` say what
    is given up today, `next_from` when the next delivery may be.
    """

    view: LineView
    total: int
    dispensed: int
    remaining: int
    unit: str
    due: int
    substitutes: Choices
    period: int = 1
    exceptional: str = ""
    lost: int = 0
    why: str = ""
    next_from: date | None = None
    early: bool = False
    agreed: UUID | None = None  # the question by which the prescriber agreed to a change

    @property
    def offered(self) -> int:
        """What the page proposes to hand over: what is due and not too early, or one period more by exception."""
        due = 0 if self.early else self.due
        return due or (self.period if self.exceptional else 0)

    @property
    def open(self) -> bool:
        """Whether something may be handed over today, be it too early and for a reason."""
        return bool(self.due or self.exceptional)

    @property
    def most(self) -> int:
        """The most that may leave or be owed today."""
        return max(self.remaining, self.offered)

    def count(self, number: int) -> str:
        """A quantity of this line in words."""
        return counted(number, self.unit, self.view.form)

    def word(self, number: int) -> str:
        """The word of its unit, agreed with a number."""
        return word_of(number, self.unit, self.view.form)

    @property
    def total_text(self) -> str:
        return self.count(self.total)

    @property
    def dispensed_text(self) -> str:
        return self.count(self.dispensed)


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
    """

    id: UUID
    number: str
    patient: PatientView | None
    prescriber: PrescriberView
    secured: bool
    narcotic: bool
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


def counter(
    prescription: Prescription, *, traits: Traits | None, execution: Execution, today: Today
) -> Counter:
    assert prescription.signed_at and prescription.expires_on and prescription.number
    narcotic = any(row.line.narcotic and row.remaining for row in execution.lines)
    return Counter(
        id=prescription.pk,
        number=grouped(prescription.number),
        patient=patient_view(traits, prescription.subject_id) if traits else None,
        prescriber=prescriber_view(prescription),
        secured=prescription.secured,
        narcotic=narcotic,
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
