"""What the pages of a patient show, as plain values and in few words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eprescription.documents.codes import OPEN_STATES
from eprescription.models import Balance, CaseState, Prescription, PrescriptionState
from eprescription.quantities import counted
from eprescription.rules.validity import FIRST_DISPENSING_MONTHS, months_after
from eprescription.statuses import Status, journey
from patients.arrival import Arrival
from patients.readiness import LATER, NOW, OVER, Ready


@dataclass(frozen=True)
class Card:
    """One prescription in the patient's list. `group`: fetched now, later, or over (`patients.readiness`).

    `next_from` is the day from which a pharmacy hands over what remains; None when that is today, or not told.
    """

    id: UUID
    author: str
    signed_on: date
    medicines: list[str]
    status: Status
    remains: str
    until: date | None
    arrival: Arrival
    may_show_code: bool
    group: str = OVER
    next_from: date | None = None


@dataclass(frozen=True)
class Group:
    """Cards under one title."""

    code: str
    title: str
    cards: list[Card]


def groups(cards: list[Card]) -> list[Group]:
    """What to fetch first, then what comes later, then what is over; none that is empty."""
    titles = {NOW: _("À retirer"), LATER: _("Plus tard"), OVER: _("Terminées")}
    found = [
        Group(code, title, [c for c in cards if c.group == code]) for code, title in titles.items()
    ]
    return [group for group in found if group.cards]


def author_of(prescription: Prescription) -> str:
    """The prescriber as he signed."""
    copied: dict[str, Any] = prescription.prescriber or {}
    return " ".join(filter(None, [copied.get("title"), copied.get("name")]))


def card(prescription: Prescription, arrival: Arrival, ready: Ready, *, at: datetime) -> Card:
    """`prescription` comes with its lines, its case, the balances of the case and their lines."""
    case = prescription.case  # type: ignore[attr-defined]
    balances = list(case.balances.all())
    begun = any(b.dispensed for b in balances)
    until = last_day(prescription, begun=begun)
    open_still = is_open(prescription, case.state, until, at)
    assert prescription.signed_at
    waits = open_still and not ready.now and case.state != CaseState.CLAIMED
    return Card(
        id=prescription.pk,
        author=author_of(prescription),
        signed_on=timezone.localtime(prescription.signed_at).date(),
        medicines=[line.inn or line.name for line in prescription.lines.all()],
        status=journey(prescription.state, case.state),
        remains=_remains(prescription, case.state, _left(balances), open_still),
        until=until if open_still else None,
        arrival=arrival,
        may_show_code=open_still and arrival.document_id is not None,
        group=(LATER if waits else NOW) if open_still else OVER,
        next_from=ready.next_from if waits else None,
    )


def last_day(prescription: Prescription, *, begun: bool) -> date:
    """The last day in a pharmacy: three months for the first dispensing, then the end of validity."""
    assert prescription.signed_at and prescription.expires_on
    if begun:
        return prescription.expires_on
    signed_on = timezone.localtime(prescription.signed_at).date()
    return min(prescription.expires_on, months_after(signed_on, FIRST_DISPENSING_MONTHS))


def is_open(prescription: Prescription, case_state: str, until: date, at: datetime) -> bool:
    """Whether a pharmacy may still dispense something of it today."""
    issued = prescription.state == PrescriptionState.ISSUED and case_state in OPEN_STATES
    return issued and timezone.localtime(at).date() <= until


def boxes(number: int) -> str:
    return ngettext("%(n)d boîte", "%(n)d boîtes", number) % {"n": number}


def _left(balances: list[Balance]) -> str:
    """What remains, in the word of what is counted; in medicines when one counts boxes and another units."""
    left = [b for b in balances if b.remaining]
    if len(left) == 1:
        return counted(left[0].remaining, left[0].unit, left[0].line.form)
    if all(b.unit == Balance.Unit.BOX for b in left):
        return boxes(sum(b.remaining for b in left))
    return ngettext("%(n)d médicament", "%(n)d médicaments", len(left)) % {"n": len(left)}


def _remains(prescription: Prescription, case_state: str, left: str, open_still: bool) -> str:
    if case_state == CaseState.DISPENSED:
        return _("Tout vous a été remis.")
    if prescription.state == PrescriptionState.CANCELLED:
        return _("Votre médecin l'a annulée : ne l'utilisez plus.")
    if not open_still:
        return _("Le délai est passé. Demandez conseil à votre médecin.")
    if case_state == CaseState.CLAIMED:
        return _("Une pharmacie la prépare.")
    return _("Il vous reste %(boxes)s à retirer.") % {"boxes": left}
