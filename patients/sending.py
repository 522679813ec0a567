"""Sending one's prescription to a pharmacy: the patient chooses it in the directory, and it waits there for him."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Deed, Message, Prescription
from eprescription.permissions import Action, check_role, visible_to
from eprescription.secure_mail.designating import NotSent, designate
from eprescription.secure_mail.directory import PharmacyView, pharmacy_view
from patients.presenters import is_open, last_day

MOST_PHARMACIES = 3  # at which it waits at once


@dataclass(frozen=True)
class SentView:
    """Where it was sent. `seen`: the pharmacy has opened the message or put it away."""

    pharmacy: PharmacyView
    at: datetime
    seen: bool


@dataclass(frozen=True)
class Sending:
    """The page. `until`: the last day in a pharmacy, None when nothing can be dispensed any more."""

    id: UUID
    until: date | None
    sent: list[SentView]


def read(pk: UUID, *, by: Actor, at: datetime) -> Sending:
    """Where one of his prescriptions was sent; 404 for what is not his."""
    with transaction.atomic():
        prescription = _own(by, pk)
        record(Deed.READ, by=by, prescription=prescription, code="sending")
        rows = _messages(prescription).select_related("place").order_by("-received_at")
        sent = [
            SentView(pharmacy_view(m.place), m.received_at, m.state != Message.State.NEW)
            for m in rows
        ]
        return Sending(pk, _until(prescription, at), sent)


def send(pk: UUID, *, place_id: UUID, by: Actor, at: datetime) -> None:
    """Sends it to a pharmacy; twice is once for as long as it waits there. Raises NotSent with words for the page."""
    check_role(by, Action.SEND)
    with transaction.atomic():
        prescription = _own(by, pk)
        Prescription.objects.select_for_update().get(
            pk=pk
        )  # two presses are counted one after the other
        if _until(prescription, at) is None:
            raise NotSent("not_open", _("Cette ordonnance ne se délivre plus."))
        elsewhere = _messages(prescription).filter(state=Message.State.NEW).exclude(place=place_id)
        if elsewhere.count() >= MOST_PHARMACIES:
            raise NotSent(
                "too_many",
                _("Votre ordonnance attend déjà dans trois pharmacies : choisissez l'une d'elles."),
            )
        designate(prescription=prescription, place_id=place_id, by=by, at=at)


def _own(by: Actor, pk: UUID) -> Prescription:
    rows = visible_to(by).filter(subject_id=by.subject_id, pk=pk).select_related("case")
    found = rows.prefetch_related("case__balances").first() if by.subject_id else None
    if found is None:
        raise Http404
    return found


def _messages(prescription: Prescription) -> QuerySet[Message]:
    return Message.objects.filter(prescription=prescription, way=Message.Way.PORTAL)


def _until(prescription: Prescription, at: datetime) -> date | None:
    case = prescription.case  # type: ignore[attr-defined]
    until = last_day(prescription, begun=any(b.dispensed for b in case.balances.all()))
    return until if is_open(prescription, case.state, until, at) else None
